"""What `clausal evidence` shows of the statements beside the studies."""

from __future__ import annotations

import json

from tests.cli.test_commands import run


def test_statements_are_printed_under_headings() -> None:
    page = run("evidence", "bcbsm-cryoneurolysis", "--as-of", "2026-01-01").stdout
    assert "Editions of other documents\n  L35490: 2023-04-27, version 71\n" in page
    assert "  Cryo-Touch IV (K123516 2013)\n  iovera (2014): destroying tissue, " in page
    assert "How long it lasts\n  effect of freezing a nerve: the nerve has recovered in about 3 to 5 months\n" in page


def test_statements_as_data() -> None:
    told = json.loads(run("evidence", "bcbsm-cryoneurolysis", "--as-of", "2026-01-01", "--json").stdout)
    (edition,) = told["statements"]["editions"]
    assert edition["cited"]["first"] == "2023-04-27"
    assert told["statements"]["durations"][0]["lasts"]["high"] == "5"


def test_a_document_without_statements_shows_no_heading_for_them() -> None:
    page = run("evidence", "iovera-reimbursement", "--as-of", "2026-01-01").stdout
    assert "Editions of other documents" not in page
    assert "at most 90 days" in page
