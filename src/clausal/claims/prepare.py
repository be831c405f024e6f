"""From the columns of a file to the published ones: by name, or as a mapping file says, with their types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from clausal.columns.schema import MONEY, Column
from clausal.exchange.tabular.values import as_list, cast, cents, reworded
from clausal.facts.source import Path_, Source
from clausal.problems import PROBLEM, InvalidInput, Place, Problem, unknown_name


@dataclass(frozen=True)
class From:
    """Where a published column comes from: columns of the file (several make a list), words changed; or one value."""

    columns: tuple[str, ...] = ()
    value: Any = None
    values: Mapping[str, str] = field(default_factory=dict)


def read_mapping(source: Source, columns: Sequence[Column]) -> dict[str, From]:
    """Read a mapping file, which tells for published columns where they come from; raises InvalidInput."""
    problems: list[Problem] = []
    found: dict[str, From] = {}
    names = [column.name for column in columns]
    data = source.data.get("columns") if isinstance(source.data, dict) else None
    if not isinstance(data, dict) or set(source.data) - {"columns", "about"}:
        hint = "as in `columns: {code: HCPCS_CD, diagnoses: [DX1, DX2], plan: {column: PAYER, values: {A1: bcn65}}}`"
        raise InvalidInput.at(source.place(), "a mapping file has one key, `columns`", hint)
    for name, spec in data.items():
        path: Path_ = ("columns", name)
        if name not in names:
            problems.append(Problem(source.place(path), *unknown_name("column", str(name), names)))
            continue
        one = _from(spec)
        if one is None:
            hint = "a column's name, a list of names, {column: NAME, values: {...}}, or {value: ...}"
            problems.append(Problem(source.place(path), f"'{name}' is not mapped to anything", hint))
        elif name in ("claim_id", "claim_key") and not one.columns:
            problems.append(Problem(source.place(path), f"'{name}' is one value for all lines", "name a column"))
        elif len(one.columns) > 1 and not pa.types.is_list(next(c.type for c in columns if c.name == name)):
            problems.append(Problem(source.place(path), f"'{name}' is no list", "name one column"))
        else:
            found[name] = one
    if problems:
        raise InvalidInput(problems)
    return found


def _from(spec: Any) -> From | None:
    if isinstance(spec, str):
        return From((spec,))
    if isinstance(spec, list) and spec and all(isinstance(one, str) for one in spec):
        return From(tuple(spec))
    if isinstance(spec, dict) and set(spec) == {"value"}:
        return From(value=spec["value"])
    if isinstance(spec, dict) and isinstance(spec.get("column"), str) and set(spec) <= {"column", "values"}:
        values = spec.get("values") or {}
        if isinstance(values, dict):
            return From((spec["column"],), values={str(key): str(value) for key, value in values.items()})
    return None


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
        mapping: Mapping[str, From] | None = None,
        cents: Sequence[str] = (),
    ) -> None:
        mapping = mapping or {}
        self._cents = set(cents)
        self._columns = columns
        there = set(schema.names)
        self._from = {one.name: From((one.name,)) for one in columns if one.name in there} | dict(mapping)
        problems = [
            Problem(Place(name), *unknown_name("column", column, sorted(there)))
            for one in mapping.values()
            for column in one.columns
            if column not in there
        ]
        for one in columns:
            if one.required and one.name not in self._from:
                hint = f"the file has {', '.join(schema.names[:12])}; name the column in a mapping file (--mapping)"
                problems.append(Problem(Place(name), f"the file has no column '{one.name}'", hint))
        if problems:
            raise InvalidInput(problems)
        self.reads = list(dict.fromkeys(column for one in self._from.values() for column in one.columns))
        """The columns of the file that are read."""
        self.unused = [column for column in schema.names if column not in self.reads]

    @property
    def key(self) -> str:
        """The column of the file that tells claims apart."""
        return next(self._from[name].columns[0] for name in ("claim_key", "claim_id") if name in self._from)

    def numbering(self) -> list[str]:
        """The column of the file that numbers the lines of a claim, if it has one."""
        return list(self._from["line"].columns) if "line" in self._from else []

    def identifying(self) -> set[str]:
        """Columns of the file that tell claims apart: they differ too much to be kept as words."""
        return {
            column for name in ("claim_id", "claim_key") if name in self._from for column in self._from[name].columns
        }

    def lists(self) -> set[str]:
        """Columns of the file that alone make up a list."""
        of_lists = {column.name for column in self._columns if pa.types.is_list(column.type)}
        return {one.columns[0] for name, one in self._from.items() if name in of_lists and len(one.columns) == 1}

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
        if not source.columns:
            return cast(pa.array([source.value] * batch.num_rows), column.name, column.type, problems)
        raw = [batch.column(name) for name in source.columns]
        if source.values:
            raw = [reworded(one, source.values) for one in raw]
        if pa.types.is_list(column.type):
            return as_list(raw, column.name, column.type, problems)
        if column.name in MONEY and not self._cents.issuperset(source.columns):
            return cents(cast(raw[0], column.name, column.type, problems))
        return cast(raw[0], column.name, column.type, problems) if column.name not in MONEY else raw[0]
