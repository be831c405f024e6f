"""Readers of tables of places: GPCIs, counties of localities, ZIP codes, the wage index of surgical centres."""

from __future__ import annotations

import datetime as dt
import re

from clausal.problems import InvalidInput
from clausal.schedules.kinds import ReadTable, Release, Row
from clausal.schedules.readers.headings import Columns, Heading, Once, Reader, body, wanted
from clausal.schedules.readers.release import Given, of_year, release
from clausal.schedules.readers.sheet import Sheet, quarter, squeeze


def locality(mac: str, number: str) -> str:
    """A locality as CMS writes it: contractor of five digits, number of two."""
    return f"{mac.strip().zfill(5)}-{number.strip().zfill(2)}"


def _read_gpci(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    """The indices of each locality. Where one has two states of one number neither is taken for the other."""
    once = Once("gpci")
    rows: list[Row] = []
    for cells in body(sheet, heading, columns, "mac"):
        if not cells.text("number"):
            continue
        place = locality(cells.text("mac"), cells.text("number"))
        once.meet(cells, place, cells.text("state"))
        name = cells.text("name").rstrip("*")
        rows.append((place, cells.text("state"), name, *(cells.scaled(key, 1000) for key in ("work", "pe", "mp"))))
    return [ReadTable(release(sheet, "gpci", given, of_year(sheet, heading.last, "GPCI")), rows)]


def _read_gpci_tidy(sheet: Sheet, heading: Heading, columns: Columns, _given: Given) -> list[ReadTable]:
    once = Once("gpci")
    by_release: dict[tuple[str, int], list[Row]] = {}
    for cells in body(sheet, heading, columns, "mac"):
        place = locality(cells.text("mac"), cells.text("number"))
        values = (cells.scaled(key, 1000) for key in ("work", "pe", "mp"))
        key = cells.text("release"), int(cells.text("year"))
        once.meet(cells, place, *map(str, key))
        row: Row = (place, cells.text("state"), cells.text("name").rstrip("*"), *values)
        by_release.setdefault(key, []).append(row)
    return [
        ReadTable(Release("gpci", f"GPCI {name}", *_tidy_dates(name, year)), rows)
        for (name, year), rows in by_release.items()
    ]


def _tidy_dates(name: str, year: int) -> tuple[dt.date, dt.date]:
    """The quarter that `rvu24b` names; 2024 has a second first release, from March 9."""
    start, end = quarter(year, {"a": 1, "b": 4, "c": 7, "d": 10}.get(name[5:6], 1))
    if name.endswith("24ar"):
        start = dt.date(2024, 3, 9)
    return start, (dt.date(2024, 3, 8) if name.endswith("24a") else end)


def _read_counties(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    rows: list[Row] = []
    state = ""
    for cells in body(sheet, heading, columns, "mac"):
        if not cells.text("mac").isdigit():
            continue
        state = cells.text("state") or state
        place = locality(cells.text("mac"), cells.text("number"))
        rows.append((place, state, cells.text("area"), cells.text("counties")))
    return [ReadTable(release(sheet, "counties", given, of_year(sheet, heading.last, "LOCCO")), rows)]


def _read_counties_tidy(sheet: Sheet, heading: Heading, columns: Columns, _given: Given) -> list[ReadTable]:
    by_release: dict[tuple[str, int], list[Row]] = {}
    for cells in body(sheet, heading, columns, "mac"):
        if not cells.text("mac").isdigit():  # a footnote of CMS's file
            continue
        place = locality(cells.text("mac"), cells.text("number"))
        row = (place, cells.text("state"), cells.text("area"), cells.text("counties"))
        by_release.setdefault((cells.text("release"), int(cells.text("year"))), []).append(row)
    return [
        ReadTable(Release("counties", f"LOCCO {name}", *_tidy_dates(name, year)), rows)
        for (name, year), rows in by_release.items()
    ]


def _read_wage(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    """The index of each area. CMS's file has two lines of one state; both are kept, and a lookup refuses to choose."""
    year = 2000 + int(squeeze(heading.texts[columns["index"]])[2:4])
    found = (f"wage index {year}", dt.date(year, 1, 1), dt.date(year, 12, 31))
    rows: list[Row] = [
        (cells.text("cbsa"), cells.text("name"), cells.scaled("index", 10_000))
        for cells in body(sheet, heading, columns, "cbsa")
        if cells.text("index")
    ]
    return [ReadTable(release(sheet, "wage", given, found), rows)]


_TIDY = wanted(year="year", release="release", mac="mac", number="locality_number")
READERS = (
    Reader(
        "gpci",
        wanted(
            mac="Medicare Administrative Contractor (MAC)",
            state="State",
            number="Locality Number",
            name="Locality Name",
            work="PW GPCI* | #### PW GPCI*",
            pe="PE GPCI* | #### PE GPCI*",
            mp="MP GPCI* | #### MP GPCI*",
        ),
        _read_gpci,
    ),
    Reader(
        "gpci",
        _TIDY + wanted(name="locality_name", work="gpci_work", pe="gpci_pe", mp="gpci_mp", state="state"),
        _read_gpci_tidy,
    ),
    Reader(
        "counties",
        wanted(
            mac="Medicare Adm*Contractor",
            number="Locality Number",
            state="State",
            area="Fee Schedule Area",
            counties="Counties",
        ),
        _read_counties,
    ),
    Reader(
        "counties",
        _TIDY + wanted(state="state_abb", area="fee_schedule_area", counties="counties"),
        _read_counties_tidy,
    ),
    Reader("wage", wanted(cbsa="CBSA", name="CBSA Name", index="WI##"), _read_wage),
)

_ZIP_LINE = re.compile(r"[A-Z]{2}\d{5}\d{5}[0-9A-Z]{2}.{51,}\d{5}\s*\Z")


def is_zip_table(sheet: Sheet) -> bool:
    """Fixed-width lines of state, ZIP code, contractor and locality, with year and quarter at the end."""
    return bool(_ZIP_LINE.match(sheet.text.split("\n", 1)[0]))


def read_zips(sheet: Sheet, given: Given) -> ReadTable:
    """The ZIP5 table, fixed width."""
    rows: list[Row] = []
    first: dict[str, int] = {}
    stamp = ""
    for number, line in enumerate(sheet.text.splitlines(), 1):
        if not line.strip():
            continue
        if not _ZIP_LINE.match(line):
            raise InvalidInput.at(
                sheet.place(number), "not a line of the ZIP5 layout", "state, ZIP, contractor, locality, ..."
            )
        before = first.setdefault(line[2:7], number)
        if before != number:
            hint = "a release has one row of it: nothing is imported"
            raise InvalidInput.at(sheet.place(number, 3, "zip"), f"{line[2:7]} stands in row {before} already", hint)
        rows.append((line[2:7], line[:2], f"{line[7:12]}-{line[12:14]}"))
        stamp = line.rstrip()[-5:]
    start, end = quarter(int(stamp[:4]), {"1": 1, "2": 4, "3": 7, "4": 10}[stamp[4]])
    return ReadTable(release(sheet, "zips", given, (f"ZIP5 {stamp[:4]}-Q{stamp[4]}", start, end)), rows)
