"""Why a rule decides, and why another does not: each test with the value it met and where that value came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clausal.facts.knowledge import Knowledge, Listed, State, describe, word
from clausal.facts.value_set import ValueSet
from clausal.rules.compile import SERVICE_DATE, CompiledTable
from clausal.rules.model import Between, Rule, Test

Holding = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Tested:
    """One test of a rule against a case."""

    fact: str
    expected: str
    value: str
    origin: str
    holds: Holding


def explain(compiled: CompiledTable, rule: Rule, state: State) -> tuple[Tested, ...]:
    """Every test of a rule of the table, its dates of force first."""
    tests: dict[str, Test] = {}
    if rule.force.start or rule.force.end:
        tests[SERVICE_DATE] = Between(rule.force.start, rule.force.end)
    tests.update(rule.when)
    bit = compiled.bit[rule.name]
    shown = []
    for name, test in tests.items():
        knowledge = state.get(name)
        may, must = compiled.column[name].masks(knowledge)
        holds: Holding = "yes" if must & bit else "unknown" if may & bit else "no"
        is_force = name == SERVICE_DATE and isinstance(test, Between)
        expected = _in_force(test) if is_force else str(test)
        shown.append(Tested(name, expected, _value(knowledge), knowledge.origin.text if knowledge else "", holds))
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
