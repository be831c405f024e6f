"""JSON lines: an object a line, every value as text but for lists; what is no object is told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from clausal.exchange.tabular.opened import LINES_AT_ONCE, Reading, opened
from clausal.problems import PROBLEM

PAIR = re.compile(r'"(\w+)"\s*:\s*(?:"([^"]*)"|([\w.-]+))')


class JsonTable:
    """The names that any line has, and the lines in batches."""

    def __init__(self, path: Path) -> None:
        self._path = path
        names: dict[str, None] = {}
        for row, _ in _json_rows(path):
            names.update(dict.fromkeys(row))
        self.schema = pa.schema([(name, pa.null()) for name in names])

    def batches(self, reads: Sequence[str], lists: set[str], reading: Reading) -> Iterator[pa.RecordBatch]:
        """The names `reads`; those of `lists` as lists. A line that cannot be read has its reason in PROBLEM."""
        rows: list[tuple[dict[str, Any], str | None]] = []
        for one in _json_rows(self._path, reading=reading):
            rows.append(one)
            if len(rows) == LINES_AT_ONCE // 4:
                yield _json_batch(rows, reads, lists)
                rows = []
        if rows:
            yield _json_batch(rows, reads, lists)


def _json_rows(path: Path, reading: Reading | None = None) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Each line's object, or what is wrong with it."""
    with opened(path, reading) as file:
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
