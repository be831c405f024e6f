"""Importing NCCI's pairs: millions of rows, which go through DuckDB's own reader."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clausal.problems import InvalidInput
from clausal.schedules.admission import Import, Imported, admit
from clausal.schedules.kinds import KINDS
from clausal.schedules.readers.cells import shown
from clausal.schedules.readers.ncci import PtpFrame
from clausal.schedules.readers.sheet import Sheet

if TYPE_CHECKING:
    import duckdb

CODE = "regexp_full_match({}, '[A-Z0-9]{{5}}')", "a procedure code of five characters"
DATE = "(regexp_full_match({0}, '[0-9]{{8}}') AND try_strptime({0}, '%Y%m%d') IS NOT NULL)"
CHECKS = {
    "column_1": CODE,
    "column_2": CODE,
    "modifier": (
        "({0} IN ('0', '1', '9') OR regexp_full_match({0}, '[019]([^0-9].*)?'))",
        "a modifier indicator 0, 1 or 9",
    ),
    "deleted": (f"({{0}} IN ('*', '') OR {DATE})", "a date as 20240701, or * for none"),
    "effective": (f"({{0}} = '' OR {DATE})", "a date as 20240701, or empty"),
}
"""What a cell must be, in SQL and in words."""


def import_pairs(connection: duckdb.DuckDBPyConnection, sheet: Sheet, frame: PtpFrame, of: Import) -> Imported:
    """Read, check and insert the pairs of a sheet."""
    text = _body(sheet, frame)
    if not text.strip():
        raise InvalidInput.at(sheet.place(frame.header + 1), f"no rows under the header of {KINDS['ptp'].label}")
    digest = hashlib.sha256(sheet.text.encode() + str(frame.release).encode()).hexdigest()
    (of.scratch / "pairs.csv").write_text(text, encoding="utf-8", newline="")
    count = _load(connection, sheet, frame, of)
    _refuse_bad(connection, sheet, frame)
    _refuse_contradiction(connection, sheet, frame)
    number, imported = admit(connection, sheet, frame.release, count, digest, of)
    if number is not None:
        dates = ", ".join(f"try_strptime({name}, '%Y%m%d')::DATE" for name in ("effective", "deleted"))
        connection.execute(
            f"INSERT INTO table_ptp SELECT {number}, '{frame.service}', column_1, column_2, "
            f"left(modifier, 1)::INTEGER, {dates} FROM read_pairs"
        )
    connection.execute("DROP TABLE read_pairs")
    return imported


def _body(sheet: Sheet, frame: PtpFrame) -> str:
    """The text below the heading, whose cells may go over several lines."""
    taken = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        for line in io.StringIO(sheet.text, newline=""):
            taken += len(line)
            yield line

    reader = csv.reader(lines(), delimiter="\t" if sheet.is_tabbed else ",")
    for _ in range(frame.header + 1):
        next(reader)
    return sheet.text[taken:]


def _load(connection: duckdb.DuckDBPyConnection, sheet: Sheet, frame: PtpFrame, of: Import) -> int:
    """Put the rows into a table of text with their numbers, and count them; empty rows are passed over."""
    import duckdb

    width = max(len(row) for row in sheet.head()[frame.header :])
    cell = {name: f"trim(coalesce(c{index}, ''))" for name, index in frame.columns.items()}
    typed = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(width))
    named = ", ".join(f"{cell.get(name, chr(39) * 2)} AS {name}" for name in CHECKS)
    held = " OR ".join(f"{name} <> ''" for name in CHECKS)
    try:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE read_pairs AS SELECT * FROM (SELECT row_number() OVER () AS row, {named} "
            f"FROM read_csv(?, header = false, delim = '{chr(9) if sheet.is_tabbed else ','}', quote = '\"', "
            f"escape = '\"', columns = {{{typed}}}, parallel = false)) WHERE {held}",
            [str(of.scratch / "pairs.csv")],
        )
    except duckdb.Error:
        raise _torn(sheet, frame, width) from None
    found = connection.execute("SELECT count(*) FROM read_pairs").fetchone()
    assert found
    return int(found[0])


def _torn(sheet: Sheet, frame: PtpFrame, width: int) -> InvalidInput:
    """What is wrong with rows that cannot be parted into cells: the first row that has too few, or too many."""
    try:
        for number, row in enumerate(sheet.rows(), 1):
            if number > frame.header + 1 and any(row) and len(row) != width:
                message = f"the row has {len(row)} cells, the table {width}"
                return InvalidInput.at(sheet.place(number, min(len(row), width)), message, "is the file whole?")
    except InvalidInput as error:
        return error
    return InvalidInput.at(sheet.place(frame.header + 2), "the rows cannot be read as pairs", "is the file damaged?")


def _refuse_bad(connection: duckdb.DuckDBPyConnection, sheet: Sheet, frame: PtpFrame) -> None:
    """The first row that is not a pair of codes with an indicator and dates, if there is one."""
    # Millions of rows have some thousands of different cells: these are checked, and the rows only if one is wrong.
    if all(_are_cells(connection, name) for name in CHECKS):
        return
    wrong = " OR ".join(f"NOT {check.format(name)}" for name, (check, _) in CHECKS.items())
    found = connection.execute(
        f"SELECT row, {', '.join(CHECKS)} FROM read_pairs WHERE {wrong} ORDER BY row LIMIT 1"
    ).fetchone()
    if not found:
        return
    for (name, (check, expected)), value in zip(CHECKS.items(), found[1:], strict=True):
        holds = connection.execute(f"SELECT {check.format('v')} FROM (SELECT ? AS v)", [value]).fetchone()
        if holds and not holds[0]:
            where = sheet.place(frame.header + 1 + int(found[0]), frame.columns[name] + 1, name)
            raise InvalidInput.at(where, f"'{shown(value)}' is not {expected}")


def _are_cells(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether all cells of a column are what they must be."""
    # Apart, since in one query DuckDB would check each row before it takes the different ones.
    connection.execute(f"CREATE OR REPLACE TEMP TABLE read_cells AS SELECT DISTINCT {name} AS v FROM read_pairs")
    wrong = connection.execute(f"SELECT 1 FROM read_cells WHERE NOT {CHECKS[name][0].format('v')} LIMIT 1").fetchone()
    connection.execute("DROP TABLE read_cells")
    return wrong is None


def _refuse_contradiction(connection: duckdb.DuckDBPyConnection, sheet: Sheet, frame: PtpFrame) -> None:
    """Refuse a pair with two rows that say different things of one day.

    CMS's tables have a deleted row of a pair beside the one that is in force, also with another indicator; where they
    do not tell from when on a row is in force, only two rows that end alike can contradict.
    """
    # Of numbers least and most are found faster than of texts; an indicator is its first letter.
    differs = "min(ascii(modifier)) <> max(ascii(modifier))"
    if "effective" in frame.columns:
        differs += " OR min(effective) <> max(effective)"
    found = connection.execute(
        f"""
        WITH twice AS (
            SELECT column_1, column_2 FROM read_pairs GROUP BY ALL
            HAVING count(*) > 1 AND ({differs})),
        dated AS (
            SELECT row, column_1, column_2, left(modifier, 1) AS says, effective, deleted,
                if(deleted IN ('', '*'), '99999999', deleted) AS until
            FROM read_pairs JOIN twice USING (column_1, column_2))
        SELECT one.row, two.row, one.column_1, one.column_2, one.says, two.says, one.effective, two.effective
        FROM dated one JOIN dated two USING (column_1, column_2)
        WHERE one.row < two.row
            AND (one.until = two.until OR (one.effective <> '' AND two.effective <> ''))
            AND one.effective < two.until AND two.effective < one.until
            AND (one.says <> two.says
                OR (one.until = '99999999' AND two.until = '99999999' AND one.effective <> two.effective))
        ORDER BY two.row, one.row LIMIT 1
        """
    ).fetchone()
    if not found:
        return
    first, second, one, other, says, then, since, later = found
    what = (
        f"indicator {says} and here {then}"
        if says != then
        else f"in force from {since or '?'} on and here from {later or '?'}"
    )
    above = frame.header + 1
    where = sheet.place(above + int(second), frame.columns["column_1"] + 1, "column_1")
    message = f"the pair {one} {other} stands in row {above + int(first)} already, with {what}"
    raise InvalidInput.at(where, message, "nothing is imported; which of the two is CMS's?")
