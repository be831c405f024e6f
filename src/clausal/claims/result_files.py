"""Results by line as CSV and as Excel workbooks: the same rows, columns and values as in Parquet."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from clausal.claims.output import ParquetPart, kept
from clausal.problems import InvalidInput, Place

Format: TypeAlias = Literal["parquet", "csv", "csv.gz", "xlsx", "835"]
ENDINGS: dict[str, Format] = {
    ".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".csv.gz": "csv.gz", ".xlsx": "xlsx",
    ".835": "835", ".x12": "835", ".edi": "835",
}  # fmt: skip
ROWS_OF_A_SHEET = 1_048_575
"""Below the names of the columns; what is more goes to another sheet."""
MOST_CHARACTERS = 32_767
"""Of a cell. Excel would cut what is longer."""
_EXACT = 10**15
_WIDTH = {"rule": 36, "clauses": 40, "needs": 36, "warnings": 36, "readings": 36, "price_note": 40, "claim_id": 18}


def format_of_results(output: Path) -> Format | None:
    """What is to be written to a file, by the end of its name; None where that does not tell."""
    name = output.name.lower()
    return next((kind for ending, kind in ENDINGS.items() if name.endswith(ending)), None)


class CsvPart:
    """Results as CSV in UTF-8, the names of the columns in the first piece alone; values stand as they are."""

    def __init__(self, path: Path, schema: pa.Schema, *, first: bool) -> None:
        self._file = _packed(path) if path.name.endswith(".gz") else path.open("wb")
        self._schema = pa.schema([(one.name, _plain(one.type)) for one in schema])
        self._writer = pacsv.CSVWriter(self._file, self._schema, write_options=pacsv.WriteOptions(include_header=first))

    def write(self, _: pa.RecordBatch, results: pa.RecordBatch) -> None:
        rows = kept(results)
        if rows.num_rows:
            self._writer.write_table(pa.Table.from_batches([rows]).cast(self._schema))

    def close(self) -> None:
        self._writer.close()
        self._file.close()

    def abandon(self) -> None:
        self._file.close()


def _packed(path: Path) -> IO[bytes]:
    raw = path.open("wb")
    packed = gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0)
    packed.myfileobj = cast("FileIO", raw)  # closed with it
    return cast("IO[bytes]", packed)


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


class WorkbookPart(ParquetPart):
    """A piece of a workbook, kept as Parquet until all are there; what no cell holds is refused at once."""

    def write(self, batch: pa.RecordBatch, results: pa.RecordBatch) -> None:
        for name, column in zip(results.schema.names, results.columns, strict=True):
            text = column.dictionary if pa.types.is_dictionary(column.type) else column
            if pa.types.is_string(text.type) and (pc.max(pc.utf8_length(text)).as_py() or 0) > MOST_CHARACTERS:
                what = f"'{name}' has a value of more than {MOST_CHARACTERS:,} characters, and no cell holds more"
                raise InvalidInput.at(Place(f"column {name}"), what, "write Parquet or CSV")
        super().write(batch, results)


def write_workbook(pieces: Sequence[Path], target: Path) -> None:
    """Write pieces as one workbook: text as text, amounts as amounts, the first row frozen; more sheets where needed.

    Rows are written to disk as they come, beside `target`; memory does not grow with them.
    """
    import xlsxwriter

    options = {
        "constant_memory": True, "tmpdir": str(target.parent), "strings_to_formulas": False,
        "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(str(target), options) as book:
        book.use_zip64()
        formats = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        heading = book.add_format({"bold": True})
        schema = pq.read_schema(pieces[0])
        sheet, row, sheets = None, 0, 0
        for rows in _rows(pieces):
            for values in rows:
                if sheet is None or row > ROWS_OF_A_SHEET:
                    sheets += 1
                    sheet, row = _new_sheet(book, sheets, schema, formats, heading), 1
                _write_row(sheet, row, values)
                row += 1
        if sheet is None:
            _new_sheet(book, 1, schema, formats, heading)


_FORMATS = {"text": "@", "amount": "#,##0.00", "number": "0"}


def _rows(pieces: Sequence[Path]) -> Iterator[Iterator[tuple[Any, ...]]]:
    for piece in pieces:
        with pq.ParquetFile(piece) as file:
            for batch in file.iter_batches(1 << 14):
                yield zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _new_sheet(book: Any, number: int, schema: pa.Schema, formats: dict[str, Any], heading: Any) -> Any:
    sheet = book.add_worksheet("results" if number == 1 else f"results {number}")
    sheet.freeze_panes(1, 0)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # codes are text, and meant to be
    for index, field in enumerate(schema):
        kind = "amount" if pa.types.is_decimal(field.type) else "number" if pa.types.is_integer(field.type) else "text"
        sheet.set_column(index, index, _WIDTH.get(field.name, 12), formats[kind])
        sheet.write_string(0, index, field.name, heading)
    return sheet


def _write_row(sheet: Any, row: int, values: Sequence[Any]) -> None:
    for index, value in enumerate(values):
        if value is None:
            continue
        if isinstance(value, str | dt.date):
            sheet.write_string(row, index, str(value))
        elif isinstance(value, int) and abs(value) >= _EXACT:
            sheet.write_string(row, index, str(value))  # Excel keeps 15 digits of a number
        else:
            sheet.write_number(row, index, value)
