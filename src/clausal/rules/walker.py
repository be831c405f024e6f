"""Walk a compiled table by column: where a line stands is a number, and each fact moves it on.

A standing is what the facts read so far leave of a table: the rules that may hold, those that surely do, and the
groups of values, of facts not fully known, between which the others hang. Lines of one standing are told the same.
A move is worked out when a line first makes it, so that the cost for a line does not grow with the rules.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass

from clausal.facts.knowledge import Knowledge
from clausal.facts.numbered import Numbered
from clausal.rules.columns import Column
from clausal.rules.compile import CompiledTable
from clausal.rules.evaluate import Outcome, evaluate
from clausal.rules.moves import Moves, Numbers, Spread
from clausal.rules.options import Options


@dataclass(frozen=True, slots=True)
class _Standing:
    """`branches`: of each fact that leaves rules open, what it can still be as far as rules that may hold tell."""

    possible: int
    certain: int
    branches: tuple[tuple[str, Options], ...] = ()


Key = Callable[[_Standing, tuple[int, ...]], Hashable]


class _Level:
    """The moves by one fact; `key` tells the standings after it apart."""

    def __init__(
        self, column: Column, values: Numbered, before: _Standings, key: Key | None, lock: threading.RLock
    ) -> None:
        self.fact = column.fact
        self.after = _Standings()
        self._key = key
        self._column = column
        self._values = values
        self._before = before
        self._known: dict[int, tuple[int, int, Options]] = {}
        self.move = Moves(self._make, lock)

    def _make(self, standing: int, value: int) -> int:
        before = self._before.all[standing]
        may, must, options = self._of(value)
        possible = before.possible & may
        branches = _among(possible, (*before.branches, (self.fact, options)))
        after = _Standing(possible, before.certain & must & possible, branches)
        sample = (*self._before.samples[standing], value)
        return self.after.number(after, sample, self._key(after, sample) if self._key else after)

    def _of(self, value: int) -> tuple[int, int, Options]:
        found = self._known.get(value)
        if found is None:
            knowledge = self._values.knowledge[value]
            found = self._known[value] = (*self._column.masks(knowledge), self._column.options(knowledge))
        return found


def _among(rules: int, branches: Iterable[tuple[str, Options]]) -> tuple[tuple[str, Options], ...]:
    """What facts can be, as far as some rules tell; without those of which they tell nothing apart."""
    found = ((fact, options.among(rules)) for fact, options in branches)
    return tuple((fact, options) for fact, options in found if options.is_open)


class _Standings:
    """The standings met at one level, numbered; with each the numbers of facts by which it was first reached."""

    def __init__(self) -> None:
        self.all: list[_Standing] = []
        self.samples: list[tuple[int, ...]] = []
        self._number: dict[Hashable, int] = {}

    def number(self, standing: _Standing, sample: tuple[int, ...], key: Hashable) -> int:
        found = self._number.get(key)
        if found is None:
            found = self._number[key] = len(self.all)
            self.all.append(standing)
            self.samples.append(sample)
        return found


class Walker:
    """One table, walked for many lines at a time; facts in `without` are left unread.

    Two lines get the same number only if the table says the same of both, and asks the same of both.
    """

    def __init__(
        self,
        compiled: CompiledTable,
        numbered: Mapping[str, Numbered],
        lock: threading.RLock,
        without: Collection[str] = (),
        last: Collection[str] = (),
    ) -> None:
        """`last` are facts to read last: those that lines of a group differ in."""
        self.compiled = compiled
        self._numbered = numbered
        columns = sorted((c for c in compiled.columns if c.fact not in without), key=lambda c: c.fact in last)
        self._is_whole = not any(column.fact in without for column in compiled.columns)
        self._outcomes: dict[int, Outcome] = {}
        self._ends = _Standings()
        everything = _Standing(compiled.everything, compiled.everything)
        self._ends.number(everything, (), everything)
        self._levels: list[_Level] = []
        for column in columns:
            key = self._end if column is columns[-1] else None
            self._levels.append(_Level(column, numbered[column.fact], self._ends, key, lock))
            self._ends = self._levels[-1].after

    def walk(self, numbers: Callable[[str], Numbers], spread: Spread | None = None) -> Numbers:
        """The number of each line's standing, given each fact's column of numbers.

        Columns may be of groups of lines, `spread` telling each line its group; so is then the answer, if all are.
        """
        standing: Numbers = 0
        for level in self._levels:
            standing = level.move(standing, numbers(level.fact), spread)
        return standing

    def outcome(self, end: int) -> Outcome:
        """What the table says where a line stands; for a table that is read whole and does not collect."""
        found = self._outcomes.get(end)
        if found is None:
            found = self._outcomes[end] = evaluate(self.compiled, self.sample(end))
        return found

    def sample(self, end: int) -> dict[str, Knowledge]:
        """What is known of the table's facts for some line of that standing."""
        return self._state(self._ends.samples[end])

    def _end(self, standing: _Standing, sample: tuple[int, ...]) -> Hashable:
        """Standings that settle a table by the same rules are one."""
        if not self._is_whole or self.compiled.table.hit == "collect":
            return standing
        outcome = evaluate(self.compiled, self._state(sample))
        if outcome.settled:
            return tuple(rule.name if rule else None for rule in outcome.possible)
        first = standing.certain & -standing.certain
        alive = standing.possible & (first << 1) - 1 if first else standing.possible
        return alive, first, _among(alive, standing.branches)

    def _state(self, sample: tuple[int, ...]) -> dict[str, Knowledge]:
        found = {}
        for level, value in zip(self._levels, sample, strict=True):
            knowledge = self._numbered[level.fact].knowledge[value]
            if knowledge is not None:
                found[level.fact] = knowledge
        return found
