"""Results as CSV and as Excel workbooks: value by value what Parquet has, whole or not there at all."""

from __future__ import annotations

import csv as csv_
import datetime as dt
import gzip
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from clausal.claims import output, result_files, run
from clausal.columns.schema import DOLLARS, RESULTS
from clausal.documents.library import Library
from clausal.problems import InvalidInput
from tests.claims.test_mapping import mapped
from tests.claims.test_run import Killed, Run, csv, many, results, row

KINDS = ("csv", "csv.gz", "xlsx")
ODD = ("=1+1", "+A", "-B", "@C", 'D"q', "E;\u00e9", " F", "_x0041_")


def texts(path: Path) -> list[list[str]]:
    """Names and rows of a file as text; nothing where there is no value, amounts with two places."""
    if path.suffix == ".xlsx":
        book = CalamineWorkbook.from_path(path)
        sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
        assert all(sheet[0] == sheets[0][0] for sheet in sheets)
        return [
            [shown(cell) for cell in one] for one in [sheets[0][0], *(one for sheet in sheets for one in sheet[1:])]
        ]
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    rows = [*csv_.reader(io.StringIO(text, newline=""))]
    amounts = {rows[0].index(field.name) for field in AMOUNTS}
    return [
        [shown(Decimal(v)) if n in amounts and at and v else v for n, v in enumerate(r)] for at, r in enumerate(rows)
    ]


def shown(cell: Any) -> str:
    if isinstance(cell, float | Decimal):
        return f"{cell:.2f}".removesuffix(".00")
    return "" if cell is None else str(cell)


AMOUNTS = [one for one in RESULTS if one.type == DOLLARS]


def as_parquet(path: Path) -> list[list[str]]:
    table = pq.read_table(path)
    return [table.column_names, *([shown(cell) for cell in one.values()] for one in table.to_pylist())]


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_is_that_of_parquet(go: Run, tmp_path: Path, kind: str) -> None:
    rows = [*many(30), *(row(name, 1) for name in (*ODD[:4], *ODD[5:]))]
    (tmp_path / "c.jsonl").write_text("".join(json.dumps(one) + "\n" for one in [*rows, row(ODD[4], 1)]))
    go(tmp_path / "c.jsonl", tmp_path / "o.parquet")
    done = go(tmp_path / "c.jsonl", tmp_path / f"o.{kind}")
    assert texts(tmp_path / f"o.{kind}") == as_parquet(tmp_path / "o.parquet")
    assert done.summary.lines == 98


def test_codes_and_what_looks_like_a_formula_are_text_in_a_workbook(go: Run, tmp_path: Path) -> None:
    go(csv(tmp_path / "c.csv", [row("=1+1", 1), row("0012", 1)]), tmp_path / "o.xlsx")
    with zipfile.ZipFile(tmp_path / "o.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert all(f">{text}</t>" in sheet for text in ("=1+1", "0012", "55"))
    assert 'state="frozen"' in sheet
    assert "<v>248.32</v>" in sheet


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("after", [1, 7])
def test_an_interrupted_run_is_continued_to_the_same_file(
    go: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    after: int,
) -> None:
    rows = [*many(60), row("D", 1, units=-1)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "c.parquet", row_group_size=10)
    monkeypatch.setattr(run, "LINES_AT_ONCE", 10)
    go(tmp_path / "c.parquet", tmp_path / f"whole.{kind}", part_seconds=60.0)
    part = result_files.WorkbookPart if kind == "xlsx" else result_files.CsvPart
    count, write = 0, part.write

    def dying(self: Any, *batches: pa.RecordBatch) -> None:
        nonlocal count
        count += 1
        if count > after:
            raise Killed
        write(self, *batches)

    with monkeypatch.context() as killed:
        killed.setattr(part, "write", dying)
        with pytest.raises(Killed):
            go(tmp_path / "c.parquet", tmp_path / f"o.{kind}", part_seconds=0.0)
    assert not (tmp_path / f"o.{kind}").exists()
    done = go(tmp_path / "c.parquet", tmp_path / f"o.{kind}", resume=True, part_seconds=0.0)
    assert done.resumed_from > 0
    assert texts(tmp_path / f"o.{kind}") == texts(tmp_path / f"whole.{kind}")
    assert sorted(path.name for path in tmp_path.iterdir() if "partial" in path.name) == []


@pytest.mark.parametrize("kind", ["parquet", "csv", "xlsx"])
def test_rows_that_a_mapping_leaves_out_are_the_same_where_a_run_is_continued(
    go: Run, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    mapping = mapped(library, "rows: {drop: {GONE: Y}}")
    rows = [one | {"GONE": "Y" if number % 7 == 3 else ""} for number, one in enumerate(many(60))]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "c.parquet", row_group_size=10)
    monkeypatch.setattr(run, "LINES_AT_ONCE", 10)
    whole = go(tmp_path / "c.parquet", tmp_path / f"whole.{kind}", mapping=mapping)
    count, settle = 0, output.Work.finish_part

    def dying(*given: Any) -> None:
        nonlocal count
        settle(*given)
        count += 1
        if count > 2:
            raise Killed

    with monkeypatch.context() as killed:
        killed.setattr(output.Work, "finish_part", dying)
        with pytest.raises(Killed):
            go(tmp_path / "c.parquet", tmp_path / f"o.{kind}", mapping=mapping, part_seconds=0.0)
    done = go(tmp_path / "c.parquet", tmp_path / f"o.{kind}", mapping=mapping, resume=True, part_seconds=0.0)
    gone = sum(one["GONE"] == "Y" for one in rows)
    assert done.resumed_from > 0
    assert done.left == whole.left == {"GONE: Y": gone}
    assert done.summary.lines == whole.summary.lines == len(rows) - gone
    read = as_parquet if kind == "parquet" else texts
    assert read(tmp_path / f"o.{kind}") == read(tmp_path / f"whole.{kind}")


def test_a_run_killed_while_the_workbook_is_made_is_continued(
    go: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = csv(tmp_path / "c.csv", many(30))
    go(source, tmp_path / "whole.xlsx")

    def dying(_: Any, target: Path) -> None:
        target.write_bytes(b"PK half a workbook")
        raise Killed

    with monkeypatch.context() as killed:
        killed.setattr(run, "write_workbook", dying)
        with pytest.raises(Killed):
            go(source, tmp_path / "o.xlsx")
    assert not (tmp_path / "o.xlsx").exists()
    go(source, tmp_path / "o.xlsx", resume=True)
    assert texts(tmp_path / "o.xlsx") == texts(tmp_path / "whole.xlsx")


def test_more_rows_than_a_sheet_holds_go_to_another(go: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_files, "ROWS_OF_A_SHEET", 50)
    source = csv(tmp_path / "c.csv", many(40))
    go(source, tmp_path / "o.xlsx")
    go(source, tmp_path / "o.parquet")
    assert CalamineWorkbook.from_path(tmp_path / "o.xlsx").sheet_names == ["results", "results 2", "results 3"]
    assert texts(tmp_path / "o.xlsx") == as_parquet(tmp_path / "o.parquet")


def test_what_no_cell_holds_is_refused_and_nothing_is_cut(go: Run, tmp_path: Path) -> None:
    source = csv(tmp_path / "c.csv", [row("A" * 40_000, 1)])
    with pytest.raises(InvalidInput, match=r"'claim_id' has a value of more than 32,767 .*; write Parquet or CSV"):
        go(source, tmp_path / "o.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["c.csv"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_without_lines_gives_one_with_names_alone(go: Run, tmp_path: Path, kind: str) -> None:
    (tmp_path / "c.csv").write_text("claim_id,service_date\n")
    go(tmp_path / "c.csv", tmp_path / f"o.{kind}")
    assert len(texts(tmp_path / f"o.{kind}")) == 1


def test_a_workbook_of_claims_is_read_as_the_same_in_csv(go: Run, tmp_path: Path) -> None:
    rows = many(30)
    csv(tmp_path / "c.csv", rows)
    with xlsxwriter.Workbook(str(tmp_path / "c.xlsx")) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "m/d/yy"})
        for column, name in enumerate(rows[0]):
            sheet.write_string(0, column, name)
            for number, one in enumerate(rows, 1):
                value = one[name]
                if name == "service_date":
                    sheet.write_datetime(number, column, dt.date.fromisoformat(value), day)
                elif name in ("code", "charge"):
                    sheet.write_number(number, column, float(value))
                elif value != "":
                    sheet.write(number, column, value)
    go(tmp_path / "c.csv", tmp_path / "a.parquet")
    go(tmp_path / "c.xlsx", tmp_path / "b.parquet")
    assert results(tmp_path / "a.parquet") == results(tmp_path / "b.parquet")


def test_the_end_of_the_name_tells_what_is_written(tmp_path: Path) -> None:
    told = {
        "o.PARQUET": "parquet",
        "o.csv": "csv",
        "o.csv.gz": "csv.gz",
        "o.xlsx": "xlsx",
        "o.835": "835",
        "o.xls": None,
    }
    assert {name: result_files.format_of_results(tmp_path / name) for name in told} == told
