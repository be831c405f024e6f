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
    """A kind of table: its columns with their SQL types, and what a reader would call it."""

    name: str
    label: str
    columns: Mapping[str, str]


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
        ),
        Kind(
            "gpci",
            "geographic practice cost indices (GPCI)",
            {"locality": TEXT, "state": TEXT, "name": TEXT} | _ints("work", "pe", "mp"),
        ),
        Kind(
            "counties",
            "counties of each locality (LOCCO)",
            {"locality": TEXT, "state": TEXT, "area": TEXT, "counties": TEXT},
        ),
        Kind("zips", "ZIP codes to localities (ZIP5)", {"zip": TEXT, "state": TEXT, "locality": TEXT}),
        Kind(
            "opps",
            "OPPS payment by code (Addendum B)",
            {"code": TEXT, "si": TEXT, "apc": TEXT} | _ints("rate", "copay", "min_copay"),
        ),
        Kind(
            "apc", "OPPS payment by APC (Addendum A)", {"apc": TEXT, "si": TEXT} | _ints("rate", "copay", "min_copay")
        ),
        Kind(
            "asc",
            "ASC covered procedures (Addendum AA)",
            {"code": TEXT, "discount": TEXT, "indicator": TEXT} | _ints("rate"),
        ),
        Kind("wage", "ASC wage index", {"cbsa": TEXT, "name": TEXT} | _ints("index")),
        Kind(
            "ptp",
            "NCCI procedure-to-procedure edits",
            {"service": TEXT, "column_1": TEXT, "column_2": TEXT, "modifier": "BIGINT"}
            | {"effective": "DATE", "deleted": "DATE"},
        ),
        Kind(
            "mue",
            "NCCI medically unlikely edits",
            {"service": TEXT, "code": TEXT} | _ints("units", "mai") | {"rationale": TEXT},
        ),
        Kind("addon", "NCCI add-on codes", {"primary_code": TEXT, "add_on": TEXT, "type": "BIGINT"}),
    )
}


@dataclass(frozen=True)
class Release:
    """One published edition of a table: the dates of service it was published for."""

    kind: str
    name: str
    start: dt.date
    end: dt.date


@dataclass(frozen=True)
class ReadTable:
    """What was read of one edition."""

    release: Release
    rows: Sequence[Row]
