"""Walk a compiled table by column: where a line stands is a number, and each fact moves it on.

A standing is what the facts read so far leave of a table: the rules that may hold, those that surely do, and the
groups of values, of facts not fully known, between which the others hang. Lines of one standing are told the same.
A move is worked out when a line first makes it, so that the cost for a line does not grow with the rules.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

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


Sample: TypeAlias = Mapping[str, int]
"""The number of what is known of each fact."""
Key = Callable[[_Standing, Sample], Hashable]
MOST_CHAINS = 64
"""For how many sets of facts, the same for all lines of a batch, levels of their own are kept."""


class _Level:
    """The moves by one fact."""

    def __init__(
        self, column: Column, values: Numbered, before: _Standings, after: _Standings, lock: threading.RLock
    ) -> None:
        self.fact = column.fact
        self.before = before
        self._after = after
        self._column = column
        self._values = values
        self._known: dict[int, tuple[int, int, Options]] = {}
        self.move = Moves(self._make, lock)

    def _make(self, standing: int, value: int) -> int:
        before = self.before.all[standing]
        may, must, options = self._of(value)
        possible = before.possible & may
        branches = _among(possible, (*before.branches, (self.fact, options)))
        after = _Standing(possible, before.certain & must & possible, branches)
        return self._after.number(after, {**self.before.samples[standing], self.fact: value})

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

    def __init__(self, key: Key = lambda standing, _: standing) -> None:
        self.all: list[_Standing] = []
        self.samples: list[Sample] = []
        self._key = key
        self._number: dict[Hashable, int] = {}

    def number(self, standing: _Standing, sample: Sample) -> int:
        key = self._key(standing, sample)
        found = self._number.get(key)
        if found is None:
            found = self._number[key] = len(self.all)
            self.all.append(standing)
            self.samples.append(sample)
        return found


class Walker:
    """One table, walked for many lines at a time; facts in `without` are left unread.

    Two lines get the same number only if the table says the same of both, and asks the same of both. Facts that are the
    same for all lines are read first, which takes no time; so there is a chain of levels for each set of such facts.
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
        self._lock = lock
        self._columns = sorted((c for c in compiled.columns if c.fact not in without), key=lambda c: c.fact in last)
        self._is_whole = not any(column.fact in without for column in compiled.columns)
        self._outcomes: dict[int, Outcome] = {}
        self._begin = _Standings()
        self._begin.number(_Standing(compiled.everything, compiled.everything), {})
        self._ends = _Standings(self._end) if self._columns else self._begin
        self._chains: dict[frozenset[str], list[_Level]] = {}

    def walk(self, numbers: Callable[[str], Numbers], spread: Spread | None = None) -> Numbers:
        """The number of each line's standing, given each fact's column of numbers.

        Columns may be of groups of lines, `spread` telling each line its group; so is then the answer, if all are.
        """
        values = {column.fact: numbers(column.fact) for column in self._columns}
        standing: Numbers = 0
        for level in self._chain(frozenset(fact for fact, value in values.items() if isinstance(value, int))):
            # Where no rule can hold for any line, nothing that is still to be read matters.
            is_over = isinstance(standing, int) and not level.before.all[standing].possible
            standing = level.move(standing, 0 if is_over else values[level.fact], spread)
        return standing

    def _chain(self, first: frozenset[str]) -> list[_Level]:
        """The levels that read some facts before all others."""
        chain = self._chains.get(first)
        if chain is not None:
            return chain
        with self._lock:
            if len(self._chains) >= MOST_CHAINS:
                first = frozenset()
            if first not in self._chains:
                columns = sorted(self._columns, key=lambda column: column.fact not in first)
                levels: list[_Level] = []
                before = self._begin
                for column in columns:
                    after = self._ends if column is columns[-1] else _Standings()
                    levels.append(_Level(column, self._numbered[column.fact], before, after, self._lock))
                    before = after
                self._chains[first] = levels
            return self._chains[first]

    def outcome(self, end: int) -> Outcome:
        """What the table says where a line stands; for a table that is read whole and does not collect."""
        found = self._outcomes.get(end)
        if found is None:
            found = self._outcomes[end] = evaluate(self.compiled, self.sample(end))
        return found

    def sample(self, end: int) -> dict[str, Knowledge]:
        """What is known of the table's facts for some line of that standing."""
        return self._state(self._ends.samples[end])

    def _end(self, standing: _Standing, sample: Sample) -> Hashable:
        """Standings that settle a table by the same rules are one."""
        if not self._is_whole or self.compiled.table.hit == "collect":
            return standing.possible, standing.certain, frozenset(standing.branches)
        outcome = evaluate(self.compiled, self._state(sample))
        if outcome.settled:
            return tuple(rule.name if rule else None for rule in outcome.possible)
        first = standing.certain & -standing.certain
        alive = standing.possible & (first << 1) - 1 if first else standing.possible
        return alive, first, frozenset(_among(alive, standing.branches))

    def _state(self, sample: Sample) -> dict[str, Knowledge]:
        found = {}
        for fact, value in sample.items():
            knowledge = self._numbered[fact].knowledge[value]
            if knowledge is not None:
                found[fact] = knowledge
        return found
