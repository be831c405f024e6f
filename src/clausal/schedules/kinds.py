"""The kinds of published table, and the columns that are kept of each.

Amounts are whole numbers: money in ten-thousandths of a dollar, relative values in hundredths, GPCIs in
thousandths, conversion factors and wage indices in ten-thousandths. `family` is the diagnostic imaging family (99: of
none); it is empty for rows that were imported before it was kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Row = tuple[str | int | None, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of table: its columns with their SQL types, what a reader would call it, and where CMS publishes it.

    Of a kind whose rows belong to procedure codes (`codes`: their columns) the rows that come with the project are
    those of the codes that packs name; other kinds ship in full, or not at all. `key` names the columns by which a
    release has one row; without it rows may be repeated.
    """

    name: str
    label: str
    columns: Mapping[str, str]
    source: str
    codes: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    any_year: bool = False
    """Whether it is applied to other years where none of that year is held, and says so."""
    usual: int = 0
    """How many rows CMS's table has, roughly (of 2020 to 2026, as imported); 0 where none of its tables was at hand."""

    @property
    def ships_in_full(self) -> bool:
        return not self.codes


def _ints(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "BIGINT")


TEXT = "VARCHAR"
MONEY = 10_000
"""Parts of a dollar in which amounts of tables are kept."""
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "pfs",
            "physician fee schedule relative values (PPRRVU)",
            {"code": TEXT, "mod": TEXT, "status": TEXT}
            | _ints("work", "pe_nf", "pe_f", "mp")
            | {"na_nf": TEXT, "na_f": TEXT, "pctc": TEXT, "glob": TEXT}
            | _ints("pre", "intra", "post")
            | {"mult": TEXT, "bilat": TEXT, "asst": TEXT, "co": TEXT, "team": TEXT, "endo": TEXT}
            | _ints("cf", "opps_nf", "opps_f", "opps_mp")
            | {"family": TEXT},
            "PPRRVU csv in the zip 'RVU' of CMS's PFS Relative Value Files",
            codes=("code",),
            key=("code", "mod"),
            usual=18_000,
        ),
        Kind(
            "gpci",
            "geographic practice cost indices (GPCI)",
            {"locality": TEXT, "state": TEXT, "name": TEXT} | _ints("work", "pe", "mp"),
            "GPCI csv in the zip 'RVU' of CMS's PFS Relative Value Files",
            key=("locality", "state"),
            usual=110,
        ),
        Kind(
            "counties",
            "counties of each locality (LOCCO)",
            {"locality": TEXT, "state": TEXT, "area": TEXT, "counties": TEXT},
            "LOCCO csv in the zip 'RVU' of CMS's PFS Relative Value Files",
            usual=110,
        ),
        Kind(
            "zips",
            "ZIP codes to localities (ZIP5)",
            {"zip": TEXT, "state": TEXT, "locality": TEXT},
            "ZIP5 text in CMS's 'Zip Code to Carrier Locality File'",
            key=("zip",),
            usual=43_000,
        ),
        Kind(
            "opps",
            "OPPS payment by code (Addendum B)",
            {"code": TEXT, "si": TEXT, "apc": TEXT} | _ints("rate", "copay", "min_copay"),
            "Addendum B of CMS's Hospital Outpatient PPS updates",
            codes=("code",),
            key=("code",),
            usual=18_000,
        ),
        Kind(
            "apc",
            "OPPS payment by APC (Addendum A)",
            {"apc": TEXT, "si": TEXT} | _ints("rate", "copay", "min_copay"),
            "Addendum A of CMS's Hospital Outpatient PPS updates",
            key=("apc",),
            usual=1_000,
        ),
        Kind(
            "complexity",
            "pairs of comprehensive services that move up an APC (Addendum J)",
            {"code": TEXT, "other": TEXT, "apc": TEXT},
            "Addendum J of CMS's Hospital Outpatient PPS rule, its sheet of complexity adjustments as csv",
            codes=("code", "other"),
            key=("code", "other"),
        ),
        Kind(
            "asc",
            "ASC covered procedures (Addendum AA)",
            {"code": TEXT, "discount": TEXT, "indicator": TEXT} | _ints("rate"),
            "Addendum AA of CMS's ASC payment rates",
            codes=("code",),
            key=("code",),
            usual=4_000,
        ),
        Kind(
            "ascbb",
            "ASC ancillary services (Addendum BB)",
            {"code": TEXT, "indicator": TEXT} | _ints("rate"),
            "Addendum BB of CMS's ASC payment rates",
            codes=("code",),
            key=("code",),
        ),
        Kind(
            "wage",
            "ASC wage index",
            {"cbsa": TEXT, "name": TEXT} | _ints("index"),
            "wage index of CMS's ASC payment rates, as csv or tab-separated text",
            usual=460,
        ),
        Kind(
            "ptp",
            "NCCI procedure-to-procedure edits",
            {"service": TEXT, "column_1": TEXT, "column_2": TEXT, "modifier": "BIGINT"}
            | {"effective": "DATE", "deleted": "DATE"},
            "PTP edits of CMS's NCCI quarterly files, practitioner and hospital",
            codes=("column_1", "column_2"),
            any_year=True,
            usual=2_000_000,
        ),
        Kind(
            "mue",
            "NCCI medically unlikely edits",
            {"service": TEXT, "code": TEXT} | _ints("units", "mai") | {"rationale": TEXT},
            "MUE tables of CMS's NCCI quarterly files, practitioner and hospital",
            codes=("code",),
            key=("service", "code"),
            any_year=True,
            usual=14_000,
        ),
        Kind(
            "addon",
            "NCCI add-on codes",
            {"primary_code": TEXT, "add_on": TEXT, "type": "BIGINT"},
            "add-on code edits of CMS's NCCI files",
            codes=("add_on",),
            any_year=True,
            usual=7_000,
        ),
    )
}


@dataclass(frozen=True)
class Release:
    """One published edition of a table: the dates of service it was published for.

    `service` tells for whom it holds where a kind has tables for practitioners and for outpatient hospitals.
    """

    kind: str
    name: str
    start: dt.date
    end: dt.date
    service: str = ""

    def covers(self, day: int) -> bool:
        """Whether it was published for a day, in days since 1970-01-01."""
        return self.start <= dt.date(1970, 1, 1) + dt.timedelta(days=day) <= self.end

    @property
    def is_superseded(self) -> bool:
        """A final rule's table is followed by the one that CMS pays by, which begins on the same day."""
        return "final rule" in self.name


@dataclass(frozen=True)
class ReadTable:
    """What was read of one edition."""

    release: Release
    rows: Sequence[Row]
    note: str = ""
    """Which rows of the file were left out, empty where none was; the same for each edition of a file."""


def covered(release: Release, others: Sequence[Release]) -> bool:
    """Whether every day that a release was published for is one of some other's."""
    day = release.start
    while day <= release.end:
        reach = [one.end for one in others if one.start <= day <= one.end]
        if not reach:
            return False
        day = max(reach) + dt.timedelta(days=1)
    return True
