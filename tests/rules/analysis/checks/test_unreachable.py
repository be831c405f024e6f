"""`unreachable`."""

from __future__ import annotations

from pathlib import Path

from tests.rules.analysis.checks.written import found, rule, table


def test_fail_unreachable_behind_two_rules_that_cover_it_together(tmp_path: Path) -> None:
    (one,) = found(
        tmp_path,
        table(
            rule("under", "{weeks: {at_most: 5}}"),
            rule("over", "{weeks: {at_least: 6}}", "{finding: excluded}"),
            rule("tried", "{tried: true}", "{finding: investigational}"),
        ),
        check="unreachable",
    )
    assert one.severity == "error"
    assert one.message == "rule 'tried' can never decide: wherever it holds, rule 'under', rule 'over' decide before it"
    assert one.place.line == 13
    assert [place.line for _, place in one.others] == [5, 9]
    assert one.example is not None
    assert one.example["tried"] is True
    assert one.repair is None


def test_fail_unreachable_because_its_dates_and_tests_exclude_one_another(tmp_path: Path) -> None:
    old = rule("old", "{service_date: {at_most: 2019-06-30}, tried: true}")
    (one,) = found(tmp_path, table(old), check="unreachable")
    assert one.message == "rule 'old' can never hold: no case meets all its tests"


def test_success_reachable_by_one_week(tmp_path: Path) -> None:
    rules = [
        rule("under", "{weeks: {at_most: 4}}"),
        rule("over", "{weeks: {at_least: 6}}"),
        rule("tried", "{tried: true}"),
    ]
    assert not found(tmp_path, table(*rules), check="unreachable")
