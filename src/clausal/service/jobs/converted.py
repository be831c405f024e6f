"""Results of a job in another form than it wrote: made of its Parquet file when they are fetched.

CSV is written while it is sent. A workbook is made beside the results and stays until the job is deleted; it is made of
at most as many lines as a sheet has rows, since nobody opens one of several such sheets.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from clausal.claims.result_files import ROWS_OF_A_SHEET, write_workbook
from clausal.files import private
from clausal.problems import InvalidInput, Place
from clausal.service.jobs.folder import RESULTS
from clausal.store.identifiers import new_id

AT_ONCE = 1 << 14


def csv_of(path: Path) -> Iterator[bytes]:
    """A Parquet file of results as CSV, a little at a time."""
    with pq.ParquetFile(path) as file:
        plain = [
            (one.name, one.type.value_type if pa.types.is_dictionary(one.type) else one.type)
            for one in file.schema_arrow
        ]
        schema = pa.schema(plain)
        yield _written(schema.empty_table(), is_first=True)
        for batch in file.iter_batches(AT_ONCE):
            yield _written(pa.Table.from_batches([batch]).cast(schema), is_first=False)


def _written(table: pa.Table, *, is_first: bool) -> bytes:
    out = io.BytesIO()
    pacsv.write_csv(table, out, pacsv.WriteOptions(include_header=is_first))
    return out.getvalue()


def fits_a_sheet(path: Path) -> bool:
    """Whether a sheet has as many rows as there are lines of results."""
    return bool(pq.read_metadata(path).num_rows <= ROWS_OF_A_SHEET)


def workbook_of(path: Path) -> Path:
    """A Parquet file of results as a workbook beside it; raises InvalidInput where they do not fit into a sheet."""
    if not fits_a_sheet(path):
        hint = "fetch CSV or Parquet, or the rows of a filter as csv"
        raise InvalidInput.at(Place("results"), f"a sheet has {ROWS_OF_A_SHEET:,} lines at most", hint)
    target = path.with_name(RESULTS["xlsx"])
    if not target.is_file():
        beside = private(path.with_name(f"{new_id()}.xlsx"))
        try:
            write_workbook([path], beside)
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    return target
