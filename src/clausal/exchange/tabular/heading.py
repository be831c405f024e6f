"""The line of a delimited file that names its columns: what parts them, which they are, and where it stands."""

from __future__ import annotations

import collections
import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clausal.exchange.tabular.opened import Form, opened
from clausal.exchange.tabular.text import Text
from clausal.limits import LINE
from clausal.problems import InvalidInput, Place

MOST_COLUMNS = 2_000
LOOKED_AT = 20
"""Rows below the heading that are looked at, to tell whether it is one."""
_AT_ONCE = 1 << 16
_SEPARATOR = re.compile(r"sep=(.)\s*\Z", re.IGNORECASE)
DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Heading:
    """The columns of a delimited file in their order, and how many bytes of UTF-8 and rows end with their names."""

    names: tuple[str, ...]
    delimiter: str
    bytes: int
    rows: int


def heading_of(path: Path, form: Form) -> Heading:
    """The heading of a file; raises InvalidInput where no line names the columns, each once."""
    start = _start(path, form)
    lines = _Counted(start)
    place = Place(str(path))
    delimiter = form.delimiter
    for _ in range((form.header or 1) - 1):
        next(lines, None)
    first = next((line for line in lines if line.strip()), None)
    if first is not None and form.header is None and (said := _SEPARATOR.match(first.strip("\r\n"))):
        delimiter = delimiter or said[1]  # Excel's own way to tell it
        first = next((line for line in lines if line.strip()), None)
    if first is None:
        if form.header:
            raise InvalidInput.at(place, f"has no line {form.header}", "`header` is the line that names the columns")
        raise InvalidInput.at(place, "the file is empty", "the first line names the columns")
    at = lines.line
    delimiter = delimiter or max(DELIMITERS, key=first.count)
    reader = csv.reader(itertools.chain([first], lines), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        rows.append(next(reader))
        heading = Heading((), delimiter, lines.bytes, lines.line)
        rows += itertools.islice(reader, LOOKED_AT)
    except (csv.Error, StopIteration):
        if not rows:
            raise InvalidInput.at(Place(str(path), at, 1), "the line that names the columns is not readable") from None
    return Heading(names_of(path, at, rows[0], rows[1:]), heading.delimiter, heading.bytes, heading.rows)


def _start(path: Path, form: Form) -> str:
    """Enough of the beginning of a file; what it ends in the middle of is left out."""
    wanted = max(_AT_ONCE, (form.header or 0) * 200)
    found = b""
    with opened(path) as file:
        text = Text(file, path, form.encoding)
        while len(found) < wanted or found.count(b"\n") < (form.header or 1):
            data = text.read(_AT_ONCE)
            if not data:
                return found.decode("utf-8", "surrogatepass")
            found += data
            if len(found) > LINE.bytes:
                raise LINE.passed(Place(str(path)), "the lines above the columns' names, and theirs")
    return found[: found.rfind(b"\n") + 1].decode("utf-8", "surrogatepass")


class _Counted:
    """The lines of a text, and how far it has been read."""

    def __init__(self, text: str) -> None:
        self._lines: Iterator[str] = iter(io.StringIO(text, newline=""))
        self.bytes = self.line = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.bytes += len(line.encode("utf-8", "surrogatepass"))
        self.line += 1
        return line


def names_of(path: Path, at: int, cells: Sequence[str], below: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The names of columns that a line, or row, gives; one without a name is called by its number.

    Raises InvalidInput for one that does not name the columns: too few for those `below`, unnamed, or one named twice.
    """
    place = Place(str(path), at, 1)
    names = [name.strip() for name in cells]
    widths = collections.Counter(len(row) for row in below if row)
    usual = widths.most_common(1)[0][0] if widths else len(names)
    unnamed = sum(not name for name in names)
    wider = len(widths) <= 2 and widths.get(usual, 0) >= 2 and usual > len(names) and min(widths) >= len(names)
    if wider or unnamed > len(names) / 2:
        offset = next((i for i, row in enumerate(below, 1) if len(row) == usual and sum(map(bool, row)) > usual / 2), 1)
        hint = f"is it a title? Say in a mapping file which line names the columns, as in `header: {at + offset}`"
        names_told = len(names) - unnamed
        raise InvalidInput.at(place, f"the first line names {names_told} columns of {max(usual, len(names))}", hint)
    twice = next((name for name, count in collections.Counter(names).items() if count > 1 and name), None)
    if twice is not None or len(names) > MOST_COLUMNS:
        what = f"'{twice}' stands twice" if twice is not None else f"there are more than {MOST_COLUMNS:,}"
        hint = "if another line does, say so in a mapping file, as in `header: 2`"
        raise InvalidInput.at(place, f"the line does not name the columns, each once: {what}", hint)
    return tuple(name or f"column {number}" for number, name in enumerate(names, 1))
