"""`clausal adjudicate` and `schema claims` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clausal.cli import app, main
from tests.claims.test_run import csv, many, row


def clausal(*arguments: object) -> int:
    """Run a command as from the shell; its exit status."""
    import sys

    old, sys.argv = sys.argv, ["clausal", *map(str, arguments)]
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        sys.argv = old
    return 0


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
        "what is missing",
        "1 lines rejected; the reasons: out.rejects.jsonl",
        "a rate is not coverage",
        "written: out.parquet, report.html",
    ):
        assert text in said
    page = (tmp_path / "report.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count("<svg") >= 5
    assert "http://" not in page.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons.org", ""
    ), "the page loads nothing from elsewhere"


def test_the_summary_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    csv(tmp_path / "claims.csv", many(4))
    assert clausal("adjudicate", "claims.csv", "-o", "out.parquet", "--as-of", "2026-01-01", "--json") == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (told["lines"], told["claims"]) == (12, 4)
    assert sum(one["lines"] for one in told["by"]["status"].values()) == 12


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
    assert app.info.name == "clausal"
