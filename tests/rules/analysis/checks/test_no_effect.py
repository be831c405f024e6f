"""`no-effect`."""

from __future__ import annotations

from pathlib import Path

from tests.rules.analysis.checks.written import CLAUSES, PACK, found, rule, table

NO_PLANS = PACK.partition("plans:")[0]


def test_fail_no_effect_before_a_wider_rule_of_the_same_conclusion(tmp_path: Path) -> None:
    rules = [rule("narrow", "{tried: true, grade: mild}"), rule("wide", "{tried: true}")]
    (one,) = found(tmp_path, table(*rules), check="no-effect")
    assert one.severity == "warning"
    assert one.message == "rule 'narrow' never changes the answer: rule 'wide' would conclude the same"
    assert one.repair is None


def test_fail_no_effect_among_rules_that_all_count(tmp_path: Path) -> None:
    says = '{says: "ask first"}'
    rules = [rule("wide", "{tried: true}", says), rule("narrow", "{tried: true, grade: mild}", says)]
    (one,) = found(tmp_path, table(*rules, hit="collect", answers="{notice: policy}"), check="no-effect", pack=NO_PLANS)
    assert one.message == "rule 'narrow' never changes the answer: rule 'wide' would conclude the same"


def test_success_other_clauses_are_a_note(tmp_path: Path) -> None:
    clauses = CLAUSES + "- {clause: two, kind: normative, at: section 2, says: Another.}\n"
    rules = [rule("narrow", "{tried: true, grade: mild}", cites="[two]"), rule("wide", "{tried: true}")]
    (one,) = found(tmp_path, table(*rules), check="no-effect", clauses=clauses, notes=True)
    assert one.severity == "note"
    assert one.repair is None
    assert "only changes the clause" in one.message


def test_success_a_rule_between_them_concludes_otherwise(tmp_path: Path) -> None:
    between = rule("between", "{grade: mild}", "{finding: excluded}")
    rules = [rule("narrow", "{tried: true, grade: mild}"), between, rule("wide", "{tried: true}")]
    assert not found(tmp_path, table(*rules), check="no-effect")
