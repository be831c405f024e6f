"""Claim files: Parquet, CSV, JSON lines and X12 837, read as batches of lines, a little at a time."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa

from clausal.claims.mapping import NONE, FileMapping
from clausal.claims.prepare import Layout
from clausal.claims.selected import Left
from clausal.claims.x12_facts import CENTS, SCHEMA, Received
from clausal.columns.schema import KEY, Column
from clausal.exchange.tabular.delimited import DelimitedTable
from clausal.exchange.tabular.json_lines import JsonTable
from clausal.exchange.tabular.opened import FORMATS, Reading, format_of, opened
from clausal.exchange.tabular.parquet import ParquetTable
from clausal.exchange.tabular.workbook import WorkbookTable
from clausal.exchange.x12.block import UTF_8, is_encoding
from clausal.problems import InvalidInput, Place, Problem


@dataclass(frozen=True)
class ClaimFile:
    """A claim file that was opened: its format, its layout, and how far it has been read."""

    path: Path
    format: str
    layout: Layout
    reading: Reading
    _raw: Callable[[], Iterator[pa.RecordBatch]]
    left: Left = field(default_factory=Left)
    """Rows that the mapping leaves out, by its condition, as far as the file has been read."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Batches as the file has them, for the layout to prepare; lines of a claim may be cut apart."""
        self.left.clear()
        for batch in self._raw():
            counting = self.layout.counting(batch, self.left)
            if counting.num_rows:
                yield counting

    def first(self, most: int) -> pa.RecordBatch | None:
        """The first rows that count, with the columns that are read; None where there are none."""
        batch = next(self.batches(), None)
        return None if batch is None else batch.slice(0, most)


def open_claims(
    path: Path,
    columns: Sequence[Column],
    mapping: FileMapping = NONE,
    received: Received | None = None,
) -> ClaimFile:
    """Open a claim file of any format; raises InvalidInput where it is missing, empty, or not what it should be.

    Of an X12 file, `received` is told what is met in it.
    """
    place = Place(str(path))
    if not path.exists():
        raise InvalidInput.at(place, "no such file", "name a claim file")
    try:
        kind = format_of(path)
        _check_form(mapping, kind)
        if kind == "parquet":
            return _parquet(path, columns, mapping)
        if kind == "csv":
            return _csv(path, columns, mapping)
        if kind == "jsonl":
            return _json_lines(path, columns, mapping)
        if kind == "xlsx":
            return _workbook(path, columns, mapping)
        return _x12(path, columns, mapping, received or Received())
    except pa.ArrowException as error:
        raise InvalidInput.at(place, f"not readable: {_first_line(error)}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidInput.at(place, f"cannot be read: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _parquet(path: Path, columns: Sequence[Column], mapping: FileMapping) -> ClaimFile:
    table = ParquetTable(path)
    layout = Layout(str(path), table.schema, columns, mapping)
    reading = Reading(lines_in_all=table.lines)
    return ClaimFile(
        path, "parquet", layout, reading, lambda: table.batches(layout.reads, layout.identifying(), reading)
    )


def _csv(path: Path, columns: Sequence[Column], mapping: FileMapping) -> ClaimFile:
    table = DelimitedTable(path, mapping.form)
    layout = Layout(str(path), table.schema, columns, mapping)
    reading = Reading()
    return ClaimFile(path, "csv", layout, reading, lambda: table.batches(layout.reads, layout.key, reading))


def _json_lines(path: Path, columns: Sequence[Column], mapping: FileMapping) -> ClaimFile:
    table = JsonTable(path, mapping.form)
    layout = Layout(str(path), table.schema, columns, mapping)
    reading = Reading()
    return ClaimFile(path, "jsonl", layout, reading, lambda: table.batches(layout.reads, layout.lists(), reading))


def _workbook(path: Path, columns: Sequence[Column], mapping: FileMapping) -> ClaimFile:
    table = WorkbookTable(path, mapping.form)
    try:
        layout = Layout(str(path), table.schema, columns, mapping)
    except InvalidInput as error:
        if not table.others or mapping.form.sheet is not None:
            raise
        others = ", ".join(f"'{one}'" for one in table.others)
        told = Problem(Place(str(path)), f"the sheet '{table.sheet}' was read", f"`sheet:` in a mapping names {others}")
        raise InvalidInput([*error.problems, told]) from None
    reading = Reading(lines_in_all=table.lines)
    return ClaimFile(path, "xlsx", layout, reading, lambda: table.batches(layout.reads, reading))


_FORMS = {"header": ("csv", "xlsx"), "encoding": ("csv", "jsonl", "x12"), "delimiter": ("csv",), "sheet": ("xlsx",)}


def _check_form(mapping: FileMapping, kind: str) -> None:
    """Refuse what a mapping says of a file's form that a file of its kind does not have."""
    problems = []
    for name, kinds in _FORMS.items():
        if getattr(mapping.form, name) is not None and kind not in kinds:
            *others, last = (FORMATS[one] for one in kinds)
            of = f"{', '.join(others)} or {last}" if others else last
            place = mapping.places.get(name, Place("mapping"))
            problems.append(Problem(place, f"`{name}` is for {of}, and the file is {FORMATS[kind]}", "leave it out"))
    if kind == "x12" and (encoding := mapping.form.encoding) and not is_encoding(encoding):
        place = mapping.places.get("encoding", Place("mapping"))
        hint = "expected utf-8, cp1252, latin-1 or another that begins with ASCII; save a file in UTF-16 as UTF-8"
        problems.append(Problem(place, f"'{encoding}' is no encoding of X12", hint))
    if problems:
        raise InvalidInput(problems)


def _x12(path: Path, columns: Sequence[Column], mapping: FileMapping, received: Received) -> ClaimFile:
    layout = Layout(str(path), SCHEMA, [*columns, KEY], mapping, CENTS)
    reading = Reading()
    received.encoding = mapping.form.encoding or UTF_8

    def raw() -> Iterator[pa.RecordBatch]:
        with opened(path, reading) as file:
            yield from received.batches(cast("BinaryIO", file), path.name)

    return ClaimFile(path, "x12", layout, reading, raw)
