"""`stale-cite`."""

from __future__ import annotations

from pathlib import Path

from tests.rules.analysis.checks.written import found, rule, table


def test_fail_stale_cite_of_a_superseded_document(tmp_path: Path) -> None:
    cites = '["bcbsm-cryoneurolysis#statement-1"]'
    (one,) = found(tmp_path, table(rule("all", "{tried: true}", cites=cites)), check="stale-cite")
    assert "superseded from 2025-01-01 on" in one.message
    assert one.others[0][0] == "the clause"


def test_fail_stale_cite_of_a_proposed_document(tmp_path: Path) -> None:
    cites = '["lcd-dl40265#genicular-cryoneurolysis"]'
    (one,) = found(tmp_path, table(rule("all", "{tried: true}", cites=cites)), check="stale-cite")
    assert "only proposed" in one.message


def test_success_the_rule_ends_before_the_document_does(tmp_path: Path) -> None:
    force = "    in_force: {from: 2023-01-01, to: 2024-12-31}\n"
    rules = [rule("all", "{tried: true}", extra=force, cites='["bcbsm-cryoneurolysis#statement-1"]')]
    assert not found(tmp_path, table(*rules), check="stale-cite")
