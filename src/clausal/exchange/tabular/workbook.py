"""Excel workbooks: the rows of one sheet in batches, each cell as text, and what Excel has lost of a cell told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from clausal.exchange.tabular.heading import LOOKED_AT, names_of
from clausal.exchange.tabular.opened import LINES_AT_ONCE, PLAIN, Form, Reading
from clausal.exchange.tabular.unpacked import check_unpacked
from clausal.problems import PROBLEM, InvalidInput, Place, unknown_name

_EXACT = 10**15
"""From here on Excel has rounded a number: it keeps 15 digits."""


class WorkbookTable:
    """The columns that a row of a sheet names, and the rows below it in batches. Hidden rows are rows like others."""

    def __init__(self, path: Path, form: Form = PLAIN) -> None:
        check_unpacked(path)
        self._path = path
        self._sheet, self.others = _sheet(path, form.sheet)
        self.header = form.header or self._first_row()
        names, below = self._top()
        self.names = names_of(path, self.header, names, below)
        self.schema = pa.schema([(name, pa.string()) for name in self.names])
        self.sheet = self._sheet.name
        self.lines = max(self._sheet.total_height - self.header, 0)

    def _first_row(self) -> int:
        for number, row in enumerate(self._sheet.iter_rows(), 1):
            if any(cell != "" for cell in row):
                return number
        raise InvalidInput.at(
            Place(str(self._path)), f"the sheet '{self._sheet.name}' is empty", "`sheet:` names another"
        )

    def _top(self) -> tuple[list[str], list[list[str]]]:
        """The names of the columns, and some rows below them."""
        found: list[list[str]] = []
        for number, row in enumerate(self._sheet.iter_rows(), 1):
            if number >= self.header:
                found.append([_text(cell) or "" for cell in row])
            if len(found) > LOOKED_AT:
                break
        if not found:
            hint = "`header` is the row that names the columns"
            raise InvalidInput.at(Place(str(self._path)), f"'{self._sheet.name}' has no row {self.header}", hint)
        return found[0], found[1:]

    def batches(self, reads: Sequence[str], reading: Reading) -> Iterator[pa.RecordBatch]:
        """The columns `reads`; a row of which a cell is not what was typed has its reason in PROBLEM."""
        at = [self.names.index(name) for name in reads]
        rows: list[Sequence[Any]] = []
        problems: list[str | None] = []
        for number, row in enumerate(self._sheet.iter_rows(), 1):
            if number <= self.header:
                continue
            reading.lines += 1
            cells = [row[index] for index in at]
            if all(cell == "" for cell in cells) and all(cell == "" for cell in row):
                continue
            rows.append(cells)
            rounded = [
                name for name, cell in zip(reads, cells, strict=True) if type(cell) is float and _is_rounded(cell)
            ]
            problems.append(_why(rounded[0], number) if rounded else None)
            if len(rows) == LINES_AT_ONCE:
                yield _batch(rows, problems, reads)
                rows, problems = [], []
        if rows:
            yield _batch(rows, problems, reads)


def _sheet(path: Path, name: str | None) -> tuple[CalamineSheet, list[str]]:
    """The sheet of a name, or the first that is not hidden; and the names of the others that are not."""
    place = Place(str(path))
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheets = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        if name is not None and name not in (one.name for one in sheets):
            raise InvalidInput.at(place, *unknown_name("sheet", name, [one.name for one in sheets]))
        shown = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
        if name is None and not shown:
            raise InvalidInput.at(place, "the workbook has no sheet that is shown", "`sheet:` in a mapping names one")
        chosen = name or shown[0]
        return workbook.get_sheet_by_name(chosen), [one for one in shown if one != chosen]
    except InvalidInput:
        raise
    except CalamineError as error:
        raise _unreadable(place, str(error).splitlines()[0] if str(error) else "it is not whole") from None
    except BaseException as error:  # a panic of the reader is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(place, "its parts do not fit together") from None


def _unreadable(place: Place, why: str) -> InvalidInput:
    return InvalidInput.at(place, f"not readable as a workbook: {why}", "open it in Excel and save it again, or as CSV")


def _batch(rows: Sequence[Sequence[Any]], problems: Sequence[str | None], reads: Sequence[str]) -> pa.RecordBatch:
    arrays = [pa.array([_text(row[index]) for row in rows], pa.string()) for index in range(len(reads))]
    names = list(reads)
    if any(problems):
        arrays.append(pa.array(problems, pa.string()))
        names.append(PROBLEM)
    return pa.RecordBatch.from_arrays(arrays, names=names)


def _text(cell: Any) -> str | None:
    """A cell as it would be typed: whole numbers without a point, dates by year, month and day."""
    if cell == "":
        return None
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def _is_rounded(cell: float) -> bool:
    return abs(cell) >= _EXACT


def _why(name: str, number: int) -> str:
    return f"{name}: row {number:,} has a number of more than 15 digits, which Excel has rounded; type it as text"
