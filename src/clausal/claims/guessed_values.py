"""What values look like: dates and how they are written, codes, amounts, names of plans."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa

from clausal.columns.schema import Column
from clausal.exchange.tabular.dates import date_form, dated, plain_date
from clausal.exchange.tabular.values import FLAGS
from clausal.facts.vocabulary import HCPCS, ICD10CM, normal_icd

FORMS = ("MM/DD/YYYY", "MM/DD/YY", "YYYY/MM/DD", "MM-DD-YYYY", "MMDDYYYY", "DD/MM/YYYY", "DD.MM.YYYY", "DD.MM.YY",
         "DDMONYY", "DD-MON-YY", "YYYYMMDD", "DD-MM-YYYY")  # fmt: skip
"""How dates are written in files, the form that is met most first."""
_YEARS = range(1900, 2100)
_CODES_BETWEEN = re.compile(r"[\s,;|]+")
_DECIMAL_COMMA = re.compile(r"-?\d{1,3}(\.?\d{3})*,\d{2}\Z")


def looks_like(column: Column, plans: Mapping[str, str]) -> Callable[[str], bool]:
    """A test of whether a value looks like one of a published column; of columns of any text all do."""
    if pa.types.is_date(column.type):
        return is_dated
    if pa.types.is_boolean(column.type):
        return lambda value: value.strip().lower() in FLAGS
    if pa.types.is_integer(column.type):
        return lambda value: is_amount(value) and "$" not in value
    if pa.types.is_decimal(column.type):
        return is_amount
    words = {one.strip().casefold() for pair in plans.items() for one in pair}
    tests: dict[str, Callable[[str], bool]] = {
        "diagnoses": is_diagnoses,
        "problem_list": is_diagnoses,
        "code": lambda value: bool(HCPCS.match(value.strip().upper())),
        "plan": lambda value: value.strip().casefold() in words,
        "sex": lambda value: len(value.strip()) == 1 or value.strip().lower() in ("male", "female"),
    }
    return tests.get(column.name, lambda _: True)


def is_diagnoses(text: str) -> bool:
    """Whether a text is one diagnosis code, or several with blanks, commas or bars between them."""
    codes = [one for one in _CODES_BETWEEN.split(text.strip()) if one]
    return bool(codes) and all(ICD10CM.match(normal_icd(one)) for one in codes)


def is_dated(text: str) -> bool:
    """Whether a text is a date in one of the forms that are met."""
    return _reads(text, None) or any(_reads(text, form) for form in FORMS)


def is_amount(text: str) -> bool:
    """Whether a text is a number, perhaps of dollars."""
    return bool(re.match(r"[-+]?\$?\d[\d.,]*\Z", text.strip()))


def date_form_of(values: Sequence[str]) -> str | None:
    """The form in which all values are dates; None where that is the plain way, or there is none such."""
    if not values or all(_reads(value, None) for value in values):
        return None
    return next((form for form in FORMS if all(_reads(value, form) for value in values)), None)


def amount_form(values: Sequence[str]) -> str | None:
    """`decimal-comma` where all amounts have one; else None."""
    return "decimal-comma" if values and all(_DECIMAL_COMMA.match(value.strip()) for value in values) else None


def _reads(text: str, form: str | None) -> bool:
    """Whether a text is a date of a form, in a year that a claim can be of."""
    try:
        found = plain_date(text.strip()) if form is None else dated(text, date_form(form))
    except ValueError:
        return False
    return isinstance(found, dt.date) and found.year in _YEARS
