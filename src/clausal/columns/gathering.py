"""Facts gathered over the lines of a claim and over a patient's services, by column.

Lines that may count are put in order of patient, or claim, and day; how many of them lie in a line's window is then the
difference of two running totals. Which lines agree is told once for each pair of what is known of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from clausal.columns.calculated import PERIODS
from clausal.columns.deriving import Derived
from clausal.columns.encode import Ids
from clausal.columns.given import EPOCH, HIGHEST, LOWEST, Ends, Given, Ints, as_number
from clausal.columns.ground import Ground
from clausal.columns.numbering import Combinations, Told, Undisputed
from clausal.facts.gathered import HISTORY, HISTORY_FROM, SINCE
from clausal.facts.knowledge import Knowledge, Possible, Range
from clausal.rules.computation import derived_with
from clausal.rules.gathering import Gathering
from clausal.rules.model import SERVICE_DATE
from clausal.rules.moves import Grown, Moves, Numbers, Spread
from clausal.rules.walker import Walker

NO, MAY, SURELY = 0, 1, 2
"""Whether a line counts."""
NOBODY = -1
"""Stands for a patient who is not known."""
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

    def __init__(self, ground: Ground, gathering: Gathering, walker: Walker) -> None:
        """`walker` walks the table that tells which lines count."""
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
        self._number: dict[tuple[int, int, bool], int] = {}
        self._found: list[Possible | Range | None] = []
        self._derived = Moves(self._derive, ground.lock)
        self._made, self._clashes = Grown(), Grown()
        self._undisputed = Undisputed(ground.lock)

    def ends(self, derived: Derived, given: Given, around: Around) -> Ids:
        """For each line of which something is decided the number of what all lines let one know of the fact."""
        known, spread, lines = derived.known, derived.spread, around.targets
        counts = self._counting(known, spread, around)
        group = around.patient if self._of_history else around.claim
        agreeing = self._expanded(
            self._agreeing.of((known.get(n, 0) for n in self._gathering.agrees_in), spread), spread
        )
        agreeing = np.broadcast_to(agreeing, len(group))
        days = given[SERVICE_DATE].low
        events = np.flatnonzero((counts > NO) & (group >= 0))
        keys = group[events] * _DAYS + days[events] + _MIDDLE
        order = np.argsort(keys, kind="stable")
        total = _Total(self._gathering, keys[order], events[order], counts, around, given)
        window = self._window(group[lines], days[lines], given, lines)
        state = agreeing[lines]
        low, high = np.zeros(len(lines), dtype=np.int64), np.zeros(len(lines), dtype=np.int64)
        of_events = agreeing[events[order]]
        for one in np.unique(state).tolist():
            which = np.flatnonzero(state == one)
            part = window.of(which)
            found = [total.ends(part, self._agreement(tried, of_events)) for tried in self._tries_of(one)]
            low[which] = np.minimum.reduce([ends.low for ends in found])
            high[which] = np.maximum.reduce([ends.high for ends in found])
        return self._numbers(low, high, window.is_listed)

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
            return np.minimum(of_line, around.counts)
        is_target = np.zeros(len(around.claim), dtype=np.int8)
        is_target[around.targets] = SURELY
        return np.minimum(of_line, is_target)

    @staticmethod
    def _expanded(numbers: Numbers, spread: Spread | None) -> Numbers:
        """A column of claims as one of lines."""
        if isinstance(numbers, int) or spread is None or len(numbers) == len(spread):
            return numbers
        return numbers[spread]

    def _window(self, group: Ints, days: Ints, given: Given, lines: Lines) -> _Window:
        """From where to where, in the order of events, a line's window goes."""
        base = group * _DAYS + _MIDDLE
        if not self._of_history:
            everything = np.ones(len(lines), dtype=bool)
            return _Window(group, days, base - _MIDDLE, base + _MIDDLE, base, days, everything)
        within = self._gathering.gathered.within
        distinct, inverse = np.unique(days, return_inverse=True)
        starts = [as_number(within.start(_day(one))) if within else LOWEST for one in distinct.tolist()]
        start = np.array(starts, dtype=np.int64)[inverse] if len(distinct) else days
        from_ = given.get(HISTORY_FROM)
        listed = np.full(len(lines), HIGHEST) if from_ is None else from_.high[lines]
        is_listed = (listed <= start) & (group >= 0)
        begin = base + np.maximum(start, 1 - _MIDDLE)
        return _Window(group, days, begin, base + days, base, np.where(group >= 0, listed, HIGHEST), is_listed)

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
        distinct, inverse = np.unique(events, return_inverse=True)
        told = [self._agrees(tried, one) for one in distinct.tolist()]
        return np.array(told, dtype=np.int8)[inverse] if told else np.zeros(0, dtype=np.int8)

    def _agrees(self, tried: int, event: int) -> int:
        found = self._agree.get((tried, event))
        if found is None:
            agrees = self._gathering.agrees(self._tried[tried], self._state(event))
            found = self._agree[tried, event] = NO if agrees is None else SURELY if agrees else MAY
        return found

    def _state(self, number: int) -> dict[str, Knowledge]:
        named = zip(self._gathering.agrees_in, self._agreeing.members[number], strict=True)
        return {name: one for name, number in named if (one := self._ground.numbered[name].knowledge[number])}

    def _numbers(self, low: Ints, high: Ints, is_listed: npt.NDArray[np.bool_]) -> Ids:
        """The number of what two ends let one know."""
        pairs = np.stack([low, high, is_listed.astype(np.int64)], axis=1)
        packed = np.ascontiguousarray(pairs).view([("", np.int64)] * 3).ravel()
        distinct, inverse = np.unique(packed, return_inverse=True)
        found = [self._end(*(int(one) for one in each)) for each in distinct.tolist()]
        return np.array(found, dtype=np.int32)[inverse] if found else np.zeros(0, dtype=np.int32)

    def _end(self, low: int, high: int, is_listed: int) -> int:
        key = low, high, bool(is_listed)
        found = self._number.get(key)
        if found is None:
            with self._ground.lock:
                found = self._number.get(key)
                if found is None:
                    self._found.append(self._gathering.told(low, None if high >= HIGHEST else high))
                    found = self._number[key] = len(self._found) - 1
        return found


@dataclass(frozen=True)
class _Window:
    """For each line the keys between which lines count, and from which day on they are listed."""

    group: Ints
    days: Ints
    begin: Ints
    end: Ints
    base: Ints
    listed: Ints
    is_listed: npt.NDArray[np.bool_]
    """Whether all lines of the window are listed."""

    def of(self, lines: Lines) -> _Window:
        """Those of some lines."""
        parts = {field.name: getattr(self, field.name)[lines] for field in fields(self)}
        return _Window(**parts)


class _Total:
    """Running totals over the lines that may count, in order."""

    def __init__(
        self,
        gathering: Gathering,
        keys: Ints,
        events: Lines,
        counts: npt.NDArray[np.int8],
        around: Around,
        given: Given,
    ) -> None:
        self._function = gathering.gathered.function
        self._keys = keys
        self._counts = counts[events]
        self._times = around.times[events]
        of = gathering.gathered.of
        self._summed = given[of].of(events) if of else None
        self._day_keys, self._first_of_day = np.unique(keys, return_index=True)

    def ends(self, window: _Window, agreement: npt.NDArray[np.int8]) -> Ends:
        """The ends of what is gathered, of the lines that agree."""
        level = np.minimum(self._counts, agreement)
        if self._function in SINCE:
            return self._since(window, level)
        if self._function == "count days":
            by_day = np.maximum.reduceat(level, self._first_of_day) if len(level) else level
            low, high = (self._between(self._day_keys, by_day >= least, window) for least in (SURELY, MAY))
        elif self._summed is not None:
            low = self._between(self._keys, (level == SURELY) * self._summed.low * self._times, window)
            is_open = self._summed.high == HIGHEST
            most = np.where(is_open, 0, self._summed.high)
            high = self._between(self._keys, (level >= MAY) * most * self._times, window)
            unbounded = self._between(self._keys, (level >= MAY) & is_open, window)
            high = np.where(unbounded > 0, HIGHEST, high)
        else:
            low, high = (self._between(self._keys, (level >= least) * self._times, window) for least in (SURELY, MAY))
        return Ends(low, np.where(window.is_listed, high, HIGHEST))

    @staticmethod
    def _between(keys: Ints, amounts: npt.NDArray[np.generic], window: _Window) -> Ints:
        """The sum of amounts within each window."""
        running = np.concatenate([[0], np.cumsum(amounts, dtype=np.int64)])
        found: Ints = running[np.searchsorted(keys, window.end)] - running[np.searchsorted(keys, window.begin)]
        return found

    def _since(self, window: _Window, level: npt.NDArray[np.int8]) -> Ends:
        period = SINCE_LAST[self._function]
        surely = self._last(window, level == SURELY)
        listed = np.where(window.listed == HIGHEST, HIGHEST, np.minimum(window.listed, window.days) - 1)
        latest = np.minimum(window.days - 1, np.maximum(self._last(window, level >= MAY), listed))
        since = period(np.where(surely == LOWEST, latest, surely), window.days)
        return Ends(period(latest, window.days), np.where(surely == LOWEST, HIGHEST, since))

    def _last(self, window: _Window, counting: npt.NDArray[np.bool_]) -> Ints:
        """The day of the last line that counts before each window's end; LOWEST where there is none."""
        keys = np.concatenate([[-1], self._keys[counting]])
        last = keys[np.searchsorted(keys, window.end) - 1]
        found: Ints = np.where((last >= window.begin) & (last >= 0), last - window.base, LOWEST)
        return found


def _day(number: int) -> dt.date:
    return EPOCH + dt.timedelta(days=number)
