"""The first rows of a claim file on both sides: as they stand and as they are read, and what no sample shows."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from clausal.claims.constants import allowed_by
from clausal.claims.mapping import read_mapping
from clausal.claims.sampled import WITHHELD, is_of_a_person, plans_named, recognised, sides
from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.columns.schema import input_columns
from clausal.documents.library import Library
from clausal.exchange.tabular.opened import Form
from clausal.facts.source import parse_source
from clausal.schedules.tables import Schedules
from tests.exchange.x12.files import claim, file_of, raw

HEAD = ["CLM", "DOS", "PAYER", "DX", "CPT", "QTY", "CHG", "PAT_NAME"]
ROWS = [
    ["A1", "2024-10-15", "HMO", "M17.11", "64640", "2", "1200.00", "Doe"],
    ["A1", "2024-10-15", "HMO", "M17.11", "64624", "two", "600.00", "Doe"],
    ["B2", "2024-10-16", "bcn65", "M17.12", "64640", "1", "600.00", "Roe"],
]
MAPPING = (
    "columns: {claim_id: CLM, service_date: DOS, plan: PAYER, diagnoses: [DX], code: CPT, units: QTY, charge: CHG}"
)


def _csv(path: Path) -> Path:
    path.write_text("\n".join(";".join(row) for row in [HEAD, *ROWS]))
    return path


def _jsonl(path: Path) -> Path:
    path.write_text("\n".join(json.dumps(dict(zip(HEAD, row, strict=True))) for row in ROWS))
    return path


def _parquet(path: Path) -> Path:
    pq.write_table(pa.table({name: [row[at] for row in ROWS] for at, name in enumerate(HEAD)}), path)
    return path


def _xlsx(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Claims")
        for at, row in enumerate([HEAD, *ROWS]):
            sheet.write_row(at, 0, row)
        book.add_worksheet("Notes")
    return path


@pytest.mark.parametrize("make", [_csv, _jsonl, _parquet, _xlsx])
def test_both_sides_are_of_the_same_rows_in_every_format(library: Library, tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    kind = make.__name__.lstrip("_")
    path = make(tmp_path / f"claims.{kind}")
    columns = input_columns(library.vocabulary)
    found = recognised(path)
    assert (found.format, list(found.names)) == (kind, HEAD)
    both = sides(path, columns, read_mapping(parse_source(MAPPING, "m"), columns))
    assert [row["CLM"] for row in both.raw] == [row["claim_id"] for row in both.read] == ["A1", "A1", "B2"]
    assert [row["QTY"] for row in both.raw] == ["2", "two", "1"]
    assert [row["units"] for row in both.read] == ["2", None, "1"]
    assert [row["charge"] for row in both.read] == ["1200.00", "600.00", "600.00"]
    assert both.problems == (None, "units: 'two' is not a whole number", None)
    assert {row["PAT_NAME"] for row in both.raw} == {WITHHELD}
    assert both.unused == ("PAT_NAME",)


def test_what_a_file_is_is_told_with_its_form(tmp_path: Path) -> None:
    assert recognised(_csv(tmp_path / "a.csv")).form == Form(1, "utf-8", ";")
    book = recognised(_xlsx(tmp_path / "a.xlsx"))
    assert (book.form.sheet, book.other_sheets) == ("Claims", ("Notes",))


def test_an_837_says_itself_what_is_what(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.837"
    path.write_bytes(raw(file_of(claim())))
    assert (recognised(path).format, recognised(path).names) == ("x12", ())
    both = sides(path, input_columns(library.vocabulary))
    assert both.raw == ({},) * len(both.read)
    assert both.read[0]["code"]


def test_words_that_are_no_plan_are_counted_and_told_of_the_line(
    library: Library, schedules: Schedules, tmp_path: Path
) -> None:
    path, columns = _csv(tmp_path / "a.csv"), input_columns(library.vocabulary)
    mapping = read_mapping(parse_source(MAPPING, "m"), columns)
    allowed = allowed_by([library.cases])
    assert plans_named(path, columns, mapping, allowed) == ({"HMO": 2}, 3)
    kernel = Kernel(library, schedules, Options(dt.date(2025, 1, 1)))
    assert "plan" in (sides(path, columns, mapping, kernel).problems[0] or "")
    mended = MAPPING.replace("plan: PAYER", "plan: {column: PAYER, values: {HMO: bcn65}}")
    mapping = read_mapping(parse_source(mended, "m"), columns, allowed)
    assert plans_named(path, columns, mapping, allowed)[0] == {}
    assert sides(path, columns, mapping, kernel).problems[0] is None


def test_a_number_of_social_security_is_withheld_under_any_name(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("claim_id,service_date,x\nA1,2024-10-15,123-45-6789\n")
    assert sides(path, input_columns(library.vocabulary)).raw[0]["x"] == WITHHELD


@pytest.mark.parametrize("name", ["PAT_LAST_NAME", "Patient ID", "MBR_ID", "SSN", "member_number", "DOB", "BENE_MBI"])
def test_names_of_columns_of_a_person(name: str) -> None:
    assert is_of_a_person(name)


@pytest.mark.parametrize(
    "name", ["MEMBER_PLAN", "plan_name", "PAYER_NAME", "claim_id", "PROVIDER_NAME", "DOS", "HCPCS"]
)
def test_names_of_columns_of_none(name: str) -> None:
    assert not is_of_a_person(name)
