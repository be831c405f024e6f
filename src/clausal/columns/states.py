"""Single lines of a batch, as the single-case reading takes them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from clausal.columns.ground import Ground
from clausal.columns.standing import Clashes, Known
from clausal.coverage.authorities import Read
from clausal.facts.knowledge import Knowledge
from clausal.rules.evaluate import Outcome
from clausal.rules.moves import Numbers, Spread

At = Callable[[Numbers], int]
"""The number that one line has in a column."""
Tell = Callable[[dict[str, Knowledge], tuple[str, ...], Read], int]


class States:
    """What is known of single lines of a batch."""

    def __init__(
        self,
        ground: Ground,
        known: Known,
        clashing: Clashes,
        clashes: Numbers,
        outcomes: Callable[[At], Callable[[str], Outcome]],
        count: int,
        spread: Spread | None,
    ) -> None:
        self.count = count
        self.spread = spread
        self._numbered = ground.numbered
        self._known = known
        self._clashing = clashing
        self._clashes = clashes
        self._outcomes = outcomes

    def reading(self, keys: Numbers, tell: Tell) -> Callable[[int], int]:
        """`tell` for a position in a column of lines, or of groups of lines."""
        of_lines = isinstance(keys, int) or len(keys) == self.count

        def at(position: int) -> int:
            line = position
            if not of_lines:
                assert self.spread is not None
                line = int(np.flatnonzero(self.spread == position)[0])
            return tell(*self.of(line), self._read(line))

        return at

    def _read(self, line: int) -> Read:
        """How the line's tables of authorities are read: the outcome is known where it stands."""
        outcomes = self._outcomes(lambda end: self._at(end, line))
        return lambda compiled, _: outcomes(compiled.table.id)

    def of(self, line: int) -> tuple[dict[str, Knowledge], tuple[str, ...]]:
        """One line's state, and the facts on which it contradicts itself."""
        numbers = {fact: self._at(column, line) for fact, column in self._known.items()}
        numbered = self._numbered
        state = {fact: known for fact, number in numbers.items() if (known := numbered[fact].knowledge[number])}
        return state, self._clashing.facts[self._at(self._clashes, line)]

    def _at(self, numbers: Numbers, line: int) -> int:
        if isinstance(numbers, int):
            return numbers
        if len(numbers) == self.count:
            return int(numbers[line])
        assert self.spread is not None
        return int(numbers[self.spread[line]])
