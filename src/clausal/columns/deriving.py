"""Facts derived by column, one after another, with where lines stand in each derivation and on what they clash."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

from clausal.columns.calculated import Calculated
from clausal.columns.given import Given
from clausal.columns.standing import Clashes, Inference
from clausal.rules.moves import Moves, Numbers, Spread

Lines = npt.NDArray[np.intp]


class Derives(Protocol):
    """What derives a fact, once it is known where lines stand."""

    fact: str
    tests: tuple[str, ...]
    disputed_with: tuple[str, ...]

    def derive(
        self, end: Numbers, stated: Numbers, contradicted: Numbers, spread: Spread | None
    ) -> tuple[Numbers, Numbers]:
        """What is known of the fact after it, and where that contradicts what is stated."""


class Rests:
    """What bears on how derivations are read: which contradict what is derived later, a lock, the clashes met."""

    def __init__(self, derivations: Iterable[Derives], clashing: Clashes, lock: threading.RLock) -> None:
        derivations = list(derivations)
        last = {one.fact: one for one in derivations}
        counting = {other for one in derivations for other in one.disputed_with}
        self.clashing = clashing
        self.is_last = {id(one) for fact, one in last.items() if fact not in counting}
        self.either = Moves(lambda one, other: int(bool(one or other)), lock)


class Derived:
    """What is known of each fact, by line or by claim, as more and more is derived."""

    def __init__(
        self,
        rests: Rests,
        known: Mapping[str, Numbers],
        count: int,
        spread: Spread | None,
        bearing: Collection[str],
    ) -> None:
        """`bearing` are the facts that bear on some line's plan: others are not derived."""
        self.known = dict(known)
        self.count = count
        self.spread = spread
        self.ends: list[Numbers] = []
        self.clashes: Numbers = 0
        self._rests = rests
        self._bearing = bearing
        self._contradicted: dict[str, Numbers] = {}

    def bears(self, fact: str) -> bool:
        """Whether a fact bears on some line's plan."""
        return fact in self._bearing

    def infer(self, derivations: Iterable[Inference | Calculated], given: Given) -> None:
        """Derive facts, each from what is known so far."""
        for one in derivations:
            self.take(one, one.walk(self.known, self.spread, given) if one.fact in self._bearing else 0)

    def take(self, one: Derives, end: Numbers) -> None:
        """Derive a fact, given where each line stands."""
        self.ends.append(end)
        fact = one.fact
        if fact not in self._bearing:
            return
        spread, rests = self.spread, self._rests
        disputed: Numbers = self._contradicted.get(fact, 0)
        for other in one.disputed_with:
            if other in self._contradicted:
                disputed = rests.either(disputed, self._contradicted[other], spread)
        self.known[fact], clash = one.derive(end, self.known.get(fact, 0), disputed, spread)
        if not isinstance(clash, int) or clash:
            self.clashes = rests.clashing.noted(self.clashes, fact, clash, spread)
            if id(one) not in rests.is_last:
                self._contradicted[fact] = rests.either(self._contradicted.get(fact, 0), clash, spread)

    def of(self, lines: Lines) -> Derived:
        """The same of some lines, all of it by line."""
        found = Derived(self._rests, {}, len(lines), None, self._bearing)
        found.known = {name: self._some(numbers, lines) for name, numbers in self.known.items()}
        found.ends = [self._some(numbers, lines) for numbers in self.ends]
        found.clashes = self._some(self.clashes, lines)
        found._contradicted = {name: self._some(numbers, lines) for name, numbers in self._contradicted.items()}
        return found

    def _some(self, numbers: Numbers, lines: Lines) -> Numbers:
        if isinstance(numbers, int):
            return numbers
        if self.spread is None or len(numbers) == self.count:
            return numbers[lines]
        return numbers[self.spread[lines]]
