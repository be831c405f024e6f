"""Facts gathered over the lines of a claim and over a patient's services, by column.

Lines that may count are put in order of patient, or claim, and day; how many of them lie in a line's window is then the
difference of two running totals. Which lines agree is told once for each pair of what is known of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from clausal.columns.calculated import PERIODS
from clausal.columns.deriving import Derived
from clausal.columns.encode import Ids
from clausal.columns.given import EPOCH, HIGHEST, LOWEST, Ends, Given, Ints
from clausal.columns.ground import Ground
from clausal.columns.numbering import UNMET, Combinations, Told, Undisputed, distinct
from clausal.columns.ordered import OrderedClasses
from clausal.facts.gathered import HISTORY, HISTORY_FROM, SINCE
from clausal.facts.knowledge import Knowledge, Possible, Range
from clausal.rules.columns import Column, OrderedColumn
from clausal.rules.computation import derived_with
from clausal.rules.gathering import Gathering
from clausal.rules.model import SERVICE_DATE
from clausal.rules.moves import Grown, Moves, Numbers, Spread
from clausal.rules.walker import Walker

NO, MAY, SURELY = 0, 1, 2
"""Whether a line counts."""
NOBODY = -1
"""Stands for a patient who is not known."""
_HALF = 32
"""Bits of a number that is gathered."""
_DAYS, _MIDDLE = 1 << 22, 1 << 21
"""Days of one patient, or claim, lie this far apart; the day 1970-01-01 among them."""
SINCE_LAST = {"days_since_last": PERIODS["days"], "months_since_last": PERIODS["full_months"]}
Known = Mapping[str, Numbers]
Lines: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Around:
    """For each line its claim and patient, how often it stands there, and whether it counts as an earlier service.

    Lines of earlier services alone are no `targets`: nothing is decided of them.
    """

    claim: Ints
    patient: Ints
    times: Ints
    counts: npt.NDArray[np.int8]
    targets: Lines
    """The lines of which something is decided."""


class Gatherer:
    """One fact that is gathered over lines."""

    def __init__(
        self, ground: Ground, gathering: Gathering, walker: Walker, columns: Sequence[Column], *, is_exact: bool
    ) -> None:
        """`walker` walks the table that tells which lines count; `columns` are those of the tables that test the fact.

        Where it `is_exact` each value is told apart.
        """
        self.fact = gathering.fact
        self.tests = gathering.tests
        self.disputed_with = gathering.disputed_with
        self._gathering = gathering
        self._of_history = gathering.gathered.over == HISTORY
        self._ground = ground
        self._numbered = ground.numbered[self.fact]
        self._walker = walker
        self._standing = Told(ground.lock)
        self._agreeing = Combinations(len(gathering.agrees_in), ground.lock)
        self._tries: dict[int, list[int]] = {}
        self._agree: dict[tuple[int, int], int] = {}
        self._tried: list[dict[str, Knowledge]] = []
        self._is_exact = is_exact
        self._classes = OrderedClasses([one for one in columns if isinstance(one, OrderedColumn)])
        self._of_class = np.full(self._classes.count**2, UNMET, dtype=np.int32)
        self._number: dict[int, int] = {}
        self._found: list[Possible | Range | None] = []
        self._derived = Moves(self._derive, ground.lock)
        self._made, self._clashes = Grown(), Grown()
        self._undisputed = Undisputed(ground.lock)

    def looking(self, derived: Derived, given: Given, around: Around) -> Looking:
        """What the lines of a batch are to one another, for this fact."""
        known, spread, lines = derived.known, derived.spread, around.targets
        counts = self._counting(known, spread, around)
        group = around.patient if self._of_history else around.claim
        parts = (known.get(name, 0) for name in self._gathering.agrees_in)
        agreeing = np.broadcast_to(self._expanded(self._agreeing.of(parts, spread), spread), len(group))
        days = given[SERVICE_DATE].low
        events = np.flatnonzero((counts > NO) & (group >= 0))
        keys = group[events] * _DAYS + days[events] + _MIDDLE
        if (keys[1:] < keys[:-1]).any():
            order = np.argsort(keys, kind="stable")
            keys, events = keys[order], events[order]
        begin, end = self._window(group[lines], days[lines])
        of_days = None
        if self._gathering.gathered.function == "count days":
            keys, of_days = np.unique(keys, return_index=True)
        listed, is_listed = self._listed(group[lines], days[lines], given, lines)
        of = self._gathering.gathered.of
        return Looking(
            events=events,
            counts=counts[events],
            agreeing=agreeing[events],
            times=around.times[events],
            summed=given[of].of(events) if of else None,
            of_days=of_days,
            day_of_event=days[events],
            begin=np.searchsorted(keys, begin),
            end=np.searchsorted(keys, end),
            state=agreeing[lines],
            days=days[lines],
            listed=listed,
            is_listed=is_listed,
            is_exact=self._is_exact or bool(np.any(known.get(self.fact, 0))),
        )

    def ends(self, looking: Looking, around: Around, which: Lines) -> tuple[Ids, npt.NDArray[np.bool_]]:
        """For some of the lines that are decided the number of what all lines let one know of the fact.

        And whether more could still be known.
        """
        counts = looking.counts
        if self._of_history:
            counts = np.minimum(counts, around.counts[looking.events])
        state = looking.state[which]
        low, high = np.zeros(len(which), dtype=np.int64), np.zeros(len(which), dtype=np.int64)
        for one in distinct(state):
            at = np.flatnonzero(state == one)
            lines = which[at]
            found = [
                self._ends(looking, np.minimum(counts, self._agreement(tried, looking.agreeing)), lines)
                for tried in self._tries_of(one)
            ]
            low[at] = np.minimum.reduce([ends.low for ends in found])
            high[at] = np.maximum.reduce([ends.high for ends in found])
        return self._numbers(low, high, is_exact=looking.is_exact), low != high

    def _ends(self, looking: Looking, level: npt.NDArray[np.int8], lines: Lines) -> Ends:
        """The ends of what is gathered for some lines, `level` telling which events count."""
        begin, end = looking.begin[lines], looking.end[lines]
        function = self._gathering.gathered.function
        if function in SINCE:
            return self._since(looking, level, lines)
        if looking.of_days is not None:
            by_day = np.maximum.reduceat(level, looking.of_days) if len(level) else level
            low, high = (_sum(by_day >= least, begin, end) for least in (SURELY, MAY))
        elif looking.summed is not None:
            low = _sum((level == SURELY) * looking.summed.low * looking.times, begin, end)
            is_open = looking.summed.high == HIGHEST
            high = _sum((level >= MAY) * np.where(is_open, 0, looking.summed.high) * looking.times, begin, end)
            high = np.where(_sum((level >= MAY) & is_open, begin, end) > 0, HIGHEST, high)
        else:
            low, high = (_sum((level >= least) * looking.times, begin, end) for least in (SURELY, MAY))
        return Ends(low, np.where(looking.is_listed[lines], high, HIGHEST))

    def _since(self, looking: Looking, level: npt.NDArray[np.int8], lines: Lines) -> Ends:
        period = SINCE_LAST[self._gathering.gathered.function]
        days = looking.days[lines]
        surely, perhaps = (looking.last(level >= least, lines) for least in (SURELY, MAY))
        listed = looking.listed[lines]
        listed = np.where(listed == HIGHEST, HIGHEST, np.minimum(listed, days) - 1)
        latest = np.minimum(days - 1, np.maximum(perhaps, listed))
        since = period(np.where(surely == LOWEST, latest, surely), days)
        return Ends(period(latest, days), np.where(surely == LOWEST, HIGHEST, since))

    def derive(
        self, end: Numbers, stated: Numbers, contradicted: Numbers, spread: Spread | None
    ) -> tuple[Numbers, Numbers]:
        """What is known of the fact after it, and where that contradicts what is stated."""
        made = self._derived(end, stated, spread)
        return self._undisputed.of(self._made[made], self._clashes[made], contradicted, spread)

    def _derive(self, end: int, stated: int) -> int:
        one = self._gathering
        derived, clash = derived_with(one.fact, one.within, self._found[end], self._numbered.knowledge[stated])
        self._clashes.append(int(clash is not None))
        self._made.append(self._numbered.number(derived))
        return len(self._made) - 1

    def _counting(self, known: Known, spread: Spread | None, around: Around) -> npt.NDArray[np.int8]:
        """Whether each line counts."""
        standing = self._walker.walk(lambda fact: known.get(fact, 0), spread)

        def tell(position: int) -> int:
            end = standing if isinstance(standing, int) else int(standing[position])
            possible, certain = self._gathering.counts.masks(self._walker.sample(end))
            return SURELY if certain else MAY if possible else NO

        told = np.asarray(self._expanded(self._standing.of(standing, tell), spread), dtype=np.int8)
        of_line = np.broadcast_to(told, len(around.claim))
        if self._of_history:
            return of_line
        is_target = np.zeros(len(around.claim), dtype=np.int8)
        is_target[around.targets] = SURELY
        return np.minimum(of_line, is_target)

    @staticmethod
    def _expanded(numbers: Numbers, spread: Spread | None) -> Numbers:
        """A column of claims as one of lines."""
        if isinstance(numbers, int) or spread is None or len(numbers) == len(spread):
            return numbers
        return numbers[spread]

    def _window(self, group: Ints, days: Ints) -> tuple[Ints, Ints]:
        """The first key of each line's window, and the first after it."""
        base = group * _DAYS
        if not self._of_history:
            return base, base + _DAYS
        return base + np.maximum(self._starts(days) + _MIDDLE, 1), base + _MIDDLE + days

    def _starts(self, days: Ints) -> Ints:
        """The first day of the window of services of some days."""
        within = self._gathering.gathered.within
        if within is None or not len(days):
            return np.full(len(days), LOWEST)
        first = int(days.min())
        met = np.flatnonzero(np.bincount(days - first)) + first
        starts = np.zeros(int(met[-1]) - first + 1, dtype=np.int64)
        starts[met - first] = [(within.start(_day(one)) - EPOCH).days for one in met.tolist()]
        found: Ints = starts[days - first]
        return found

    def _listed(self, group: Ints, days: Ints, given: Given, lines: Lines) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """From which day on earlier services are listed (HIGHEST: none), and whether all of a window are."""
        if not self._of_history:
            return days, np.ones(len(lines), dtype=bool)
        from_ = given.get(HISTORY_FROM)
        listed = np.full(len(lines), HIGHEST) if from_ is None else from_.high[lines]
        listed = np.where(group >= 0, listed, HIGHEST)
        return listed, listed <= self._starts(days)

    def _tries_of(self, state: int) -> list[int]:
        """The numbers of what a line can be that is decided, of what lines agree in."""
        found = self._tries.get(state)
        if found is None:
            with self._ground.lock:
                found = self._tries.get(state)
                if found is None:
                    tried = [dict(one) for one in self._gathering.tried(self._state(state))]
                    self._tried.extend(tried)
                    found = self._tries[state] = list(range(len(self._tried) - len(tried), len(self._tried)))
        return found

    def _agreement(self, tried: int, events: Ids) -> npt.NDArray[np.int8]:
        """Whether each event agrees with what a line can be."""
        told = np.zeros(int(events.max(initial=0)) + 1, dtype=np.int8)
        for one in distinct(events):
            told[one] = self._agrees(tried, one)
        return told[events]

    def _agrees(self, tried: int, event: int) -> int:
        found = self._agree.get((tried, event))
        if found is None:
            agrees = self._gathering.agrees(self._tried[tried], self._state(event))
            found = self._agree[tried, event] = NO if agrees is None else SURELY if agrees else MAY
        return found

    def _state(self, number: int) -> dict[str, Knowledge]:
        named = zip(self._gathering.agrees_in, self._agreeing.members[number], strict=True)
        return {name: one for name, number in named if (one := self._ground.numbered[name].knowledge[number])}

    def _numbers(self, low: Ints, high: Ints, *, is_exact: bool) -> Ids:
        """The number of what two ends let one know: of each pair, or of each that the tests tell apart."""
        if is_exact:
            return self._by_pair((low << _HALF) | np.minimum(high, (1 << _HALF) - 1), low, high)
        classes = self._classes
        keys = classes.of(low) * classes.count + classes.of(high)
        found = self._of_class[keys]
        for key in distinct(keys[found == UNMET]):
            at = int(np.argmax(keys == key))
            self._of_class[key] = self._end(-1 - key, int(low[at]), int(high[at]))
        told: Ids = self._of_class[keys]
        return told

    def _by_pair(self, keys: Ints, low: Ints, high: Ints) -> Ids:
        keys_met, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        met = zip(keys_met.tolist(), first.tolist(), strict=True)
        found = [self._end(key, int(low[at]), int(high[at])) for key, at in met]
        return np.array(found, dtype=np.int32)[inverse] if found else np.zeros(0, dtype=np.int32)

    def _end(self, key: int, low: int, high: int) -> int:
        found = self._number.get(key)
        if found is None:
            with self._ground.lock:
                found = self._number.get(key)
                if found is None:
                    self._found.append(self._gathering.told(low, None if high >= HIGHEST else high))
                    found = self._number[key] = len(self._found) - 1
        return found


@dataclass(frozen=True)
class Looking:
    """The events of a batch, lines that may count for a fact, in order of patient, or claim, and day; and who looks."""

    events: Lines
    counts: npt.NDArray[np.int8]
    agreeing: Ids
    times: Ints
    summed: Ends | None
    of_days: Lines | None
    """The first event of each day of a patient, where days are counted."""
    day_of_event: Ints
    begin: Lines
    """For each line that is decided the place of the first event of its window, or of the first day."""
    end: Lines
    state: Ids
    days: Ints
    listed: Ints
    """The day from which on earlier services are listed; HIGHEST where they are not."""
    is_listed: npt.NDArray[np.bool_]
    """Whether all services of the window are listed."""
    is_exact: bool

    def narrowed(self, kept: npt.NDArray[np.bool_]) -> Looking:
        """The same with some of the events; of lines in whose windows others lie it is not to be asked any more."""
        begin, end, of_days = self.begin, self.end, self.of_days
        if of_days is None:
            place = np.concatenate([[0], np.cumsum(kept)])
        else:
            place = np.concatenate([[0], np.cumsum(kept[of_days])])
            of_days = (np.cumsum(kept) - 1)[of_days[kept[of_days]]]
        return replace(
            self,
            events=self.events[kept],
            counts=self.counts[kept],
            agreeing=self.agreeing[kept],
            times=self.times[kept],
            summed=self.summed.of(np.flatnonzero(kept)) if self.summed else None,
            of_days=of_days,
            day_of_event=self.day_of_event[kept],
            begin=place[begin],
            end=place[end],
        )

    def last(self, counting: npt.NDArray[np.bool_], lines: Lines) -> Ints:
        """The day of the last event of each line's window of those that count; LOWEST where there is none."""
        place = np.concatenate([[-1], np.maximum.accumulate(np.where(counting, np.arange(len(counting)), -1))])
        last = place[self.end[lines]]
        if not len(self.day_of_event):
            return np.full(len(lines), LOWEST)
        found: Ints = np.where(last >= self.begin[lines], self.day_of_event[last], LOWEST)
        return found


def _sum(amounts: npt.NDArray[Any], begin: Lines, end: Lines) -> Ints:
    """The sum of amounts from one place to before another."""
    running = np.concatenate([[0], np.cumsum(amounts, dtype=np.int64)])
    found: Ints = running[end] - running[begin]
    return found


def _day(number: int) -> dt.date:
    return EPOCH + dt.timedelta(days=number)
