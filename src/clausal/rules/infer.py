"""Derive facts from facts: tables whose conclusion is a value, run in dependency order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clausal.facts.knowledge import Knowledge, Origin, Possible, State, Value, describe
from clausal.facts.vocabulary import Fact
from clausal.rules.compile import CompiledTable
from clausal.rules.evaluate import deciding_mask
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
    rules = _telling(compiled, state)
    if not rules:
        return stated, None
    derived: Possible = compiled.remembered(("derived", rules), lambda: _derived(compiled, rules))
    if stated is None:
        return None if _tells_nothing(compiled, derived.values) else derived, None
    assert isinstance(stated, Possible)
    left = stated.values & derived.values
    alone = _unfit(compiled, rules, stated) if compiled.table.each_fits else 0
    if alone:
        derived = _derived(compiled, alone)
    if alone or not left:
        by, other = stated.origin.text, derived.origin
        fact = compiled.table.answers[1]
        return None, Contradiction(fact, describe(stated), by, describe(derived), other.text, other.clauses)
    if left == stated.values:
        return stated, None
    return (derived if left == derived.values else Possible(left, _both(stated.origin, derived.origin))), None


def _derived(compiled: CompiledTable, mask: int) -> Possible:
    """The values that one of the rules of a mask leaves."""
    rules = compiled.select(mask)
    values = frozenset[Value]().union(*(rule.then["value"] for rule in rules))
    return Possible(
        values, Origin(_from(compiled.table, rules), tuple(clause for rule in rules for clause in rule.cites))
    )


def _unfit(compiled: CompiledTable, mask: int, stated: Possible) -> int:
    """The rules of a mask that leave none of the values stated."""
    unfit = (rule.name for rule in compiled.select(mask) if stated.values.isdisjoint(rule.then["value"]))
    return sum(compiled.bit[name] for name in unfit)


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


def _telling(compiled: CompiledTable, state: State) -> int:
    """The mask of the rules of which one tells the fact's value; 0: it can be any."""
    if not compiled.is_met(state):
        # Most tables are about other services: what they say of a case of which nothing is known is worked out once.
        told: int = compiled.remembered("nothing known", lambda: _read(compiled, {}))
        return told
    return _read(compiled, state)


def _read(compiled: CompiledTable, state: State) -> int:
    if compiled.table.hit == "collect":
        possible, certain = compiled.masks(state)
        return certain if possible == certain else 0
    deciding = deciding_mask(compiled, state)
    return deciding if deciding <= compiled.everything else 0
