"""Whether a code exists on a day: by the editions of ICD-10-CM, the dates that packs give, the fee tables held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from clausal.facts.icd10cm import ABSENT, BILLABLE, HEADING, Editions, editions
from clausal.facts.vocabulary import DIAGNOSIS, Span

Kind = Literal["billable", "heading", "unknown", "absent"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a code is on a day, and unless it is billable, why.

    A `heading` stands over codes that are billable. An `absent` code surely does not exist on the day; of an `unknown`
    one that cannot be shown, and nothing held tells what it is.
    """

    kind: Kind
    why: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the code can be taken for what it says."""
        return self.kind in ("billable", "heading")


class Tables(Protocol):
    """What fee tables show of procedure codes."""

    def lists(self, code: str) -> bool:
        """Whether some table lists a code, on whatever day."""

    def absent(self, code: str, day: dt.date) -> str:
        """Why the tables show that a code is not there on a day; empty where they do not."""

    def turns(self) -> Iterable[dt.date]:
        """The days on which other tables apply than on the day before."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A code of a case that is not known to be billable on its day, or (`near`) that may be meant for another."""

    fact: str
    path: str
    code: str
    system: str
    standing: Standing
    near: str = ""


BILLED = Standing("billable")


@dataclass(frozen=True)
class Standings:
    """The standing of codes of every system on any day. `dates` are those that packs give, `tables` the fee tables."""

    dates: Mapping[str, Span] = field(default_factory=dict)
    tables: Tables | None = None

    def of(self, system: str, code: str, day: dt.date) -> Standing:
        """The standing of a code, written as `normal_icd` has it or in capitals, on a day."""
        span = self.dates.get(code)
        if span and span.start and day < span.start:
            return Standing("absent", f"it begins on {span.start}")
        if span and span.end and day > span.end:
            return Standing("absent", f"it ended on {span.end}")
        if system == DIAGNOSIS:
            held = editions()
            flags = held.flags(code)
            is_dated_here_alone = span is not None and set(flags) == {ABSENT}
            return BILLED if is_dated_here_alone else by_editions(held, code, flags, day)
        why = self.tables.absent(code, day) if self.tables else ""
        return Standing("absent", why) if why else BILLED

    def turns(self, system: str) -> Sequence[dt.date]:
        """The days on which the standing of some code can be another than on the day before, in order."""
        one = dt.timedelta(days=1)
        found = {span.start for span in self.dates.values() if span.start}
        found |= {span.end + one for span in self.dates.values() if span.end and span.end < dt.date.max}
        if system == DIAGNOSIS:
            found.update(editions().turns())
        elif self.tables:
            found.update(self.tables.turns())
        return sorted(found)

    def lists(self, code: str) -> bool:
        """Whether some fee table lists a procedure code."""
        return self.tables is not None and self.tables.lists(code)


def by_editions(held: Editions, code: str, flags: str, day: dt.date) -> Standing:
    """The standing of a diagnosis code by the editions alone: what they do not show to be wrong is not absent."""
    bearing = held.bearing(day)
    here = {flags[index] for index in bearing}
    if BILLABLE in here:
        return BILLED
    if HEADING in here:
        return Standing("heading", "it stands over other codes and cannot be billed")
    there = [index for index, flag in enumerate(flags) if flag != ABSENT]
    if there and there[0] > bearing[-1]:
        return Standing("absent", f"it begins after {held.days[there[0] - 1]} and by {held.days[there[0]]}")
    if there and there[-1] < bearing[0]:
        return Standing("absent", f"it ended after {held.days[there[-1]]} and by {held.days[there[-1] + 1]}")
    if day > held.last_day:
        return Standing("unknown", f"the last edition of ICD-10-CM held, which does not have it, ends {held.last_day}")
    parent = held.complete_parent(code, day)
    if parent:
        return Standing("absent", f"{parent} is a complete code, there is nothing under it")
    if day < held.days[0]:
        return Standing("unknown", f"the first edition of ICD-10-CM held, which does not have it, is of {held.days[0]}")
    return Standing("absent", "no edition of ICD-10-CM held has it")


def existing(code: str, day: dt.date) -> str:
    """The nearest diagnosis codes that exist on a day, as a hint."""
    found = editions().nearest(code, day)
    return f"the nearest that {'exists is' if len(found) == 1 else 'exist are'} {', '.join(found)}" if found else ""


def one_edit_away(code: str, codes: Iterable[str]) -> str:
    """The first of some codes that differs in one character, or in two that are exchanged; empty where none does."""
    for other in sorted(codes):
        wrong = [index for index, (one, two) in enumerate(zip(code, other, strict=False)) if one != two]
        if len(other) != len(code) or len(wrong) > 2:
            continue
        if len(wrong) == 1:
            return other
        if len(wrong) == 2 and wrong[1] == wrong[0] + 1 and sorted(code) == sorted(other):
            return other
    return ""
