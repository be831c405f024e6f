"""Columns of numbers made of others: several as one, coarser ones, and what is told of each number once."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial

import numpy as np

from clausal.columns.encode import Ids
from clausal.facts.knowledge import Knowledge
from clausal.facts.numbered import Numbered
from clausal.rules.moves import Grown, Moves, Numbers, Spread

UNMET = -1
MOST_CHAINS = 64
"""For how many sets of columns, the same for all lines of a batch, moves of their own are kept."""


class Told:
    """What is told of each number of a column, found out when a line first has it."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._table = np.full(1024, UNMET, dtype=np.int32)

    def of(self, keys: Numbers, tell: Callable[[int], int]) -> Numbers:
        """`tell` is given the position of a line that has the number."""
        if isinstance(keys, int):
            return int(np.asarray(self.of(np.array([keys], dtype=np.int32), tell))[0])
        if not len(keys):
            return keys
        highest = int(keys.max())
        if highest >= len(self._table):
            with self._lock:
                grown = np.full(max(len(self._table), 2 << highest.bit_length()), UNMET, dtype=np.int32)
                grown[: len(self._table)] = self._table
                self._table = grown
        found: Ids = self._table[keys]
        if found.min() == UNMET:
            unmet = np.flatnonzero(found == UNMET)
            distinct, first = np.unique(keys[unmet], return_index=True)
            with self._lock:
                for key, at in zip(distinct.tolist(), first.tolist(), strict=True):
                    if self._table[key] == UNMET:
                        self._table[key] = tell(int(unmet[at]))
                found = self._table[keys]
        return found


class Joint:
    """Several columns of numbers as one: lines get the same number only where they have the same in each.

    Columns that are the same for all lines are joined first, which takes no time; so there is a chain of moves for each
    set of such columns, and lines of two batches that have the same in each may get two numbers.
    """

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._chains: dict[tuple[int, ...], list[Moves]] = {}
        self._last = counted()

    def of(self, parts: Sequence[Numbers], spread: Spread | None) -> Numbers:
        order = sorted(range(len(parts)), key=lambda index: not isinstance(parts[index], int))
        if tuple(order) not in self._chains and len(self._chains) >= MOST_CHAINS:
            order = list(range(len(parts)))
        joint: Numbers = 0
        for index, moves in zip(order, self._chain(tuple(order)), strict=True):
            joint = moves(joint, parts[index], spread)
        return joint

    def _chain(self, order: tuple[int, ...]) -> list[Moves]:
        """A move for each column in an order; what the last ones give is told apart whatever the order."""
        with self._lock:
            if order not in self._chains:
                makes = [*(counted() for _ in order[1:]), self._last]
                self._chains[order] = [Moves(make, self._lock) for _, make in zip(order, makes, strict=False)]
            return self._chains[order]


class Combinations:
    """Several columns of numbers as one, of whose numbers each tells what it was made of (`members`)."""

    def __init__(self, count: int, lock: threading.RLock) -> None:
        """`count` is how many columns there are."""
        self._parts: list[list[tuple[int, ...]]] = [[()], *([] for _ in range(count))]
        self._moves = [Moves(partial(self._with, step), lock) for step in range(count)]

    @property
    def members(self) -> Sequence[tuple[int, ...]]:
        """For each number the numbers of the columns that it stands for."""
        return self._parts[-1]

    def of(self, parts: Iterable[Numbers], spread: Spread | None) -> Numbers:
        joint: Numbers = 0
        for moves, part in zip(self._moves, parts, strict=True):
            joint = moves(joint, part, spread)
        return joint

    def _with(self, step: int, before: int, part: int) -> int:
        self._parts[step + 1].append((*self._parts[step][before], part))
        return len(self._parts[step + 1]) - 1


class Undisputed:
    """What is derived of a fact and where that clashes, but of lines that have contradicted themselves on it before."""

    def __init__(self, lock: threading.RLock) -> None:
        self._unless = Moves(lambda contradicted, number: 0 if contradicted else number, lock)

    def of(
        self, derived: Numbers, clash: Numbers, contradicted: Numbers, spread: Spread | None
    ) -> tuple[Numbers, Numbers]:
        if isinstance(contradicted, int) and not contradicted:
            return derived, clash
        return self._unless(contradicted, derived, spread), self._unless(contradicted, clash, spread)


def counted() -> Callable[[int, int], int]:
    """A new number for each pair."""
    counter = itertools.count()
    return lambda _left, _right: next(counter)


class Classes:
    """A coarser number for what is known of a fact."""

    def __init__(self, numbered: Numbered, key: Callable[[Knowledge | None], Hashable], lock: threading.RLock) -> None:
        self._lock = lock
        self._numbered = numbered
        self._key = key
        self._number: dict[Hashable, int] = {}
        self._of = Grown()

    def __call__(self, numbers: Numbers) -> Numbers:
        with self._lock:
            for known in self._numbered.knowledge[len(self._of) :]:
                self._of.append(self._number.setdefault(self._key(known), len(self._number)))
        return 0 if len(self._number) == 1 else self._of[numbers]


def distinct(numbers: Numbers) -> list[int]:
    """The numbers that a column has."""
    return [numbers] if isinstance(numbers, int) else np.flatnonzero(np.bincount(numbers)).tolist()
