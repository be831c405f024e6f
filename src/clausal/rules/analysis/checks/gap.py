"""`gap`: cases of which a table says nothing.

A table may well be silent. It is an error where the table says of itself that it is `complete`; a warning where numbers
are covered below and above and not between, and where a fact that nobody can be asked for is left without a value; else
a note.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from clausal.rules.analysis.checks.between import holes
from clausal.rules.analysis.checks.subject import Subject
from clausal.rules.analysis.regions import Box, Regions
from clausal.rules.analysis.space import Space, Values
from clausal.rules.analysis.wording import example, in_words
from clausal.rules.finding import Finding, Severity
from clausal.rules.model import SERVICE_DATE, Between
from clausal.rules.walk import TooLarge, Walk

NAME = "gap"


def check(subject: Subject) -> Iterable[Finding]:
    """Gaps between numbers, and every region of which no rule speaks."""
    yield from holes(subject, NAME, "number")
    table = subject.table
    if table.answers[0] == "fact" and subject.facts[table.answers[1]].type == "codes":
        # Where no rule holds nothing is on the list, which is a value as any other.
        return
    if subject.only_source:
        yield from map(_leaves_open, _silences(subject, "warning"))
    elif table.complete or table.hit != "collect":
        yield from _silences(subject, "error" if table.complete else "note")


def _leaves_open(one: Finding) -> Finding:
    """A silence that leaves a fact without a value."""
    hint = "end the table with a rule without tests, or give the fact a question"
    return replace(
        one, message=f"{one.message}; nothing else tells the fact, and nobody can be asked for it", hint=hint
    )


def _silences(subject: Subject, severity: Severity) -> Iterator[Finding]:
    table = subject.table
    try:
        space, boxes = silent(subject)
    except TooLarge:
        message = f"table '{table.name}' is silent in more ways than can be told"
        yield Finding(NAME, "note", table.place, message)
        return
    for box in boxes:
        words = "; ".join(f"{name} {text}" for name, text in in_words(space, box).items()) or "every case"
        message = f"no rule of table '{table.name}' speaks of: {words}"
        hint = "the table says that it is complete: add a rule" if table.complete else ""
        yield Finding(NAME, severity, table.place, message, hint, (), example(space, box))


def silent(subject: Subject) -> tuple[Space, list[Box]]:
    """The regions that no rule covers, from the document's first day on; raises TooLarge."""
    space, steps = subject.space, subject.steps
    if subject.since is not None:
        before = {SERVICE_DATE: (Between(None, subject.since - dt.timedelta(days=1)),)}
        space = Space(subject.facts, [*subject.tests, before])
        steps = space.steps()

    def early(alive: int, sure: int) -> tuple[int, bool | None]:
        return alive, False if sure else None

    walk = Walk(steps, lambda alive: not alive, early)
    found = Regions(space, steps, walk.root()).of(lambda outcome: outcome is True)
    boxes = [box for of_outcome in found.values() for box in of_outcome]
    return space, [_any_day(space, box, len(subject.tests)) for box in boxes]


def _any_day(space: Space, box: Box, before: int) -> Box:
    """The box without its date where that only says that the document is in force; `before` is the rule for before."""
    sides = list(box.sides)
    for at, part in enumerate(space.parts):
        if part.fact.name == SERVICE_DATE and isinstance(part, Values):
            since = frozenset(number for number, mask in enumerate(part.masks) if not mask >> before & 1)
            sides[at] = None if sides[at] == since else sides[at]
    return Box(tuple(sides))
