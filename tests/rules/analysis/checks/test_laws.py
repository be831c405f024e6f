"""Laws of the table checks, held against a brute-force reading of generated tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings

from clausal.rules.analysis.checks import date_hole, gap, no_effect, overlap, unreachable
from clausal.rules.analysis.checks.gap import silent
from clausal.rules.analysis.checks.subject import Subject
from clausal.rules.analysis.diff import says_of
from clausal.rules.analysis.regions import contains
from clausal.rules.finding import Finding
from clausal.rules.model import Table
from tests.rules.generated import FACTS, VALUES, completions, first, holds, tables

law = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def subject(table: Table) -> Subject:
    return Subject(table, FACTS)


def completed(example: Mapping[str, Any] | None) -> dict[str, Any]:
    """An example case with some value for each fact that does not matter."""
    assert example is not None
    given = {name: frozenset(value) if name == "list" else value for name, value in example.items()}
    return {name: given.get(name, VALUES[name][0]) for name in FACTS}


def rule_of(finding: Finding) -> str:
    return finding.message.split("'")[1]


@law
@given(tables("unique"))
def test_overlaps_are_the_pairs_of_rules_that_hold_together(table: Table) -> None:
    together = set()
    for values in completions({}):
        holding = [rule.name for rule in table.rules if holds(rule, values)]
        together |= {(one, other) for at, one in enumerate(holding) for other in holding[at + 1 :]}
    found = list(overlap.check(subject(table)))
    assert {tuple(one.message.split("'")[1:4:2]) for one in found} == together
    by_name = {rule.name: rule for rule in table.rules}
    for one in found:
        case = completed(one.example)
        assert all(holds(by_name[name], case) for name in one.message.split("'")[1:4:2])


@law
@given(tables("first"))
def test_overlaps_are_allowed_where_order_decides(table: Table) -> None:
    assert not list(overlap.check(subject(table)))


@law
@given(tables("first"))
def test_unreachable_rules_are_those_that_decide_no_case(table: Table) -> None:
    deciding = {rule.name for values in completions({}) if (rule := first(table, values)) is not None}
    found = list(unreachable.check(subject(table)))
    assert {rule_of(one) for one in found} == {rule.name for rule in table.rules} - deciding
    by_name = {rule.name: rule for rule in table.rules}
    for one in found:
        if one.example is not None:
            case = completed(one.example)
            assert holds(by_name[rule_of(one)], case)
            assert first(table, case) is not by_name[rule_of(one)]


@law
@given(tables("first"))
def test_rules_without_effect_can_go_and_no_others(table: Table) -> None:
    checked = subject(table)
    found = {rule_of(one) for one in (*no_effect.check(checked), *unreachable.check(checked))}
    left = replace(table, rules=tuple(rule for rule in table.rules if rule.name not in found))
    assert answers(left) == answers(table)
    reached = {rule.name for values in completions({}) if (rule := first(table, values)) is not None}
    for rule in left.rules:
        if rule.name in reached:
            without = replace(left, rules=tuple(one for one in left.rules if one is not rule))
            assert answers(without) != answers(table)


@law
@given(tables("collect"))
def test_collected_rules_without_effect_can_go_and_no_others(table: Table) -> None:
    found = {rule_of(one) for one in no_effect.check(subject(table))}
    left = replace(table, rules=tuple(rule for rule in table.rules if rule.name not in found))
    assert collected(left) == collected(table)
    for rule in left.rules:
        without = replace(left, rules=tuple(one for one in left.rules if one is not rule))
        if any(holds(rule, values) for values in completions({})):
            assert collected(without) != collected(table)


@law
@given(tables("first"))
def test_silence_is_told_for_exactly_the_cases_of_which_no_rule_speaks(table: Table) -> None:
    space, boxes = silent(subject(table))
    for values in completions({}):
        told = any(contains(space, box, values) for box in boxes)
        assert told == (first(table, values) is None)


@law
@given(tables("first"))
def test_a_hole_between_numbers_is_covered_by_no_rule(table: Table) -> None:
    found = [one for one in gap.check(subject(table)) if one.severity == "warning"]
    for one in (*found, *date_hole.check(subject(table))):
        assert first(table, completed(one.example)) is None


def answers(table: Table) -> list[object]:
    return [rule and says_of(rule) for values in completions({}) for rule in (first(table, values),)]


def collected(table: Table) -> list[frozenset[object]]:
    return [frozenset(says_of(rule) for rule in table.rules if holds(rule, values)) for values in completions({})]
