"""A fact gathered over the lines of a claim or over earlier services: how many count lies between two ends.

A line counts if its tests hold and it agrees with the line that is decided; where that is not known, it may count. What
lies before the day from which on earlier services are listed is not known at all. Where the line that is decided can
have several values of a fact in which lines agree, each is tried: lines of two sides never count together.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clausal.facts.computed import Bounds
from clausal.facts.gathered import CLAIM, HISTORY, HISTORY_FROM, PATIENT, SINCE, Gathered
from clausal.facts.knowledge import Knowledge, Origin, Possible, Range, State, Value, between, ends, only
from clausal.facts.periods import PERIODS
from clausal.facts.vocabulary import Fact
from clausal.rules.compile import CompiledTable
from clausal.rules.computation import bounds_of, derived_with
from clausal.rules.contradiction import Contradiction
from clausal.rules.model import SERVICE_DATE, Table

MOST_SHOWN = 6
"""Of how many earlier services the days are told, the last ones, where something is gathered over them."""
MOST_TRIED = 64
"""How many combinations of values of the line that is decided are tried; of more the widest ends are told."""


@dataclass(frozen=True)
class Gathering:
    """How one fact is gathered; `counts` is the table of one rule that tells which lines count."""

    fact: str
    gathered: Gathered
    counts: CompiledTable
    within: Mapping[str, Bounds]
    values: Mapping[str, tuple[Value, ...]]
    """All values of the facts in which lines agree, of those that have a closed list."""
    disputed_with: tuple[str, ...] = ()

    @property
    def tests(self) -> tuple[str, ...]:
        """The facts that it is gathered from."""
        of_history = (HISTORY_FROM, SERVICE_DATE) if self.gathered.over == HISTORY else ()
        same = (name for name in self.gathered.same if name != PATIENT)
        summed = (self.gathered.of,) if self.gathered.of else ()
        return tuple(dict.fromkeys((*self.counts.tests, *same, *summed, *of_history)))

    @property
    def agrees_in(self) -> tuple[str, ...]:
        """The facts in which a line that counts agrees with the one that is decided, but the patient."""
        return tuple(name for name in self.gathered.same if name != PATIENT)

    def derive(
        self, state: State, lines: Iterable[State], stated: Knowledge | None
    ) -> tuple[Knowledge | None, Contradiction | None]:
        """What is known of the fact, with what is stated of it; `lines` are those of the claim, or earlier services."""
        return derived_with(self.fact, self.within, self.found(state, lines), stated)

    def found(self, state: State, lines: Iterable[State]) -> Possible | Range | None:
        """What the lines let one know of the fact, for the line that is decided."""
        counting = [(line, sure) for line in lines if (sure := self._counts(line)) is not None]
        day = only(state, SERVICE_DATE)
        if self.gathered.over == HISTORY and not isinstance(day, dt.date):
            return None
        found = [self._ends(tried, counting, day) for tried in self.tried(state)]
        low = None if any(one[0] is None for one in found) else min(one[0] for one in found)
        high = None if any(one[1] is None for one in found) else max(one[1] for one in found)
        return self.told(low, high, sorted({day for one in found for day in one[2]}))

    def told(self, low: Any, high: Any, days: Sequence[dt.date] = ()) -> Possible | Range | None:
        """What two ends let one know of the fact; None is no bound. `days` are those of the services that may count."""
        shown = ", ".join(map(str, days[-MOST_SHOWN:]))
        more = f"{len(days) - MOST_SHOWN} and " if len(days) > MOST_SHOWN else ""
        origin = Origin(f"{self.gathered}: {more}{shown}" if days else str(self.gathered))
        if self.gathered.function == "any":
            values = frozenset(value for value, can in ((True, high != 0), (False, low == 0)) if can)
            return Possible(values, origin) if len(values) == 1 else None
        return between(low, high, origin)

    def _counts(self, line: State) -> bool | None:
        """Whether a line surely counts; None if it surely does not."""
        possible, certain = self.counts.masks(line)
        return bool(certain) if possible else None

    def tried(self, state: State) -> Iterator[State]:
        """The line that is decided, with each combination of values that it can have of what lines agree in."""
        left: list[tuple[str, tuple[Value, ...]]] = []
        for name in self.agrees_in:
            known = state.get(name)
            if isinstance(known, Possible):
                left.append((name, tuple(known.values)))
            elif known is None and name in self.values:
                left.append((name, self.values[name]))
        if math.prod(len(values) for _, values in left) > MOST_TRIED:
            yield state
            return
        names = [name for name, _ in left]
        for values in itertools.product(*(values for _, values in left)):
            tried = {name: Possible(frozenset([one]), Origin("")) for name, one in zip(names, values, strict=True)}
            yield {**state, **tried}

    def _ends(self, state: State, lines: Sequence[tuple[State, bool]], day: Any) -> tuple[Any, Any, Sequence[dt.date]]:
        """The least and the greatest that is gathered, and the days of the earlier services that may count."""
        agreeing: list[tuple[State, bool]] = []
        for line, sure in lines:
            agrees = self.agrees(state, line)
            if agrees is not None:
                agreeing.append((line, sure and agrees))
        if self.gathered.over == CLAIM:
            return *self._total(agreeing, is_whole=True), ()
        within = self.gathered.within
        start = within.start(day) if within else dt.date.min
        before = [(line, sure) for line, sure in agreeing if start <= date_of(line) < day]
        listed = ends(state.get(HISTORY_FROM))[1]
        days = [date_of(line) for line, _ in before]
        if self.gathered.function in SINCE:
            last = max(days, default=None)
            found = self._since(before, day, max(start, listed) if isinstance(listed, dt.date) else None)
            return *found, [last] if last else ()
        return *self._total(before, is_whole=isinstance(listed, dt.date) and listed <= start), days

    def agrees(self, state: State, line: State) -> bool | None:
        """Whether a line surely agrees with the one that is decided; None if it surely does not."""
        surely = True
        for name in self.agrees_in:
            one, other = state.get(name), line.get(name)
            if isinstance(one, Possible) and isinstance(other, Possible):
                if one.values.isdisjoint(other.values):
                    return None
                surely = surely and len(one.values) == len(other.values) == 1
            else:
                surely = False
        return surely

    def _total(self, lines: Sequence[tuple[State, bool]], *, is_whole: bool) -> Bounds:
        """The ends of what is counted or summed; open above where there may be lines that are not listed."""
        sure = [line for line, is_sure in lines if is_sure]
        may = [line for line, _ in lines]
        low: Any
        high: Any
        if self.gathered.function == "sum":
            low = sum(self._ends_of_summed(line)[0] for line in sure)
            tops = [self._ends_of_summed(line)[1] for line in may]
            high = None if None in tops else sum(tops)
        elif self.gathered.function == "count days":
            low, high = (len({date_of(line) for line in which}) for which in (sure, may))
        else:
            low, high = len(sure), len(may)
        return low, high if is_whole else None

    def _ends_of_summed(self, line: State) -> Bounds:
        low, high = ends(line.get(self.gathered.of))
        least, most = self.within[self.gathered.of]
        return (least if low is None else low), (most if high is None else high)

    def _since(self, lines: Sequence[tuple[State, bool]], day: dt.date, listed: dt.date | None) -> Bounds:
        """The ends of the time since the last line; of none at all it is longer than the services are listed."""
        period = PERIODS["days" if self.gathered.function == "days_since_last" else "full_months"]
        one = dt.timedelta(days=1)
        surely = max((date_of(line) for line, is_sure in lines if is_sure), default=None)
        day = max(day, dt.date.min + one)  # nothing is earlier than the first day there is
        latest = day - one
        if listed is not None:
            before = min(listed, day)
            latest = max([date_of(line) for line, _ in lines] + [before - one if before > dt.date.min else before])
            latest = min(latest, day - one)
        return period(latest, day), None if surely is None else period(surely, day)


def gather(
    gatherings: Iterable[Gathering],
    state: State,
    lines: Sequence[State],
    earlier: Sequence[State],
    contradicted: Container[str] = (),
) -> tuple[dict[str, Knowledge], list[Contradiction]]:
    """A line's state with all that is gathered over the claim's lines and over earlier services.

    A fact that is left no value is taken as unknown, and reported; so is one that is `contradicted` already.
    """
    known = dict(state)
    contradictions: list[Contradiction] = []
    for one in gatherings:
        if one.fact in contradicted or any(name in contradicted for name in one.disputed_with):
            known.pop(one.fact, None)
            continue
        found, contradiction = one.derive(state, lines if one.gathered.over == CLAIM else earlier, state.get(one.fact))
        if contradiction is not None:
            contradictions.append(contradiction)
        if found is not None:
            known[one.fact] = found
        else:
            known.pop(one.fact, None)
    return known, contradictions


def date_of(line: State) -> dt.date:
    """The day of service of a line."""
    day = only(line, SERVICE_DATE)
    assert isinstance(day, dt.date)
    return day


def gathering(table: Table, facts: Mapping[str, Fact]) -> Gathering:
    """How the fact of a table that tells which lines count is gathered."""
    fact = facts[table.answers[1]]
    gathered = fact.gathered
    assert gathered is not None
    within = {name: bounds_of(facts[name]) for name in (fact.name, *((gathered.of,) if gathered.of else ()))}
    values = {name: _values(facts[name]) for name in gathered.same if _values(facts[name])}
    return Gathering(fact.name, gathered, CompiledTable(table, facts), within, values, fact.disputed_with)


def _values(fact: Fact) -> tuple[Value, ...]:
    return (True, False) if fact.type == "flag" else tuple(fact.values)
