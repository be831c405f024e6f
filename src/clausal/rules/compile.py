"""Compile a table: for each fact, the mask of the rules that accept each value."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from clausal.facts.knowledge import State
from clausal.facts.vocabulary import Fact
from clausal.rules.columns import Column, column_for
from clausal.rules.model import SERVICE_DATE, Between, Rule, Table, Test

MOST_CITING = 1_000
MOST_REMEMBERED = 10_000
"""Of how many open situations a table remembers what was worked out."""

T = TypeVar("T")


class CompiledTable:
    """A table ready to be walked; rules keep their order, rule i is bit i of every mask."""

    def __init__(self, table: Table, facts: Mapping[str, Fact]) -> None:
        self.table = table
        self.rules: tuple[Rule, ...] = table.rules
        self.derives = facts.get(table.answers[1]) if table.answers[0] == "fact" else None
        """The fact that the table is for."""
        self.disputed_with = self.derives.disputed_with if self.derives else ()
        self.fact = table.answers[1]
        """The name of what the table answers: of a table that derives a fact, the fact."""
        self.everything = (1 << len(table.rules)) - 1
        tests: list[Mapping[str, Test]] = [_dated(rule) for rule in table.rules]
        tested = dict.fromkeys(name for of_rule in tests for name in of_rule)
        self.columns: tuple[Column, ...] = tuple(
            column_for(facts[name], [of_rule.get(name) for of_rule in tests]) for name in tested
        )
        self.column = {column.fact: column for column in self.columns}
        self.tests: tuple[str, ...] = tuple(self.column)
        """The facts that it tests."""
        self._citing: dict[int, tuple[str, ...]] = {}
        self._remembered: dict[Hashable, Any] = {}
        self.bit = {rule.name: 1 << index for index, rule in enumerate(table.rules)}
        conclusions: dict[object, int] = {}
        for index, rule in enumerate(table.rules):
            key = _conclusion(rule)
            conclusions[key] = conclusions.get(key, 0) | 1 << index
        self.same: tuple[int, ...] = tuple(conclusions[_conclusion(rule)] for rule in table.rules)

    def masks(self, state: State) -> tuple[int, int]:
        """`(possible, certain)`: the rules that may hold, and those that surely do."""
        possible = certain = self.everything
        for column in self.columns:
            may, must = column.masks(state.get(column.fact))
            possible &= may
            if not possible:
                return 0, 0
            certain &= must
        return possible, certain

    def is_met(self, state: State) -> bool:
        """Whether anything is known of a fact that the table tests."""
        return not self.column.keys().isdisjoint(state)

    def each(self, state: State) -> dict[str, tuple[int, int]]:
        """`(may, must)` of each fact."""
        return {column.fact: column.masks(state.get(column.fact)) for column in self.columns}

    def citing(self, mask: int) -> tuple[str, ...]:
        """The clauses that the rules of a mask cite, each once; kept, since few masks are asked for."""
        found = self._citing.get(mask)
        if found is None:
            found = tuple(dict.fromkeys(clause for rule in self.select(mask) for clause in rule.cites))
            if len(self._citing) < MOST_CITING:
                self._citing[mask] = found
        return found

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for a key before, since the same facts are open in many cases; else it is made."""
        found: T | None = self._remembered.get(key)
        if found is None:
            found = make()
            if len(self._remembered) < MOST_REMEMBERED:
                self._remembered[key] = found
        return found

    def select(self, mask: int) -> tuple[Rule, ...]:
        """The rules of a mask, in order."""
        chosen = []
        while mask:
            low = mask & -mask
            chosen.append(self.rules[low.bit_length() - 1])
            mask ^= low
        return tuple(chosen)


def _dated(rule: Rule) -> Mapping[str, Test]:
    """A rule's tests, its dates of force among them."""
    if rule.force.start is None and rule.force.end is None:
        return rule.when
    return {**rule.when, SERVICE_DATE: Between(rule.force.start, rule.force.end)}


def _conclusion(rule: Rule) -> object:
    return tuple(sorted((key, str(value)) for key, value in rule.then.items()))
