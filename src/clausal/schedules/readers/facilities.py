"""Readers of facility payment: OPPS Addenda A, B and J, ASC Addenda AA and BB."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath

from clausal.schedules.kinds import MONEY, ReadTable, Row
from clausal.schedules.readers.headings import Columns, Heading, Reader, wanted
from clausal.schedules.readers.release import Found, Given, release, titles, year_in_name
from clausal.schedules.readers.rows import Once, Rows
from clausal.schedules.readers.sheet import Sheet, month_of, quarter, year_of

MONEYS = ("rate", "copay", "min_copay")


def _of_opps(sheet: Sheet, heading: Heading, label: str) -> Found | None:
    """OPPS addenda hold for a year in what they say of themselves; a quarter only if the file's name says one."""
    name = PurePath(sheet.name).name
    title = titles(sheet, heading.last)
    year = year_of(title.partition("for CY")[2]) or year_in_name(sheet) or year_of(title)
    month = month_of(name.replace("_", " ").replace("-", " "))
    if year is None:
        return None
    start = dt.date(year, month if month in (4, 7, 10) else 1, 1)
    final = " final rule" if "final" in name.lower() else ""
    return f"{label} {year}-{start.month:02}{final}", start, dt.date(year, 12, 31)


DRUGS = ("G", "K")
"""Statuses of drugs, whose copayment is cut where prices outran inflation (Social Security Act, 1833(i)(9))."""


def _read_addendum_b(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    once = Once("opps")
    rows: list[Row] = []
    read = Rows(sheet, heading, columns, "code")
    for cells in read:
        code = cells.code("code")
        once.meet(cells, code)
        rate, copay, least = (cells.scaled_or_none(name, MONEY, rounded=True) for name in MONEYS)
        adjusted = cells.scaled_or_none("adjusted", MONEY, rounded=True) if "adjusted" in columns else None
        if cells.text("si") in DRUGS and adjusted is not None:
            copay = adjusted
        rows.append((code, cells.text("si"), cells.text("apc"), rate, copay, least))
    return [ReadTable(release(sheet, "opps", given, _of_opps(sheet, heading, "Addendum B")), rows, read.told)]


def _read_addendum_a(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    once = Once("apc")
    rows: list[Row] = []
    read = Rows(sheet, heading, columns, "apc")
    for cells in read:
        once.meet(cells, cells.text("apc"))
        amounts = (cells.scaled_or_none(name, MONEY, rounded=True) for name in MONEYS)
        rows.append((cells.text("apc"), cells.text("si"), *amounts))
    return [ReadTable(release(sheet, "apc", given, _of_opps(sheet, heading, "Addendum A")), rows, read.told)]


def _of_asc(heading: Heading, columns: Columns, label: str) -> Found | None:
    """The quarter that the heading of the rates names."""
    title = heading.texts[columns["rate"]]
    year, month = year_of(title), month_of(title)
    return (f"{label} {year}-{month:02}", *quarter(year, month)) if year and month in (1, 4, 7, 10) else None


def _read_addendum_aa(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    once = Once("asc")
    rows: list[Row] = []
    read = Rows(sheet, heading, columns, "code")
    for cells in read:
        code = cells.code("code")
        once.meet(cells, code)
        rows.append((code, cells.text("discount"), cells.text("indicator"), cells.scaled_or_none("rate", MONEY)))
    return [ReadTable(release(sheet, "asc", given, _of_asc(heading, columns, "Addendum AA")), rows, read.told)]


def _read_addendum_bb(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    """Drugs have rates with more decimals than cents; they are kept to a ten-thousandth of a dollar."""
    once = Once("ascbb")
    rows: list[Row] = []
    read = Rows(sheet, heading, columns, "code")
    for cells in read:
        code = cells.code("code")
        once.meet(cells, code)
        rows.append((code, cells.text("indicator"), cells.scaled_or_none("rate", MONEY, rounded=True)))
    return [ReadTable(release(sheet, "ascbb", given, _of_asc(heading, columns, "Addendum BB")), rows, read.told)]


def _read_addendum_j(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    """The sheet of complexity adjustments: a pair of codes, and the APC that the first moves up to with it."""
    once = Once("complexity")
    rows: list[Row] = []
    read = Rows(sheet, heading, columns, "code")
    for cells in read:
        pair = cells.code("code"), cells.code("other")
        once.meet(cells, *pair)
        rows.append((*pair, cells.text("apc")))
    return [ReadTable(release(sheet, "complexity", given, _of_opps(sheet, heading, "Addendum J")), rows, read.told)]


_AMOUNTS = wanted(rate="Payment Rate", copay="National Unadjusted Copayment", min_copay="Minimum Unadjusted Copayment")
_ASC = wanted(indicator="*Payment Indicator", rate="*Payment Rate")
READERS = (
    Reader(
        "asc",
        wanted(code="HCPCS Code", discount="Subject to Multiple Procedure Discounting") + _ASC,
        _read_addendum_aa,
    ),
    Reader(
        "complexity",
        wanted(
            code="Primary HCPCS Code | Primary HCPCS | Primary J1 HCPCS Code",
            other="Secondary*HCPCS Code | Secondary HCPCS",
            apc="Complexity*Adjusted*APC*",
        ),
        _read_addendum_j,
    ),
    Reader("ascbb", wanted(code="HCPCS Code") + _ASC, _read_addendum_bb),
    Reader(
        "opps",
        wanted(code="HCPCS Code", si="SI", apc="APC", adjusted="Adjusted Beneficiary Copayment ?") + _AMOUNTS,
        _read_addendum_b,
    ),
    Reader("apc", wanted(apc="APC", title="Group Title", si="SI") + _AMOUNTS, _read_addendum_a),
)
