"""The first rows of a claim file, as they stand in it and as they are read, with what of it cannot be read and why.

What could tell who a patient is stands in no sample: it is told that it is there, and withheld.
"""

from __future__ import annotations

import collections
import datetime as dt
import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from clausal.claims.constants import Allowed
from clausal.claims.files import open_claims
from clausal.claims.guessed_names import words_of
from clausal.claims.mapping import NONE, FileMapping
from clausal.columns.kernel import Kernel
from clausal.columns.schema import MONEY, Column
from clausal.exchange.tabular.delimited import DelimitedTable
from clausal.exchange.tabular.json_lines import JsonTable
from clausal.exchange.tabular.opened import PLAIN, Form, Reading, format_of
from clausal.exchange.tabular.parquet import ParquetTable
from clausal.exchange.tabular.plain import values_of
from clausal.exchange.tabular.values import as_texts, text_of
from clausal.exchange.tabular.workbook import WorkbookTable
from clausal.problems import PROBLEM, InvalidInput, Place

SHOWN = 10
LOOKED_AT = 200
"""Rows that are looked at to guess what a column is."""
MOST_LINES = 200_000
"""Lines of a file that are looked through for the plans that it names."""
MOST_PLANS = 200
WITHHELD = "withheld"
_PERSON = {"birth", "ssn", "social", "mrn", "address", "street", "phone", "telephone", "email", "surname", "first",
           "last", "middle", "given", "family", "medicaid", "mbi", "hicn"}  # fmt: skip
_SOMEBODY = {"patient", "member", "subscriber", "beneficiary", "person", "insured", "enrollee"}
_NO_PERSON = {"plan", "payer", "state", "zip", "type", "count", "filing", "sequence", "county", "date", "month", "year"}
_SOCIAL = re.compile(r"\d{3}-\d{2}-\d{4}\Z")
Row = dict[str, str | None]


@dataclass(frozen=True)
class Recognised:
    """What a file turned out to be: its format and form, the names of its columns, and its first rows as text."""

    format: str
    form: Form
    names: tuple[str, ...]
    """Empty for X12, whose columns are always the same."""
    rows: tuple[Row, ...]
    other_sheets: tuple[str, ...] = ()

    def samples(self) -> dict[str, list[str]]:
        """Values of each column."""
        return {name: [value for row in self.rows if (value := row.get(name))] for name in self.names}


@dataclass(frozen=True)
class Sides:
    """Rows as they stand in the file beside the same as they are read; why each cannot be decided, if so."""

    raw: tuple[Row, ...]
    read: tuple[Row, ...]
    problems: tuple[str | None, ...]
    unused: tuple[str, ...]


def recognised(path: Path, form: Form = PLAIN, key: str = "") -> Recognised:
    """Look at a file; raises InvalidInput where it cannot be read as what it seems to be.

    `key` is the column that tells claims apart, if that is known: rows that are torn stand before the others of theirs.
    """
    with readable(path):
        return _recognised(path, form, key)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Tells of a file that is cut off or damaged as of what cannot be read, and not as of a fault of the disk."""
    try:
        yield
    except (OSError, EOFError, pa.ArrowException, zlib.error) as error:
        what = "is cut off or damaged"
        raise InvalidInput.at(Place(path.name), what, f"get or write it again ({type(error).__name__})") from None


def _recognised(path: Path, form: Form, key: str) -> Recognised:
    kind = format_of(path)
    if kind == "x12":
        return Recognised(kind, form, (), ())
    if kind == "csv":
        table = DelimitedTable(path, form)
        found = Form(form.header or 1, form.encoding or "utf-8", table.delimiter)
        return _looked(kind, found, table.names, table.batches(table.names, key or table.names[0], Reading()))
    if kind == "xlsx":
        book = WorkbookTable(path, form)
        found = Form(book.header, None, None, book.sheet)
        rows = _looked(kind, found, book.names, book.batches(book.names, Reading()))
        return replace(rows, other_sheets=tuple(book.others))
    if kind == "jsonl":
        lines = JsonTable(path, form)
        names = lines.schema.names
        lists = lines.lists()
        return _looked(kind, Form(encoding=form.encoding or "utf-8"), names, lines.batches(names, lists, Reading()))
    parquet = ParquetTable(path)
    names = parquet.plain_names()
    return _looked(kind, PLAIN, names, parquet.batches(names, names, Reading()))


def _looked(kind: str, form: Form, names: Sequence[str], batches: Iterator[pa.RecordBatch]) -> Recognised:
    batch = next(batches, None)
    rows = [] if batch is None else _texts(batch.slice(0, LOOKED_AT), names)
    return Recognised(kind, form, tuple(names), tuple(rows))


def sides(
    path: Path,
    columns: Sequence[Column],
    mapping: FileMapping = NONE,
    kernel: Kernel | None = None,
    withheld: Collection[str] = (),
) -> Sides:
    """The first rows on both sides; with a kernel also what only the vocabulary tells of them. Raises InvalidInput."""
    with readable(path):
        file = open_claims(path, columns, mapping)
        raw = file.first(SHOWN)
    if raw is None:
        return Sides((), (), (), tuple(file.layout.unused))
    read = file.layout.prepare(raw)
    problems: list[str | None] = (
        read.column(PROBLEM).to_pylist() if PROBLEM in read.schema.names else [None] * read.num_rows
    )
    if kernel is not None:
        for line, why in kernel.read(read)[1].items():
            problems[line] = problems[line] or why
    own = {column.name for column in columns if column.is_personal}
    shown = [name for name in read.schema.names if name != PROBLEM]
    cents = {name for name in MONEY if name in shown}
    if file.layout.selects or file.format == "x12":
        before = _texts(raw, [name for name in raw.schema.names if name != PROBLEM] if file.format != "x12" else [])
    else:
        before = list(recognised(path, mapping.form, file.layout.key).rows[:SHOWN])
    personal = {*withheld, *personal_columns(list(before[0]) if before else [], columns, mapping)}
    return Sides(
        tuple(_withheld(row, personal) for row in before),
        tuple(_withheld(row, own) for row in _texts(read, shown, cents)),
        tuple(problems),
        tuple(file.layout.unused),
    )


def personal_columns(names: Sequence[str], columns: Sequence[Column], mapping: FileMapping = NONE) -> set[str]:
    """Columns of a file that tell who a patient is: by what is taken from them, or by their names."""
    own = {column.name: column for column in columns}
    taken = {
        one for name, source in mapping.columns.items() if name in own and own[name].is_personal for one in source.read
    }
    by_name = {other for column in columns if column.is_personal for other in (column.name, *column.also)}
    return {name for name in names if name in taken or name in by_name or is_of_a_person(name)}


def is_of_a_person(name: str) -> bool:
    """Whether a column is named as one that tells who somebody is."""
    words = words_of(name)
    if "name" in words and not words & {"plan", "payer", "provider", "device", "facility", "product", "file"}:
        return True
    if words & _PERSON and not words & {"date", "service"}:
        return True
    return bool(words & _SOMEBODY and not words & _NO_PERSON) or "birth" in words


def plans_named(
    path: Path, columns: Sequence[Column], mapping: FileMapping, allowed: Allowed
) -> tuple[dict[str, int], int]:
    """Values of the column of plans that are no plan, with their lines, and how many lines were looked at."""
    wanted = [column for column in columns if column.required or column.name == "plan"]
    names = {column.name for column in wanted}
    narrow = replace(mapping, columns={name: one for name, one in mapping.columns.items() if name in names})
    file = open_claims(path, wanted, narrow)
    found: collections.Counter[str] = collections.Counter()
    seen = 0
    if file.format == "x12" or not file.layout.has("plan"):
        return {}, 0
    source = narrow.columns.get("plan")
    for raw in file.batches():
        seen += raw.num_rows
        column = _plan_column(raw, source.columns[0] if source and len(source.columns) == 1 else "plan")
        if column is None:
            break
        found.update(one for one in as_texts(column) if one)
        if seen >= MOST_LINES:
            break
    replaced = source.values if source else {}
    unknown = {value: count for value, count in found.items() if allowed("plan", replaced.get(value, value))}
    return dict(sorted(unknown.items(), key=lambda one: (-one[1], one[0]))[:MOST_PLANS]), seen


def _plan_column(batch: pa.RecordBatch, name: str) -> pa.Array | None:
    return batch.column(name) if name in batch.schema.names else None


def _withheld(row: Row, names: Collection[str]) -> Row:
    return {
        name: WITHHELD if value and (name in names or _SOCIAL.match(value)) else value for name, value in row.items()
    }


def _texts(batch: pa.RecordBatch, names: Sequence[str], cents: Collection[str] = ()) -> list[Row]:
    """Rows of a batch as texts; what is not there is None."""
    held: Mapping[str, list[Any]] = {
        name: values_of(batch.column(name)) for name in names if name in batch.schema.names
    }
    rows = []
    for at in range(batch.num_rows):
        rows.append({name: _text(held[name][at], is_cents=name in cents) if name in held else None for name in names})
    return rows


def _text(value: Any, *, is_cents: bool) -> str | None:
    if value is None or value == "":
        return None
    if is_cents:
        return f"{Decimal(value) / 100:.2f}"
    if isinstance(value, list):
        return " ".join("" if one is None else text_of(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, dt.date) else text_of(value)
