"""Readers of fee tables: relative values, GPCIs, counties, Addenda A, B and AA, the wage index, ZIP codes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from clausal.problems import InvalidInput
from clausal.schedules.kinds import MONEY, ReadTable, Release, Row
from clausal.schedules.readers.sheet import Cells, Sheet, month_of, quarter, squeeze, year_of

Columns = Mapping[str, int]
Given = tuple[str | None, dt.date | None]
"""Release name and first day, where the user says them."""


@dataclass(frozen=True)
class Reader:
    """A reader: does this header fit, and how is the sheet read."""

    kind: str
    header: Callable[[Sequence[str]], Columns | None]
    read: Callable[[Sheet, int, Columns, Given], list[ReadTable]]


def columns_of(*wanted: tuple[str, str]) -> Callable[[Sequence[str]], Columns | None]:
    """A header that has a cell matching each pattern; `name?` may be absent."""

    def fits(row: Sequence[str]) -> Columns | None:
        cells = [squeeze(cell) for cell in row]
        found: dict[str, int] = {}
        for name, pattern in wanted:
            index = next(
                (i for i, cell in enumerate(cells) if re.fullmatch(pattern, cell) and i not in found.values()), None
            )
            if index is None and not name.endswith("?"):
                return None
            if index is not None:
                found[name.rstrip("?")] = index
        return found

    return fits


def body(sheet: Sheet, header: int, columns: Columns, first: str) -> Iterator[Cells]:
    """The rows below the header whose `first` column is filled."""
    for number, row in enumerate(sheet.rows(), 1):
        if number > header + 1 and columns[first] < len(row) and row[columns[first]]:
            last = max(columns, key=lambda name: columns[name])
            if len(row) <= columns[last] and len(row) > 1:
                raise InvalidInput.at(
                    sheet.place(number, len(row), last),
                    f"the row ends before its column '{last}'",
                    "is the file whole?",
                )
            yield Cells(sheet, number, row, columns)


def _release(sheet: Sheet, kind: str, given: Given, found: tuple[str, dt.date, dt.date] | None) -> Release:
    """The release as the user says it, or as the file tells it."""
    name, start = given
    if start:
        end = found[2] if found and found[2] > start else dt.date(start.year, 12, 31)
        return Release(kind, name or (found[0] if found else f"{kind}-{start}"), start, end)
    if found is None:
        hint = "say it: --effective 2024-01-01 (and --release NAME)"
        raise InvalidInput.at(sheet.place(1), "the file does not tell for which dates it was published", hint)
    return Release(kind, name or found[0], found[1], found[2])


def _titles(sheet: Sheet, header: int) -> str:
    return " ".join(cell for row in sheet.head()[: header + 1] for cell in row if cell)


def _of_year(sheet: Sheet, header: int, label: str) -> tuple[str, dt.date, dt.date] | None:
    year = year_of(_titles(sheet, header)) or year_of(PurePath(sheet.name).name)
    return (f"{label}-{year}", dt.date(year, 1, 1), dt.date(year, 12, 31)) if year else None


# Relative values, as CMS lays them out: the header stands over several rows, so columns go by position.
PPRRVU = (
    "code", "mod", "descriptor", "status", "not_used", "work", "pe_nf", "na_nf", "pe_f", "na_f", "mp", "total_nf",
    "total_f", "pctc", "glob", "pre", "intra", "post", "mult", "bilat", "asst", "co", "team", "endo", "cf",
    "supervision", "flag", "family", "opps_nf", "opps_f", "opps_mp",
)  # fmt: skip
TIDY = {
    "mod": "mod", "status": "status_code", "work": "work_rvu", "pe_nf": "non_fac_pe_rvu", "na_nf": "non_fac_indicator",
    "pe_f": "facility_pe_rvu", "na_f": "facility_indicator", "mp": "mp_rvu", "pctc": "pctc_ind", "glob": "glob_days",
    "pre": "pre_op", "intra": "intra_op", "post": "post_op", "mult": "mult_proc", "bilat": "bilat_surg",
    "asst": "asst_surg", "co": "co_surg", "team": "team_surg", "endo": "endo_base", "cf": "conv_factor",
    "opps_nf": "non_facility_pe_used_for_opps_payment_amount", "opps_f": "facility_pe_used_for_opps_payment_amount",
    "opps_mp": "mp_used_for_opps_payment_amount", "family": "diagnostic_imaging_family_indicator",
}  # fmt: skip


def _pprrvu_header(row: Sequence[str]) -> Columns | None:
    cells = [squeeze(cell) for cell in row]
    if cells[:4] == ["hcpcs", "mod", "description", "code"] and len(cells) >= len(PPRRVU):
        return {name: index for index, name in enumerate(PPRRVU)}
    return None


def _pfs_row(cells: Cells) -> Row:
    hundredths = {name: cells.scaled(name, 100) for name in ("work", "pe_nf", "pe_f", "mp", "pre", "intra", "post")}
    opps = {name: cells.scaled_or_none(name, 100) or 0 for name in ("opps_nf", "opps_f", "opps_mp")}
    return (
        cells.code("code"), cells.text("mod"), cells.text("status"),
        hundredths["work"], hundredths["pe_nf"], hundredths["pe_f"], hundredths["mp"],
        cells.text("na_nf"), cells.text("na_f"), cells.text("pctc"), cells.text("glob"),
        hundredths["pre"], hundredths["intra"], hundredths["post"],
        *(cells.text(name) for name in ("mult", "bilat", "asst", "co", "team", "endo")),
        cells.scaled("cf", 10_000), opps["opps_nf"], opps["opps_f"], opps["opps_mp"],
        cells.text("family"),
    )  # fmt: skip


def _read_pprrvu(sheet: Sheet, header: int, columns: Columns, given: Given) -> list[ReadTable]:
    titles = _titles(sheet, header)
    year, month = year_of(titles), month_of(titles.partition("Release")[0][-40:])
    found = None
    if year:
        start, end = quarter(year, month) if month in (1, 4, 7, 10) else (dt.date(year, 1, 1), dt.date(year, 12, 31))
        found = (f"PPRRVU {year}-{start.month:02}", start, end)
    rows = [_pfs_row(cells) for cells in body(sheet, header, columns, "code")]
    return [ReadTable(_release(sheet, "pfs", given, found), rows)]


def _read_pfs_tidy(sheet: Sheet, header: int, columns: Columns, _given: Given) -> list[ReadTable]:
    """Several releases in one file, each row with its own dates."""
    by_release: dict[Release, list[Row]] = {}
    for cells in body(sheet, header, columns, "code"):
        start, end = (dt.date.fromisoformat(cells.text(name)) for name in ("start", "end"))
        release = Release("pfs", cells.text("source"), start, end)
        by_release.setdefault(release, []).append(_pfs_row(cells))
    return [ReadTable(release, rows) for release, rows in by_release.items()]


def locality(mac: str, number: str) -> str:
    """A locality as CMS writes it: contractor of five digits, number of two."""
    return f"{mac.strip().zfill(5)}-{number.strip().zfill(2)}"


def _read_gpci(sheet: Sheet, header: int, columns: Columns, given: Given) -> list[ReadTable]:
    rows: list[Row] = []
    for cells in body(sheet, header, columns, "mac"):
        if not cells.text("number"):
            continue
        place = locality(cells.text("mac"), cells.text("number"))
        name = cells.text("name").rstrip("*")
        rows.append((place, cells.text("state"), name, *(cells.scaled(key, 1000) for key in ("work", "pe", "mp"))))
    return [ReadTable(_release(sheet, "gpci", given, _of_year(sheet, header, "GPCI")), rows)]


def _read_gpci_tidy(sheet: Sheet, header: int, columns: Columns, _given: Given) -> list[ReadTable]:
    by_release: dict[tuple[str, int], dict[str, Row]] = {}
    for cells in body(sheet, header, columns, "mac"):
        place = locality(cells.text("mac"), cells.text("number"))
        values = (cells.scaled(key, 1000) for key in ("work", "pe", "mp"))
        key = cells.text("release"), int(cells.text("year"))
        by_release.setdefault(key, {})[place] = (place, cells.text("state"), cells.text("name").rstrip("*"), *values)
    return [
        ReadTable(Release("gpci", f"GPCI {name}", *_tidy_dates(name, year)), list(rows.values()))
        for (name, year), rows in by_release.items()
    ]


def _tidy_dates(name: str, year: int) -> tuple[dt.date, dt.date]:
    """The quarter that `rvu24b` names; 2024 has a second first release, from March 9."""
    start, end = quarter(year, {"a": 1, "b": 4, "c": 7, "d": 10}.get(name[5:6], 1))
    if name.endswith("24ar"):
        start = dt.date(2024, 3, 9)
    return start, (dt.date(2024, 3, 8) if name.endswith("24a") else end)


def _read_counties(sheet: Sheet, header: int, columns: Columns, given: Given) -> list[ReadTable]:
    rows: list[Row] = []
    state = ""
    for cells in body(sheet, header, columns, "mac"):
        if not cells.text("mac").isdigit():
            continue
        state = cells.text("state") or state
        place = locality(cells.text("mac"), cells.text("number"))
        rows.append((place, state, cells.text("area"), cells.text("counties")))
    return [ReadTable(_release(sheet, "counties", given, _of_year(sheet, header, "LOCCO")), rows)]


def _read_counties_tidy(sheet: Sheet, header: int, columns: Columns, _given: Given) -> list[ReadTable]:
    by_release: dict[tuple[str, int], list[Row]] = {}
    for cells in body(sheet, header, columns, "mac"):
        place = locality(cells.text("mac"), cells.text("number"))
        row = (place, cells.text("state"), cells.text("area"), cells.text("counties"))
        by_release.setdefault((cells.text("release"), int(cells.text("year"))), []).append(row)
    return [
        ReadTable(Release("counties", f"LOCCO {name}", *_tidy_dates(name, year)), rows)
        for (name, year), rows in by_release.items()
    ]


def _addendum_release(sheet: Sheet, header: int, label: str) -> tuple[str, dt.date, dt.date] | None:
    """OPPS addenda hold for a year in what they say of themselves; a quarter only if the file's name says one."""
    name = PurePath(sheet.name).name
    titles = _titles(sheet, header)
    year = year_of(titles.partition("for CY")[2]) or year_of(name) or year_of(titles)
    month = month_of(name.replace("_", " ").replace("-", " "))
    if year is None:
        return None
    start = dt.date(year, month if month in (4, 7, 10) else 1, 1)
    final = " final rule" if "final" in name.lower() else ""
    return f"{label} {year}-{start.month:02}{final}", start, dt.date(year, 12, 31)


def _read_addendum_b(sheet: Sheet, header: int, columns: Columns, given: Given) -> list[ReadTable]:
    rows: list[Row] = [
        (
            cells.code("code"), cells.text("si"), cells.text("apc"),
            *(cells.scaled_or_none(name, MONEY, rounded=True) for name in ("rate", "copay", "min_copay")),
        )
        for cells in body(sheet, header, columns, "code")
    ]  # fmt: skip
    return [ReadTable(_release(sheet, "opps", given, _addendum_release(sheet, header, "Addendum B")), rows)]


def _read_addendum_a(sheet: Sheet, header: int, columns: Columns, given: Given) -> list[ReadTable]:
    rows: list[Row] = [
        (
            cells.text("apc"),
            cells.text("si"),
            *(cells.scaled_or_none(n, MONEY, rounded=True) for n in ("rate", "copay", "min_copay")),
        )
        for cells in body(sheet, header, columns, "apc")
    ]
    return [ReadTable(_release(sheet, "apc", given, _addendum_release(sheet, header, "Addendum A")), rows)]


def _read_addendum_aa(sheet: Sheet, header: int, columns: Columns, given: Given) -> list[ReadTable]:
    title = sheet.head()[header][columns["rate"]]
    year, month = year_of(title), month_of(title)
    found = (f"Addendum AA {year}-{month:02}", *quarter(year, month)) if year and month in (1, 4, 7, 10) else None
    rows: list[Row] = []
    for cells in body(sheet, header, columns, "code"):
        if len(cells.text("code")) == 5 or cells.text("indicator"):
            values = cells.text("discount"), cells.text("indicator"), cells.scaled_or_none("rate", MONEY)
            rows.append((cells.code("code"), *values))
    return [ReadTable(_release(sheet, "asc", given, found), rows)]


def _read_wage(sheet: Sheet, header: int, columns: Columns, given: Given) -> list[ReadTable]:
    title = squeeze(sheet.head()[header][columns["index"]])
    year = 2000 + int(title[2:4])
    found = (f"wage index {year}", dt.date(year, 1, 1), dt.date(year, 12, 31))
    rows: list[Row] = [
        (cells.text("cbsa"), cells.text("name"), cells.scaled("index", 10_000))
        for cells in body(sheet, header, columns, "cbsa")
        if cells.text("index")
    ]
    return [ReadTable(_release(sheet, "wage", given, found), rows)]


_MONEY = (
    ("rate", r"paymentrate"),
    ("copay", r"nationalunadjustedcopayment"),
    ("min_copay", r"minimumunadjustedcopayment"),
)
_GPCI = (("work", r"(20\d\d)?pwgpci.*"), ("pe", r"(20\d\d)?pegpci.*"), ("mp", r"(20\d\d)?mpgpci.*"))
_TIDY_PLACE = (("year", "year"), ("release", "release"), ("mac", "mac"), ("number", "localitynumber"))

READERS: tuple[Reader, ...] = (
    Reader("pfs", _pprrvu_header, _read_pprrvu),
    Reader(
        "pfs",
        columns_of(
            ("source", "sourcefile"),
            ("start", "datestart"),
            ("end", "dateend"),
            ("code", "hcpcs"),
            *((name, squeeze(column)) for name, column in TIDY.items()),
        ),
        _read_pfs_tidy,
    ),
    Reader(
        "gpci",
        columns_of(
            ("mac", r"medicareadministrativecontractormac"),
            ("state", "state"),
            ("number", "localitynumber"),
            ("name", "localityname"),
            *_GPCI,
        ),
        _read_gpci,
    ),
    Reader(
        "gpci",
        columns_of(
            *_TIDY_PLACE,
            ("name", "localityname"),
            ("work", "gpciwork"),
            ("pe", "gpcipe"),
            ("mp", "gpcimp"),
            ("state", "state"),
        ),
        _read_gpci_tidy,
    ),
    Reader(
        "counties",
        columns_of(
            ("mac", r"medicareadm\w*contractor"),
            ("number", "localitynumber"),
            ("state", "state"),
            ("area", r"feeschedulearea"),
            ("counties", "counties"),
        ),
        _read_counties,
    ),
    Reader(
        "counties",
        columns_of(*_TIDY_PLACE, ("state", "stateabb"), ("area", "feeschedulearea"), ("counties", "counties")),
        _read_counties_tidy,
    ),
    Reader(
        "asc",
        columns_of(
            ("code", "hcpcscode"),
            ("discount", r"subjecttomultipleprocedurediscounting"),
            ("indicator", r".*paymentindicator"),
            ("rate", r".*paymentrate"),
        ),
        _read_addendum_aa,
    ),
    Reader("opps", columns_of(("code", "hcpcscode"), ("si", "si"), ("apc", "apc"), *_MONEY), _read_addendum_b),
    Reader("apc", columns_of(("apc", "apc"), ("title", "grouptitle"), ("si", "si"), *_MONEY), _read_addendum_a),
    Reader("wage", columns_of(("cbsa", "cbsa"), ("name", "cbsaname"), ("index", r"wi\d\d")), _read_wage),
)

_ZIP_LINE = re.compile(r"[A-Z]{2}\d{5}\d{5}[0-9A-Z]{2}.{51,}\d{5}\s*\Z")


def is_zip_table(sheet: Sheet) -> bool:
    """Fixed-width lines of state, ZIP code, contractor and locality, with year and quarter at the end."""
    return bool(_ZIP_LINE.match(sheet.text.split("\n", 1)[0]))


def read_zips(sheet: Sheet, given: Given) -> ReadTable:
    """The ZIP5 table, fixed width."""
    rows: list[Row] = []
    stamp = ""
    for number, line in enumerate(sheet.text.splitlines(), 1):
        if not line.strip():
            continue
        if not _ZIP_LINE.match(line):
            raise InvalidInput.at(
                sheet.place(number), "not a line of the ZIP5 layout", "state, ZIP, contractor, locality, ..."
            )
        rows.append((line[2:7], line[:2], f"{line[7:12]}-{line[12:14]}"))
        stamp = line.rstrip()[-5:]
    start, end = quarter(int(stamp[:4]), {"1": 1, "2": 4, "3": 7, "4": 10}[stamp[4]])
    return ReadTable(_release(sheet, "zips", given, (f"ZIP5 {stamp[:4]}-Q{stamp[4]}", start, end)), rows)
