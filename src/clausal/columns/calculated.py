"""Facts computed from others, by column: the arithmetic of whole numbers and days, or each combination met once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from clausal.columns.given import HIGHEST, LOWEST, Ends, Given, Ints, as_number, is_whole, knowledge
from clausal.columns.ground import Ground
from clausal.columns.numbering import Combinations, Undisputed
from clausal.columns.ordered import OrderedClasses
from clausal.documents.library import View
from clausal.facts.computed import MINUS
from clausal.rules.columns import Column, OrderedColumn
from clausal.rules.computation import Computation, bounds_of
from clausal.rules.moves import Grown, Moves, Numbers, Spread

Known = Mapping[str, Numbers]


class Combination:
    """A fact computed from others of which each combination that is met is worked out once."""

    def __init__(self, ground: Ground, computation: Computation) -> None:
        self.fact = computation.fact
        self.tests = computation.tests
        self.disputed_with = computation.disputed_with
        self._computation = computation
        self._numbered = ground.numbered
        self._parts = Combinations(len(self.tests), ground.lock)
        self._moves = Moves(self._derive, ground.lock)
        self._undisputed = Undisputed(ground.lock)
        self._made, self._clashes = Grown(), Grown()

    def walk(self, known: Known, spread: Spread | None, _: Given) -> Numbers:
        """The number of what is known of all facts that it is computed from."""
        return self._parts.of((known.get(name, 0) for name in self.tests), spread)

    def derive(
        self, end: Numbers, stated: Numbers, contradicted: Numbers, spread: Spread | None
    ) -> tuple[Numbers, Numbers]:
        """What is known of the fact after it, and where that contradicts what is stated."""
        made = self._moves(end, stated, spread)
        return self._undisputed.of(self._made[made], self._clashes[made], contradicted, spread)

    def _derive(self, end: int, stated: int) -> int:
        named = zip(self.tests, self._parts.members[end], strict=True)
        state = {name: one for name, number in named if (one := self._numbered[name].knowledge[number])}
        of_fact = self._numbered[self.fact]
        derived, contradiction = self._computation.derive(state, of_fact.knowledge[stated])
        self._clashes.append(int(contradiction is not None))
        self._made.append(of_fact.number(derived))
        return len(self._made) - 1


class Arithmetic:
    """A whole number computed from two facts whose values are days or whole numbers, as the claims give them."""

    def __init__(self, ground: Ground, computation: Computation, columns: Sequence[OrderedColumn]) -> None:
        """`columns` are those of the tables that test the fact."""
        self.fact = computation.fact
        self.tests = computation.tests
        self.disputed_with = computation.disputed_with
        self._computation = computation
        self._facts = ground.view.facts
        self._numbered = ground.numbered[self.fact]
        self._lock = ground.lock
        self._function = ARITHMETIC[computation.computed.function]
        self._places = OrderedClasses(columns)
        self._number: dict[Hashable, int] = {}
        self._known, self._clashes = Grown(), Grown()
        self._undisputed = Undisputed(ground.lock)

    def walk(self, _: Known, __: Spread | None, given: Given) -> Numbers:
        """The number of what is known of the fact, and of which of the facts behind it are known."""
        first, second = (given[name] for name in self.tests)
        low, high = self._function(first, second)
        least, most = (as_number(one) for one in bounds_of(self._facts[self.fact]))
        beyond = np.zeros(len(low), dtype=bool)
        if least is not None:
            beyond |= high < least
            low = np.maximum(low, least)
        if most is not None:
            beyond |= low > most
            high = np.minimum(high, most)
        stated = given.get(self.fact)
        if stated is not None:
            low, high = np.maximum(low, stated.low), np.minimum(high, stated.high)
        clash = beyond | (low > high)
        at_low, at_high = self._places.of(low), self._places.of(high)
        open_ = (~first.is_known()) + 2 * (~second.is_known()) + 4 * clash
        key = (at_low * self._places.count + at_high) * 8 + open_
        distinct, which, inverse = np.unique(key, return_index=True, return_inverse=True)
        ends = [
            self._end(code, int(low[at]), int(high[at]), bool(clash[at]))
            for code, at in zip(distinct.tolist(), which.tolist(), strict=True)
        ]
        return np.array(ends, dtype=np.int32)[inverse]

    def _end(self, key: int, low: int, high: int, clash: bool) -> int:
        found = self._number.get(key)
        if found is None:
            with self._lock:
                found = self._number.get(key)
                if found is None:
                    known = None if clash else knowledge(self._facts[self.fact], low, high)
                    self._known.append(self._numbered.number(known))
                    self._clashes.append(int(clash))
                    found = self._number[key] = len(self._known) - 1
        return found

    def derive(self, end: Numbers, _: Numbers, contradicted: Numbers, spread: Spread | None) -> tuple[Numbers, Numbers]:
        """What is known of the fact after it, and where that contradicts what is stated."""
        return self._undisputed.of(self._known[end], self._clashes[end], contradicted, spread)


def _minus(first: Ends, second: Ends) -> tuple[Ints, Ints]:
    return _less(first.low, second.high, LOWEST), _less(first.high, second.low, HIGHEST)


def _less(one: Ints, other: Ints, unbounded: int) -> Ints:
    is_open = (one == LOWEST) | (one == HIGHEST) | (other == LOWEST) | (other == HIGHEST)
    found: Ints = np.where(is_open, unbounded, one - other)
    return found


def _period(function: Callable[[Ints, Ints], Ints], first: Ends, second: Ends) -> tuple[Ints, Ints]:
    return _between(function, first.high, second.low, LOWEST), _between(function, first.low, second.high, HIGHEST)


def _between(function: Callable[[Ints, Ints], Ints], start: Ints, end: Ints, unbounded: int) -> Ints:
    is_open = (start == LOWEST) | (start == HIGHEST) | (end == LOWEST) | (end == HIGHEST)
    found: Ints = np.where(is_open, unbounded, function(np.where(is_open, 0, start), np.where(is_open, 0, end)))
    return found


def _days(start: Ints, end: Ints) -> Ints:
    return end - start


def _months(start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Months between the months of two days; the day of the month of the first, as the second's month has it; that of
    the second."""
    first, last = start.astype("datetime64[D]"), end.astype("datetime64[D]")
    of_first, of_last = first.astype("datetime64[M]"), last.astype("datetime64[M]")
    length = (of_last + 1).astype("datetime64[D]") - of_last.astype("datetime64[D]")
    day = (first - of_first.astype("datetime64[D]")).astype(np.int64) + 1
    months = (of_last - of_first).astype(np.int64)
    return (
        months,
        np.minimum(day, length.astype(np.int64)),
        (last - of_last.astype("datetime64[D]")).astype(np.int64) + 1,
    )


def _full_months(start: Ints, end: Ints) -> Ints:
    months, begun, day = _months(start, end)
    return months - (begun > day)


def _begun_months(start: Ints, end: Ints) -> Ints:
    """Before the first day as many below 0 as have begun from the second to the first."""
    is_before = end < start
    months, begun, day = _months(np.where(is_before, end, start), np.where(is_before, start, end))
    found: Ints = np.where(is_before, -1, 1) * (months + (begun < day))
    return found


def _begun_years(start: Ints, end: Ints) -> Ints:
    months = _begun_months(start, end)
    found: Ints = np.sign(months) * -(-np.abs(months) // 12)
    return found


PERIODS: Mapping[str, Callable[[Ints, Ints], Ints]] = {
    "days": _days,
    "weeks": lambda start, end: _days(start, end) // 7,
    "full_months": _full_months,
    "begun_months": _begun_months,
    "full_years": lambda start, end: _full_months(start, end) // 12,
    "begun_years": _begun_years,
}
"""Periods from days to days, as `facts/periods` counts them."""
ARITHMETIC: Mapping[str, Callable[[Ends, Ends], tuple[Ints, Ints]]] = {
    MINUS: _minus,
    **{name: partial(_period, function) for name, function in PERIODS.items()},
}
"""The functions of days and whole numbers, of ends."""


Calculated: TypeAlias = Combination | Arithmetic


def is_arithmetic(view: View, computation: Computation) -> bool:
    """Whether a fact is computed from whole numbers or days that stand in a claim file, and from nothing else."""
    names = (computation.fact, *computation.tests)
    if computation.computed.function not in ARITHMETIC or not all(is_whole(view.facts[name]) for name in names):
        return False
    is_source = any(computation.fact in one.tests for one in view.derivations if isinstance(one, Computation))
    return (
        not is_source
        and list(view.deriving(computation.fact)) == [computation]
        and not any(view.deriving(name) for name in computation.tests)
    )


def calculated(ground: Ground, computation: Computation, columns: Sequence[Column]) -> Calculated:
    """How a fact is computed by column; `columns` are those of the tables that test it."""
    if is_arithmetic(ground.view, computation):
        return Arithmetic(ground, computation, [one for one in columns if isinstance(one, OrderedColumn)])
    return Combination(ground, computation)
