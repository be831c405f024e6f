"""Holes in an ordered fact: values that no rule covers, between values that rules of the same cases do cover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from clausal.facts.knowledge import word
from clausal.rules.analysis.checks.subject import Subject
from clausal.rules.analysis.regions import Box, find
from clausal.rules.analysis.space import Space, Tests, Values
from clausal.rules.analysis.wording import example
from clausal.rules.explain import tests_of
from clausal.rules.finding import Finding
from clausal.rules.masks import bits
from clausal.rules.model import Between, Test, Within

SHORT = 31
"""A hole of fewer days is told even where a last rule without tests, which is there for other cases, covers it."""


def holes(subject: Subject, check: str, kind: str) -> Iterator[Finding]:
    """The holes in each number (or date) that the table tests, each with a case and the rules on both sides."""
    if subject.table.hit == "collect":
        return
    for part in subject.space.parts:
        if isinstance(part, Values) and part.fact.type == kind:
            yield from _holes_in(subject, part, check)


def _holes_in(subject: Subject, part: Values, check: str) -> Iterator[Finding]:
    name = part.fact.name
    reach = [_reach(tests_of(rule).get(name)) for rule in subject.rules]
    told: set[tuple[Any, Any]] = set()
    for below, (_, end) in enumerate(reach):
        if end is None:
            continue
        near = subject.near_but(below, name)
        above = [at for at in bits(near) if (start := reach[at][0]) is not None and _apart(subject, name, below, at)]
        for at in sorted(above, key=lambda one: reach[one][0]):
            start = reach[at][0]
            low, high = _inside(part, end, start)
            if low > high or any(begins <= high and low <= ends for begins, ends in told):
                continue
            uncovered = _uncovered(subject, part, below, at, Between(low, high))
            if uncovered is None:
                continue
            low, high, found = uncovered
            told.add((low, high))
            one, other = subject.rules[below], subject.rules[at]
            closed = part.fact.whole or part.fact.type == "date"
            words = f"{word(low)} to {word(high)}" if closed and low != high else word(low) if closed else ""
            words = words or (word(low) if low == high else f"between {word(low)} and {word(high)}")
            yield Finding(
                check,
                "warning",
                other.place,
                f"no rule covers {name.replace('_', ' ')} {words}, between rules '{one.name}' and '{other.name}'",
                "widen one of them, or say with a rule what holds there",
                ((f"rule '{one.name}'", one.place),),
                found,
            )


def _apart(subject: Subject, name: str, below: int, above: int) -> bool:
    """Whether one rule's values end before another's begin, be it by one value that both leave out."""
    one, other = (tests_of(subject.rules[at])[name] for at in (below, above))
    end, start = _reach(one)[1], _reach(other)[0]
    if start == end:
        return isinstance(one, Between) and isinstance(other, Between) and one.below and other.above
    return bool(start > end)


def _reach(test: Test | None) -> tuple[Any, Any]:
    """The lowest and the highest value that a test accepts; None: no bound."""
    if isinstance(test, Between):
        return test.low, test.high
    if isinstance(test, Within) and not test.negated:
        values: list[Any] = list(test.values.exact)
        return min(values), max(values)
    return None, None


def _inside(part: Values, end: Any, start: Any) -> tuple[Any, Any]:
    """The first and last value after `end` and before `start`; of numbers that need not be whole, these two."""
    if part.fact.type == "date":
        return end + dt.timedelta(days=1), start - dt.timedelta(days=1)
    return (end + 1, start - 1) if part.fact.whole else (end, start)


def _uncovered(
    subject: Subject, part: Values, below: int, above: int, hole: Between
) -> tuple[Any, Any, dict[str, Any]] | None:
    """A range in the hole, and a case in it as both rules want it otherwise, that no rule covers."""
    name = part.fact.name
    one, other = tests_of(subject.rules[below]), tests_of(subject.rules[above])
    wanted: dict[str, list[Test]] = {name: [hole]}
    for fact in dict.fromkeys((*one, *other)):
        if fact != name:
            wanted[fact] = [tests[fact] for tests in (one, other) if fact in tests]
    near = subject.near_but(below, name) & subject.near_but(above, name)
    if part.fact.type == "date" and (hole.high - hole.low).days < SHORT:
        near &= ~sum(1 << at for at, rule in enumerate(subject.rules) if not rule.when and rule.force.end is None)
    tests: list[Tests] = [wanted]
    tests.extend({fact: (test,) for fact, test in tests_of(subject.rules[at]).items()} for at in bits(near))
    space = Space(subject.facts, tests)

    def early(alive: int, sure: int) -> tuple[int, bool | None]:
        return alive, False if not alive & 1 or sure & ~1 else None

    box: Box | None = find(space, space.steps(), space.everything, lambda alive: alive == 1, early)
    if box is None:
        return None
    at = next(number for number, one in enumerate(space.parts) if one.fact.name == name)
    ordered, side = space.parts[at], box.sides[at]
    assert isinstance(ordered, Values)
    spans = ordered.spans(side) if side is not None else [(hole.low, hole.high, True, True)]
    begins, ends, _, _ = next(span for span in spans if _meets(span, hole))
    return max(begins, hole.low), min(ends, hole.high), example(space, box)


def _meets(span: tuple[Any, Any, bool, bool], hole: Between) -> bool:
    """Whether a range lies, in part at least, in the hole."""
    low, high, _, _ = span
    return low is not None and high is not None and low <= hole.high and high >= hole.low
