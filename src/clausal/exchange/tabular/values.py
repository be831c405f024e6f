"""Values read as what their column should be: whole arrays where that means what it says, else value by value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MOST_DOLLARS = 10**10


def cast(raw: pa.Array, name: str, kind: pa.DataType, problems: Any) -> pa.Array:
    """An array of a column's type (text may stay dictionary-encoded); what does not fit is null.

    Why it does not fit is put into `problems`, an array of one entry a line, where there is none yet.
    """
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
    return _one_by_one(raw, name, kind, problems, lambda value: _value(value, kind))


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


def _one_by_one(raw: pa.Array, name: str, kind: pa.DataType, problems: Any, read: Callable[[Any], Any]) -> pa.Array:
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
            bad.append(f"{name}: '{shown}' is not {WANTED.get(str(kind), str(kind))}")
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
    return pa.array(found, kind).take(pa.array(index))


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


def cents(dollars: pa.Array) -> pa.Array:
    """Dollars as whole cents: a decimal of two places is a whole number of 128 bits; its low half is enough."""
    wide = np.frombuffer(dollars.buffers()[1], dtype=np.int64).reshape(-1, 2)
    low = wide[dollars.offset : dollars.offset + len(dollars), 0]
    if dollars.null_count:
        return pa.array(low, mask=dollars.is_null().to_numpy(zero_copy_only=False))
    return pa.array(low)


def reworded(raw: pa.Array, words: Mapping[str, str]) -> pa.Array:
    """A column whose values are changed as a mapping file says; others stay."""
    if pa.types.is_list(raw.type):
        entries = raw.to_pylist()
        changed_lists = [[words.get(str(one), one) for one in row] if row is not None else None for row in entries]
        return pa.array(changed_lists, pa.list_(pa.string()))
    encoded = raw if pa.types.is_dictionary(raw.type) else raw.cast(pa.string()).dictionary_encode()
    changed = [words.get(one, one) for one in encoded.dictionary.cast(pa.string()).to_pylist()]
    return pa.array(changed, pa.string()).take(encoded.indices)


def as_list(raw: Sequence[pa.Array], name: str, kind: pa.DataType, problems: Any) -> pa.Array:
    """Lists as they are, or of text separated by blanks, commas, semicolons or bars, or of several columns."""
    if len(raw) == 1:
        given = raw[0].type
        if pa.types.is_list(given) or pa.types.is_large_list(given):
            if pa.types.is_string(given.value_type) or pa.types.is_dictionary(given.value_type):
                return raw[0] if pa.types.is_list(given) else raw[0].cast(kind)
            return raw[0].cast(kind)
        if pa.types.is_null(given):
            return raw[0].cast(kind)
        text = raw[0].dictionary_decode() if pa.types.is_dictionary(given) else raw[0]
        return _one_by_one(text.cast(pa.string()), name, kind, problems, _split)
    texts = [(one.dictionary_decode() if pa.types.is_dictionary(one.type) else one).cast(pa.string()) for one in raw]
    rows = zip(*(one.to_pylist() for one in texts), strict=True)
    lists = [[entry.strip() for entry in row if entry and entry.strip()] for row in rows]
    return pa.array([entries or None for entries in lists], kind)


def _split(text: str) -> list[str]:
    for separator in ",;|":
        text = text.replace(separator, " ")
    return text.split()
