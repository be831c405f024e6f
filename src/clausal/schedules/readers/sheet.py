"""A published file as rows of text, and the dates that its titles and its name tell."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from clausal.problems import InvalidInput, Place

HEADER_ROWS = 20
"""A header is looked for in this many first rows."""
MOST_CELLS = 1_000
"""Cells of a row among which a header is looked for."""
READ_OF_HEAD = 20_000
"""By so many first characters is told what parts the cells."""


@dataclass(frozen=True)
class Sheet:
    """A file's name and its text; rows are split on demand."""

    name: str
    text: str
    is_member: bool = False
    """Whether it is one of several files in a zip."""

    @property
    def is_tabbed(self) -> bool:
        head = self.text[:READ_OF_HEAD]
        return head.count("\t") > head.count(",")

    @property
    def odd_delimiter(self) -> str:
        """The semicolon or the bar that seems to part the cells, which is not read; empty where none does."""
        head = self.text[:READ_OF_HEAD]
        first = next((line for line in head.splitlines() if line.strip()), "")
        found = max(";|", key=first.count)
        return found if first.count(found) > max(first.count(","), first.count("\t")) else ""

    def rows(self, *, strict: bool = True) -> Iterator[list[str]]:
        """The rows, with surrounding blanks cut; empty cells are empty strings.

        A quotation mark that is not closed, or is closed in the middle of a cell, would take in the rows that follow:
        it is refused with its row, unless not `strict` (of a text of which it is not known whether it is a table).
        """
        delimiter = "\t" if self.is_tabbed else ","
        number = 0
        try:
            for row in csv.reader(io.StringIO(self.text, newline=""), delimiter=delimiter, strict=strict):
                number += 1
                yield [cell.strip() for cell in row]
        except csv.Error:
            if strict:
                hint = "is the file whole? a quotation mark within a cell is written twice"
                message = "a quotation mark is opened and not closed at the end of its cell"
                raise InvalidInput.at(self.place(number + 1), message, hint) from None

    def head(self) -> list[list[str]]:
        found: list[list[str]] = []
        for row in self.rows(strict=False):
            if len(row) > MOST_CELLS:
                message = f"a row of {len(row):,} cells, and no table that is kept has more than {MOST_CELLS:,}"
                raise InvalidInput.at(self.place(len(found) + 1), message, "is it one of CMS's tables?")
            found.append(row)
            if len(found) == HEADER_ROWS:
                break
        return found

    def place(self, row: int, column: int | None = None, name: str = "") -> Place:
        """Row and column, from 1, as a person counts them in the file."""
        return Place(self.name, row, column or 1, path=name)


def squeeze(text: str) -> str:
    """A header cell without case, blanks and punctuation."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def quarter(year: int, month: int) -> tuple[dt.date, dt.date]:
    """First and last day of the quarter that begins with a month."""
    after = dt.date(year + (month + 3 > 12), (month + 2) % 12 + 1, 1)
    return dt.date(year, month, 1), after - dt.timedelta(days=1)


MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10,
    "nov": 11, "dec": 12,
}  # fmt: skip


def month_of(text: str) -> int | None:
    """The first month that a text names."""
    found = re.search(r"\b(" + "|".join(MONTHS) + r")[a-z]*\b", text.lower())
    return MONTHS[found.group(1)] if found else None


def year_of(text: str) -> int | None:
    """The first year that a text names, 2000 to 2099."""
    found = re.search(r"(?<!\d)20\d\d(?!\d)", text)
    return int(found.group()) if found else None
