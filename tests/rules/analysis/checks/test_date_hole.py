"""`date-hole`."""

from __future__ import annotations

from pathlib import Path

from tests.rules.analysis.checks.written import found, rule, table


def dated(name: str, start: str, end: str = "", when: str = "{tried: true}") -> str:
    until = f", to: {end}" if end else ""
    return rule(name, when, extra=f"    in_force: {{from: {start}{until}}}\n")


def test_fail_date_hole_of_one_day(tmp_path: Path) -> None:
    rules = [dated("old", "2020-01-01", "2022-12-31"), dated("new", "2023-01-02")]
    (one,) = found(tmp_path, table(*rules), check="date-hole")
    assert one.message == "no rule covers service date 2023-01-01, between rules 'old' and 'new'"
    assert one.example == {"tried": True, "service_date": "2023-01-01"}


def test_success_one_ends_the_day_before_the_next_begins(tmp_path: Path) -> None:
    rules = [dated("old", "2020-01-01", "2022-12-31"), dated("new", "2023-01-01")]
    assert not found(tmp_path, table(*rules), check="date-hole")


def test_success_rules_for_other_cases(tmp_path: Path) -> None:
    rules = [dated("old", "2020-01-01", "2020-12-31"), dated("new", "2023-01-01", when="{tried: false}")]
    assert not found(tmp_path, table(*rules), check="date-hole")


def test_fail_date_hole_that_only_a_last_rule_for_other_cases_covers(tmp_path: Path) -> None:
    rules = [
        dated("old", "2020-01-01", "2022-12-30"),
        dated("new", "2023-01-01"),
        rule("no", "{}", "{finding: excluded}"),
    ]
    (one,) = found(tmp_path, table(*rules), check="date-hole")
    assert "2022-12-31" in one.message
