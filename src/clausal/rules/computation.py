"""A fact computed from others, as a step of inference beside the tables that derive facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clausal.facts.computed import Bounds, Computed, compute
from clausal.facts.knowledge import Knowledge, Possible, Range, State, describe, meet, span
from clausal.facts.vocabulary import Fact
from clausal.rules.contradiction import Contradiction


@dataclass(frozen=True)
class Computation:
    """How one fact is computed; `within` are the bounds that it and its sources have whatever is known of them."""

    fact: str
    computed: Computed
    within: Mapping[str, Bounds]
    disputed_with: tuple[str, ...] = ()

    @property
    def tests(self) -> tuple[str, ...]:
        """The facts that it is computed from."""
        return self.computed.of

    def derive(self, state: State, stated: Knowledge | None) -> tuple[Knowledge | None, Contradiction | None]:
        """What is known of the fact, with what is stated of it."""
        return derived_with(self.fact, self.within, compute(self.computed, state, self.within), stated)


def derived_with(
    fact: str, within: Mapping[str, Bounds], found: Possible | Range | None, stated: Knowledge | None
) -> tuple[Knowledge | None, Contradiction | None]:
    """What is known of a fact of which something was found, and something may be stated; None where they clash."""
    if found is None:
        return stated, None
    least, most = within[fact]
    if least is not None or most is not None:
        bounds = Range(least, most, found.origin)
        left = meet(found, bounds)
        if left is None:
            return None, _against(fact, span(least, most), "what it can be", found)
        if left == bounds:
            return stated, None
        found = left
    if stated is None:
        return found, None
    assert isinstance(stated, Possible | Range)
    left = meet(stated, found)
    return left, None if left else _against(fact, describe(stated), stated.origin.text, found)


def _against(fact: str, stated: str, by: str, found: Possible | Range) -> Contradiction:
    return Contradiction(fact, stated, by, describe(found), found.origin.text, found.origin.clauses)


def computation(fact: Fact, facts: Mapping[str, Fact]) -> Computation:
    """The computation of a fact that has one."""
    assert fact.computed is not None
    within = {name: bounds_of(facts[name]) for name in (fact.name, *fact.computed.of)}
    return Computation(fact.name, fact.computed, within, fact.disputed_with)


def bounds_of(fact: Fact) -> Bounds:
    """The least and the greatest value that a fact can have; None where it has no bound."""
    return fact.at_least, fact.at_most
