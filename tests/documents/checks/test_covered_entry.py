"""`covered-entry`."""

from __future__ import annotations

from pathlib import Path

from tests.rules.analysis.checks.written import FACTS, found, rule, table

LIST = FACTS + "  had: {type: codes, system: icd-10-cm, about: Had., question: Which?, case: had}\n"


def test_fail_covered_entry_under_a_prefix_and_written_twice(tmp_path: Path) -> None:
    facts = "value_sets:\n  knees: [M17.11, M17.-, M16.0, M16.0]\n" + LIST
    rules = [rule("all", "{had: {any_of: '@knees'}}")]
    told = found(tmp_path, table(*rules), check="covered-entry", facts=facts)
    assert [one.message for one in told] == ["'M17.-' holds 'M17.11' already", "'M16.0' stands twice in this list"]
    assert all(one.repair for one in told)


def test_fail_covered_entry_in_a_test_beside_the_set_that_holds_it(tmp_path: Path) -> None:
    facts = "value_sets:\n  knees: [M17.-]\n" + LIST
    rules = [rule("all", "{had: {any_of: ['@knees', M17.11]}}")]
    (one,) = found(tmp_path, table(*rules), check="covered-entry", facts=facts)
    assert one.message == "'@knees' holds 'M17.11' already"


def test_success_no_entry_holds_another(tmp_path: Path) -> None:
    facts = "value_sets:\n  knees: [M17.1-, M17.2, M16.-]\n" + LIST
    assert not found(tmp_path, table(rule("all", "{had: {any_of: '@knees'}}")), check="covered-entry", facts=facts)
