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
    "recommended": ("in review", "withdrawn"),
    "in review": ("in review", "determined", "withdrawn"),
    "determined": ("issued", "in review"),
    "issued": ("appealed",),
    "appealed": ("overturned", "upheld", "withdrawn"),
    "upheld": ("issued",),
    "overturned": ("issued",),
    "withdrawn": (),
}
"""Where a person may take a determination. From `determined` back to `in review` before it is issued, with a note why;
an appeal that is withdrawn leaves what was issued."""
WITHOUT_A_PERSON: tuple[State, State] = ("recommended", "determined")
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
ZONES = dt.timedelta(days=1)
"""By how much days differ where people and service are in different zones."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A line as it was asked for, and what the rules recommend."""

    code: str | None
    units: int | None
    status: str
    is_clear: bool = True
    """Whether nothing stands beside the status: no edit, conflict, need, warning or safety finding."""


def following(state: State, *, adverse: bool) -> tuple[State, ...]:
    """Where a person may take a determination from a state: what is not adverse is not appealed."""
    return tuple(one for one in NEXT[state] if one != "appealed" or adverse)


def is_adverse(lines: Sequence[Decided], asked: Sequence[Asked]) -> bool:
    """Whether a decision gives less than what was asked for."""
    return any(one.outcome != "approved" or _units_of(one, asked) < (asked[one.line - 1].units or 0) for one in lines)


def _units_of(one: Decided, asked: Sequence[Asked]) -> int:
    """The units that a decision gives of a line: those that were asked for, if it names none."""
    if one.outcome == "denied":
        return 0
    return one.units if one.units is not None else asked[one.line - 1].units or 1


@dataclass(frozen=True, slots=True)
class Passing:
    """A determination before a gate: from where to where, of which lines, since when; `adverse` as it stands."""

    previous: State
    to: State
    adverse: bool
    asked: Sequence[Asked]
    begun: dt.date
    standing: Sequence[Decided] = ()
    """The lines as they were decided last."""


def lacking(
    passing: Passing, lines: Sequence[Decided], reviewer: Reviewer, note: str, today: dt.date
) -> Iterator[Problem]:
    """What is missing or wrong before a determination may pass on, each with the path of its field."""
    allowed = following(passing.previous, adverse=passing.adverse)
    if passing.to not in allowed:
        told = " or ".join(f"'{one}'" for one in allowed)
        hint = f"from here it can become {told}" if told else "nothing comes after it"
        yield _problem("to", f"a determination that is '{passing.previous}' cannot become '{passing.to}'", hint)
        return
    if passing.to not in DECIDING:
        if lines:
            yield _problem("lines", f"nothing is decided by '{passing.to}'", "lines are decided by 'determined'")
        if reviewer != NOBODY:
            yield _problem("reviewer", f"nobody answers for '{passing.to}'", "a reviewer is named with a decision")
        if (passing.previous, passing.to) == ("determined", "in review") and not note.strip():
            yield _problem("note", "why is what was determined reviewed again?", "tell it in `note`")
        return
    wrong = list(decided(lines, passing.asked))
    yield from wrong
    is_appeal = passing.previous == "appealed"
    if is_appeal and not wrong:
        yield from _compared(passing, lines)
    if is_appeal or (not _are_off(lines, passing.asked) and is_adverse(lines, passing.asked)):
        yield from _reviewer(reviewer, passing.begun, today, "a decision on appeal" if is_appeal else "an adverse one")


def _are_off(lines: Sequence[Decided], asked: Sequence[Asked]) -> bool:
    """Whether some line is none of the answer's."""
    return any(not 1 <= one.line <= len(asked) for one in lines)


def _compared(passing: Passing, lines: Sequence[Decided]) -> Iterator[Problem]:
    """Whether what is upheld is what was decided, and what is overturned is better than that and nowhere worse."""
    before = {one.line: (_RANK[one.outcome], _units_of(one, passing.asked)) for one in passing.standing}
    now = {one.line: (_RANK[one.outcome], _units_of(one, passing.asked)) for one in lines}
    if passing.to == "upheld":
        for number in sorted(one for one in now if now[one] != before.get(one, now[one])):
            hint = "leave it as it was decided, or say 'overturned'"
            yield _problem("lines", f"line {number} is decided otherwise: that is not to uphold it", hint)
        return
    for number in sorted(one for one in now if now[one] < before.get(one, now[one])):
        yield _problem(
            "lines", f"line {number} is worse than before: an appeal takes nothing away", "leave it as it was"
        )
    if all(now[one] <= before.get(one, now[one]) for one in now):
        yield _problem("to", "no line is better than before: nothing is overturned", "say 'upheld'")


_RANK: Mapping[Outcome, int] = {"denied": 0, "partly approved": 1, "approved": 2}


def _reviewer(reviewer: Reviewer, begun: dt.date, today: dt.date, what: str) -> Iterator[Problem]:
    """Whether somebody answers for an adverse determination, or for one on appeal."""
    for name in ("name", "credential", "licence", "rationale"):
        if not any(map(str.isalnum, getattr(reviewer, name))):
            hint = "name, credential, licence, date and rationale of the reviewer who answers for it"
            yield _problem(f"reviewer.{name}", f"{what} needs it", hint)
    day = reviewer.reviewed_on
    if day is None:
        yield _problem("reviewer.reviewed_on", f"{what} needs it", "the day of the review")
    elif day > today:
        yield _problem("reviewer.reviewed_on", f"{day} is still to come", "the day of the review")
    elif day < begun - ZONES:
        hint = "the day of the review"
        yield _problem("reviewer.reviewed_on", f"{day} is before the determination was begun ({begun})", hint)


def decided(lines: Sequence[Decided], asked: Sequence[Asked]) -> Iterator[Problem]:
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


def _units(path: str, one: Decided, asked: Asked) -> Iterator[Problem]:
    units = asked.units
    if asked.code is None and one.outcome != "denied":
        yield _problem(
            f"{path}.outcome", "the line has no procedure code: nothing can be approved", "save a case with it"
        )
    if one.outcome == "denied" and one.units:
        yield _problem(f"{path}.units", "a denied line has no approved units", "leave `units` out")
    if one.units is not None and one.outcome != "denied" and not 0 < one.units <= (units or one.units):
        yield _problem(f"{path}.units", f"{one.units} units are approved of {units}", f"expected 1 to {units}")
    if one.outcome == "approved" and one.units is not None and one.units < (units or 0):
        yield _problem(f"{path}.outcome", "fewer units than were asked for are 'partly approved'", "or approve all")
    if one.outcome == "partly approved" and units and units > 1 and one.units in (None, units):
        said = "all" if one.units else "how many is not said"
        yield _problem(
            f"{path}.units", f"{said} of {units} units: which part is approved?", f"expected 1 to {units - 1}"
        )
    if one.outcome != "approved" and not any(map(str.isalnum, one.reason)):
        yield _problem(f"{path}.reason", "a line that is not approved needs its reason", "the specific reason")


def same_reviewer(one: str, other: str) -> bool:
    """Whether two texts name one reviewer, however they are written."""
    plain = ["".join(filter(str.isalnum, text)).casefold() for text in (one, other)]
    return bool(plain[0]) and plain[0] == plain[1]


def _problem(path: str, message: str, hint: str) -> Problem:
    return Problem(Place("determination", path=path), message, hint)
