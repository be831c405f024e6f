"""`unused`."""

from __future__ import annotations

from pathlib import Path

from tests.rules.analysis.checks.written import FACTS, found, rule, table

ALL = [rule("all", "{weeks: 6, share: 5, tried: true, grade: mild}")]


def test_fail_unused_fact_and_value_set(tmp_path: Path) -> None:
    facts = "value_sets:\n  knees: [M17.-]\n" + FACTS
    rules = [rule("some", "{weeks: 6, share: 5, tried: true}")]
    told = found(tmp_path, table(*rules), check="unused", facts=facts)
    assert [one.message for one in told] == ["nothing names value set 'knees'", "no rule tests fact 'grade'"]
    assert [one.place.line for one in told] == [2, 7]


def test_success_a_set_within_a_set_and_a_fact_that_another_combines(tmp_path: Path) -> None:
    facts = (
        "value_sets:\n  knees: [M17.-]\n  joints: ['@knees', M16.-]\n"
        + FACTS
        + "  had: {type: codes, system: icd-10-cm, about: Had., question: Which?, case: had}\n"
        + "  every: {type: codes, system: icd-10-cm, complete: false, combines: [had], about: All.}\n"
    )
    rules = [*ALL, rule("listed", "{every: {any_of: '@joints'}}")]
    assert not found(tmp_path, table(*rules), check="unused", facts=facts)


def test_success_a_fact_that_another_is_computed_from_or_gathered_over(tmp_path: Path) -> None:
    facts = (
        FACTS
        + "  begun: {type: date, about: Begun., question: When?, case: begun}\n"
        + "  part: {type: choice, values: [neck, back], about: Part., question: Which?, case: 'lines[].part'}\n"
        + "  spent: {type: number, about: Since., from: {days: [begun, service_date]}}\n"
        + "  visits: {type: number, about: Visits., of_history: {count: days, where: {code: G0296}, same: [part]}}\n"
        + "  left: {type: number, about: Left., from: {minus: [spent, visits]}}\n"
    )
    rules = [*ALL, rule("much", "{left: {at_least: 3}}")]
    assert not found(tmp_path, table(*rules), check="unused", facts=facts)
