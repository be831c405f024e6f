"""Readers of the physician fee schedule's relative values: CMS's PPRRVU, and many releases in one tidy table."""

from __future__ import annotations

import datetime as dt

from clausal.problems import Problem
from clausal.schedules.factors import qualifying_factor, span_of
from clausal.schedules.kinds import ReadTable, Release, Row
from clausal.schedules.readers.cells import Cells
from clausal.schedules.readers.headings import Columns, Heading, LeftOut, Reader, wanted
from clausal.schedules.readers.release import Found, Given, refuse_given, release, titles
from clausal.schedules.readers.rows import Once, Rows
from clausal.schedules.readers.sheet import Sheet, month_of, quarter, year_of

FACTOR = 10_000
# The headings as the cells of several rows make them up; the tidy table has the same without rows.
COLUMNS = wanted(
    code="HCPCS",
    mod="MOD",
    status="STATUS CODE",
    work="WORK RVU",
    pe_nf="NON-FAC PE RVU",
    na_nf="NON-FAC NA INDICATOR | NON-FAC INDICATOR",
    pe_f="FACILITY PE RVU",
    na_f="FACILITY NA INDICATOR | FACILITY INDICATOR",
    mp="MP RVU",
    pctc="PCTC IND",
    glob="GLOB DAYS",
    pre="PRE OP",
    intra="INTRA OP",
    post="POST OP",
    mult="MULT PROC",
    bilat="BILAT SURG",
    asst="ASST SURG",
    co="CO- SURG",
    team="TEAM SURG",
    endo="ENDO BASE",
    cf="CONV FACTOR",
    family="DIAGNOSTIC IMAGING FAMILY INDICATOR",
    opps_nf="NON-FACILITY PE USED FOR OPPS PAYMENT AMOUNT",
    opps_f="FACILITY PE USED FOR OPPS PAYMENT AMOUNT",
    opps_mp="MP USED FOR OPPS PAYMENT AMOUNT",
)


def _row(cells: Cells) -> Row:
    text, scaled = cells.text, cells.scaled
    return (
        cells.code("code"), text("mod"), text("status"),
        scaled("work", 100), scaled("pe_nf", 100), scaled("pe_f", 100), scaled("mp", 100),
        text("na_nf"), text("na_f"), text("pctc"), text("glob"),
        scaled("pre", 100), scaled("intra", 100), scaled("post", 100),
        text("mult"), text("bilat"), text("asst"), text("co"), text("team"), text("endo"),
        scaled("cf", FACTOR),
        *(cells.scaled_or_none(name, 100) or 0 for name in ("opps_nf", "opps_f", "opps_mp")),
        text("family"),
    )  # fmt: skip


def _read(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    once = Once("pfs")
    rows: list[Row] = []
    factor = 0
    read = Rows(sheet, heading, columns, "code")
    for cells in read:
        row = _row(cells)
        once.meet(cells, str(row[0]), str(row[1]))
        factor = factor or cells.scaled("cf", FACTOR)
        rows.append(row)
    found = _release(sheet, heading, factor)
    if found and factor == qualifying_factor(found[1]):
        message = (
            f"its factor, {factor / FACTOR:.4f}, is that of qualifying participants of advanced payment models; the "
            f"relative values are those of the other file of {found[0]}"
        )
        hint = "import the file without it (nonQPP): the factor of qualifying participants is held"
        raise LeftOut([Problem(sheet.place(heading.last + 1, columns["cf"] + 1, "cf"), message, hint)])
    return [ReadTable(release(sheet, "pfs", given, found), rows, read.told)]


def _release(sheet: Sheet, heading: Heading, factor: int) -> Found | None:
    """The quarter in which the month of the title lies, as far as the file's factor is in force in it.

    The first quarter of 2024 has two releases: another factor counts from March 9.
    """
    title = titles(sheet, heading.last)
    year, month = year_of(title), month_of(title.partition("Release")[0][-40:])
    if year is None:
        return None
    if month is None:
        start, end = dt.date(year, 1, 1), dt.date(year, 12, 31)
    else:
        start, end = quarter(year, (month - 1) // 3 * 3 + 1)
    first, last = span_of(factor, start, end)
    return f"PPRRVU {year}-{first.month:02}", first, last


def _read_tidy(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    """Several releases in one file, each row with its own dates."""
    once = Once("pfs")
    refuse_given(sheet, given)
    by_release: dict[tuple[str, dt.date, dt.date], list[Row]] = {}
    read = Rows(sheet, heading, columns, "code", labels=("source", "start", "end"))
    for cells in read:
        key = cells.text("source"), cells.day("start"), cells.day("end")
        if not key[0]:
            raise cells.refuse("source", "the cell is empty", "expected the name of the release")
        if key[2] < key[1]:
            raise cells.refuse("end", f"{key[2]} is before the first day, {key[1]}")
        row = _row(cells)
        once.meet(cells, str(row[0]), str(row[1]), key[0], str(key[1]))
        by_release.setdefault(key, []).append(row)
    return [
        ReadTable(Release("pfs", name, start, end), rows, read.told) for (name, start, end), rows in by_release.items()
    ]


READERS = (
    Reader("pfs", wanted(source="source_file", start="date_start", end="date_end") + COLUMNS, _read_tidy),
    Reader("pfs", COLUMNS, _read),
)
