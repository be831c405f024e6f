"""Claim files of every format read in lines a second, and results written as Parquet, CSV and workbooks."""

from __future__ import annotations

import datetime as dt
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import xlsxwriter

from bench.claims import batches
from clausal.claims.files import open_claims
from clausal.claims.output import ParquetPart
from clausal.claims.result_files import CsvPart, WorkbookPart, write_workbook
from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.columns.schema import Column, input_columns
from clausal.documents.library import Library
from clausal.schedules.tables import Schedules

LINES = 200_000
LINES_OF_WORKBOOK = 50_000
REPEAT = 3


def run(library: Library) -> None:
    print(
        f"\nclaim files read, results written, {LINES:,} lines (workbooks {LINES_OF_WORKBOOK:,}), medians of {REPEAT}"
    )
    table = pa.Table.from_batches([*batches(LINES)])
    columns = input_columns(library.vocabulary)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, lines in _written(folder, table):
            _print(f"read {path.name.partition('.')[2]}", lines, partial(_read, path, columns))
        kernel = Kernel(library, Schedules(), Options(dt.date(2026, 1, 1)))
        file = open_claims(folder / "claims.parquet", columns)
        results = [kernel(file.layout.prepare(batch)) for batch in file.batches()]
        schema = pa.schema([one for one in kernel.schema if one.name != "problem"])
        parts: dict[str, Callable[[Path], Any]] = {
            "parquet": lambda path: ParquetPart(path, schema),
            "csv": lambda path: CsvPart(path, schema, first=True),
            "csv.gz": lambda path: CsvPart(path, schema, first=True),
        }
        for kind, part in parts.items():
            _print(f"write {kind}", LINES, partial(_write, part, folder / f"out.{kind}", results))
        few = [pa.RecordBatch.from_struct_array(pa.Table.from_batches(results).slice(0, LINES_OF_WORKBOOK)
                                                .combine_chunks().to_struct_array().combine_chunks())]  # fmt: skip

        def workbook() -> None:
            _write(lambda path: WorkbookPart(path, schema), folder / "out.xlsx.parquet", few)
            write_workbook([folder / "out.xlsx.parquet"], folder / "out.xlsx")

        _print("write xlsx", LINES_OF_WORKBOOK, workbook)


def _print(what: str, lines: int, call: Callable[[], object]) -> None:
    seconds = []
    for _ in range(REPEAT):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    print(f"  {what:<34} {statistics.median(seconds):7.2f} s {lines / statistics.median(seconds):>12,.0f} lines/s")


def _read(path: Path, columns: list[Column]) -> int:
    file = open_claims(path, columns)
    return sum(file.layout.prepare(batch).num_rows for batch in file.batches())


def _write(part_at: Callable[[Path], Any], path: Path, results: list[pa.RecordBatch]) -> None:
    part = part_at(path)
    for batch in results:
        part.write(batch, batch)
    part.close()


def _written(folder: Path, table: pa.Table) -> list[tuple[Path, int]]:
    """The same lines in every format; lists are words separated by blanks where a format has none."""
    flat = table
    for index, field in enumerate(table.schema):
        column = table.column(index)
        if pa.types.is_list(field.type):
            words = [None if one is None else " ".join(one) for one in column.to_pylist()]
            flat = flat.set_column(index, field.name, pa.array(words, pa.string()))
        elif pa.types.is_dictionary(field.type):
            flat = flat.set_column(index, field.name, column.cast(pa.string()))
    pq.write_table(table, folder / "claims.parquet")
    pacsv.write_csv(flat, folder / "claims.csv")
    with (folder / "claims.jsonl").open("w", encoding="utf-8") as out:
        for row in flat.to_pylist():
            out.write(json.dumps({name: value for name, value in row.items() if value is not None}, default=str) + "\n")
    with xlsxwriter.Workbook(str(folder / "claims.xlsx"), {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "mm/dd/yyyy"})
        sheet.write_row(0, 0, flat.column_names)
        for number, row in enumerate(flat.slice(0, LINES_OF_WORKBOOK).to_pylist(), 1):
            for column, value in enumerate(row.values()):
                if isinstance(value, dt.date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)
    few = {"xlsx": LINES_OF_WORKBOOK}
    return [(folder / f"claims.{kind}", few.get(kind, LINES)) for kind in ("parquet", "csv", "jsonl", "xlsx")]
