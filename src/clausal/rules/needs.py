"""Which facts can still change what a table says, and which of them to ask first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from clausal.facts.knowledge import State, Value, known
from clausal.rules.compile import CompiledTable
from clausal.rules.diagram import MOST_NODES, Diagram
from clausal.rules.masks import bits
from clausal.rules.model import Rule
from clausal.rules.walk import Leaf, Outcome, TooLarge, Walk, firsts

MOST_TRIED = 12
"""Of how many values of a fact, or lists, it is tried what they would leave to ask."""

Group = Callable[[Rule | None], Hashable]
"""Which outcome a rule leads to; two rules of one group need not be told apart."""


@dataclass(frozen=True, slots=True)
class Need:
    """A fact that can change the outcome; `left` is how many facts remain to ask after it, on average."""

    fact: str
    left: float


def by_conclusion(rule: Rule | None) -> Hashable:
    """Rules are told apart by what they conclude."""
    return None if rule is None else tuple(sorted((key, str(value)) for key, value in rule.then.items()))


def needs(compiled: CompiledTable, state: State, group: Group = by_conclusion) -> list[Need]:
    """The facts that can change the outcome, the one that leaves least to ask first; none if the outcome is settled.

    Where more hangs together than can be followed, facts may be named that cannot change it, never the other way.
    """
    diagram = Diagram(compiled, state)
    groups = _Groups(diagram, group)
    return list(compiled.remembered(("needs", diagram.key, groups.key), lambda: _needs(diagram, groups)))


def _needs(diagram: Diagram, groups: _Groups) -> list[Need]:
    try:
        bearing = _Bearing(diagram, groups, diagram.open).given(diagram.alive)
    except TooLarge:
        return [Need(fact, float(len(diagram.open))) for fact in diagram.open]
    relevant = [fact for fact in diagram.open if fact in bearing]
    found = [Need(fact, _left(diagram, groups, fact, relevant)) for fact in relevant]
    return sorted(found, key=lambda need: need.left)


def alike(
    compiled: CompiledTable, state: State, fact: str, values: Iterable[Value], group: Group = by_conclusion
) -> list[list[Value]]:
    """Values that a fact can have, those together that come to the same outcomes whatever else becomes known.

    Where that is too much to follow, each value stands by itself.
    """
    diagram = Diagram(compiled, state)
    groups = _Groups(diagram, group)
    listed = tuple(values)
    key = "alike", diagram.key, groups.key, fact, listed
    return list(compiled.remembered(key, lambda: _alike(diagram, groups, fact, listed)))


def _alike(diagram: Diagram, groups: _Groups, fact: str, values: Sequence[Value]) -> list[list[Value]]:
    walk = Walk(diagram.steps(diagram.in_order(set(diagram.open) - {fact})), groups.first, groups.early, MOST_NODES)
    column = diagram.compiled.column[fact]
    found: dict[Hashable, list[Value]] = {}
    for value in values:
        may, _ = column.masks(known(value))
        try:
            node = walk.root(diagram.alive & may)
            key: Hashable = node.outcome if isinstance(node, Leaf) else id(node)
        except TooLarge:
            key = ("alone", value)
        found.setdefault(key, []).append(value)
    return list(found.values())


def _left(diagram: Diagram, groups: _Groups, fact: str, relevant: Sequence[str]) -> float:
    """How many facts matter once one is settled, on average over what it can be; all others if that is too much."""
    # A fact that matters nowhere leads to one outcome whatever it is, so that it can be left out.
    others = [name for name in relevant if name != fact]
    if not others:
        return 0.0
    bearing = _Bearing(diagram, groups, others)
    tried = dict.fromkeys(diagram.open[fact].tried(diagram.alive, MOST_TRIED))
    try:
        return sum(len(bearing.given(rules)) for rules in tried) / len(tried)
    except TooLarge:
        return float(len(others))


class _Groups:
    """The outcomes that the rules alive lead to."""

    def __init__(self, diagram: Diagram, group: Group) -> None:
        self.rules: dict[Hashable, int] = {}
        """For each outcome the rules that lead to it."""
        for rule in bits(diagram.alive):
            outcome = group(diagram.compiled.rules[rule])
            self.rules[outcome] = self.rules.get(outcome, 0) | 1 << rule
        self.none = group(None)
        """The outcome where no rule decides."""
        self.key: Hashable = self.none, tuple(self.rules.items())

    @cached_property
    def _outcome(self) -> dict[int, Outcome]:
        found = {1 << rule: (one,) for one, rules in self.rules.items() for rule in bits(rules)}
        return {0: (self.none,), **found}

    @cached_property
    def _same(self) -> dict[int, int]:
        """For each rule those that lead to the same outcome."""
        return {0: 0, **{1 << rule: rules for rules in self.rules.values() for rule in bits(rules)}}

    def first(self, alive: int) -> Outcome:
        """The outcome where the first of the rules alive decides."""
        return self._outcome[alive & -alive]

    def early(self, alive: int, sure: int) -> tuple[int, Outcome | None]:
        """The same where it is known although rules are open."""
        alive = firsts(alive, sure)
        first = alive & -alive
        outcome = self._outcome[first]
        is_known = not alive & ~self._same[first] and (sure or outcome == self._outcome[0])
        return alive, outcome if is_known else None


class _Bearing:
    """Which of some facts matter, once it is known which rules the others leave."""

    def __init__(self, diagram: Diagram, groups: _Groups, facts: Iterable[str]) -> None:
        self._facts = diagram.in_order(facts)
        steps = diagram.steps(self._facts)
        if diagram.collects:
            # All rules count: a fact matters if it matters to whether some outcome is among those that they lead to.
            self._walks = [(Walk(steps, bool, _any, MOST_NODES), rules) for rules in groups.rules.values()]
        else:
            self._walks = [(Walk(steps, groups.first, groups.early, MOST_NODES), -1)]

    def given(self, alive: int) -> list[str]:
        """The facts that matter where some rules are alive; raises TooLarge."""
        parts = 0
        for walk, rules in self._walks:
            parts |= walk.root(alive & rules).parts
        return [fact for at, fact in enumerate(self._facts) if parts >> at & 1]


def _any(alive: int, sure: int) -> tuple[int, Outcome | None]:
    return alive, True if sure else None
