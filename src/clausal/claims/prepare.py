"""From the columns of a file to the published ones: by name, or as a mapping file says, with their types."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clausal.claims.columns import MONEY, Column
from clausal.facts.source import Path_, Source
from clausal.problems import InvalidInput, Place, Problem, unknown_name

MOST_DOLLARS = 10**10
PROBLEM = "problem"
"""The column that tells, for a line that cannot be read, why."""


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
            return _cast(pa.array([source.value] * batch.num_rows), column, problems)
        raw = [batch.column(name) for name in source.columns]
        if source.values:
            raw = [_reworded(one, source.values) for one in raw]
        if pa.types.is_list(column.type):
            return _as_list(raw, column, problems)
        if column.name in MONEY and not self._cents.issuperset(source.columns):
            return _cents(_cast(raw[0], column, problems))
        return _cast(raw[0], column, problems) if column.name not in MONEY else raw[0]


def _cast(raw: pa.Array, column: Column, problems: Any) -> pa.Array:
    """An array of the column's type (text may stay dictionary-encoded); what does not fit is null, with its problem."""
    kind = column.type
    if raw.type == kind or (kind == pa.string() and _is_text(raw.type)):
        return raw
    if pa.types.is_dictionary(raw.type):
        raw = raw.dictionary_decode()
    if kind == pa.string() and (pa.types.is_integer(raw.type) or _is_text(raw.type)):
        return raw.cast(pa.string())
    if pa.types.is_timestamp(raw.type) and raw.type.tz is not None:
        raw = pc.local_timestamp(raw)
    try:
        if _fits(raw.type, kind):
            return raw.cast(kind)
    except pa.ArrowInvalid:
        pass
    return _one_by_one(raw, column, problems, lambda value: _value(value, kind))


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _fits(given: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether a cast of whole arrays means what it says: no numbers as flags, no fractions as whole numbers."""
    if pa.types.is_null(given):
        return True
    if pa.types.is_date(wanted):
        return bool(pa.types.is_date(given) or pa.types.is_timestamp(given))
    if pa.types.is_integer(wanted):
        return bool(pa.types.is_integer(given) or pa.types.is_decimal(given))
    if pa.types.is_decimal(wanted):
        return bool(pa.types.is_integer(given) or pa.types.is_decimal(given))
    return False


def _one_by_one(raw: pa.Array, column: Column, problems: Any, read: Callable[[Any], Any]) -> pa.Array:
    """Read each distinct value by itself."""
    encoded = raw.dictionary_encode() if not pa.types.is_nested(raw.type) else None
    values = encoded.dictionary.to_pylist() if encoded is not None else raw.to_pylist()
    found: list[Any] = []
    bad: list[str | None] = []
    for value in values:
        try:
            found.append(None if value is None else read(value))
            bad.append(None)
        except (ValueError, ArithmeticError, TypeError, OverflowError):
            shown = str(value)[:60]
            found.append(None)
            bad.append(f"{column.name}: '{shown}' is not {WANTED.get(str(column.type), str(column.type))}")
    if encoded is None:
        index = np.arange(len(values))
    else:
        index = np.where(
            encoded.indices.is_null().to_numpy(zero_copy_only=False),
            len(values),
            pc.fill_null(encoded.indices, 0).to_numpy(zero_copy_only=False),
        )
    found.append(None)
    bad.append(None)
    for line in np.flatnonzero(np.array([one is not None for one in bad])[index]).tolist():
        problems[line] = problems[line] or bad[index[line]]
    return pa.array(found, column.type).take(pa.array(index))


WANTED = {
    "bool": "true or false",
    "int64": "a whole number",
    "date32[day]": "a date as in 2024-10-15",
    "decimal128(12, 2)": "an amount in dollars as in 248.32",
    "list<item: string>": "a list of codes",
}
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
FLAGS = {"true": True, "false": False, "yes": True, "no": False, "y": True, "n": False, "1": True, "0": False}


def _value(value: Any, kind: pa.DataType) -> Any:
    """One value of a type, from text or a number; raises ValueError where it is none."""
    text = str(value).strip()
    if text == "":
        return None
    if pa.types.is_boolean(kind):
        if text.lower() not in FLAGS:
            raise ValueError(text)
        return FLAGS[text.lower()]
    if pa.types.is_date(kind):
        return _date(text)
    if pa.types.is_integer(kind):
        number = Decimal(text)
        if number != number.to_integral_value() or abs(number) >= 2**63:
            raise ValueError(text)
        return int(number)
    if pa.types.is_decimal(kind):
        amount = Decimal(text.replace("$", "").replace(",", "")).quantize(Decimal("0.01"), ROUND_HALF_UP)
        if abs(amount) >= MOST_DOLLARS:
            raise ValueError(text)
        return amount
    return text


def _date(text: str) -> dt.date:
    """A date as 2024-10-15 (a time of day may follow), 20241015, or 15-OCT-2024 as Medicare's claim files have it."""
    if text.isdigit() and len(text) == 8:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if len(text) == 11 and text[3:6].upper() in MONTHS:
        return dt.date(int(text[7:]), MONTHS.index(text[3:6].upper()) + 1, int(text[:2]))
    if len(text) > 10 and text[10] not in "T ":
        raise ValueError(text)
    return dt.date.fromisoformat(text[:10])


def _cents(dollars: pa.Array) -> pa.Array:
    """Dollars as whole cents: a decimal of two places is a whole number of 128 bits; its low half is enough."""
    wide = np.frombuffer(dollars.buffers()[1], dtype=np.int64).reshape(-1, 2)
    low = wide[dollars.offset : dollars.offset + len(dollars), 0]
    if dollars.null_count:
        return pa.array(low, mask=dollars.is_null().to_numpy(zero_copy_only=False))
    return pa.array(low)


def _reworded(raw: pa.Array, words: Mapping[str, str]) -> pa.Array:
    """A column whose values are changed as a mapping file says; others stay."""
    if pa.types.is_list(raw.type):
        entries = raw.to_pylist()
        changed_lists = [[words.get(str(one), one) for one in row] if row is not None else None for row in entries]
        return pa.array(changed_lists, pa.list_(pa.string()))
    encoded = raw if pa.types.is_dictionary(raw.type) else raw.cast(pa.string()).dictionary_encode()
    changed = [words.get(one, one) for one in encoded.dictionary.cast(pa.string()).to_pylist()]
    return pa.array(changed, pa.string()).take(encoded.indices)


def _as_list(raw: Sequence[pa.Array], column: Column, problems: Any) -> pa.Array:
    """Lists as they are, or of text separated by blanks, commas, semicolons or bars, or of several columns."""
    if len(raw) == 1:
        kind = raw[0].type
        if pa.types.is_list(kind) or pa.types.is_large_list(kind):
            if pa.types.is_string(kind.value_type) or pa.types.is_dictionary(kind.value_type):
                return raw[0] if pa.types.is_list(kind) else raw[0].cast(column.type)
            return raw[0].cast(column.type)
        if pa.types.is_null(kind):
            return raw[0].cast(column.type)
        text = raw[0].dictionary_decode() if pa.types.is_dictionary(kind) else raw[0]
        return _one_by_one(text.cast(pa.string()), column, problems, _split)
    texts = [(one.dictionary_decode() if pa.types.is_dictionary(one.type) else one).cast(pa.string()) for one in raw]
    rows = zip(*(one.to_pylist() for one in texts), strict=True)
    lists = [[entry.strip() for entry in row if entry and entry.strip()] for row in rows]
    return pa.array([entries or None for entries in lists], column.type)


def _split(text: str) -> list[str]:
    for separator in ",;|":
        text = text.replace(separator, " ")
    return text.split()
