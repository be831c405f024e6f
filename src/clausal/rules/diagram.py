"""The small decision diagram that the open rules of a table span over the facts that are not settled.

Branch on each group of values that the open rules do not tell apart, and merge equal branches. The rules at its
leaves are exactly those that can still decide, the facts left in it exactly those that can change the outcome (facts
taken as independent of one another).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import reduce
from operator import or_

from clausal.facts.knowledge import State
from clausal.rules.compile import CompiledTable
from clausal.rules.model import Rule

MOST_NODES = 20_000

Group = Callable[[Rule | None], Hashable]
"""Which outcome a rule leads to; two rules of one group need not be told apart."""

Branches = tuple[str, list[int]]


class TooLarge(Exception):
    """The diagram has more than MOST_NODES nodes; callers fall back on what the masks say."""


def live(compiled: CompiledTable, state: State) -> tuple[int, int]:
    """`(open, first)` of a first-hit table: the first rule that surely holds (0: none), and any that may precede it."""
    possible, certain = compiled.masks(state)
    first = certain & -certain
    return possible & ~certain & (first - 1 if first else compiled.everything), first


class Diagram:
    """The diagram of one table for one state; `branches` are the facts that open rules test, with their groups."""

    def __init__(self, compiled: CompiledTable, state: State) -> None:
        self.compiled = compiled
        self.collects = compiled.table.hit == "collect"
        open_, first = live(compiled, state)
        self.alive = compiled.masks(state)[0] if self.collects else open_ | first
        columns = [(column.fact, column.options(state.get(column.fact))) for column in compiled.columns]
        for _, options in columns:
            self.alive &= reduce(or_, options)
        groups = [(fact, sorted({mask & self.alive for mask in options})) for fact, options in columns]
        self.branches: list[Branches] = [(fact, options) for fact, options in groups if len(options) > 1]

    def deciding(self) -> int:
        """The mask of the rules that can decide, with one bit past the last rule if it can be that none does."""
        result = 0
        for first in _Walk(self, self.branches, lambda alive: alive & -alive).firsts(self.alive):
            result |= first or 1 << len(self.compiled.rules)
        return result

    def support(self, group: Group, skip: str | None = None, given: int = -1) -> set[str]:
        """The facts that matter, once fact `skip` is settled so that only the rules `given` accept it."""

        def outcome(alive: int) -> Hashable:
            if self.collects:
                return frozenset(group(rule) for rule in self.compiled.select(alive))
            low = alive & -alive
            return group(self.compiled.rules[low.bit_length() - 1] if low else None)

        branches = [(fact, options) for fact, options in self.branches if fact != skip]
        return _Walk(self, branches, outcome).support(self.alive & given)


class _Walk:
    """One walk over the branches in order; a node is told by how far it is and which rules are alive."""

    def __init__(self, diagram: Diagram, branches: list[Branches], outcome: Callable[[int], Hashable]) -> None:
        self.collects = diagram.collects
        self.branches = branches
        self.outcome = outcome
        self.memo: dict[tuple[int, int], Hashable] = {}
        self.facts: dict[Hashable, set[str]] = {}
        self.ends: set[int] = set()
        self.surely = [diagram.alive] * (len(branches) + 1)
        """For each step, the rules that no later fact can reject."""
        for index in range(len(branches) - 1, -1, -1):
            must = self.surely[index + 1]
            for mask in branches[index][1]:
                must &= mask
            self.surely[index] = must

    def firsts(self, alive: int) -> set[int]:
        """The bit of the rule that comes first at each leaf; 0 where none is left."""
        self._node(0, alive)
        return self.ends

    def support(self, alive: int) -> set[str]:
        return self.facts.get(self._node(0, alive), set())

    def _node(self, index: int, alive: int) -> Hashable:
        sure = alive & self.surely[index]
        if sure and not self.collects:
            first = sure & -sure
            alive &= (first << 1) - 1
            if alive == first:
                return self._leaf(first)
        if not alive or index == len(self.branches):
            return self._leaf(alive)
        key = index, alive
        if key not in self.memo:
            if len(self.memo) > MOST_NODES:
                raise TooLarge
            fact, options = self.branches[index]
            children = tuple(self._node(index + 1, alive & mask) for mask in options)
            if all(child == children[0] for child in children):
                self.memo[key] = children[0]
            else:
                node = self.memo[key] = ("node", index, children)
                self.facts[node] = {fact}.union(*(self.facts.get(child, set()) for child in children))
        return self.memo[key]

    def _leaf(self, alive: int) -> Hashable:
        self.ends.add(alive & -alive)
        return ("leaf", self.outcome(alive))
