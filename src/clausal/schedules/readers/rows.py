"""The rows of a published table below its heading: each told of, whether it is read, a note, or without its code."""

from __future__ import annotations

from collections.abc import Iterator

from clausal.problems import InvalidInput
from clausal.schedules.kinds import KINDS
from clausal.schedules.readers.cells import Cells, shown
from clausal.schedules.readers.headings import Columns, Heading
from clausal.schedules.readers.sheet import Sheet

MOST_NAMED = 5
NOTHING = ("", "nan")
"""An empty cell; tidy tables write `nan` for numbers that CMS's file leaves empty."""


class Rows:
    """The rows below a heading whose `first` column is filled, as cells.

    CMS's files have notes below and between their rows: words in one cell alone. They are left out, and told. A row
    that holds values without a `first` one is refused. `labels` are columns that stand on notes too.
    """

    def __init__(
        self, sheet: Sheet, heading: Heading, columns: Columns, first: str, labels: tuple[str, ...] = ()
    ) -> None:
        self._sheet, self._heading, self._columns, self._first = sheet, heading, columns, first
        self._labels = {columns[name] for name in labels}
        self._left_out: dict[str, list[int]] = {}

    def __iter__(self) -> Iterator[Cells]:
        sheet, columns = self._sheet, self._columns
        last = max(columns, key=lambda name: columns[name])
        at, width = columns[self._first], columns[last]
        for number, row in enumerate(sheet.rows(), 1):
            if number <= self._heading.last + 1:
                continue
            if at >= len(row) or not row[at].isalnum():
                held = [
                    index for index, cell in enumerate(row) if cell.lower() not in NOTHING and index not in self._labels
                ]
                if not held:
                    continue
                if self._is_note(row, held):
                    self.leave_out("of notes", number)
                    continue
                if at >= len(row) or not row[at]:
                    where = sheet.place(number, at + 1, self._first)
                    hint = "every row has one: is it cut off, or are columns moved?"
                    written = ", ".join(f"'{shown(row[index])}'" for index in held[:3])
                    raise InvalidInput.at(where, f"the cell is empty, and the row holds {written}", hint)
            if len(row) <= width:
                message = f"the row ends before its column '{last}'"
                raise InvalidInput.at(sheet.place(number, len(row), last), message, "is the file whole?")
            yield Cells(sheet, number, row, columns)

    def _is_note(self, row: list[str], held: list[int]) -> bool:
        """Whether a row is words alone: in one cell, with nothing in the other columns that are read.

        One word is a note only in the first column, where it is not to be taken for a code.
        """
        read = set(self._columns.values()) - self._labels
        cells = [row[index] for index in held if index in read] or [row[index] for index in held]
        return len(cells) == 1 and (len(cells[0].split()) > 1 or held == [self._columns[self._first]])

    def leave_out(self, what: str, number: int) -> None:
        """Count a row that is not kept, as CMS's own files have them; `what` tells of rows what they are."""
        self._left_out.setdefault(what, []).append(number)

    @property
    def told(self) -> str:
        """How many rows were left out, and which; empty where none was."""
        found = []
        for what, numbers in self._left_out.items():
            more = f" and {len(numbers) - MOST_NAMED} more" if len(numbers) > MOST_NAMED else ""
            rows = "1 row" if len(numbers) == 1 else f"{len(numbers)} rows"
            found.append(f"left out: {rows} {what} (row {', '.join(map(str, numbers[:MOST_NAMED]))}{more})")
        return "; ".join(found)


class Once:
    """Rows met so far: a release has one for each key. `kind` says which columns make up the key."""

    def __init__(self, kind: str) -> None:
        self._names = KINDS[kind].key
        self._rows: dict[tuple[str, ...], int] = {}

    def meet(self, cells: Cells, *key: str) -> None:
        """Refuse a row whose key another one has."""
        before = self._rows.setdefault(key, cells.number)
        if before != cells.number:
            column = self._names[0] if self._names[0] in cells.columns else next(iter(cells.columns))
            where = cells.sheet.place(cells.number, cells.columns[column] + 1, column)
            written = " ".join(part for part in key if part)
            hint = "a release has one row of it: nothing is imported; which of the two is CMS's?"
            raise InvalidInput.at(where, f"{written} stands in row {before} already", hint)
