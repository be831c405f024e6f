"""Arrow arrays of any type as one of a few plain types, which mean the same and which all that reads them knows."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

MOST_DIGITS = 38
"""Of a decimal of 128 bits."""


def plain_type(kind: pa.DataType) -> pa.DataType:
    """The plain type that stands for a type; of what holds no single values, the type itself."""
    types = pa.types
    if types.is_dictionary(kind):
        return plain_type(kind.value_type)
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return pa.string()
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return pa.string()
    if types.is_binary_view(kind) or types.is_time(kind) or types.is_duration(kind):
        return pa.string()
    if types.is_decimal(kind):
        fits = kind.precision <= MOST_DIGITS and 0 <= kind.scale <= kind.precision
        return pa.decimal128(kind.precision, kind.scale) if fits else pa.string()
    if types.is_float16(kind):
        return pa.float32()
    if types.is_date64(kind):
        return pa.date32()
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return pa.list_(plain_type(kind.value_type))
    if types.is_list_view(kind) or types.is_large_list_view(kind):
        return pa.list_(plain_type(kind.value_type))
    return kind


def as_plain(column: pa.Array, kind: pa.DataType) -> pa.Array:
    """A column as another type that can hold its values; raises ValueError for bytes that are no text."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    given = column.type
    if given == kind:
        return column
    if pa.types.is_list(kind):
        inner = _values(column)
        return pa.ListArray.from_arrays(inner[0], as_plain(inner[1], kind.value_type), mask=inner[2])
    if kind == pa.string() and _is_bytes(given):
        return _text(column)
    if pa.types.is_float16(given) or pa.types.is_duration(given):
        return pa.array([None if one is None else str(one) for one in values_of(column)], pa.string()).cast(kind)
    try:
        return column.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([_as(one, kind) for one in values_of(column)], kind)


def _values(column: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array | None]:
    """Where each list starts, all their entries, and which are missing."""
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_pylist()
    starts = [0]
    for length in lengths:
        starts.append(starts[-1] + length)
    return pa.array(starts, pa.int32()), column.flatten(), column.is_null() if column.null_count else None


def values_of(column: pa.Array) -> list[Any]:
    """The values of a column; one that Python has no room for, as a day of the year 300,000, as text that says so."""
    try:
        return list(column.to_pylist())
    except (OverflowError, ValueError):
        return [_value_of(one) for one in column]


def _value_of(value: pa.Scalar) -> Any:
    try:
        return value.as_py()
    except (OverflowError, ValueError):
        if pa.types.is_list(value.type):
            return values_of(value.values)
        try:
            return str(value.cast(pa.string()).as_py())
        except (pa.ArrowException, ValueError):
            return str(value.value)


def _is_bytes(kind: pa.DataType) -> bool:
    types = pa.types
    is_long = types.is_large_binary(kind) or types.is_fixed_size_binary(kind)
    return bool(types.is_binary(kind) or types.is_binary_view(kind) or is_long)


def _text(column: pa.Array) -> pa.Array:
    if not pa.types.is_fixed_size_binary(column.type):
        return column.cast(pa.string())
    return pa.array([one if one is None else one.decode() for one in values_of(column)], pa.string())


def is_text(column: pa.Array) -> bool:
    """Whether all text of a column is UTF-8, which a file may merely claim; of words, each is looked at once."""
    if pa.types.is_list(column.type):
        column = column.values
    if pa.types.is_dictionary(column.type):
        column = column.dictionary
    if pa.types.is_string(column.type):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            return False
    return True


def _as(value: object, kind: pa.DataType) -> object:
    """One value as a type, or as text where the type is text."""
    if value is None or kind != pa.string():
        return value
    return str(value)
