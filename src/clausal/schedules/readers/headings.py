"""Finding the columns of a published file by their whole headings, which may stand over several rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from clausal.problems import InvalidInput, Problem
from clausal.schedules.kinds import KINDS, ReadTable
from clausal.schedules.readers.release import Given
from clausal.schedules.readers.sheet import Sheet, squeeze

Columns = Mapping[str, int]
MOST_ROWS = 8
"""Rows over which a heading may stand."""
MOST_SHOWN = 300


class UnknownTable(InvalidInput):
    """A file whose heading no reader knows."""


class LeftOut(UnknownTable):
    """A table that is known and not kept: refused alone, left out of a zip that holds what is kept."""


@dataclass(frozen=True)
class Column:
    """A column that a reader wants: its name, and the headings that CMS gives it.

    Of a heading letters and digits count; `#` stands for a digit, `*` for anything; the cells of several rows are read
    from top to bottom as one.
    """

    name: str
    headings: tuple[str, ...]
    is_optional: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        written = (
            "".join({"#": r"\d", "*": ".*"}.get(one, squeeze(one)) for one in heading) for heading in self.headings
        )
        return re.compile("|".join(written))


def wanted(**headings: str) -> tuple[Column, ...]:
    """Columns by name; several headings of one are parted by ` | `, and a trailing ` ?` says that it may be absent."""
    return tuple(
        Column(name, tuple(text.removesuffix(" ?").split(" | ")), text.endswith(" ?"))
        for name, text in headings.items()
    )


@dataclass(frozen=True)
class Heading:
    """A heading as it stands in a sheet: the index of its last row, and the text of each column, row under row."""

    last: int
    texts: tuple[str, ...]

    def __str__(self) -> str:
        shown = " | ".join(text for text in self.texts if text)
        return shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]} ..."


@dataclass(frozen=True)
class Reader:
    """A reader: the columns that it knows a sheet of its kind by, and how the sheet is read."""

    kind: str
    columns: tuple[Column, ...]
    read: Callable[[Sheet, Heading, Columns, Given], list[ReadTable]]

    def find(self, heading: Heading) -> tuple[Columns, list[Column]]:
        """Where its columns stand, and those that are missing."""
        cells = [squeeze(text) for text in heading.texts]
        found: dict[str, int] = {}
        missing = []
        for column in self.columns:
            index = next(
                (i for i, cell in enumerate(cells) if column.pattern.fullmatch(cell) and i not in found.values()), None
            )
            if index is not None:
                found[column.name] = index
            elif not column.is_optional:
                missing.append(column)
        return found, missing


def headings(sheet: Sheet) -> Iterator[Heading]:
    """What may be the heading of a sheet: each of its first rows, and with the rows right above it, read as one."""
    head = sheet.head()
    for last, row in enumerate(head):
        texts = list(row)
        yield Heading(last, tuple(texts))
        for above in reversed(head[max(0, last - MOST_ROWS) : last]):
            if sum(bool(cell) for cell in above) < 2:
                break
            width = max(len(texts), len(above))
            over, under = above + [""] * (width - len(above)), texts + [""] * (width - len(texts))
            texts = [f"{one} {other}".strip() for one, other in zip(over, under, strict=True)]
            yield Heading(last, tuple(texts))


def recognise(sheet: Sheet, readers: Sequence[Reader]) -> tuple[Reader, Heading, Columns]:
    """The reader whose columns a sheet has; refused with what was seen and what was expected where there is none."""
    if sheet.odd_delimiter:
        message = f"its cells are parted by '{sheet.odd_delimiter}'; commas or tabs are read"
        raise UnknownTable([Problem(sheet.place(1), message, "save it as csv with commas, and numbers with a point")])
    nearest: tuple[float, Reader, Heading, list[Column]] | None = None
    for heading in headings(sheet):
        for reader in readers:
            found, missing = reader.find(heading)
            if not missing:
                return reader, heading, found
            share = len(found) / (len(found) + len(missing))
            if len(found) > 1 and share >= 0.5 and (nearest is None or share > nearest[0]):
                nearest = share, reader, heading, missing
    if nearest:
        _, reader, heading, missing = nearest
        expected = "; ".join(f"'{column.headings[0]}'" for column in missing)
        message = f"the heading is like that of {KINDS[reader.kind].label}, but lacks {expected}"
        raise UnknownTable([Problem(sheet.place(heading.last + 1), message, f"seen: {heading}")])
    widest = max(headings(sheet), key=lambda one: sum(bool(text) for text in one.texts), default=Heading(0, ()))
    known = "; ".join(kind.label for kind in KINDS.values())
    message = "no header of a known table in the first rows"
    raise UnknownTable([Problem(sheet.place(1), message, f"seen: {widest}; known: {known}")])
