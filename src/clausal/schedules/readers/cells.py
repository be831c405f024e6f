"""Typed reading of the cells of a row, with the place of every error."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from clausal.problems import InvalidInput
from clausal.schedules.readers.sheet import Sheet

MOST_KEPT = 1 << 16
"""How many cells are remembered with what they were read as."""
MOST_SHOWN = 60
MOST = 2**62
"""What a column of whole numbers holds."""
NUMBER = re.compile(r"\$?\s*((?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?|\.[0-9]+)")
NUMBERS = "expected a number of 0 or more as 1909.40, 1,909.40 or $1,909.40"
NONE = "; for none, an empty cell, '.' or N/A"


class Cells:
    """The cells of one row by column name, read as what they should be."""

    def __init__(self, sheet: Sheet, number: int, row: Sequence[str], columns: Mapping[str, int]) -> None:
        self.sheet, self.number, self.row, self.columns = sheet, number, row, columns

    def refuse(self, name: str, message: str, hint: str = "") -> InvalidInput:
        """What is wrong with a cell, to be raised."""
        return InvalidInput.at(self.sheet.place(self.number, self.columns[name] + 1, name), message, hint)

    def text(self, name: str) -> str:
        index = self.columns.get(name)
        return self.row[index] if index is not None and index < len(self.row) else ""

    def code(self, name: str) -> str:
        """A procedure code: five characters."""
        code = _code(self.text(name))
        if code is None:
            raise self.refuse(name, f"'{shown(self.text(name))}' is not a procedure code of five characters")
        return code

    def scaled(self, name: str, scale: int) -> int:
        """A number times `scale`, which must come out whole; `$` and commas by thousands are allowed, empty is not."""
        found = self.scaled_or_none(name, scale)
        if found is None:
            raise self.refuse(name, "a number is missing", NUMBERS)
        return found

    def scaled_or_none(self, name: str, scale: int, *, rounded: bool = False) -> int | None:
        """The same, with None for an empty cell or the lone point that stands for none; half-up where `rounded`."""
        found = _scaled(self.text(name), scale, rounded)
        if isinstance(found, str):
            raise self.refuse(name, found, NUMBERS + NONE)
        return found

    def year(self, name: str) -> int:
        """A year, 2000 to 2099."""
        text = self.text(name)
        if not re.fullmatch(r"20[0-9]{2}", text):
            raise self.refuse(name, f"'{shown(text)}' is not a year", "expected a year as 2024")
        return int(text)

    def day(self, name: str) -> dt.date:
        """A day as 2024-07-01."""
        text = self.text(name)
        try:
            if re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", text):
                return dt.date.fromisoformat(text)
        except ValueError:
            pass
        raise self.refuse(name, f"'{shown(text)}' is not a day", "expected a day as 2024-07-01")


def shown(text: str) -> str:
    """A cell as it is shown in a message: cut where it is long."""
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]} ..."


@lru_cache(maxsize=MOST_KEPT)
def _code(text: str) -> str | None:
    code = re.sub(r"[^ -~]", "", text).strip().upper()
    return code if re.fullmatch(r"[A-Z0-9]{5}", code) else None


# A table of tens of thousands of rows has a few thousand different numbers.
@lru_cache(maxsize=MOST_KEPT)
def _scaled(written: str, scale: int, rounded: bool) -> int | str | None:
    """The number times `scale`, None for none, or what is wrong with it."""
    if written in ("", ".", "N/A", "NA"):
        return None
    match = NUMBER.fullmatch(written)
    if not match:
        return f"'{shown(written)}' is not a number"
    value = Decimal(match.group(1).replace(",", "")) * scale
    if rounded:
        value = value.to_integral_value(ROUND_HALF_UP)
    if value >= MOST:
        return f"'{shown(written)}' is out of range"
    return int(value) if value == int(value) else f"'{shown(written)}' has more decimals than the table allows"
