"""Readers of tables of places: GPCIs, counties of localities, the wage index of surgical centres."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from clausal.schedules.kinds import ReadTable, Release, Row
from clausal.schedules.readers.cells import Cells, shown
from clausal.schedules.readers.headings import Columns, Heading, Reader, wanted
from clausal.schedules.readers.release import Given, of_year, refuse_given, release
from clausal.schedules.readers.rows import Once, Rows
from clausal.schedules.readers.sheet import Sheet, quarter, squeeze

INDICES = ("work", "pe", "mp")
LEAST, MOST = 100, 5_000
"""What a GPCI may be, in thousandths: CMS's lie between 0.2 and 2.5."""
LABELS = ("year", "release")
"""Columns of tidy tables that stand on notes too."""


def _locality(cells: Cells) -> str:
    """A locality as CMS writes it: contractor of five digits, number of two."""
    mac, number = cells.text("mac"), cells.text("number")
    if not re.fullmatch(r"[0-9]{4,5}", mac):
        raise cells.refuse("mac", f"'{shown(mac)}' is not the number of a contractor", "expected five digits as 10112")
    if not re.fullmatch(r"[0-9]{1,2}", number):
        raise cells.refuse("number", f"'{shown(number)}' is not the number of a locality", "expected two digits as 00")
    return f"{mac.zfill(5)}-{number.zfill(2)}"


def _indices(cells: Cells) -> list[int]:
    """The three indices of a locality, in thousandths."""
    found = [cells.scaled(name, 1000) for name in INDICES]
    for name, index in zip(INDICES, found, strict=True):
        if not LEAST <= index <= MOST:
            raise cells.refuse(
                name, f"'{cells.text(name)}' is not an index", "expected a number from 0.1 to 5 as 1.000"
            )
    return found


def _read_gpci(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    """The indices of each locality. Where one has two states of one number neither is taken for the other."""
    once = Once("gpci")
    rows: list[Row] = []
    read = Rows(sheet, heading, columns, "mac")
    for cells in read:
        place = _locality(cells)
        once.meet(cells, place, cells.text("state"))
        rows.append((place, cells.text("state"), cells.text("name").rstrip("*"), *_indices(cells)))
    told = "; ".join(filter(None, (read.told, _shared(rows))))
    return [ReadTable(release(sheet, "gpci", given, of_year(sheet, heading.last, "GPCI")), rows, told)]


def _shared(rows: Sequence[Row]) -> str:
    """The numbers that stand for two places with other indices, of which no amount is made; empty where none does."""
    places: dict[object, set[Row]] = {}
    for number, _, _, *indices in rows:
        places.setdefault(number, set()).add(tuple(indices))
    shared = sorted(str(number) for number, several in places.items() if len(several) > 1)
    if not shared:
        return ""
    return f"{', '.join(shared)}: two places of one number, so no amount is made of them: is it CMS's own file?"


def _read_gpci_tidy(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    refuse_given(sheet, given)
    once = Once("gpci")
    by_release: dict[tuple[str, int], list[Row]] = {}
    read = Rows(sheet, heading, columns, "mac", LABELS)
    for cells in read:
        place = _locality(cells)
        key = cells.text("release"), cells.year("year")
        once.meet(cells, place, *map(str, key))
        row: Row = (place, cells.text("state"), cells.text("name").rstrip("*"), *_indices(cells))
        by_release.setdefault(key, []).append(row)
    return [
        ReadTable(Release("gpci", f"GPCI {name}", *_tidy_dates(name, year)), rows, read.told)
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
    read = Rows(sheet, heading, columns, "mac")
    for cells in read:
        state = cells.text("state") or state
        rows.append((_locality(cells), state, cells.text("area"), cells.text("counties")))
    return [ReadTable(release(sheet, "counties", given, of_year(sheet, heading.last, "LOCCO")), rows, read.told)]


def _read_counties_tidy(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    refuse_given(sheet, given)
    by_release: dict[tuple[str, int], list[Row]] = {}
    read = Rows(sheet, heading, columns, "mac", (*LABELS, "state"))
    for cells in read:
        row = (_locality(cells), cells.text("state"), cells.text("area"), cells.text("counties"))
        by_release.setdefault((cells.text("release"), cells.year("year")), []).append(row)
    return [
        ReadTable(Release("counties", f"LOCCO {name}", *_tidy_dates(name, year)), rows, read.told)
        for (name, year), rows in by_release.items()
    ]


def _read_wage(sheet: Sheet, heading: Heading, columns: Columns, given: Given) -> list[ReadTable]:
    """The index of each area. CMS's file has two lines of one state; both are kept, and a lookup refuses to choose.

    A state without rural counties has a line without an index: it is left out.
    """
    year = 2000 + int(squeeze(heading.texts[columns["index"]])[2:4])
    found = (f"wage index {year}", dt.date(year, 1, 1), dt.date(year, 12, 31))
    rows: list[Row] = []
    read = Rows(sheet, heading, columns, "cbsa")
    for cells in read:
        if not re.fullmatch(r"[0-9]{1,2}|[0-9]{5}", cells.text("cbsa")):
            hint = "expected five digits, or two of the rural rest of a state"
            raise cells.refuse("cbsa", f"'{shown(cells.text('cbsa'))}' is not the number of an area", hint)
        if cells.text("index"):
            rows.append((cells.text("cbsa"), cells.text("name"), cells.scaled("index", 10_000)))
        elif len(cells.text("cbsa")) > 2:
            raise cells.refuse("index", "a number is missing", "every area but the rural rest of a state has one")
        else:
            read.leave_out("of states without an index", cells.number)
    return [ReadTable(release(sheet, "wage", given, found), rows, read.told)]


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
