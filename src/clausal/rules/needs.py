"""Which facts can still change what a table says, and which of them to ask first."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from clausal.facts.knowledge import State
from clausal.rules.compile import CompiledTable
from clausal.rules.diagram import Diagram, Group, TooLarge
from clausal.rules.model import Rule


@dataclass(frozen=True, slots=True)
class Need:
    """A fact that can change the outcome; `left` is how many facts remain to ask after it, on average."""

    fact: str
    left: float


def by_conclusion(rule: Rule | None) -> Hashable:
    """Rules are told apart by what they conclude."""
    return None if rule is None else tuple(sorted((key, str(value)) for key, value in rule.then.items()))


def needs(compiled: CompiledTable, state: State, group: Group = by_conclusion) -> list[Need]:
    """The facts that can change the outcome, the one that leaves least to ask first; none if the outcome is settled."""
    diagram = Diagram(compiled, state)
    try:
        relevant = diagram.support(group)
        found = []
        for fact, options in diagram.branches:
            if fact in relevant:
                left = [len(diagram.support(group, fact, mask)) for mask in options]
                found.append(Need(fact, sum(left) / len(left)))
    except TooLarge:
        return [Need(fact, float(len(diagram.branches))) for fact, _ in diagram.branches]
    return sorted(found, key=lambda need: need.left)
