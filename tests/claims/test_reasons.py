"""Rejected lines and refused claims by reason: one line for one cause, however many rows have it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clausal.claims import output, run
from clausal.claims.job import Done
from clausal.claims.reasons import MOST_REASONS, OTHER, Reasons, reason_of
from clausal.claims.summary import Summary
from tests.claims.test_run import Killed, csv, go, many, row  # noqa: F401


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        ("units: 'x' is not a whole number", "units: … is not a whole number"),
        ("units: 'it's; 5' is not a whole number", "units: … is not a whole number"),
        ("service_date: '10/15/2024' is not a date as in 2024-10-15", "service_date: … is not a date as in 2024-10-15"),
        (
            "charge: '1e99' is not an amount in dollars as in 248.32",
            "charge: … is not an amount in dollars as in 248.32",
        ),
        ("plan: unknown plan 'BCN'; did you mean 'bcn65'?", "plan: unknown plan …"),
        ("plan: unknown plan 'zz'; expected one of bcn65, bcn-advantage", "plan: unknown plan …"),
        ("line 12 stands twice in the claim", "line … stands twice in the claim"),
        ("row 4711: not readable as JSON: {'ssn': 123", "row …: not readable as JSON"),
        ("5 values for 13 columns: C1,2,John", "… values for … columns"),
        ("a claim has at most 1,000 lines", "a claim has at most 1,000 lines"),
        ("diagnoses: 'A' is not an ICD-10-CM code; expected a letter", "diagnoses: … is not an ICD-10-CM code"),
    ],
)
def test_a_reason_is_a_problem_without_what_is_the_rows_own(problem: str, reason: str) -> None:
    assert reason_of(problem) == reason


def test_every_line_of_one_cause_is_counted_as_one_reason_with_the_first_place(go: Any, tmp_path: Path) -> None:  # noqa: F811
    bad = [row(f"B{at:04}", 1, units=f"x{at}") for at in range(3_000)]
    twice = [row("Z", 1), row("Z", 1)]
    summary: Summary = go(csv(tmp_path / "c.csv", [*many(5), *bad, *twice]), tmp_path / "o.parquet").summary
    told = [(reason, one.count, one.example) for reason, one in summary.rejects]
    assert told == [
        ("units: … is not a whole number", 3_000, "claim B0000, line 1"),
        ("another line of the claim is rejected", 1, "claim Z, line 1"),
        ("line … stands twice in the claim", 1, "claim Z, line 1"),
    ]
    assert summary.rejected == sum(count for _, count, _ in told) == 3_002


def test_reasons_are_bounded_and_all_are_counted() -> None:
    found = Reasons()
    for number in range(3 * MOST_REASONS):
        found.add(f"reason {number}", 2, f"claim {number}, line 1")
    assert len(found) == MOST_REASONS + 1
    *_, (last, others) = found
    assert (last, others.count) == (OTHER, 2 * 2 * MOST_REASONS)


def test_an_interrupted_run_counts_the_reasons_of_what_it_had_done(
    go: Any,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "LINES_AT_ONCE", 50)
    rows = [row(f"B{at:04}", 1, charge="x" if at % 3 == 0 else "1", modality="") for at in range(600)]
    source = tmp_path / "c.parquet"
    pq.write_table(pa.Table.from_pylist(rows), source, row_group_size=50)
    whole: Done = go(source, tmp_path / "whole.parquet")
    write, count = output.ParquetPart.write, 0

    def dying(part: output.ParquetPart, *written: pa.RecordBatch) -> None:
        nonlocal count
        count += 1
        if count > 4:
            raise Killed
        write(part, *written)

    monkeypatch.setattr(output.ParquetPart, "write", dying)
    with pytest.raises(Killed):
        go(source, tmp_path / "o.parquet", part_seconds=0.0)
    monkeypatch.setattr(output.ParquetPart, "write", write)
    resumed: Done = go(source, tmp_path / "o.parquet", part_seconds=0.0, resume=True)
    assert resumed.resumed_from > 0
    assert resumed.summary.as_json() == whole.summary.as_json()
    wrong = "charge: … is not an amount in dollars as in 248.32"
    assert [(reason, one.count) for reason, one in resumed.summary.rejects] == [(wrong, 200)]


def test_a_kept_summary_is_read_as_it_was(go: Any, tmp_path: Path) -> None:  # noqa: F811
    rows = [*many(20), row("B", 1, units="x"), row("D", 1, modality="", purpose=""), row("E", 1, plan="")]
    summary: Summary = go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet").summary
    kept = json.loads(json.dumps(summary.as_json()))
    assert Summary.of_json(kept).as_json() == summary.as_json()
    assert kept["waiting"]["all"]["modality purpose"]["lines"] == 1
