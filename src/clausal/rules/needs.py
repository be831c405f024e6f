"""Which facts can still change what a table says, and which of them to ask first.

The rules that are still open span a small decision diagram over the facts that are not settled: branch on each group of
values that the open rules do not tell apart, merge equal branches. The facts that are left in it are exactly those that
can change the outcome (facts taken as independent of one another).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from clausal.facts.knowledge import State
from clausal.rules.compile import CompiledTable
from clausal.rules.evaluate import live
from clausal.rules.model import Rule

MOST_NODES = 20_000

Group = Callable[[Rule | None], Hashable]
"""Which outcome a rule leads to; two rules of one group need not be told apart."""


def by_conclusion(rule: Rule | None) -> Hashable:
    return None if rule is None else tuple(sorted((key, str(value)) for key, value in rule.then.items()))


@dataclass(frozen=True, slots=True)
class Need:
    """A fact that can change the outcome; `left` is how many facts remain to ask after it, on average."""

    fact: str
    left: float


class _TooLarge(Exception):
    pass


class _Diagram:
    """The reduced decision diagram of one open outcome."""

    def __init__(self, compiled: CompiledTable, state: State, group: Group) -> None:
        self.group = group
        self.compiled = compiled
        if compiled.table.hit == "collect":
            possible, certain = compiled.masks(state)
            self.alive, self.first = possible, 0
            self.fixed = certain
        else:
            open_, self.first = live(compiled, state)
            self.alive, self.fixed = open_ | self.first, self.first
        self.columns: list[tuple[str, list[int]]] = []
        for column in compiled.columns:
            options = sorted({mask & self.alive for mask in column.options(state.get(column.fact))})
            if len(options) > 1:
                self.columns.append((column.fact, options))

    def support(self, skip: str | None = None, given: int = -1) -> set[str]:
        """The facts that matter, once fact `skip` is settled so that only the rules `given` accept it."""
        columns = [(fact, options) for fact, options in self.columns if fact != skip]
        surely = [self.alive] * (len(columns) + 1)
        for index in range(len(columns) - 1, -1, -1):
            must = surely[index + 1]
            for mask in columns[index][1]:
                must &= mask
            surely[index] = must
        memo: dict[tuple[int, int], Hashable] = {}
        needed: dict[Hashable, set[str]] = {}

        def node(index: int, alive: int) -> Hashable:
            sure = alive & surely[index]
            if self.compiled.table.hit != "collect" and sure:
                first = sure & -sure
                alive &= (first << 1) - 1
                if alive == first:
                    return self.leaf(first)
            if not alive or index == len(columns):
                return self.leaf(alive)
            key = index, alive
            if key not in memo:
                if len(memo) > MOST_NODES:
                    raise _TooLarge
                fact, options = columns[index]
                children = tuple(node(index + 1, alive & mask) for mask in options)
                if all(child == children[0] for child in children):
                    memo[key] = children[0]
                else:
                    memo[key] = ("node", index, children)
                    needed[memo[key]] = {fact}.union(*(needed.get(child, set()) for child in children))
            return memo[key]

        return needed.get(node(0, self.alive & given), set())

    def leaf(self, alive: int) -> Hashable:
        if self.compiled.table.hit == "collect":
            return ("leaf", frozenset(self.group(rule) for rule in self.compiled.select(alive)))
        low = alive & -alive
        return ("leaf", self.group(self.compiled.rules[low.bit_length() - 1] if low else None))


def needs(compiled: CompiledTable, state: State, group: Group = by_conclusion) -> list[Need]:
    """The facts that can change the outcome, the one that leaves least to ask first; none if the outcome is settled."""
    diagram = _Diagram(compiled, state, group)
    try:
        relevant = diagram.support()
        found = []
        for fact, options in diagram.columns:
            if fact in relevant:
                left = [len(diagram.support(fact, mask)) for mask in options]
                found.append(Need(fact, sum(left) / len(left)))
    except _TooLarge:
        return [Need(fact, float(len(diagram.columns))) for fact, _ in diagram.columns]
    return sorted(found, key=lambda need: need.left)
