"""Readers of the National Correct Coding Initiative: MUE and add-on tables, and the frame of the large PTP files."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import PurePath

from clausal.problems import InvalidInput
from clausal.schedules.kinds import ReadTable, Release, Row
from clausal.schedules.readers.cells import shown
from clausal.schedules.readers.headings import Columns, Heading, Reader, wanted
from clausal.schedules.readers.release import Given, refuse_other_day, refuse_other_year, year_in_name
from clausal.schedules.readers.rows import Once, Rows
from clausal.schedules.readers.sheet import Sheet, quarter

SERVICES = {"practitioner": r"prac|pra(?=[-_])|practitioner", "outpatient": r"_out|oph|outpatient|hospital"}


def service_of(sheet: Sheet, text: str = "") -> str:
    """Whether a table is for practitioners or for outpatient hospitals; told by its header or its name."""
    for source in (text, PurePath(sheet.name).name):
        for service, pattern in SERVICES.items():
            if re.search(pattern, source, re.IGNORECASE):
                return service
    hint = "keep `prac` or `out` in the file's name, as CMS does"
    raise InvalidInput.at(sheet.place(1), "for practitioners or for outpatient hospitals?", hint)


def release_of(sheet: Sheet, kind: str, service: str, given: Given) -> Release:
    """The quarter that the file's name tells (`2024q3`, or CMS's version `v302`), or the user."""
    name = PurePath(sheet.name).name.lower()
    label = f"NCCI {kind.upper()} {service}".strip()
    asked, start = given
    found: tuple[dt.date, dt.date] | None = None
    quarters = {
        *(quarter(int(year), int(one) * 3 - 2) for year, one in re.findall(r"(20\d\d)[ _-]?q([1-4])", name)),
        *(quarter(1994 + int(version), int(one) * 3 + 1) for version, one in re.findall(r"v(\d\d)([0-3])", name)),
    }
    if len(quarters) > 1 and not start:
        told = " and of ".join(str(first) for first, _ in sorted(quarters))
        raise InvalidInput.at(
            sheet.place(1), f"by its name the file is of the quarters of {told}", "rename it, or say --effective"
        )
    if len(quarters) == 1:
        (found,) = quarters
    elif kind == "addon" and (year := year_in_name(sheet)):
        found = dt.date(year, 1, 1), dt.date(year, 12, 31)
    if found and start:
        refuse_other_year(sheet, found[0].year, start)
        refuse_other_day(sheet, found, start)
    if start:
        found = quarter(start.year, (start.month - 1) // 3 * 3 + 1)
    if found is None:
        hint = "keep the quarter in the file's name, as in 2024q3, or say --effective"
        raise InvalidInput.at(sheet.place(1), "the file does not tell its quarter", hint)
    written = f"{found[0].year}" if kind == "addon" else f"{found[0].year}-Q{(found[0].month + 2) // 3}"
    return Release(kind, asked or f"{label} {written}", *found, service)


@dataclass(frozen=True)
class PtpFrame:
    """Where the columns of a PTP file stand, and for whom and when it holds."""

    release: Release
    service: str
    header: int
    columns: Columns


def ptp_frame(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> PtpFrame:
    """Where the pairs of a sheet stand, and for whom."""
    service = service_of(sheet)
    return PtpFrame(release_of(sheet, "ptp", service, given), service, heading.last, columns)


def _read_mue(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    service = service_of(sheet, heading.texts[columns["units"]])
    once = Once("mue")
    rows: list[Row] = []
    read = Rows(sheet, heading, columns, "code")
    for cells in read:
        mai = cells.text("mai")[:1]
        if not re.fullmatch(r"[123](\D.*)?", cells.text("mai")):
            raise cells.refuse("mai", f"'{shown(cells.text('mai'))}' is not an adjudication indicator", "1, 2 or 3")
        code = cells.code("code")
        once.meet(cells, service, code)
        rows.append((service, code, cells.scaled("units", 1), int(mai), cells.text("rationale")))
    return [ReadTable(release_of(sheet, "mue", service, given), rows, read.told)]


def _read_addon(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    read = Rows(sheet, heading, columns, "add_on")
    rows: list[Row] = [(cells.code("primary"), cells.code("add_on"), cells.scaled("type", 1)) for cells in read]
    return [ReadTable(release_of(sheet, "addon", "", given), rows, read.told)]


def _pairs_are_framed(*_: object) -> list[ReadTable]:
    raise AssertionError("pairs are read by the store, from their frame")


PAIRS = Reader(
    "ptp",
    wanted(
        column_1="Column 1*", column_2="Column 2*", modifier="Modifier*", deleted="Deletion*", effective="Effective* ?"
    ),
    _pairs_are_framed,
)
READERS = (
    Reader(
        "mue",
        wanted(
            code="HCPCS/CPT Code | HCPCS Code",
            units="*MUE Values | MUE Units",
            mai="MUE Adjudication Indicator | MUE MAI",
            rationale="MUE Rationale",
        ),
        _read_mue,
    ),
    Reader(
        "addon",
        wanted(primary="Primary Code", add_on="Add-On Code", type="AOC Edit Type | Edit Type"),
        _read_addon,
    ),
)
