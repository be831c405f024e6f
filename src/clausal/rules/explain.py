"""Why a rule decides, and why another does not: each test with the value it met and where that value came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from clausal.facts.knowledge import Knowledge, Listed, State, describe, word
from clausal.facts.value_set import ValueSet
from clausal.rules.compile import CompiledTable
from clausal.rules.model import SERVICE_DATE, Between, Rule, Test

Holding = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Tested:
    """One test of a rule against a case."""

    fact: str
    expected: str
    value: str
    origin: str
    holds: Holding


def tests_of(rule: Rule) -> Mapping[str, Test]:
    """A rule's tests by fact, its dates of force first."""
    if rule.force.start is None and rule.force.end is None:
        return rule.when
    return {SERVICE_DATE: Between(rule.force.start, rule.force.end), **rule.when}


def holdings(compiled: CompiledTable, rule: Rule, masks: Mapping[str, tuple[int, int]]) -> dict[str, Holding]:
    """Whether each test of a rule holds, given `(may, must)` of each fact."""
    bit = compiled.bit[rule.name]
    found: dict[str, Holding] = {}
    for name in tests_of(rule):
        may, must = masks[name]
        found[name] = "yes" if must & bit else "unknown" if may & bit else "no"
    return found


def expects(rule: Rule, name: str) -> str:
    """What a rule expects of a fact, in words."""
    test = tests_of(rule)[name]
    return _in_force(test) if name == SERVICE_DATE and isinstance(test, Between) else str(test)


def explain(compiled: CompiledTable, rule: Rule, state: State) -> tuple[Tested, ...]:
    """Every test of a rule of the table, with the value it met and where that came from."""
    shown = []
    for name, holds in holdings(compiled, rule, compiled.each(state)).items():
        knowledge = state.get(name)
        origin = knowledge.origin.text if knowledge else ""
        shown.append(Tested(name, expects(rule, name), _value(knowledge), origin, holds))
    return tuple(shown)


def conclusion(rule: Rule) -> str:
    """What a rule concludes, in words."""
    parts = []
    for key, value in rule.then.items():
        if isinstance(value, frozenset):
            parts.append(f"{key} {' or '.join(sorted(map(word, value)))}")
        elif isinstance(value, ValueSet):
            continue
        elif isinstance(value, list):
            parts.append(f"{key} {', '.join(map(str, value))}")
        else:
            parts.append(f"{key.replace('_', ' ')} {word(value) if isinstance(value, bool) else value}")
    return "; ".join(parts)


def _value(knowledge: Knowledge | None) -> str:
    if isinstance(knowledge, Listed) and len(knowledge.codes) > 12:
        return f"{len(knowledge.codes)} codes"
    return describe(knowledge)


def _in_force(test: Test) -> str:
    assert isinstance(test, Between)
    if test.low and test.high:
        return f"in force {test.low} to {test.high}"
    return f"in force from {test.low}" if test.low else f"in force to {test.high}"
