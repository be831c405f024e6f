"""Values read as what their column should be: whole arrays where that means what it says, else value by value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clausal.exchange.tabular.dates import date_form, dated, plain_date
from clausal.exchange.tabular.plain import values_of

MOST_DOLLARS = 10**10


def cast(
    raw: pa.Array, name: str, kind: pa.DataType, problems: Any, form: str | None = None, *, is_shown: bool = True
) -> pa.Array:
    """An array of a column's type (text may stay dictionary-encoded); what does not fit is null.

    `form` is how dates or amounts are written, if not in one of the plain ways. Why a value does not fit is put into
    `problems`, an array of one entry a line, where there is none yet; it repeats the value if that `is_shown`.
    """
    if form is None and (raw.type == kind or (kind == pa.string() and _is_text(raw.type))):
        return raw
    if pa.types.is_dictionary(raw.type):
        raw = raw.dictionary_decode()
    if kind == pa.string() and (pa.types.is_integer(raw.type) or _is_text(raw.type)):
        return raw.cast(pa.string())
    if pa.types.is_timestamp(raw.type) and raw.type.tz is not None:
        raw = pc.local_timestamp(raw)
    try:
        if form is None and _fits(raw.type, kind):
            return raw.cast(kind)
    except pa.ArrowInvalid:
        pass
    if form is not None and pa.types.is_date(kind):
        if pa.types.is_date(raw.type) or pa.types.is_timestamp(raw.type):
            return cast(raw, name, kind, problems, is_shown=is_shown)
        pattern, wanted = date_form(form), f"a date as {form}"
        return _one_by_one(
            raw, name, kind, problems, lambda value: dated(text_of(value), pattern), wanted, is_shown=is_shown
        )
    wanted = _WANTED_AS[form] if form in _WANTED_AS else WANTED.get(str(kind), str(kind))
    return _one_by_one(
        raw, name, kind, problems, lambda value: read_value(value, kind, form), wanted, is_shown=is_shown
    )


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


def _one_by_one(
    raw: pa.Array,
    name: str,
    kind: pa.DataType,
    problems: Any,
    read: Callable[[Any], Any],
    wanted: str,
    *,
    is_shown: bool = True,
) -> pa.Array:
    """Read each distinct value by itself; of one that cannot be read is told that it is not what is `wanted`."""
    encoded = raw.dictionary_encode() if not pa.types.is_nested(raw.type) else None
    values = values_of(raw if encoded is None else encoded.dictionary)
    found: list[Any] = []
    bad: list[str | None] = []
    for value in values:
        try:
            found.append(None if value is None else read(value))
            bad.append(None)
        except (ValueError, ArithmeticError, TypeError, OverflowError):
            shown = f"'{str(value)[:60]}'" if is_shown else "what stands here"
            found.append(None)
            bad.append(f"{name}: {shown} is not {wanted}")
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
    "date32[day]": "a date as in 2024-10-15; a mapping file can give the `format` of dates",
    "decimal128(12, 2)": "an amount in dollars as in 248.32",
    "list<item: string>": "a list of codes",
}
FLAGS = {"true": True, "false": False, "yes": True, "no": False, "y": True, "n": False, "1": True, "0": False}
FORMS_OF_AMOUNTS = ("cents", "decimal-comma")
_WANTED_AS = {"cents": "an amount in whole cents as in 24832", "decimal-comma": "an amount as in 1.234,56"}
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?\Z")
_DECIMAL_COMMA = re.compile(r"[-+]?(\d+|\d{1,3}(\.\d{3})+)?(,\d*)?\Z")


def text_of(value: Any) -> str:
    """A value as text: whole numbers without a point, as they are meant where a column of numbers has gaps."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value).strip()


def read_value(value: Any, kind: pa.DataType, form: str | None = None) -> Any:
    """One value of a type, from text or a number; None where it is empty; raises ValueError where it is none."""
    text = text_of(value)
    if text == "":
        return None
    if pa.types.is_boolean(kind):
        if text.lower() not in FLAGS:
            raise ValueError(text)
        return FLAGS[text.lower()]
    if pa.types.is_date(kind):
        return plain_date(text)
    if pa.types.is_integer(kind):
        number = Decimal(text)
        if number != number.to_integral_value() or abs(number) >= 2**63:
            raise ValueError(text)
        return int(number)
    if pa.types.is_decimal(kind):
        return _amount(text, form)
    return text


def _amount(text: str, form: str | None) -> Decimal:
    """Dollars, also with a dollar sign and what parts thousands; where that stands elsewhere it is not understood."""
    text = text.replace("$", "").strip()
    if form == "decimal-comma":
        if not _DECIMAL_COMMA.match(text):
            raise ValueError(text)
        text = text.replace(".", "").replace(",", ".")
    elif "," in text:
        if not _THOUSANDS.match(text):
            raise ValueError(text)
        text = text.replace(",", "")
    amount = Decimal(text)
    if form == "cents":
        if amount != amount.to_integral_value():
            raise ValueError(text)
        amount /= 100
    amount = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if abs(amount) >= MOST_DOLLARS:
        raise ValueError(text)
    return amount


def cents(dollars: pa.Array) -> pa.Array:
    """Dollars as whole cents: a decimal of two places is a whole number of 128 bits; its low half is enough."""
    wide = np.frombuffer(dollars.buffers()[1], dtype=np.int64).reshape(-1, 2)
    low = wide[dollars.offset : dollars.offset + len(dollars), 0]
    if dollars.null_count:
        return pa.array(low, mask=dollars.is_null().to_numpy(zero_copy_only=False))
    return pa.array(low)


def stripped(raw: pa.Array) -> pa.Array:
    """Text without the blanks around it, with which columns of a fixed width are filled up; else the same."""
    if pa.types.is_dictionary(raw.type) and pa.types.is_string(raw.type.value_type):
        words = pc.utf8_trim_whitespace(raw.dictionary)
        return raw if words.equals(raw.dictionary) else pa.DictionaryArray.from_arrays(raw.indices, words)
    return pc.utf8_trim_whitespace(raw) if pa.types.is_string(raw.type) else raw


def as_texts(raw: pa.Array) -> list[str | None]:
    """Each line's value as text without blanks around it; None where there is none."""
    plain = raw.dictionary_decode() if pa.types.is_dictionary(raw.type) else raw
    return [None if one is None else text_of(one) or None for one in values_of(plain)]


def reworded(raw: pa.Array, words: Mapping[str, str]) -> pa.Array:
    """A column whose values are changed as a mapping file says, whatever blanks are around them; others stay."""

    def changed(value: Any) -> str | None:
        return None if value is None else words.get(text_of(value), text_of(value))

    if pa.types.is_list(raw.type):
        rows = [None if row is None else [*map(changed, row)] for row in values_of(raw)]
        return pa.array(rows, pa.list_(pa.string()))
    encoded = raw if pa.types.is_dictionary(raw.type) else raw.dictionary_encode()
    return pa.array([*map(changed, values_of(encoded.dictionary))], pa.string()).take(encoded.indices)


def joined(raw: Sequence[pa.Array], between: str) -> pa.Array:
    """Several columns as one text; where a part is missing there is nothing."""
    rows = zip(*map(as_texts, raw), strict=True)
    return pa.array([between.join(map(str, row)) if all(row) else None for row in rows], pa.string())


def as_list(raw: Sequence[pa.Array], name: str, kind: pa.DataType, problems: Any) -> pa.Array:
    """Lists as they are, or of text separated by blanks, commas, semicolons or bars, or of several columns."""
    if len(raw) == 1:
        given = raw[0].type
        if pa.types.is_list(given) or pa.types.is_large_list(given):
            if pa.types.is_string(given.value_type) or pa.types.is_dictionary(given.value_type):
                return raw[0] if pa.types.is_list(given) else raw[0].cast(kind)
            rows = values_of(raw[0])
            return pa.array([None if row is None else [_entry(one) for one in row] for row in rows], kind)
        if pa.types.is_null(given):
            return raw[0].cast(kind)
        text = raw[0].dictionary_decode() if pa.types.is_dictionary(given) else raw[0]
        wanted = WANTED[str(pa.list_(pa.string()))]
        return _one_by_one(text, name, kind, problems, lambda value: _split(text_of(value)), wanted)
    lists = [[entry for entry in row if entry] for row in zip(*map(as_texts, raw), strict=True)]
    return pa.array([entries or None for entries in lists], kind)


def _entry(value: Any) -> str | None:
    return None if value is None else text_of(value)


def _split(text: str) -> list[str]:
    for separator in ",;|":
        text = text.replace(separator, " ")
    return text.split()
