"""Dates as files write them: in the plain ways, or in the form that a mapping file gives."""

from __future__ import annotations

import datetime as dt
import re

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
TOKENS = re.compile(r"YYYY|YY|MON|MM|DD|M|D")
AS_IN = "as in MM/DD/YYYY, YYYYMMDD, DDMONYYYY or D.M.YY"
_CENTURY_TURNS = 70
"""Two digits of a year from here on are of the last century."""
_UNMISTAKABLE = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)", re.ASCII)
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AP]M)?(?:Z|[+-]\d{2}:?\d{2})?)?"


def plain_date(text: str) -> dt.date:
    """A date as 2024-10-15 (a time of day may follow), 20241015, 15-OCT-2024 or 15OCT2024; raises ValueError."""
    if text.isdigit() and len(text) == 8:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    for between in ("-", ""):
        month = text[2 + len(between) :][:3].upper()
        if month in MONTHS and len(text) == 9 + 2 * len(between) and text[2 : 2 + len(between)] == between:
            return dt.date(int(text[-4:]), MONTHS.index(month) + 1, int(text[:2]))
    if len(text) > 10 and text[10] not in "T ":
        raise ValueError(text)
    return dt.date.fromisoformat(text[:10])


def date_form(form: str) -> re.Pattern[str]:
    """The pattern of dates of a form such as MM/DD/YYYY; raises ValueError unless it gives day, month and year once.

    Where something stands between them, day and month may be of one digit or of two; a time of day may follow.
    """
    found, end, pieces = TOKENS.finditer(form), 0, []
    tokens = list(found)
    kinds = sorted("M" if token[0] == "MON" else token[0][0] for token in tokens)
    if kinds != ["D", "M", "Y"]:
        raise ValueError(form)
    for index, token in enumerate(tokens):
        between = form[end : token.start()]
        if any(one.isalnum() for one in between):
            raise ValueError(form)
        following = tokens[index + 1].start() if index + 1 < len(tokens) else None
        touches = following == token.end() or (index > 0 and tokens[index - 1].end() == token.start())
        pieces.append(re.escape(between) + _piece(token[0], touches=touches))
        end = token.end()
    return re.compile("".join(pieces) + re.escape(form[end:]) + _TIME + r"\Z", re.IGNORECASE | re.ASCII)


def _piece(token: str, *, touches: bool) -> str:
    if token == "MON":
        return f"(?P<MON>{'|'.join(MONTHS)})"
    if token[0] == "Y":
        return rf"(?P<Y>\d{{{len(token)}}})"
    return rf"(?P<{token[0]}>\d{{2}})" if touches else rf"(?P<{token[0]}>\d{{1,2}})"


def dated(text: str, pattern: re.Pattern[str]) -> dt.date | None:
    """A date of a form; None where there is none; raises ValueError where it is of another form, or no day."""
    if not text.strip():
        return None
    found = pattern.match(text.strip())
    if found is None:
        if _UNMISTAKABLE.match(text.strip()):  # as a workbook's dates are told, however its cells show them
            return plain_date(text.strip())
        raise ValueError(text)
    parts = found.groupdict()
    year = int(parts["Y"])
    if len(parts["Y"]) == 2:
        year += 1900 if year >= _CENTURY_TURNS else 2000
    month = MONTHS.index(parts["MON"].upper()) + 1 if "MON" in parts else int(parts["M"])
    return dt.date(year, month, int(parts["D"]))
