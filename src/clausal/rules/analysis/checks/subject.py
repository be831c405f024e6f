"""A table that is being checked: the space its rules span, and which rules can hold together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from clausal.facts.vocabulary import Fact
from clausal.problems import Place
from clausal.rules.analysis.regions import Box, find
from clausal.rules.analysis.space import Space, Tests, Values
from clausal.rules.analysis.wording import example
from clausal.rules.explain import tests_of
from clausal.rules.masks import bits
from clausal.rules.model import Rule, Table
from clausal.rules.steps import Steps
from clausal.rules.walk import Outcome


class Subject:
    """A table with what checks ask of it; rule i is bit i of every mask."""

    def __init__(
        self,
        table: Table,
        facts: Mapping[str, Fact],
        *,
        since: dt.date | None = None,
        only_source: bool = False,
    ) -> None:
        self.table, self.facts = table, facts
        self.since = since
        """The day on which the document took effect: nothing is missing before it."""
        self.only_source = only_source
        """Whether the table alone tells a fact that nobody can be asked for."""
        self.rules: tuple[Rule, ...] = table.rules

    @cached_property
    def space(self) -> Space:
        return Space(self.facts, self.tests)

    @cached_property
    def tests(self) -> list[Tests]:
        return [{name: (test,) for name, test in tests_of(rule).items()} for rule in self.rules]

    @cached_property
    def steps(self) -> Steps:
        return self.space.steps()

    @cached_property
    def near(self) -> list[int]:
        """For each rule the rules that can hold with it, as far as facts with single values tell."""
        return [self.near_but(at, None) for at in range(len(self.rules))]

    def near_but(self, rule: int, fact: str | None) -> int:
        """The same, one fact left out of account."""
        near = self.space.everything
        for part in self.space.parts:
            if isinstance(part, Values) and part.fact.name != fact:
                room = 0
                for mask in part.masks:
                    room |= mask if mask >> rule & 1 else 0
                near &= room
        return near

    def case(self, rule: int, others: int, outcome: Callable[[int], bool], refused: int = 0) -> Box | None:
        """Cases for which a rule holds and the rules alive, of it and `others`, are as wanted.

        `refused` are rules that must not hold.
        """
        bit = 1 << rule

        def early(alive: int, sure: int) -> tuple[int, Outcome | None]:
            return alive, False if not bit & alive or sure & refused else None

        return find(self.space, self.steps, bit | others, lambda alive: bool(alive & bit) and outcome(alive), early)

    def shown(self, box: Box) -> dict[str, Any]:
        """A case of a box."""
        return example(self.space, box)

    def place(self, rule: int) -> Place:
        return self.rules[rule].place

    def named(self, mask: int, most: int = 3) -> tuple[tuple[str, Place], ...]:
        """The first rules of a mask, by name, with their places."""
        return tuple((f"rule '{self.rules[at].name}'", self.place(at)) for at in list(bits(mask))[:most])


def words(names: tuple[tuple[str, Place], ...]) -> str:
    """Names as a list in words."""
    return ", ".join(name for name, _ in names)
