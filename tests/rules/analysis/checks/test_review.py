"""What a review found of the checks: false alarms, repairs that would change an answer, and holes told too wide."""

from __future__ import annotations

from pathlib import Path

from tests.rules.analysis.checks.written import CLAUSES, FACTS, found, rule, table

LIST = FACTS + "  had: {type: codes, system: icd-10-cm, about: Had., question: Which?, case: had}\n"
CODE = FACTS + "  dx: {type: code, system: icd-10-cm, about: Dx., question: Which?, case: dx}\n"


def test_entries_that_must_all_be_listed_hold_no_other(tmp_path: Path) -> None:
    facts = "value_sets:\n  both: [M17.11, M17.-]\n" + LIST
    rules = [rule("one", "{had: {all_of: [M17.11, M17.-]}}"), rule("two", "{had: {all_of: '@both'}}")]
    assert not found(tmp_path, table(*rules), check="covered-entry", facts=facts)


def test_a_value_of_a_choice_that_ends_in_a_hyphen_is_no_prefix(tmp_path: Path) -> None:
    facts = FACTS + "  stage: {type: choice, values: [stage-, stage-1, other], about: S., question: S?, case: stage}\n"
    assert not found(tmp_path, table(rule("one", "{stage: [stage-, stage-1]}")), check="covered-entry", facts=facts)


def test_a_code_that_is_a_heading_does_not_cover_the_codes_under_it(tmp_path: Path) -> None:
    rules = [rule("heading", "{dx: [M17]}"), rule("under", "{dx: [M17.-]}", "{finding: excluded}")]
    assert not found(tmp_path, table(*rules), check="unreachable", facts=CODE)


def test_a_duplicate_is_told_once_as_the_later_rule_that_is_never_reached(tmp_path: Path) -> None:
    rules = [rule("first", "{tried: true}"), rule("again", "{tried: true}"), rule("rest", "{}", "{finding: excluded}")]
    text = table(*rules)
    told = found(tmp_path, text, check="unreachable")
    assert [one.message.split("'")[1] for one in told] == ["again"]
    assert told[0].repair is not None
    assert not found(tmp_path / "other", text, check="no-effect")


def test_a_rule_that_only_changes_the_clause_keeps_others_from_being_without_effect(tmp_path: Path) -> None:
    clauses = CLAUSES + "- {clause: two, kind: normative, at: section 2, says: Another.}\n"
    rules = [
        rule("narrow", "{grade: mild, tried: true}"),
        rule("wide", "{tried: true}", cites="[two]"),
        rule("rest", "{}"),
    ]
    told = found(tmp_path, table(*rules), check="no-effect", clauses=clauses, notes=True)
    assert {one.severity for one in told} == {"note"}


def test_a_hole_is_told_as_narrow_as_it_is(tmp_path: Path) -> None:
    rules = [
        rule("low", "{weeks: {at_most: 4}}"),
        rule("high", "{weeks: {at_least: 10}}"),
        rule("middle", "{weeks: {between: [5, 6]}}"),
    ]
    (one,) = found(tmp_path, table(*rules), check="gap")
    assert "no rule covers weeks 7 to 9" in one.message


def test_dates_at_the_end_of_the_calendar(tmp_path: Path) -> None:
    force = "    in_force: {from: 2020-01-01, to: 9999-12-31}\n"
    assert not found(tmp_path, table(rule("always", "{tried: true}", extra=force)), check="date-hole")
