"""Derive facts from facts: tables whose conclusion is a value, run in dependency order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clausal.facts.knowledge import Knowledge, Origin, Possible, State, Value, describe
from clausal.facts.vocabulary import Fact
from clausal.rules.compile import CompiledTable
from clausal.rules.evaluate import collect, evaluate
from clausal.rules.model import Rule, Table


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What is stated of a fact and what a table infers leave it no value."""

    fact: str
    stated: str
    stated_by: str
    inferred: str
    inferred_by: str
    clauses: tuple[str, ...]


def in_order(tables: Iterable[Table], facts: Mapping[str, Fact]) -> list[Table]:
    """Inference tables, each after those whose facts it tests, or whose contradictions leave its fact unknown.

    There must be no cycle (`checks/cycle`).
    """
    by_fact: dict[str, list[Table]] = {}
    for table in tables:
        by_fact.setdefault(table.answers[1], []).append(table)
    ordered: list[Table] = []
    done: set[str] = set()

    def visit(fact: str) -> None:
        if fact in done:
            return
        done.add(fact)
        for table in by_fact[fact]:
            tests = (name for rule in table.rules for name in rule.when)
            for tested in dict.fromkeys((*facts[fact].disputed_with, *tests)):
                if tested in by_fact:
                    visit(tested)
        ordered.extend(by_fact[fact])

    for fact in by_fact:
        visit(fact)
    return ordered


def infer(
    tables: Sequence[CompiledTable], state: State, contradicted: Iterable[str] = ()
) -> tuple[dict[str, Knowledge], list[Contradiction]]:
    """The state with all that the tables derive; a fact that is left no value is taken as unknown, and reported.

    Nothing more is derived of such a fact, nor of those already `contradicted`: two sources that differ are not settled
    by a third. Facts that are disputed with it count as unknown too.
    """
    known = dict(state)
    contradictions: list[Contradiction] = []
    stuck = set(contradicted)
    for compiled in tables:
        fact = compiled.table.answers[1]
        if fact in stuck or not stuck.isdisjoint(compiled.disputed_with):
            known.pop(fact, None)
            continue
        derived, contradiction = derive(compiled, known, known.get(fact))
        if derived is not None:
            known[fact] = derived
        if contradiction is not None:
            contradictions.append(contradiction)
            stuck.add(fact)
            del known[fact]
    return known, contradictions


def derive(
    compiled: CompiledTable, state: State, stated: Knowledge | None
) -> tuple[Knowledge | None, Contradiction | None]:
    """What one table makes of the fact it is about, beside what is stated of it."""
    values, rules = _values(compiled, state)
    if values is None:
        return stated, None
    if stated is None and _tells_nothing(compiled, values):
        return None, None
    derived = _derived(compiled.table, values, rules)
    if stated is None:
        return derived, None
    assert isinstance(stated, Possible)
    left = stated.values & values
    alone = [rule for rule in rules if compiled.table.each_fits and not stated.values & rule.then["value"]]
    if alone:
        derived = _derived(compiled.table, _left_by(alone), alone)
    if alone or not left:
        by, other = stated.origin.text, derived.origin
        fact = compiled.table.answers[1]
        return None, Contradiction(fact, describe(stated), by, describe(derived), other.text, other.clauses)
    if left == stated.values:
        return stated, None
    return (derived if left == values else Possible(left, _both(stated.origin, derived.origin))), None


def _derived(table: Table, values: frozenset[Value], rules: Sequence[Rule]) -> Possible:
    return Possible(values, Origin(_from(table, rules), tuple(clause for rule in rules for clause in rule.cites)))


def _left_by(rules: Iterable[Rule]) -> frozenset[Value]:
    return frozenset[Value]().union(*(rule.then["value"] for rule in rules))


def _both(one: Origin, other: Origin) -> Origin:
    """Where values come from that neither of two sources leaves alone."""
    return Origin(f"{one.text}, {other.text}", tuple(dict.fromkeys((*one.clauses, *other.clauses))))


def _tells_nothing(compiled: CompiledTable, values: frozenset[Value]) -> bool:
    """Whether the values are all that the fact can have."""
    fact = compiled.derives
    if fact is None or fact.type not in ("choice", "flag"):
        return False
    return values >= (frozenset((True, False)) if fact.type == "flag" else frozenset(fact.values))


def _from(table: Table, rules: Sequence[Rule]) -> str:
    """The facts that were tested, and the rules that conclude from them."""
    tested = ", ".join(dict.fromkeys(name for rule in rules for name in rule.when))
    return f"{tested} (rule {table.id}#{', '.join(rule.name for rule in rules)})"


def _values(compiled: CompiledTable, state: State) -> tuple[frozenset[Value] | None, tuple[Rule, ...]]:
    """The values that a table leaves the fact (None: any), and the rules that say so."""
    if not compiled.is_met(state):
        # Most tables are about other services: what they say of a case of which nothing is known is worked out once.
        told: tuple[frozenset[Value] | None, tuple[Rule, ...]] = compiled.remembered(
            "nothing known", lambda: _read(compiled, {})
        )
        return told
    return _read(compiled, state)


def _read(compiled: CompiledTable, state: State) -> tuple[frozenset[Value] | None, tuple[Rule, ...]]:
    if compiled.table.hit == "collect":
        found = collect(compiled, state)
        if found.open or not found.holding:
            return None, ()
        return _left_by(found.holding), found.holding
    outcome = evaluate(compiled, state)
    rules = tuple(rule for rule in outcome.possible if rule is not None)
    if len(rules) < len(outcome.possible):
        return None, ()
    return _left_by(rules), rules
