"""JSON lines: an object a line, every value as text but for lists; a line that is none is told alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa

from clausal.exchange.tabular.opened import LINES_AT_ONCE, PLAIN, Form, Reading, opened
from clausal.exchange.tabular.text import BOM, Text, what_instead_of_text
from clausal.limits import LINE, told
from clausal.problems import PROBLEM, InvalidInput, Place

PAIR = re.compile(r'"(\w+)"\s*:\s*(?:"([^"\\]*)"|([\w.-]+))')
_LOOKED_AT = 1 << 12
"""Of a line that cannot be read, so much is looked at for the claim that it is of."""
_AN_OBJECT = 'a line a service, as in {"claim_id": "A1", "service_date": "2024-10-15"}'
_SURROGATE = re.compile(rb"\\u[dD][89abcdefABCDEF]")
Row = tuple[dict[str, Any], str | None]


class JsonTable:
    """The names that any line has, and the lines in batches."""

    def __init__(self, path: Path, form: Form = PLAIN) -> None:
        self._path = path
        self._form = form
        names: dict[str, None] = {}
        self._lists: set[str] = set()
        wrong: str | None = None
        for row, why in self._rows():
            names.update(dict.fromkeys(row))
            self._lists.update(name for name, value in row.items() if isinstance(value, list))
            wrong = wrong or why
        if wrong and not names:
            raise InvalidInput.at(Place(str(path)), f"no line of it is an object of JSON: {wrong}", _AN_OBJECT)
        self.schema = pa.schema([(name, pa.null()) for name in names])

    def batches(self, reads: Sequence[str], lists: set[str], reading: Reading) -> Iterator[pa.RecordBatch]:
        """The names `reads`; those of `lists` as lists. A line that cannot be read has its reason in PROBLEM."""
        rows: list[Row] = []
        for one in self._rows(reading):
            rows.append(one)
            if len(rows) == LINES_AT_ONCE // 4:
                yield _json_batch(rows, reads, lists)
                rows = []
        if rows:
            yield _json_batch(rows, reads, lists)

    def lists(self) -> set[str]:
        """The names that some line has a list for."""
        return set(self._lists)

    def _rows(self, reading: Reading | None = None) -> Iterator[Row]:
        """Each line's object, or what is wrong with it."""
        with opened(self._path, reading) as file:
            lines = file
            if self._form.encoding:
                lines = cast("IO[bytes]", BufferedReader(Text(file, self._path, self._form.encoding)))
            most = LINE.bytes
            for number, line in enumerate(_lines(lines, most), 1):
                if number == 1:
                    line = line.removeprefix(BOM)
                    self._check(line)
                if line.strip():
                    yield _row(line, number, most)

    def _check(self, line: bytes) -> None:
        """Refuse what is no file of lines of JSON."""
        place = Place(str(self._path))
        instead = what_instead_of_text(line[:_LOOKED_AT])
        if instead:
            raise InvalidInput.at(place, f"is {instead.what}", instead.hint)
        hint = "write each object on a line of its own (jq -c '.[]')"
        if line.strip() == b"[" or line.lstrip().startswith(b"[{"):
            raise InvalidInput.at(place, "is one JSON array, where an object a line is expected", hint)
        if line.strip() == b"{":
            hint = "write each object on a line of its own (jq -c .)"
            raise InvalidInput.at(place, "has an object over several lines, where an object a line is expected", hint)


def _lines(file: IO[bytes], most: int) -> Iterator[bytes]:
    """The lines of a file; one that is longer than is read is cut there, and the rest of it passed over."""
    while line := file.readline(most + 1):
        yield line
        if len(line) > most:
            while line and not line.endswith(b"\n"):
                line = file.readline(1 << 20)


def _row(line: bytes, number: int, most: int) -> Row:
    """A line's object; where it cannot be read, what it seems to say, and why it cannot."""
    try:
        if len(line) > most:
            raise ValueError(f"longer than {told(most)}; set {LINE.variable} to read more")
        row = _DECODER.decode(line.decode())
        if _SURROGATE.search(line):
            json.dumps(row, ensure_ascii=False).encode()
        return (row, None) if isinstance(row, dict) else ({}, f"row {number}: not an object")
    except UnicodeDecodeError as error:
        why = f"byte {line[error.start]:#04x} at {error.start + 1} is not UTF-8"
    except UnicodeEncodeError:
        why = "half of a character (a lone surrogate) is escaped in it"
    except json.JSONDecodeError as error:
        why = f"not readable as JSON: {error.msg} at character {error.pos + 1}"
    except RecursionError:
        why = "nested too deep"
    except ValueError as error:
        why = str(error)
    return _said_of(line[:_LOOKED_AT].decode("utf-8", "replace")), f"row {number}: {why}"


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise ValueError("a key stands twice")
    return row


_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_number, object_pairs_hook=_each_key_once)
"""Numbers stay as they are written: none is too long, or rounded."""


def _said_of(text: str) -> dict[str, Any]:
    """The plain values that stand in an object which cannot be read as a whole: its claim among them, if there.

    Of a key that stands twice, and of what is no text, nothing is taken.
    """
    said: dict[str, str | None] = {}
    for name, one, other in PAIR.findall(text):
        value = one or other
        said[name] = None if name in said or "\ufffd" in value else value
    return {name: value for name, value in said.items() if value is not None}


def _json_batch(rows: Sequence[Row], names: Sequence[str], lists: set[str]) -> pa.RecordBatch:
    """Rows as text, but for lists; a value that is neither is a problem of its line."""
    arrays: dict[str, pa.Array] = {}
    problems = [problem for _, problem in rows]
    for name in names:
        values = [row.get(name) for row, _ in rows]
        if name in lists or not {str, type(None)}.issuperset(map(type, values)):
            values = _read(values, name, _texts if name in lists else _text, problems)
        arrays[name] = pa.array(values, pa.list_(pa.string()) if name in lists else pa.string())
    arrays[PROBLEM] = pa.array(problems, pa.string())
    return pa.RecordBatch.from_pydict(arrays)


def _read(values: list[Any], name: str, text: Callable[[Any], Any], problems: list[str | None]) -> list[Any]:
    """The values of a column as text or lists; of those that are neither is told in `problems` why."""
    try:
        return [*map(text, values)]
    except ValueError:
        pass
    found: list[Any] = []
    for index, value in enumerate(values):
        try:
            found.append(text(value))
        except ValueError as error:
            found.append(None)
            problems[index] = problems[index] or f"{name}: {error}"
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    kind = "an object" if isinstance(value, dict) else "a list"
    raise ValueError(f"{kind} stands where one value is expected")


def _texts(value: Any) -> list[str | None] | None:
    if value is None or isinstance(value, list):
        return None if value is None else [_text(one) for one in value]
    text = _text(value)
    return list(text.replace(",", " ").replace(";", " ").replace("|", " ").split()) if text else None
