"""Codes of a claim file on their day of service: unknown where they do not exist, told by line, counted in all."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest

from clausal.claims.job import Job
from clausal.claims.report import write_report
from clausal.claims.run import adjudicate
from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.columns.schema import RESULTS
from clausal.documents.library import Library
from clausal.facts.icd10cm import editions
from clausal.facts.source import Source
from clausal.schedules.tables import Schedules
from tests.claims.same import AS_OF, batch_of, by_column, one_by_one
from tests.claims.test_run import csv, results, row

KNEE = {"plan": "bcn-commercial-hmo", "modality": "cryoneurolysis", "purpose": "pain"}


@pytest.fixture(scope="module")
def kernel(library: Library, schedules: Schedules) -> Kernel:
    return Kernel(library, schedules, Options(AS_OF))


def case(day: str = "2024-06-01", code: str = "64640", **more: Any) -> dict[str, Any]:
    return {"service_date": day, **KNEE, "lines": [{"code": code, "units": 1}], **more}


def told(kernel: Kernel, library: Library, cases: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    rows = kernel(batch_of(library, cases)).to_pylist()
    return [(one["status"], one["invalid_codes"]) for one in rows]


def test_a_line_is_told_which_of_its_codes_do_not_exist_or_are_headings(kernel: Kernel, library: Library) -> None:
    cases = [
        case(diagnoses=["M17.11"]),
        case(diagnoses=["M17.99"]),
        case(diagnoses=["M17.1"]),
        case(diagnoses=["M17.11", "M17.99", "M17"], problem_list=["I73.0", "M17.99"]),
        case("2019-06-01", "64624", diagnoses=["M17.11"]),
        case("2019-06-01", "64640", diagnoses=["M17.6"]),
        case("2024-12-31", "C9809", diagnoses=["I10"]),
        case("2025-01-01", "C9809", diagnoses=["I10"]),
    ]
    assert told(kernel, library, cases) == [
        ("not-covered", None),
        ("open", "M17.99"),
        ("not-covered", "M17.1"),
        ("open", "M17.99 M17 I73.0"),
        ("open", "64624"),
        ("open", "M17.6"),
        ("open", "C9809"),
        ("not-addressed", None),
    ]


def test_a_code_that_does_not_exist_is_not_read_by_its_prefix(kernel: Kernel, library: Library) -> None:
    (found,) = kernel(batch_of(library, [case(diagnoses=["M17.99"])])).to_pylist()
    assert (found["status"], found["needs"], found["rule"]) == ("open", "condition", None)


def test_a_line_that_no_pack_names_is_not_addressed_and_cites_nothing(kernel: Kernel, library: Library) -> None:
    codes = ("99213", "64640", "47383", "76942")
    lines = [{"code": code, "units": 1} for code in codes]
    rows = kernel(batch_of(library, [{**case(diagnoses=["M17.11"]), "lines": lines}])).to_pylist()
    assert [(one["status"], one["clauses"] is None, one["needs"]) for one in rows] == [
        ("not-addressed", True, None),
        ("not-covered", False, "contract_active"),
        ("not-addressed", True, None),
        ("not-addressed", True, "contract_active"),
    ]


def test_many_codes_on_many_days_are_read_by_column_as_in_a_case(
    kernel: Kernel, library: Library, schedules: Schedules
) -> None:
    drawn = random.Random(3)
    real = [code for code, _ in editions().codes()]
    changing = [code for code, flags in editions().codes() if len(set(flags)) > 1]
    days = (
        "2018-06-01",
        "2020-01-01",
        "2021-01-01",
        "2022-06-01",
        "2023-10-01",
        "2024-06-01",
        "2025-04-01",
        "2026-11-01",
    )
    cases = []
    for _ in range(300):
        codes = {drawn.choice(real), drawn.choice(changing), drawn.choice(["M17.11", "G44.86", "M17.99", "M47.81"])}
        code = drawn.choice(["64640", "64624", "64454", "C9809", "20610"])
        cases.append(case(drawn.choice(days), code, diagnoses=sorted(codes), problem_list=[drawn.choice(changing)]))
    alone, together = one_by_one(library, schedules, cases), by_column(kernel, library, cases)
    for other in together:
        other["edits"] = set((other["edits"] or "").split())
    assert together == alone
    read = [library.cases.read(Source("case", one), typed=True) for one in cases]
    doubted = [" ".join(dict.fromkeys(doubt.code for doubt in one.doubts if not doubt.near)) for one in read]
    assert [text or "" for _, text in told(kernel, library, cases)] == doubted


def test_the_run_counts_invalid_codes(library: Library, schedules: Schedules, tmp_path: Path) -> None:
    rows = [
        row("A", 1),
        row("B", 1, diagnoses="M17.99 I10"),
        row("B", 2, diagnoses="M17.99 M17.1"),
        row("C", 1, code="64624", service_date="2019-06-01"),
    ]
    job = Job(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet", Options(dt.date(2026, 1, 1)))
    done = adjudicate(library, schedules, job)
    assert done.summary.invalid_codes() == {"M17.99": 2, "M17.1": 1, "64624": 1}
    assert [one["invalid_codes"] for one in results(tmp_path / "o.parquet")] == [
        None,
        "M17.99",
        "M17.99 M17.1",
        "64624",
    ]
    write_report(tmp_path / "r.html", done, job)
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "Codes that are not billable on the date of service" in page
    assert "M17.99" in page


def test_the_column_is_published_with_its_meaning() -> None:
    (column,) = [one for one in RESULTS if one.name == "invalid_codes"]
    assert "do not exist on its date of service" in column.about
