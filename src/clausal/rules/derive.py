"""What one table, or computation, makes of the fact that it is about."""

from __future__ import annotations

from collections.abc import Sequence
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
    derived: Possible = compiled.remembered(("derived", rules), lambda: told_by(compiled, rules))
    if stated is None:
        return None if _tells_nothing(compiled, derived.values) else derived, None
    assert isinstance(stated, Possible | Range)
    left = meet(stated, derived)
    alone = _unfit(compiled, rules, stated) if compiled.table.each_fits else 0
    if alone:
        derived = told_by(compiled, alone)
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


def told_by(compiled: CompiledTable, mask: int) -> Possible:
    """The values that the rules of a mask leave the fact of a table."""
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
