"""Delimited text: columns named by one line, every value as text, rows that cannot be read told apart."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv

from clausal.exchange.tabular.heading import heading_of
from clausal.exchange.tabular.opened import PLAIN, Form, Reading, opened
from clausal.exchange.tabular.text import Text
from clausal.limits import LINE
from clausal.problems import PROBLEM, InvalidInput, Place

_BLOCK = 1 << 22
Torn = tuple[Sequence[str], str]
"""A row that could not be read: which claim it may be of, the likeliest first, and what is wrong with it."""


class DelimitedTable:
    """The columns that the heading names, and the lines below it in batches."""

    def __init__(self, path: Path, form: Form = PLAIN) -> None:
        self._path = path
        self._form = form
        self._heading = heading_of(path, form)
        self.delimiter = self._heading.delimiter
        self.names = self._heading.names
        self.schema = pa.schema([(name, pa.string()) for name in self.names])

    def batches(self, reads: Sequence[str], key: str, reading: Reading) -> Iterator[pa.RecordBatch]:
        """The columns `reads`; a row that cannot be read is one with its reason in PROBLEM, and its `key` if told."""
        bad: list[Torn] = []
        place = self.names.index(key)

        def invalid(row: Any) -> str:
            bad.append((_perhaps(row.text, self.delimiter, place, len(self.names)), self._torn(row)))
            return "skip"

        options = pacsv.ConvertOptions(
            column_types=dict.fromkeys(self.names, pa.string()),
            include_columns=reads,
            strings_can_be_null=True,
            null_values=[""],
            quoted_strings_can_be_null=True,
        )
        # One thread: only then does Arrow tell the numbers of rows; it is not slower.
        block = max(_BLOCK, LINE.bytes)
        read = pacsv.ReadOptions(column_names=self.names, block_size=block, use_threads=False)
        parse = pacsv.ParseOptions(delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=invalid)
        rows = 0
        with opened(self._path, reading) as file:
            text = Text(file, self._path, self._form.encoding)
            first = _after(text, self._heading.bytes)
            if not first.strip():
                return
            try:
                with pacsv.open_csv(_Stream(text, first), read, parse, options) as reader:
                    for batch in reader:
                        rows += batch.num_rows + len(bad)
                        yield _with_bad(batch, bad, key)
                        bad.clear()
                    if bad:
                        nothing = pa.RecordBatch.from_pylist([], schema=reader.schema)
                        yield _with_bad(nothing, bad, key)
            except pa.ArrowInvalid as error:
                if "straddling" not in str(error):
                    raise
                where = f"below row {rows + self._heading.rows:,} a row"
                hint = "is a quotation mark opened and not closed?"
                problem = LINE.passed(Place(str(self._path)), f"{where} of more than {block:,} bytes").problems[0]
                raise InvalidInput.at(problem.place, problem.message, f"{hint} Else {problem.hint}") from None

    def _torn(self, row: Any) -> str:
        """What is wrong with a row, by its place and never by its values."""
        number = f"row {row.number + self._heading.rows:,}: " if row.number is not None else ""
        over = row.text.count("\n")
        lines = f", over {over + 1:,} lines: a quotation mark is not closed" if over else ""
        return f"{number}{row.actual_columns} values for {row.expected_columns} columns{lines}"


def _perhaps(text: str, delimiter: str, place: int, wanted: int) -> list[str]:
    """What may be the key of a row with too many or too few values, as some before it may be split or missing."""
    try:
        values = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        values = text.split(delimiter)
    last = max(place + len(values) - wanted, 0) if place else 0
    places = range(place, last + 1) if last >= place else range(place, last - 1, -1)
    found = (values[at].strip().strip('"') for at in places if at < len(values))
    return [one for one in found if one]


def _after(text: Text, skipped: int) -> bytes:
    """What follows the first `skipped` bytes, as far as the first reading reaches that has something of it."""
    found, size = b"", skipped + _BLOCK
    while len(found) < size and (data := text.read(_BLOCK)):
        found += data
    return found[skipped:]


class _Stream:
    """What Arrow reads: what is read already, and then the rest."""

    def __init__(self, text: Text, first: bytes) -> None:
        self._text = text
        self._first = memoryview(first)
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        if len(self._first):
            size = len(self._first) if size < 0 else size
            data, self._first = self._first[:size], self._first[size:]
            return bytes(data)
        return self._text.read(size)

    def close(self) -> None:
        self.closed = True

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False


def _with_bad(batch: pa.RecordBatch, bad: Sequence[Torn], key: str) -> pa.RecordBatch:
    """A batch with a line more for each row that could not be read, its reason in PROBLEM.

    Where the row's claim can be told it stands before the others of it, so that the claim is not decided without it.
    What is formed like no key of the batch is taken for none: it may be any part of the row, and is shown nowhere.
    """
    if not bad:
        return batch
    keys = batch.column(key).to_pylist()
    there, alike = set(keys), {_shape(one) for one in set(keys) if one}
    torn: dict[str | None, list[str]] = {}
    for perhaps, why in bad:
        claim = next((one for one in perhaps if one in there), None)
        claim = claim or next((one for one in perhaps if _shape(one) in alike), None)
        torn.setdefault(claim, []).append(why)
    pieces, start, seen = [], 0, set()
    for at, claim in enumerate(keys):
        if claim in torn and claim not in seen:
            seen.add(claim)
            pieces += [batch.slice(start, at - start), _torn(batch.schema, key, claim, torn[claim])]
            start = at
    rest = [_torn(batch.schema, key, claim, whys) for claim, whys in torn.items() if claim not in seen]
    whole = [*rest, *pieces, batch.slice(start)]
    tables = [pa.Table.from_batches([one]) for one in (batch.slice(0, 0), *whole)]
    found = pa.concat_tables(tables, promote_options="default").combine_chunks().to_batches()
    return found[0]


def _shape(key: str) -> str:
    """How a key is formed: its letters and figures, each as one, and all else as it is."""
    return re.sub("[0-9]", "9", re.sub("[^\\W0-9_]", "a", key))


def _torn(schema: pa.Schema, key: str, claim: str | None, whys: Sequence[str]) -> pa.RecordBatch:
    """A line for each row of a claim that could not be read."""
    return pa.RecordBatch.from_pydict(
        {key: pa.array([claim] * len(whys), schema.field(key).type), PROBLEM: pa.array(list(whys), pa.string())}
    )
