"""Dates as people type them: 2024-10-15, 10/15/2024 (month first), Oct 15 2024, 15 October 2024, today."""

from __future__ import annotations

import datetime as dt
import re

_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})\Z")
_MONTH_FIRST = re.compile(r"([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})\Z")
_NAMED = re.compile(r"([a-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})\Z")
_DAY_NAMED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)? ([a-z]{3,9})\.?,? ([0-9]{4})\Z")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_BESIDE = {"yesterday": -1, "today": 0, "tomorrow": 1}
FORM = "as in 2024-10-15 or 10/15/2024 (month first), or today"


def day_meant(text: str, today: dt.date) -> dt.date | None:
    """The day that a person means, None where it cannot be told: no year of two digits, no day before its month.

    Raises ValueError for a day that its month does not have.
    """
    said = " ".join(text.lower().split())
    if said in _BESIDE:
        return today + dt.timedelta(days=_BESIDE[said])
    if found := _YEAR_FIRST.match(said):
        return _day(found[1], found[2], found[3])
    if found := _MONTH_FIRST.match(said):
        return _day(found[3], found[1], found[2])
    if found := _NAMED.match(said):
        return _day(found[3], _month(found[1]), found[2])
    if found := _DAY_NAMED.match(said):
        return _day(found[3], _month(found[2]), found[1])
    return None


def _month(name: str) -> str:
    """The number of a month by its name or the beginning of it; 0 for no month."""
    return next((str(number) for number, month in enumerate(_MONTHS, 1) if month.startswith(name[:9])), "0")


def _day(year: str, month: str, day: str) -> dt.date | None:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31 and int(year)):
        return None
    return dt.date(int(year), int(month), int(day))
