"""Excel workbooks: what was typed is read, and what Excel or an attacker made of it is told."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from clausal.exchange.tabular.opened import PLAIN, Form, Reading, format_of
from clausal.exchange.tabular.workbook import WorkbookTable
from clausal.problems import PROBLEM, InvalidInput

Cells = dict[str, list[list[Any]]]


def book(path: Path, cells: Cells, change: Callable[[Any], None] = lambda _: None) -> Path:
    with xlsxwriter.Workbook(str(path)) as made:
        day = made.add_format({"num_format": "mm/dd/yyyy"})
        for name, rows in cells.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(number, column, cell, day)
                    elif cell is not None:
                        sheet.write(number, column, cell)
        change(made)
    return path


def rows(path: Path, form: Form = PLAIN) -> list[dict[str, Any]]:
    table = WorkbookTable(path, form)
    return [one for batch in table.batches(table.names, Reading()) for one in batch.to_pylist()]


NAMES = ["id", "code", "day", "amount"]


def test_cells_are_read_as_they_were_typed(tmp_path: Path) -> None:
    when = dt.datetime(2024, 10, 15, 13, 30)
    typed = [["A", 64640, dt.date(2024, 10, 15), 248.32], [7, "0441T", when, 0.1], [True, "00142", None, 1000]]
    path = book(tmp_path / "c.xlsx", {"Claims": [NAMES, *typed]})
    assert format_of(path) == "xlsx"
    assert [list(one.values()) for one in rows(path)] == [
        ["A", "64640", "2024-10-15", "248.32"],
        ["7", "0441T", "2024-10-15T13:30:00", "0.1"],
        ["true", "00142", None, "1000"],
    ]


def test_a_number_that_excel_has_rounded_rejects_its_line(tmp_path: Path) -> None:
    path = book(tmp_path / "c.xlsx", {"Claims": [["id", "code"], [1234567890123456, 1], ["1234567890123456", 1]]})
    why = "id: row 2 has a number of more than 15 digits, which Excel has rounded; type it as text"
    assert [one[PROBLEM] for one in rows(path)] == [why, None]


def test_the_first_sheet_that_is_shown_is_read_or_the_one_that_is_named(tmp_path: Path) -> None:
    def hide(made: Any) -> None:
        made.get_worksheet_by_name("Claims").activate()
        made.get_worksheet_by_name("Notes").hide()

    path = book(tmp_path / "c.xlsx", {"Notes": [["x"], ["n"]], "Claims": [["x"], ["c"]], "Old": [["x"], ["o"]]}, hide)
    assert rows(path) == [{"x": "c"}]
    assert rows(path, Form(sheet="Notes")) == [{"x": "n"}]
    with pytest.raises(InvalidInput, match="unknown sheet 'Claim'; did you mean 'Claims'"):
        rows(path, Form(sheet="Claim"))


def test_hidden_rows_are_read_and_empty_ones_are_none(tmp_path: Path) -> None:
    def hide(made: Any) -> None:
        made.get_worksheet_by_name("Claims").set_row(2, None, None, {"hidden": True})

    path = book(tmp_path / "c.xlsx", {"Claims": [[], ["x"], ["a"], [], ["b"]]}, hide)
    assert rows(path) == [{"x": "a"}, {"x": "b"}]


def test_a_title_above_the_names_is_told_with_the_row_that_names_them(tmp_path: Path) -> None:
    path = book(tmp_path / "c.xlsx", {"Claims": [["Claims of 2024"], [], NAMES, ["A", 1, None, 2], ["B", 1, None, 2]]})
    with pytest.raises(InvalidInput, match="names 1 columns of 4; is it a title"):
        rows(path)
    assert [one["id"] for one in rows(path, Form(header=3))] == ["A", "B"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no workbook"])
def test_what_is_no_workbook_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.xlsx").write_bytes(content)
    with pytest.raises(InvalidInput, match=r"not readable|not whole|empty"):
        rows(tmp_path / "c.xlsx")


def test_a_workbook_cut_short_anywhere_is_told(tmp_path: Path) -> None:
    whole = book(tmp_path / "c.xlsx", {"Claims": [NAMES, ["A", 1, 2, 3]]}).read_bytes()
    for end in range(4, len(whole), 211):
        (tmp_path / "d.xlsx").write_bytes(whole[:end])
        with pytest.raises(InvalidInput, match="not readable as a workbook"):
            rows(tmp_path / "d.xlsx")


def changed(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """A copy of a workbook with one of its parts changed."""
    target = path.with_name(f"{path.stem}-changed.xlsx")
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for part in given.namelist():
            made.writestr(part, change(given.read(part)) if part == name else given.read(part))
    return target


SHEET = "xl/worksheets/sheet1.xml"


def test_a_small_file_that_unpacks_to_more_than_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSAL_MAX_UNPACKED", "4M")
    path = book(tmp_path / "c.xlsx", {"Claims": [["x"], ["a"]]})
    large = changed(path, SHEET, lambda text: text.replace(b"</sheetData>", b"</sheetData>" + b" " * (5 << 20)))
    with pytest.raises(InvalidInput, match="within it: too large; at most 4 MiB are read; set CLAUSAL_MAX_UNPACKED"):
        rows(large)
    far = changed(path, SHEET, lambda text: text.replace(b'r="A2"', b'r="XFD1048576"'))
    with pytest.raises(InvalidInput, match="a sheet whose cells span 17,179,869,184: too large"):
        rows(far)
    with zipfile.ZipFile(path) as whole:
        cell = next(one for one in whole.read(SHEET).split(b"<row ") if b'r="A2"' in one).partition(b"</sheetData>")[0]
    many = b"".join(
        b"<row " + cell.replace(b'"A2"', b'"A%d"' % n).replace(b'r="2"', b'r="%d"' % n) for n in range(3, 903)
    )
    copied = changed(path, SHEET, lambda text: text.replace(b"</sheetData>", many + b"</sheetData>"))
    assert len(rows(copied)) == 901
    long = changed(
        copied, "xl/sharedStrings.xml", lambda text: text.replace(b"<t>a</t>", b"<t>" + b"a" * 30_000 + b"</t>")
    )
    with pytest.raises(InvalidInput, match=r"the texts of its cells, .* bytes: too large"):
        rows(long)


def test_a_heading_below_a_title_and_a_blank_row_is_named_at_once(tmp_path: Path) -> None:
    path = book(
        tmp_path / "c.xlsx", {"Claims": [["Claims of May"], [], NAMES, ["A", "64640", "x", 1], ["B", "1", "y", 2]]}
    )
    with pytest.raises(InvalidInput, match=r"`header: 3`"):
        rows(path)
    assert [one["id"] for one in rows(path, Form(header=3))] == ["A", "B"]
