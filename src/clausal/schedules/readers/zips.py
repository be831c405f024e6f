"""The reader of CMS's ZIP5 table: fixed-width lines of ZIP codes with their localities."""

from __future__ import annotations

import re

from clausal.problems import InvalidInput
from clausal.schedules.kinds import ReadTable, Row
from clausal.schedules.readers.release import Given, release
from clausal.schedules.readers.sheet import Sheet, quarter

_LINE = re.compile(r"[A-Z]{2}\d{5}\d{5}[0-9A-Z]{2}.{51,}\d{5}\s*\Z", re.ASCII)
_STAMP = re.compile(r"(20\d\d)([1-4])", re.ASCII)


def is_zip_table(sheet: Sheet) -> bool:
    """Fixed-width lines of state, ZIP code, contractor and locality, with year and quarter at the end."""
    return bool(_LINE.match(sheet.text.split("\n", 1)[0]))


def read_zips(sheet: Sheet, given: Given) -> ReadTable:
    """The ZIP5 table; every line bears the year and the quarter of the whole."""
    rows: list[Row] = []
    first: dict[str, int] = {}
    stamp = ""
    for number, line in enumerate(sheet.text.splitlines(), 1):
        if not line.strip():
            continue
        if not _LINE.match(line):
            hint = "state, ZIP, contractor, locality, ..., year and quarter: is the file whole?"
            raise InvalidInput.at(sheet.place(number), "not a line of the ZIP5 layout", hint)
        before = first.setdefault(line[2:7], number)
        if before != number:
            hint = "a release has one row of it: nothing is imported"
            raise InvalidInput.at(sheet.place(number, 3, "zip"), f"{line[2:7]} stands in row {before} already", hint)
        here = line.rstrip()[-5:]
        if here != stamp:
            where = sheet.place(number, len(line.rstrip()) - 4, "quarter")
            if not _STAMP.fullmatch(here):
                hint = "expected the year and a quarter 1 to 4, as 20254"
                raise InvalidInput.at(where, f"'{here}' is not a year and its quarter", hint)
            if stamp:
                message = f"the line is of {_written(here)}, those above are of {_written(stamp)}"
                raise InvalidInput.at(where, message, "a table is of one quarter: import each by itself")
            stamp = here
        rows.append((line[2:7], line[:2], f"{line[7:12]}-{line[12:14]}"))
    start, end = quarter(int(stamp[:4]), int(stamp[4]) * 3 - 2)
    return ReadTable(release(sheet, "zips", given, (f"ZIP5 {_written(stamp)}", start, end)), rows)


def _written(stamp: str) -> str:
    return f"{stamp[:4]}-Q{stamp[4]}"
