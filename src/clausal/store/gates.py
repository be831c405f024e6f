"""What a determination of a person needs before it may pass from one state to the next.

Rules recommend, a person determines. An adverse determination (a line is denied, or less of it approved than was asked
for) is made, or upheld, only with name, credential, licence, date and rationale of its reviewer; on appeal by another
person than the one who determined first (29 CFR 2560.503-1(h)(3)(ii)). The database holds the first of these too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from clausal.problems import Place, Problem

State = Literal["recommended", "in review", "determined", "issued", "appealed", "overturned", "upheld", "withdrawn"]
Outcome = Literal["approved", "partly approved", "denied"]
NEXT: Mapping[State, tuple[State, ...]] = {
    "recommended": ("in review", "determined", "withdrawn"),
    "in review": ("in review", "determined", "withdrawn"),
    "determined": ("issued",),
    "issued": ("appealed",),
    "appealed": ("overturned", "upheld", "withdrawn"),
    "upheld": ("issued",),
    "overturned": ("issued",),
    "withdrawn": (),
}
DECIDING: tuple[State, ...] = ("determined", "overturned", "upheld")
"""States into which a determination comes by a decision about its lines."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decides of a line: `line` counts from 1; `units` are those approved (None: all)."""

    line: int
    outcome: Outcome
    units: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who answers for an adverse determination: name, credential (MD, DO), licence (state and number), when."""

    name: str = ""
    credential: str = ""
    licence: str = ""
    reviewed_on: dt.date | None = None
    rationale: str = ""


NOBODY = Reviewer()


@dataclass(frozen=True, slots=True)
class Asked:
    """A line as it was asked for, and what the rules recommend."""

    units: int | None
    status: str


def is_adverse(lines: Sequence[Decided], asked: Sequence[Asked]) -> bool:
    """Whether a decision gives less than what was asked for."""
    return any(
        one.outcome != "approved" or (one.units is not None and one.units < (asked[one.line - 1].units or 1))
        for one in lines
    )


def lacking(
    state: State,
    previous: State,
    lines: Sequence[Decided],
    asked: Sequence[Asked],
    reviewer: Reviewer,
    today: dt.date,
) -> Iterator[Problem]:
    """What is missing or wrong before a determination may pass on, each with the path of its field."""
    if state not in NEXT[previous]:
        allowed = " or ".join(f"'{one}'" for one in NEXT[previous])
        hint = f"from here it can become {allowed}" if allowed else "nothing comes after it"
        yield _problem("to", f"a determination that is '{previous}' cannot become '{state}'", hint)
        return
    if state not in DECIDING:
        return
    yield from _lines(state, lines, asked)
    if is_adverse(lines, asked):
        for name in ("name", "credential", "licence", "rationale"):
            if not getattr(reviewer, name).strip():
                hint = "name, credential, licence, date and rationale of the reviewer who answers for it"
                yield _problem(f"reviewer.{name}", "an adverse determination needs it", hint)
        if reviewer.reviewed_on is None:
            yield _problem("reviewer.reviewed_on", "an adverse determination needs it", "the day of the review")
        elif reviewer.reviewed_on > today:
            yield _problem("reviewer.reviewed_on", f"{reviewer.reviewed_on} is still to come", "the day of the review")


def _lines(state: State, lines: Sequence[Decided], asked: Sequence[Asked]) -> Iterator[Problem]:
    """Whether each line is decided once, and as it can be."""
    seen: set[int] = set()
    for index, one in enumerate(lines):
        path = f"lines[{index}]"
        if not 1 <= one.line <= len(asked):
            hint = f"expected a number from 1 to {len(asked)}"
            yield _problem(f"{path}.line", f"the answer has no line {one.line}", hint)
            continue
        if one.line in seen:
            yield _problem(f"{path}.line", f"line {one.line} is decided twice", "decide each line once")
        seen.add(one.line)
        yield from _units(path, one, asked[one.line - 1])
    for number in sorted(set(range(1, len(asked) + 1)) - seen):
        yield _problem("lines", f"line {number} is not decided", "decide every line of the answer")
    if state == "overturned" and lines and all(one.outcome == "denied" for one in lines):
        yield _problem("to", "a denial that stands is not overturned", "say 'upheld'")
    if state == "upheld" and lines and all(one.outcome == "approved" for one in lines):
        yield _problem("to", "what is approved in every line is not upheld", "say 'overturned'")


def _units(path: str, one: Decided, asked: Asked) -> Iterator[Problem]:
    units = asked.units or 1
    if one.outcome == "denied" and one.units:
        yield _problem(f"{path}.units", "a denied line has no approved units", "leave `units` out")
    if one.units is not None and one.outcome != "denied" and not 0 < one.units <= units:
        yield _problem(f"{path}.units", f"{one.units} units of {units}", f"expected a number from 1 to {units}")
    if one.outcome == "approved" and one.units is not None and one.units < units:
        yield _problem(f"{path}.outcome", "fewer units than were asked for are 'partly approved'", "or approve all")
    if one.outcome != "approved" and not one.reason.strip():
        yield _problem(f"{path}.reason", "a line that is not approved needs its reason", "the specific reason")


def _problem(path: str, message: str, hint: str) -> Problem:
    return Problem(Place("determination", path=path), message, hint)
