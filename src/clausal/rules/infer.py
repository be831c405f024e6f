"""Derive facts from facts: by tables whose conclusion is a value, and by computation, run in dependency order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from clausal.facts.knowledge import Knowledge, Listed, Origin, Possible, Range, State, Value, both, describe, meet
from clausal.facts.vocabulary import Fact
from clausal.rules.compile import CompiledTable
from clausal.rules.computation import Computation
from clausal.rules.contradiction import Contradiction
from clausal.rules.evaluate import deciding_mask
from clausal.rules.model import Rule, Table

Derivation: TypeAlias = CompiledTable | Computation
"""A step of inference: it tests some facts, and tells one."""


def in_order(derivations: Iterable[Derivation], facts: Mapping[str, Fact]) -> list[Derivation]:
    """Derivations, each after those whose facts it tests, or whose contradictions leave its fact unknown.

    There must be no cycle (`checks/cycle`).
    """
    by_fact: dict[str, list[Derivation]] = {}
    for one in derivations:
        by_fact.setdefault(one.fact, []).append(one)
    ordered: list[Derivation] = []
    done: set[str] = set()

    def visit(fact: str) -> None:
        if fact in done:
            return
        done.add(fact)
        for one in by_fact[fact]:
            for tested in dict.fromkeys((*facts[fact].disputed_with, *one.tests)):
                if tested in by_fact:
                    visit(tested)
        ordered.extend(by_fact[fact])

    for fact in by_fact:
        visit(fact)
    return ordered


def infer(
    derivations: Sequence[Derivation], state: State, contradicted: Iterable[str] = ()
) -> tuple[dict[str, Knowledge], list[Contradiction]]:
    """The state with all that is derived; a fact that is left no value is taken as unknown, and reported.

    Nothing more is derived of such a fact, nor of those already `contradicted`: two sources that differ are not settled
    by a third. Facts that are disputed with it count as unknown too.
    """
    known = dict(state)
    contradictions: list[Contradiction] = []
    stuck = set(contradicted)
    for one in derivations:
        fact = one.fact
        if fact in stuck or not stuck.isdisjoint(one.disputed_with):
            known.pop(fact, None)
            continue
        derived, contradiction = derive(one, known, known.get(fact))
        if derived is not None:
            known[fact] = derived
        if contradiction is not None:
            contradictions.append(contradiction)
            stuck.add(fact)
            known.pop(fact, None)
    return known, contradictions


def derive(
    derivation: Derivation, state: State, stated: Knowledge | None
) -> tuple[Knowledge | None, Contradiction | None]:
    """What one table, or computation, makes of the fact it is about, beside what is stated of it."""
    if isinstance(derivation, Computation):
        return derivation.derive(state, stated)
    return _by_table(derivation, state, stated)


def _by_table(
    compiled: CompiledTable, state: State, stated: Knowledge | None
) -> tuple[Knowledge | None, Contradiction | None]:
    if compiled.derives is not None and compiled.derives.type == "codes":
        assert stated is None or isinstance(stated, Listed)
        return _list_by_table(compiled, compiled.derives, state, stated)
    rules = _telling(compiled, state)
    if not rules:
        return stated, None
    derived: Possible = compiled.remembered(("derived", rules), lambda: _derived(compiled, rules))
    if stated is None:
        return None if _tells_nothing(compiled, derived.values) else derived, None
    assert isinstance(stated, Possible | Range)
    left = meet(stated, derived)
    alone = _unfit(compiled, rules, stated) if compiled.table.each_fits else 0
    if alone:
        derived = _derived(compiled, alone)
    if alone or left is None:
        by, other = stated.origin.text, derived.origin
        return None, Contradiction(compiled.fact, describe(stated), by, describe(derived), other.text, other.clauses)
    return left, None


def _list_by_table(
    compiled: CompiledTable, fact: Fact, state: State, stated: Listed | None
) -> tuple[Knowledge | None, Contradiction | None]:
    """The list that a table adds to: the codes of every rule that holds are on it.

    It is complete once no rule is open, if a case cannot state more; and a list that is stated in full has them all.
    """
    possible, certain = compiled.masks(state)
    rules = compiled.select(certain)
    codes = frozenset(str(value) for rule in rules for value in rule.then["value"])
    origin = Origin(_from(compiled.table, rules), tuple(clause for rule in rules for clause in rule.cites))
    if stated is None:
        is_complete = possible == certain and fact.case is None
        return (Listed(codes, is_complete, origin) if codes or is_complete else None), None
    missing = frozenset(code for code in codes if not code.startswith(tuple(stated.codes)))
    if not missing:
        return stated, None
    if stated.complete:
        derived = describe(Listed(missing, True, origin))
        return None, Contradiction(
            compiled.fact, describe(stated), stated.origin.text, derived, origin.text, origin.clauses
        )
    return Listed(stated.codes | missing, False, both(stated.origin, origin)), None


def _derived(compiled: CompiledTable, mask: int) -> Possible:
    """The values that one of the rules of a mask leaves."""
    rules = compiled.select(mask)
    values = frozenset[Value]().union(*(rule.then["value"] for rule in rules))
    return Possible(
        values, Origin(_from(compiled.table, rules), tuple(clause for rule in rules for clause in rule.cites))
    )


def _unfit(compiled: CompiledTable, mask: int, stated: Possible | Range) -> int:
    """The rules of a mask that leave none of the values stated."""
    told = ((rule.name, Possible(rule.then["value"], Origin(""))) for rule in compiled.select(mask))
    return sum(compiled.bit[name] for name, values in told if meet(stated, values) is None)


def _tells_nothing(compiled: CompiledTable, values: frozenset[Value]) -> bool:
    """Whether the values are all that the fact can have."""
    fact = compiled.derives
    if fact is None or fact.type not in ("choice", "flag"):
        return False
    return values >= (frozenset((True, False)) if fact.type == "flag" else frozenset(fact.values))


def _from(table: Table, rules: Sequence[Rule]) -> str:
    """The facts that were tested, and the rules that conclude from them."""
    if not rules:
        return f"no rule of {table.id} holds"
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
