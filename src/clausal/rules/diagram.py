"""What a case leaves open of a table, and which of its rules can still decide.

The open rules span a small decision diagram over the facts that are not settled (taken as independent of one another).
The rules at its leaves are exactly those that can still decide.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from clausal.facts.knowledge import State
from clausal.rules.compile import CompiledTable
from clausal.rules.options import Lists, Options
from clausal.rules.steps import Steps
from clausal.rules.walk import TooLarge, Walk, firsts

MOST_NODES = 20_000


def live(compiled: CompiledTable, state: State) -> tuple[int, int]:
    """`(open, first)` of a first-hit table: the first rule that surely holds (0: none), and any that may precede it."""
    possible, certain = compiled.masks(state)
    first = certain & -certain
    return possible & ~certain & (first - 1 if first else compiled.everything), first


class Diagram:
    """What is open of one table for one state: the rules alive, and the facts that they tell apart."""

    def __init__(self, compiled: CompiledTable, state: State) -> None:
        self.compiled = compiled
        self.collects = compiled.table.hit == "collect"
        open_, self._first = live(compiled, state)
        self.alive = compiled.masks(state)[0] if self.collects else open_ | self._first
        options = ((column.fact, column.options(state.get(column.fact))) for column in compiled.columns)
        among = ((fact, one.among(self.alive)) for fact, one in options)
        self.open: dict[str, Options] = {fact: one for fact, one in among if one.is_open}
        """What each fact that rules alive tell apart can still be."""
        self.key: Hashable = self.alive, tuple(self.open.items())
        """What tells apart the cases of which the table leaves something else open."""

    def in_order(self, facts: Iterable[str]) -> list[str]:
        """Facts in the order of the diagram: lists last, when few rules are left for their kinds of code to tell."""
        return sorted(facts, key=lambda fact: isinstance(self.open[fact], Lists))

    def steps(self, facts: Iterable[str]) -> Steps:
        """The steps through what some facts can be."""
        return Steps([self.open[fact] for fact in facts], len(self.compiled.rules), self.alive)

    def deciding(self) -> int:
        """The mask of the rules that can decide, with one bit past the last rule if it can be that none does.

        All rules alive if the diagram is too large.
        """
        return self.compiled.remembered(("deciding", self.key), self._deciding)

    def _deciding(self) -> int:
        none = 1 << len(self.compiled.rules)
        walk = Walk(self.steps(self.in_order(self.open)), lambda alive: alive & -alive or none, _decided, MOST_NODES)
        try:
            return sum(first for first in walk.ends(self.alive) if isinstance(first, int))
        except TooLarge:
            return self.alive if self._first else self.alive | none


def _decided(alive: int, sure: int) -> tuple[int, int | None]:
    """The rules that can come first; the outcome where the first of them surely holds."""
    first = alive & -alive
    return firsts(alive, sure), first if first & sure else None
