"""`gap`."""

from __future__ import annotations

from pathlib import Path

from tests.rules.analysis.checks.written import FACTS, found, rule, table


def test_fail_gap_between_whole_numbers(tmp_path: Path) -> None:
    rules = [rule("short", "{weeks: {at_most: 5}, tried: true}"), rule("long", "{weeks: {at_least: 7}, tried: true}")]
    (one,) = found(tmp_path, table(*rules, hit="unique"), check="gap")
    assert one.severity == "warning"
    assert one.message == "no rule covers weeks 6, between rules 'short' and 'long'"
    assert one.example is not None
    assert one.example["weeks"] == 6
    assert (one.place.line, one.others[0][1].line) == (9, 5)


def test_fail_gap_between_numbers_that_need_not_be_whole(tmp_path: Path) -> None:
    rules = [rule("less", "{share: {at_most: 49}}"), rule("more", "{share: {at_least: 50}}")]
    (one,) = found(tmp_path, table(*rules, hit="unique"), check="gap")
    assert one.message == "no rule covers share between 49 and 50, between rules 'less' and 'more'"


def test_fail_gap_in_a_table_that_says_it_is_complete(tmp_path: Path) -> None:
    rules = [rule("mild", "{grade: mild}"), rule("tried", "{tried: true}")]
    (one,) = found(tmp_path, table(*rules, extra="complete: true\n"), check="gap")
    assert one.severity == "error"
    assert "grade severe" in one.message
    assert one.example == {"grade": "severe", "tried": False}


def test_fail_gap_of_a_derived_fact_that_nobody_can_be_asked_for(tmp_path: Path) -> None:
    facts = FACTS + "  failed: {type: flag, about: Whether care failed.}\n"
    inner = table(rule("yes", "{weeks: {at_least: 6}}", "{value: true}"), answers="{fact: failed}")
    outer = table(rule("covered", "{failed: true}"))
    (one,) = found(tmp_path, inner, outer, check="gap", facts=facts)
    assert one.severity == "warning"
    assert "weeks up to 5" in one.message
    assert "nobody can be asked for it" in one.message


def test_success_a_third_rule_fills_the_hole(tmp_path: Path) -> None:
    rules = [
        rule("short", "{weeks: {at_most: 5}, tried: true}"),
        rule("six", "{weeks: 6}"),
        rule("long", "{weeks: {at_least: 7}, tried: true}"),
    ]
    assert not found(tmp_path, table(*rules), check="gap")


def test_success_silence_is_a_note(tmp_path: Path) -> None:
    told = found(tmp_path, table(rule("mild", "{grade: mild}")), check="gap", notes=True)
    assert {one.severity for one in told} == {"note"}
    assert any("grade severe" in one.message for one in told)
