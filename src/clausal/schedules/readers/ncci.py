"""Readers of the National Correct Coding Initiative: MUE and add-on tables, and the frame of the large PTP files."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import PurePath

from clausal.problems import InvalidInput
from clausal.schedules.kinds import ReadTable, Release, Row
from clausal.schedules.readers.fees import Columns, Given, Reader, body, columns_of
from clausal.schedules.readers.sheet import Sheet, quarter, year_of

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
    if match := re.search(r"(20\d\d)[ _-]?q([1-4])", name):
        found = quarter(int(match.group(1)), int(match.group(2)) * 3 - 2)
    elif match := re.search(r"v(\d\d)([0-3])", name):
        found = quarter(1994 + int(match.group(1)), int(match.group(2)) * 3 + 1)
    elif kind == "addon" and (year := year_of(name)):
        found = dt.date(year, 1, 1), dt.date(year, 12, 31)
    if start:
        found = quarter(start.year, (start.month - 1) // 3 * 3 + 1)
    if found is None:
        hint = "keep the quarter in the file's name, as in 2024q3, or say --effective"
        raise InvalidInput.at(sheet.place(1), "the file does not tell its quarter", hint)
    written = f"{found[0].year}" if kind == "addon" else f"{found[0].year}-Q{(found[0].month + 2) // 3}"
    return Release(kind, asked or f"{label} {written}", *found)


@dataclass(frozen=True)
class PtpFrame:
    """Where the columns of a PTP file stand, and for whom and when it holds."""

    release: Release
    service: str
    header: int
    columns: Columns


_PTP_HEADER = columns_of(
    ("column_1", r"column1.*"),
    ("column_2", r"column2.*"),
    ("modifier", r"modifier.*"),
    ("deleted", r"deletion.*"),
    ("effective?", r"effective.*"),
)
_MUE_HEADER = columns_of(
    ("code", r"hcpcs(cpt)?code"),
    ("units", r"(practitionerservices|outpatienthospitalservices)?mue(values|units)"),
    ("mai", r"mueadjudicationindicator|muemai"),
    ("rationale", r"muerationale"),
)
_ADDON_HEADER = columns_of(("primary", r"primarycode"), ("add_on", r"addoncode"), ("type", r"aocedittype|edittype"))


def ptp_frame(sheet: Sheet, given: Given) -> PtpFrame | None:
    """The frame of a PTP file, or None where the header is not one."""
    for index, row in enumerate(sheet.head()):
        columns = _PTP_HEADER(row)
        if columns:
            service = service_of(sheet)
            return PtpFrame(release_of(sheet, "ptp", service, given), service, index, columns)
    return None


def _read_mue(sheet: Sheet, header: int, columns: Columns, given: Given) -> list[ReadTable]:
    service = service_of(sheet, sheet.head()[header][columns["units"]])
    rows: list[Row] = []
    for cells in body(sheet, header, columns, "code"):
        mai = cells.text("mai")[:1]
        if mai not in ("1", "2", "3"):
            where = sheet.place(cells.number, columns["mai"] + 1, "mai")
            raise InvalidInput.at(where, f"'{cells.text('mai')}' is not an adjudication indicator", "1, 2 or 3")
        rows.append((service, cells.code("code"), cells.scaled("units", 1), int(mai), cells.text("rationale")))
    return [ReadTable(release_of(sheet, "mue", service, given), rows)]


def _read_addon(sheet: Sheet, header: int, columns: Columns, given: Given) -> list[ReadTable]:
    rows: list[Row] = [
        (cells.code("primary"), cells.code("add_on"), cells.scaled("type", 1))
        for cells in body(sheet, header, columns, "add_on")
    ]
    return [ReadTable(release_of(sheet, "addon", "", given), rows)]


READERS = (Reader("mue", _MUE_HEADER, _read_mue), Reader("addon", _ADDON_HEADER, _read_addon))
