"""A published file as rows of text, and typed reading of its cells with the place of every error."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path

from clausal.problems import InvalidInput, Place

HEADER_ROWS = 20
"""A header is looked for in this many first rows."""
MOST_KEPT = 1 << 16
"""How many cells are remembered with what they were read as."""


@dataclass(frozen=True)
class Sheet:
    """A file's name and its text; rows are split on demand."""

    name: str
    text: str
    is_member: bool = False
    """Whether it is one of several files in a zip."""

    @property
    def is_tabbed(self) -> bool:
        head = self.text[:20_000]
        return head.count("\t") > head.count(",")

    def rows(self) -> Iterator[list[str]]:
        """The rows, with surrounding blanks cut; empty cells are empty strings."""
        delimiter = "\t" if self.is_tabbed else ","
        for row in csv.reader(io.StringIO(self.text, newline=""), delimiter=delimiter):
            yield [cell.strip() for cell in row]

    def head(self) -> list[list[str]]:
        found = []
        for row in self.rows():
            found.append(row)
            if len(found) == HEADER_ROWS:
                break
        return found

    def place(self, row: int, column: int | None = None, name: str = "") -> Place:
        """Row and column, from 1, as a person counts them in the file."""
        return Place(self.name, row, column or 1, path=name)


def read_sheets(path: Path) -> list[Sheet]:
    """The text files in a file: itself, what it compresses, or every csv and txt of a zip."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InvalidInput.at(Place(str(path)), f"cannot be read: {error.strerror or error}") from None
    if not raw:
        raise InvalidInput.at(Place(str(path)), "file is empty")
    try:
        if zipfile.is_zipfile(path):
            return _unzip(path)
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
    except (OSError, EOFError, RuntimeError, NotImplementedError, zlib.error, zipfile.BadZipFile) as error:
        raise InvalidInput.at(Place(str(path)), f"cannot be unpacked: {error}") from None
    return [Sheet(str(path), _decode(raw, Place(str(path))))]


def _unzip(path: Path) -> list[Sheet]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith((".csv", ".txt"))]
        if not names:
            hint = "spreadsheets are not read: take the csv or txt that CMS puts beside them"
            raise InvalidInput.at(Place(str(path)), "no csv or txt file in this zip", hint)
        # CMS packs a table as csv and as fixed-width text; the csv is read.
        as_csv = {name[:-4] for name in names if name.lower().endswith(".csv")}
        names = [name for name in names if name.lower().endswith(".csv") or name[:-4] not in as_csv]
        return [Sheet(f"{path}/{name}", _decode(archive.read(name), Place(f"{path}/{name}")), True) for name in names]


def _decode(raw: bytes, place: Place) -> str:
    """UTF-8, else the Windows encoding that CMS uses; refused if it is no text."""
    if b"\x00" in raw[:4096]:
        raise InvalidInput.at(place, "not a text file", "expected csv, txt, gz or zip")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def squeeze(text: str) -> str:
    """A header cell without case, blanks and punctuation."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


class Cells:
    """The cells of one row by column name, read as what they should be."""

    def __init__(self, sheet: Sheet, number: int, row: Sequence[str], columns: Mapping[str, int]) -> None:
        self.sheet, self.number, self.row, self.columns = sheet, number, row, columns

    def _refuse(self, name: str, message: str) -> InvalidInput:
        return InvalidInput.at(self.sheet.place(self.number, self.columns[name] + 1, name), message)

    def text(self, name: str) -> str:
        index = self.columns.get(name)
        return self.row[index] if index is not None and index < len(self.row) else ""

    def code(self, name: str) -> str:
        """A procedure code: five characters."""
        code = _code(self.text(name))
        if code is None:
            raise self._refuse(name, f"'{self.text(name)}' is not a procedure code of five characters")
        return code

    def scaled(self, name: str, scale: int) -> int:
        """A number times `scale`, which must come out whole; `$` and commas are allowed, an empty cell is not."""
        found = self.scaled_or_none(name, scale)
        if found is None:
            raise self._refuse(name, "a number is missing")
        return found

    def scaled_or_none(self, name: str, scale: int, *, rounded: bool = False) -> int | None:
        """The same, with None for an empty cell or the lone point that stands for none; half-up where `rounded`."""
        found = _scaled(self.text(name), scale, rounded)
        if isinstance(found, str):
            raise self._refuse(name, found)
        return found

    def date_or_none(self, name: str) -> dt.date | None:
        """A date as year, month and day in digits; `*` and an empty cell stand for none."""
        text = self.text(name)
        if text in ("", "*"):
            return None
        try:
            return dt.datetime.strptime(text, "%Y%m%d").date()
        except ValueError:
            raise self._refuse(name, f"'{text}' is not a date as in 20240701") from None


@lru_cache(maxsize=MOST_KEPT)
def _code(text: str) -> str | None:
    code = re.sub(r"[^ -~]", "", text).strip().upper()
    return code if re.fullmatch(r"[A-Z0-9]{5}", code) else None


# A table of tens of thousands of rows has a few thousand different numbers.
@lru_cache(maxsize=MOST_KEPT)
def _scaled(written: str, scale: int, rounded: bool) -> int | str | None:
    """The number times `scale`, None for none, or what is wrong with it."""
    text = written.replace("$", "").replace(",", "").strip()
    if text in ("", ".", "N/A", "NA"):
        return None
    try:
        value = Decimal(text) * scale
        if rounded:
            value = value.to_integral_value(ROUND_HALF_UP)
        if value != value.to_integral_value():
            return f"'{text}' has more decimals than the table allows"
    except InvalidOperation:
        return f"'{written}' is not a number"
    return int(value) if 0 <= value < 2**62 else f"'{text}' is out of range"


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
