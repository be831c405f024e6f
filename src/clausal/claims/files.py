"""Claim files: Parquet, CSV, JSON lines and X12 837, read as batches of lines, a little at a time."""

from __future__ import annotations

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from clausal.claims.columns import KEY, Column
from clausal.claims.prepare import PROBLEM, From, Layout
from clausal.claims.x12_facts import CENTS, SCHEMA, Received
from clausal.problems import InvalidInput, Place

LINES_AT_ONCE = 1 << 16
FORMATS = {"parquet": "Parquet", "csv": "CSV", "jsonl": "JSON lines", "x12": "X12 837"}
_SUFFIXES = {
    ".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".txt": "csv",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
    ".x12": "x12", ".837": "x12", ".837p": "x12", ".837i": "x12", ".edi": "x12",
}  # fmt: skip
MOST_COLUMNS = 2_000
PAIR = re.compile(r'"(\w+)"\s*:\s*(?:"([^"]*)"|([\w.-]+))')


@dataclass
class Reading:
    """How far a file has been read: by lines where their number is known, else by bytes."""

    lines_in_all: int = 0
    lines: int = 0
    size: int = 0
    file: IO[bytes] | None = None

    def fraction(self) -> float:
        """From 0 to 1."""
        if self.lines_in_all:
            return min(self.lines / self.lines_in_all, 1.0)
        if self.file is None or not self.size:
            return 0.0
        return 1.0 if self.file.closed else min(self.file.tell() / self.size, 1.0)


@dataclass(frozen=True)
class ClaimFile:
    """A claim file that was opened: its format, its layout, and how far it has been read."""

    path: Path
    format: str
    layout: Layout
    reading: Reading
    _raw: Callable[[], Iterator[pa.RecordBatch]]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Batches as the file has them, for the layout to prepare; lines of a claim may be cut apart."""
        return self._raw()


def open_claims(
    path: Path,
    columns: Sequence[Column],
    mapping: Mapping[str, From] | None = None,
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
        if kind == "parquet":
            return _parquet(path, columns, mapping)
        if kind == "csv":
            return _csv(path, columns, mapping)
        if kind == "jsonl":
            return _json_lines(path, columns, mapping)
        return _x12(path, columns, mapping, received or Received())
    except pa.ArrowInvalid as error:
        raise InvalidInput.at(place, f"not readable: {_first_line(error)}") from None
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidInput.at(place, f"cannot be read: {_first_line(error)}") from None


def format_of(path: Path) -> str:
    """The format of a claim file, by its name or by how it begins."""
    if path.is_dir():
        return "parquet"
    name = path.name.lower().removesuffix(".gz")
    suffix = next((of for ending, of in _SUFFIXES.items() if name.endswith(ending)), None)
    with _opened(path) as file:
        start = file.read(512).lstrip()
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"ISA"):
        return "x12"
    if suffix:
        return suffix
    if start.startswith(b"{"):
        return "jsonl"
    hint = f"expected {', '.join(FORMATS.values())}; give it its usual ending"
    raise InvalidInput.at(Place(str(path)), "what kind of claim file this is cannot be told", hint)


def _opened(path: Path, reading: Reading | None = None) -> IO[bytes]:
    raw = path.open("rb")
    if reading is not None:
        reading.file, reading.size = raw, path.stat().st_size
    return cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if path.name.lower().endswith(".gz") else raw


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _parquet(path: Path, columns: Sequence[Column], mapping: Mapping[str, From] | None) -> ClaimFile:
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not files:
        raise InvalidInput.at(Place(str(path)), "no Parquet files in this folder")
    schemas = [pq.read_schema(file) for file in files]
    for one, file in zip(schemas, files, strict=True):
        if len(set(one.names)) < len(one.names):
            raise InvalidInput.at(Place(str(file)), "a column name stands twice", "name each column once")
    schema = pa.unify_schemas(schemas, promote_options="permissive")
    layout = Layout(str(path), schema, columns, mapping)
    counts = [pq.read_metadata(file).num_rows for file in files]
    text = [field.name for field in schema if pa.types.is_string(field.type) and field.name in layout.reads]
    as_words = [name for name in text if name not in layout.identifying()]

    lists = [f"{f.name}.list.element" for f in schema if pa.types.is_list(f.type) and f.name in layout.reads]
    reading = Reading(lines_in_all=sum(counts))

    def raw() -> Iterator[pa.RecordBatch]:
        for file, own in zip(files, schemas, strict=True):
            there = [name for name in layout.reads if name in own.names]
            words = [name for name in (*as_words, *lists) if name.partition(".")[0] in there]
            with pq.ParquetFile(file, read_dictionary=words, buffer_size=1 << 20) as opened:
                for group in range(opened.num_row_groups):  # each by itself, or else lists cannot stay words
                    for batch in opened.iter_batches(LINES_AT_ONCE, row_groups=[group], columns=there):
                        reading.lines += batch.num_rows
                        yield batch if len(there) == len(layout.reads) else _with_missing(batch, schema, layout.reads)

    return ClaimFile(path, "parquet", layout, reading, raw)


def _with_missing(batch: pa.RecordBatch, schema: pa.Schema, names: Sequence[str]) -> pa.RecordBatch:
    """A batch of a file that lacks columns which other files of its folder have."""
    arrays = [
        batch.column(name) if name in batch.schema.names else pa.nulls(batch.num_rows, schema.field(name).type)
        for name in names
    ]
    return pa.RecordBatch.from_arrays(arrays, names=list(names))


def _csv(path: Path, columns: Sequence[Column], mapping: Mapping[str, From] | None) -> ClaimFile:
    header = _header(path)
    delimiter = delimiter_of(path)
    names = [name.strip().strip('"') for name in header.split(delimiter)]
    if len(set(names)) < len(names) or len(names) > MOST_COLUMNS:
        raise InvalidInput.at(Place(str(path), 1), "the first line does not name the columns, each once")
    layout = Layout(str(path), pa.schema([(name, pa.string()) for name in names]), columns, mapping)

    reading = Reading()

    def raw() -> Iterator[pa.RecordBatch]:
        bad: list[tuple[str | None, str]] = []
        place = names.index(layout.key)

        def invalid(row: Any) -> str:
            values = row.text.split(delimiter)
            key = values[place].strip().strip('"') if place < len(values) else None
            why = f"{row.actual_columns} values for {row.expected_columns} columns: {row.text[:60]}"
            bad.append((key or None, why))
            return "skip"

        options = pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=layout.reads,
            strings_can_be_null=True,
            null_values=[""],
            quoted_strings_can_be_null=True,
        )
        read = pacsv.ReadOptions(column_names=names, skip_rows=1, block_size=1 << 22, encoding="utf8")
        parse = pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=invalid)
        with _opened(path, reading) as file, pacsv.open_csv(_Utf8(file), read, parse, options) as reader:
            for batch in reader:
                yield _with_bad(batch, bad, layout.key)
                bad.clear()
            if bad:
                nothing = pa.RecordBatch.from_pylist([], schema=reader.schema)
                yield _with_bad(nothing, bad, layout.key)

    return ClaimFile(path, "csv", layout, reading, raw)


def _header(path: Path) -> str:
    with _opened(path) as file:
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


def _json_lines(path: Path, columns: Sequence[Column], mapping: Mapping[str, From] | None) -> ClaimFile:
    names: dict[str, None] = {}
    for row, _ in _json_rows(path):
        names.update(dict.fromkeys(row))
    schema = pa.schema([(name, pa.null()) for name in names])
    layout = Layout(str(path), schema, columns, mapping)
    lists = layout.lists()

    reading = Reading()

    def raw() -> Iterator[pa.RecordBatch]:
        rows: list[tuple[dict[str, Any], str | None]] = []
        for one in _json_rows(path, reading=reading):
            rows.append(one)
            if len(rows) == LINES_AT_ONCE // 4:
                yield _json_batch(rows, layout.reads, lists)
                rows = []
        if rows:
            yield _json_batch(rows, layout.reads, lists)

    return ClaimFile(path, "jsonl", layout, reading, raw)


def _json_rows(path: Path, reading: Reading | None = None) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Each line's object, or what is wrong with it."""
    with _opened(path, reading) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                problem = None if isinstance(row, dict) else f"row {number}: not an object"
            except (ValueError, RecursionError):
                text = line.decode("utf-8", "replace").strip()
                row, problem = _said_of(text), f"row {number}: not readable as JSON: {text[:60]}"
            yield (row if isinstance(row, dict) else {}), problem


def _said_of(text: str) -> dict[str, Any]:
    """The plain values that stand in an object which cannot be read as a whole: its claim among them, if there."""
    return {name: one or other for name, one, other in PAIR.findall(text)}


def _json_batch(
    rows: Sequence[tuple[dict[str, Any], str | None]], names: Sequence[str], lists: set[str]
) -> pa.RecordBatch:
    """Rows as text, but for lists; what is neither is written out, and is then no value of its column."""
    arrays: dict[str, pa.Array] = {}
    for name in names:
        values = [row.get(name) for row, _ in rows]
        if name in lists:
            arrays[name] = pa.array([_texts(value) for value in values], pa.list_(pa.string()))
        else:
            arrays[name] = pa.array([_text(value) for value in values], pa.string())
    arrays[PROBLEM] = pa.array([problem for _, problem in rows], pa.string())
    return pa.RecordBatch.from_pydict(arrays)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def _texts(value: Any) -> list[str | None] | None:
    if value is None:
        return None
    return [_text(one) for one in value] if isinstance(value, list) else [str(value)]


def _x12(path: Path, columns: Sequence[Column], mapping: Mapping[str, From] | None, received: Received) -> ClaimFile:
    layout = Layout(str(path), SCHEMA, [*columns, KEY], mapping, CENTS)
    reading = Reading()

    def raw() -> Iterator[pa.RecordBatch]:
        with _opened(path, reading) as file:
            yield from received.batches(cast("BinaryIO", file), path.name)

    return ClaimFile(path, "x12", layout, reading, raw)
