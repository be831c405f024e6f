"""`clausal adjudicate` and `schema claims` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clausal.cli import app
from clausal.cli.ending import run
from tests.claims.pages import rows_of
from tests.claims.test_run import csv, many, row


def clausal(*arguments: object) -> int:
    """Run a command as from the shell; its exit status."""
    import sys

    old, sys.argv = sys.argv, ["clausal", *map(str, arguments)]
    try:
        return run(app)
    finally:
        sys.argv = old


@pytest.fixture(autouse=True)
def nothing_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSAL_DATA", str(tmp_path / "no-data"))
    monkeypatch.chdir(tmp_path)


def test_the_summary_counts_lines_and_dollars(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    csv(tmp_path / "claims.csv", [*many(8), row("Z", 1, units="x")])
    code = clausal("adjudicate", "claims.csv", "-o", "out.parquet", "--as-of", "2026-01-01", "--report", "report.html")
    said = capsys.readouterr().out
    assert code == 3
    assert said.startswith("25 lines of 9 claims in ")
    for text in (
        "not-covered ",
        "knee-osteoarthritis-or-arthroplasty",
        "What would settle the lines that wait",
        "1 line rejected; each told in out.rejects.jsonl",
        "a rate is not coverage",
        "written: out.parquet, report.html",
    ):
        assert text in said
    page = (tmp_path / "report.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count("<div class=bars>") >= 5
    assert "http://" not in page.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons.org", ""
    ), "the page loads nothing from elsewhere"


def test_the_summary_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    csv(tmp_path / "claims.csv", many(4))
    assert clausal("adjudicate", "claims.csv", "-o", "out.parquet", "--as-of", "2026-01-01", "--json") == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (told["lines"], told["claims"]) == (12, 4)
    assert sum(one["lines"] for one in told["by"]["status"].values()) == 12


def without_amounts(path: Path) -> None:
    """Denied lines: one with a fee and a charge, one without either; one that waits, and one that cannot be read."""
    csv(
        path,
        [
            row("A", 1),
            row("B", 1, code="0441T", charge=""),
            row("C", 1, code="0441T", charge="", modality="", plan="bcn65"),
            row("Z", 1, units="x", charge=""),
        ],
    )


def cells(said: str, first: str) -> list[str]:
    """The first row of the screen's tables that begins with a word, without the blanks."""
    return next(line.split() for line in said.splitlines() if line.startswith(f"{first} "))


def test_nothing_is_a_dash_on_the_screen_and_a_sum_says_what_it_is_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without_amounts(tmp_path / "claims.csv")
    clausal("adjudicate", "claims.csv", "-o", "out.parquet", "--as-of", "2026-01-01")
    said = capsys.readouterr().out
    some = ["(1", "of", "2", "lines)"]
    assert cells(said, "not-covered") == ["not-covered", "2", "500.00", *some, "248.32", *some, "0.00"]
    assert cells(said, "rejected") == ["rejected", "1", "-", "-", "-"]
    experimental = ["the", "policy", "calls", "the", "service", "experimental", "(experimental)"]
    assert cells(said, "the policy calls the service") == [*experimental, "2", "500.00", *some]


def test_nothing_is_null_in_json_beside_the_number_of_lines_that_have_an_amount(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without_amounts(tmp_path / "claims.csv")
    clausal("adjudicate", "claims.csv", "-o", "out.parquet", "--as-of", "2026-01-01", "--json")
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["money"] == "cents"
    denied = {"charge": 50_000, "charge_lines": 1, "allowed": 24_832, "allowed_lines": 1, "paid": 0, "paid_lines": 2}
    assert told["by"]["status"]["not-covered"] == {"lines": 2, **denied}
    none = {"charge": None, "charge_lines": 0, "allowed": None, "allowed_lines": 0, "paid": None, "paid_lines": 0}
    assert told["by"]["status"]["rejected"] == {"lines": 1, **none}
    assert told["by"]["denial"]["experimental"] == {"lines": 2, "charge": 50_000, "charge_lines": 1}, (
        "what is not summed is not told"
    )


def test_nothing_is_a_dash_in_the_page_its_figures_and_its_charts(tmp_path: Path) -> None:
    def page() -> str:
        clausal("adjudicate", "claims.csv", "-o", "o.parquet", "--as-of", "2026-01-01", "--report", "r.html", "--force")
        return (tmp_path / "r.html").read_text("utf-8")

    without_amounts(tmp_path / "claims.csv")
    some = page()
    assert "<b>$500</b>charged, on 1 of 4 lines" in some
    share = "(1 of 2 lines)"
    assert ["not-covered", "2", "500.00", share, "248.32", share, "0.00", ""] in rows_of(some)
    assert ["rejected", "1", "-", "", "-", "", "-", ""] in rows_of(some)
    assert "</i>500 (1 of 2 lines)</span>" in some, "the text of a bar"
    assert some.count("<span class='bar none'>- (no charge)</span>") == 2, "a dash in the place of a bar"
    csv(tmp_path / "claims.csv", [row("B", 1, code="0441T", charge="")])
    none = page()
    assert "<b>-</b>charged" in none
    assert ["not-covered", "1", "-", "", "-", "", "0.00", ""] in rows_of(none)
    assert "<span class='bar none'>- (no charge)</span>" in none


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("nothing.csv", "-o", "out.parquet"), "nothing.csv: no such file"),
        (("claims.csv", "-o", "out.txt"), "what to write cannot be told from its name"),
        (("claims.csv", "-o", "out.parquet", "--as-of", "today"), "'today' is not a date"),
        (("claims.csv", "-o", "out.parquet", "--mapping", "none.yaml"), "none.yaml"),
        (("claims.csv", "-o", "no/out.parquet"), "its folder does not exist"),
        (("claims.csv", "-o", "out.835"), "the file has no column 'payer_name'"),
        (("claims.csv", "-o", "out.parquet", "--report", "no/report.html"), "its folder does not exist"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], why: str
) -> None:
    csv(tmp_path / "claims.csv", many(2))
    assert clausal("adjudicate", *arguments) == 2
    said = capsys.readouterr()
    assert why in said.err
    assert "Traceback" not in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["claims.csv"]


def test_the_columns_are_published(capsys: pytest.CaptureFixture[str]) -> None:
    assert clausal("schema", "claims") == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["name"] for one in told["claims"] if one["required"]} == {"claim_id", "service_date"}
    assert {"status", "needs", "allowed", "paid"} <= {one["name"] for one in told["results"]}
    assert all(one["about"] for part in told.values() for one in part)
    assert {one["name"]: one["also"] for one in told["claims"]}["contract_active"] == ["member.contract_active"]
    assert app.info.name == "clausal"
