"""The written forms of X12: amounts, quantities, dates, and the codes of a claim."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

_DECIMAL = re.compile(r"(-?)([0-9]{0,13})(?:\.([0-9]*))?")
_DATE = re.compile(r"(?:19|20|21)[0-9]{6}")
_ICD_10 = re.compile(r"[A-TV-Z][0-9][0-9A-Z]([0-9A-Z]{1,4})?|U[0-9][0-9A-Z]([0-9A-Z]{1,4})?")
_CODE = re.compile(r"[0-9A-Z]{5}")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_TAXONOMY = re.compile(r"[0-9A-Z]{9}X")
_POINTERS = frozenset(str(number) for number in range(1, 13))
_REGIONS = """
    AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR
    PA RI SC SD TN TX UT VT VA WA WV WI WY AS FM GU MH MP PR PW VI AA AE AP AB BC MB NB NL NS NT NU ON PE QC SK YT
"""
_EPOCH = dt.date(1970, 1, 1).toordinal()


def cents(text: str) -> int | None:
    """An amount (`79.04`, `100`, `-.5`) in cents; None where it is not one, or has parts of a cent."""
    dollars, _, part = text.partition(".")
    if len(part) == 2 and len(dollars) < 14 and (digits := dollars + part).isdigit() and text.isascii():
        return int(digits)
    match = _DECIMAL.fullmatch(text)
    if match is None:
        return None
    sign, whole, part = match.groups()
    part = part or ""
    if not whole + part or part[2:].strip("0"):
        return None
    value = int(whole or "0") * 100 + int(part[:2].ljust(2, "0"))
    return -value if sign else value


def dollars(amount: int) -> str:
    """Cents as X12 writes them, without needless zeros: 7904 is `79.04`, 7900 is `79`, 50 is `0.5`."""
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), 100)
    return f"{sign}{whole}.{part:02}".rstrip("0").rstrip(".") if part else f"{sign}{whole}"


def quantity(value: Decimal | int) -> str:
    """A quantity as X12 writes it, without needless zeros."""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(4_096)
def units(text: str) -> int | Decimal | None:
    """A quantity that is not negative: an int where it is whole (`1.00` too); None where it is no quantity."""
    match = _DECIMAL.fullmatch(text)
    if match is None or match[1] or not match[2] + (match[3] or "") or len(match[2]) > 9:
        return None
    whole = int(match[2] or "0")
    return Decimal(text) if (match[3] or "").strip("0") else whole


@lru_cache(4_096)
def ordinal(text: str) -> int:
    """A line's number, from 1; 0 where it is not one."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 6 else 0


@lru_cache(16_384)
def day(text: str) -> int | None:
    """A date `YYYYMMDD`, 1900 or later, in days since 1970-01-01; None where there is no such day."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal() - _EPOCH
    except ValueError:
        return None


@lru_cache(16_384)
def days(form: str, text: str) -> tuple[int, int] | None:
    """The first and the last day of a date (D8, DT) or a range of dates (RD8); None where it is malformed."""
    if form == "RD8":
        first, last = day(text[:8]), day(text[9:])
        return (first, last) if first is not None and last is not None and text[8] == "-" and first <= last else None
    if form == "DT" and not (
        len(text) == 12 and text[8:10] < "24" and text[10:] < "60" and text[8:].isdecimal() and text.isascii()
    ):
        return None
    only = day(text[:8] if form == "DT" else text) if form in ("D8", "DT") else None
    return None if only is None else (only, only)


@lru_cache(65_536)
def icd_10(text: str) -> str | None:
    """A diagnosis with its dot (`M1711` is `M17.11`); None where it has not the form of ICD-10-CM."""
    plain = text.replace(".", "", 1) if text[3:4] == "." else text
    if not _ICD_10.fullmatch(plain):
        return None
    return f"{plain[:3]}.{plain[3:]}" if len(plain) > 3 else plain


class Procedure(NamedTuple):
    """A procedure as a line names it.

    `wrong` says what is wrong with it (`code` is then not to be used), `component` in which of its parts, from 1.
    """

    code: str | None
    modifiers: tuple[str, ...]
    wrong: str = ""
    hint: str = ""
    component: int | None = None


@lru_cache(65_536)
def procedure(composite: str, component: str) -> Procedure:
    """A procedure with its modifiers (`HC:64640:RT`); without a code where it is of another kind than HCPCS."""
    parts = composite.split(component)
    if parts[0] != "HC":
        if len(parts) < 2 or not (parts[0].isalnum() and parts[0].isascii()):
            return Procedure(None, (), f"'{composite}' is no procedure", "expected such as HC:99213")
        return Procedure(None, ())
    code, modifiers = "".join(parts[1:2]), tuple(filter(None, parts[2:6]))
    if not _CODE.fullmatch(code):
        return Procedure(None, (), f"'{code}' is no procedure code", "expected five letters or digits", 2)
    for part, modifier in enumerate(parts[2:6], 3):
        if modifier and not _MODIFIER.fullmatch(modifier):
            return Procedure(None, (), f"'{modifier}' is no modifier", "expected two letters or digits", part)
    return Procedure(code, modifiers)


@lru_cache(4_096)
def pointers(composite: str, component: str) -> tuple[int, ...] | None:
    """Pointers to diagnoses, from 1 to 12, four at most; None where one is not."""
    parts = composite.split(component)
    numbers = [int(part) for part in parts if part in _POINTERS]
    return tuple(dict.fromkeys(numbers)) if len(numbers) == len(parts) <= 4 else None


def is_state(text: str) -> bool:
    """Whether a text has the form of a state: two capital letters."""
    return len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()


def is_region(text: str) -> bool:
    """Whether a text is a state or territory of the United States, a military region, or a province of Canada."""
    return len(text) == 2 and text in _REGIONS.split()


def is_zip(text: str) -> bool:
    """Whether a text has the form of a zip code of five or nine digits."""
    return len(text) in (5, 9) and text.isascii() and text.isdecimal()


def is_npi(text: str) -> bool:
    """Whether a text has the form of an NPI, ten digits; its check digit is not looked at."""
    return len(text) == 10 and text.isascii() and text.isdecimal()


def is_taxonomy(text: str) -> bool:
    """Whether a text has the form of a code of the provider taxonomy, such as 207RC0000X."""
    return bool(_TAXONOMY.fullmatch(text))


def is_qualifier(text: str) -> bool:
    """Whether a text has the form of a qualifier: one to three letters or digits."""
    return 1 <= len(text) <= 3 and text.isascii() and text.isalnum()
