"""Delimited text: columns named by the first line, every value as text, rows that cannot be read told apart."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv as pacsv

from clausal.exchange.tabular.opened import Reading, opened
from clausal.problems import PROBLEM, InvalidInput, Place

MOST_COLUMNS = 2_000


class DelimitedTable:
    """The columns that the first line names, and the lines in batches."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.delimiter = delimiter_of(path)
        self.names = [name.strip().strip('"') for name in _header(path).split(self.delimiter)]
        if len(set(self.names)) < len(self.names) or len(self.names) > MOST_COLUMNS:
            raise InvalidInput.at(Place(str(path), 1), "the first line does not name the columns, each once")
        self.schema = pa.schema([(name, pa.string()) for name in self.names])

    def batches(self, reads: Sequence[str], key: str, reading: Reading) -> Iterator[pa.RecordBatch]:
        """The columns `reads`; a row that cannot be read is one with its reason in PROBLEM, and its `key` if told."""
        bad: list[tuple[str | None, str]] = []
        place = self.names.index(key)

        def invalid(row: Any) -> str:
            values = row.text.split(self.delimiter)
            told = values[place].strip().strip('"') if place < len(values) else None
            why = f"{row.actual_columns} values for {row.expected_columns} columns: {row.text[:60]}"
            bad.append((told or None, why))
            return "skip"

        options = pacsv.ConvertOptions(
            column_types=dict.fromkeys(self.names, pa.string()),
            include_columns=reads,
            strings_can_be_null=True,
            null_values=[""],
            quoted_strings_can_be_null=True,
        )
        read = pacsv.ReadOptions(column_names=self.names, skip_rows=1, block_size=1 << 22, encoding="utf8")
        parse = pacsv.ParseOptions(delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=invalid)
        with opened(self._path, reading) as file, pacsv.open_csv(_Utf8(file), read, parse, options) as reader:
            for batch in reader:
                yield _with_bad(batch, bad, key)
                bad.clear()
            if bad:
                nothing = pa.RecordBatch.from_pylist([], schema=reader.schema)
                yield _with_bad(nothing, bad, key)


def _header(path: Path) -> str:
    with opened(path) as file:
        header = file.readline(1 << 20).decode("utf-8-sig", errors="replace").strip("\r\n")
    if not header.strip():
        raise InvalidInput.at(Place(str(path)), "the file is empty", "the first line names the columns")
    return header


def delimiter_of(path: Path) -> str:
    """What separates the values of a CSV file: of comma, semicolon, tab and bar the one its first line has most of."""
    return max(",;\t|", key=_header(path).count)


class _Utf8:
    """A file as UTF-8, whatever stands in it: bytes that are none are replaced, not refused."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        while True:
            data = self._file.read(size)
            text = self._decoder.decode(data, final=not data)
            if text or not data:
                return text.encode()

    def close(self) -> None:
        self.closed = True

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False


def _with_bad(batch: pa.RecordBatch, bad: Sequence[tuple[str | None, str]], key: str) -> pa.RecordBatch:
    """A batch with a line more for each row that could not be read, its reason in PROBLEM.

    Where the row's claim can be told it stands before the others of it, so that the claim is not decided without it.
    """
    if not bad:
        return batch
    torn: dict[str | None, list[str]] = {}
    for claim, why in bad:
        torn.setdefault(claim, []).append(why)
    pieces, start, seen = [], 0, set()
    for at, claim in enumerate(batch.column(key).to_pylist()):
        if claim in torn and claim not in seen:
            seen.add(claim)
            pieces += [batch.slice(start, at - start), _torn(batch.schema, key, claim, torn[claim])]
            start = at
    rest = [_torn(batch.schema, key, claim, whys) for claim, whys in torn.items() if claim not in seen]
    whole = [*rest, *pieces, batch.slice(start)]
    tables = [pa.Table.from_batches([one]) for one in (batch.slice(0, 0), *whole)]
    found = pa.concat_tables(tables, promote_options="default").combine_chunks().to_batches()
    return found[0]


def _torn(schema: pa.Schema, key: str, claim: str | None, whys: Sequence[str]) -> pa.RecordBatch:
    """A line for each row of a claim that could not be read."""
    return pa.RecordBatch.from_pydict(
        {key: pa.array([claim] * len(whys), schema.field(key).type), PROBLEM: pa.array(list(whys), pa.string())}
    )
