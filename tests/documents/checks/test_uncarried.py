"""`uncarried`."""

from __future__ import annotations

from pathlib import Path

from tests.rules.analysis.checks.written import CLAUSES, found, rule, table

ONE = [rule("all", "{tried: true}")]


def test_fail_uncarried_clauses(tmp_path: Path) -> None:
    clauses = (
        CLAUSES
        + "- {clause: rule, kind: normative, at: '2', says: A rule., not_carried: never mind}\n"
        + "- {clause: note, kind: notice, at: '3', says: A notice.}\n"
    )
    told = found(tmp_path, table(*ONE), check="uncarried", clauses=clauses)
    assert [one.message for one in told] == [
        "clause 'rule' is normative and no rule carries it",
        "nothing rests on clause 'note', and it does not say why",
    ]


def test_fail_a_reason_that_is_no_longer_true(tmp_path: Path) -> None:
    clauses = CLAUSES.replace("A criterion.", "A criterion., not_carried: nothing rests on it")
    (one,) = found(tmp_path, table(*ONE), check="uncarried", clauses=clauses)
    assert one.message.startswith("clause 'one' says why nothing carries it, and rule example/")


def test_success_a_reason_or_a_heading(tmp_path: Path) -> None:
    clauses = (
        CLAUSES
        + "- {clause: note, kind: notice, at: '3', says: A notice., not_carried: it says nothing of coverage}\n"
        + "- {clause: head, kind: heading, at: '4', says: A heading.}\n"
    )
    assert not found(tmp_path, table(*ONE), check="uncarried", clauses=clauses)
