"""From the columns of a file to the published ones: by name, or as a mapping file says, with their types."""

from __future__ import annotations

import collections
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from clausal.claims.mapping import NONE, FileMapping, From
from clausal.claims.selected import Left, holds, selected
from clausal.columns.schema import MONEY, Column
from clausal.exchange.tabular.values import as_list, cast, cents, joined, reworded, stripped
from clausal.facts.gathered import PATIENT
from clausal.problems import PROBLEM, InvalidInput, Place, Problem, unknown_name

_IDENTITY = ("claim_id", "claim_key")
"""Told as they are, blanks and all."""


class Layout:
    """How the batches of one file become batches with the published columns.

    Money becomes whole cents; `cents` names columns of the file that are in cents already. A value that does not have
    the type of its column makes the line one that cannot be read: its reason stands in the column `problem`.
    """

    def __init__(
        self,
        name: str,
        schema: pa.Schema,
        columns: Sequence[Column],
        mapping: FileMapping = NONE,
        cents: Sequence[str] = (),
    ) -> None:
        self._cents = set(cents)
        self._columns = columns
        self._rows = mapping.rows
        there = set(schema.names)
        self._from = _by_name(columns, there) | dict(mapping.columns)
        named = {column: place for one in mapping.columns.values() for column, place in one.read.items()}
        of_rows = {column: one.place for one in (*self._rows.keep, *self._rows.drop) for column in one.words}
        problems = [
            Problem(place, *_no_column(column, name, sorted(there)))
            for column, place in {**of_rows, **named}.items()
            if column not in there
        ]
        for one in columns:
            if one.required and one.name not in self._from:
                hint = f"the file has {', '.join(schema.names[:12])}; name the column in a mapping file (--mapping)"
                problems.append(Problem(Place(name), f"the file has no column '{one.name}'", hint))
        if problems:
            raise InvalidInput(problems)
        self.reads = list(dict.fromkeys([*(column for one in self._from.values() for column in one.read), *of_rows]))
        """The columns of the file that are read."""
        self.unused = [column for column in schema.names if column not in self.reads]

    @property
    def key(self) -> str:
        """The column of the file that tells claims apart; of earlier services, which are of no claim, patients."""
        return next(self._from[name].columns[0] for name in (*_IDENTITY, PATIENT) if name in self._from)

    def numbering(self) -> list[str]:
        """The column of the file that numbers the lines of a claim, if it has one."""
        return list(self._from["line"].columns) if "line" in self._from else []

    def identifying(self) -> set[str]:
        """Columns of the file that tell claims apart: they differ too much to be kept as words."""
        return {column for name in _IDENTITY if name in self._from for column in self._from[name].columns}

    def lists(self) -> set[str]:
        """Columns of the file that alone make up a list."""
        of_lists = {column.name for column in self._columns if pa.types.is_list(column.type)}
        return {one.columns[0] for name, one in self._from.items() if name in of_lists and len(one.columns) == 1}

    def has(self, name: str) -> bool:
        """Whether the file has a published column, or the mapping gives it a value."""
        return name in self._from

    @property
    def selects(self) -> bool:
        """Whether some rows of the file may not count."""
        return bool(self._rows.keep or self._rows.drop)

    def counting(self, batch: pa.RecordBatch, left: Left | None = None) -> pa.RecordBatch:
        """The rows of a batch, as the file has them, that count; those left out are counted in `left` by reason."""
        return selected(batch, self._rows, collections.Counter() if left is None else left) if self.selects else batch

    def prepare(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A batch with the published columns that the file has."""
        arrays: dict[str, pa.Array] = {}
        problems = np.full(batch.num_rows, None, dtype=object)
        if PROBLEM in batch.schema.names:
            problems[:] = batch.column(PROBLEM).to_pylist()
        for column in self._columns:
            source = self._from.get(column.name)
            if source is not None:
                arrays[column.name] = self._column(column, source, batch, problems)
        if any(problem is not None for problem in problems):
            arrays[PROBLEM] = pa.array(problems, pa.string())
        return pa.RecordBatch.from_pydict(arrays)

    def _column(self, column: Column, source: From, batch: pa.RecordBatch, problems: Any) -> pa.Array:
        in_cents = column.name in MONEY and self._cents.issuperset(source.columns) and bool(source.columns)
        if not source.columns:
            found = _chosen(column, source, batch)
        elif in_cents:
            found = batch.column(source.columns[0])
        else:
            found = self._read(column, source, batch, problems)
            if source.value is not None:
                found = _filled(found, source.value, column.type)
        return cents(found) if column.name in MONEY and not in_cents else found

    @staticmethod
    def _read(column: Column, source: From, batch: pa.RecordBatch, problems: Any) -> pa.Array:
        raw = [batch.column(name) for name in source.columns]
        if source.joined is not None:
            raw = [joined(raw, source.joined)]
        if source.values:
            raw = [reworded(one, source.values) for one in raw]
        if pa.types.is_list(column.type):
            return as_list(raw, column.name, column.type, problems)
        found = cast(raw[0], column.name, column.type, problems, source.format, is_shown=not column.is_personal)
        return found if column.name in _IDENTITY else stripped(found)


def _by_name(columns: Sequence[Column], there: set[str]) -> dict[str, From]:
    """Columns that the file has under their own name, or under the one that the case file gives them."""
    found = {}
    for column in columns:
        given = next((name for name in (column.name, *column.also) if name in there), None)
        if given is not None:
            found[column.name] = From((given,))
    return found


def _no_column(column: str, name: str, there: Sequence[str]) -> tuple[str, str]:
    _, hint = unknown_name("column", column, there)
    return f"'{name}' has no column '{column}'", hint


def _chosen(column: Column, source: From, batch: pa.RecordBatch) -> pa.Array:
    """One value for all lines, or for each line that of the first condition which holds."""
    if not source.first:
        return _repeated(source.value, column.type, batch.num_rows)
    values = [source.value, *(value for _, value in source.first)]
    which = np.zeros(batch.num_rows, dtype=np.int64)
    for number, (condition, _) in reversed(list(enumerate(source.first, 1))):
        which[holds(condition, batch)] = number
    return pa.array(values, column.type).take(pa.array(which))


def _filled(found: pa.Array, value: Any, kind: pa.DataType) -> pa.Array:
    """A column with a value where it has none."""
    missing = found.is_null().to_numpy(zero_copy_only=False)
    if not pa.types.is_nested(found.type):
        plain = found.dictionary_decode() if pa.types.is_dictionary(found.type) else found
        if pa.types.is_string(plain.type):
            missing |= np.array([one == "" for one in plain.to_pylist()], dtype=bool)
    if not missing.any():
        return found
    plain = found
    if pa.types.is_dictionary(found.type):
        plain = found.dictionary_decode()
    elif pa.types.is_list(found.type):
        plain = found.cast(kind)
    both = pa.concat_arrays([plain.cast(kind), pa.array([value], kind)])
    return both.take(pa.array(np.where(missing, len(found), np.arange(len(found)))))


def _repeated(value: Any, kind: pa.DataType, count: int) -> pa.Array:
    return pa.array([value], kind).take(pa.array(np.zeros(count, dtype=np.int64)))
