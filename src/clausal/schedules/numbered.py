"""What releases say of localities by their numbers: one number may be another locality in another year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from clausal.schedules.lines import Ints
from clausal.schedules.names import is_same
from clausal.schedules.tables import EPOCH, Table


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that tells localities by number, and what those numbers were when it was published."""

    year: int
    localities: Mapping[str, tuple[str, str]]
    """State and name of each number in the GPCI table of the list's year."""
    told: str
    """What to say of the list where it is carried to another year; empty where it is not."""

    def name(self, number: str) -> str:
        """What a number was named when the list was published; empty where that is not held."""
        return self.localities[number][1] if number in self.localities else ""


def own(table: Table, day: dt.date) -> int:
    """The release that applies on a day; -1 where none of its year is held."""
    return int(table.on(np.array([(day - EPOCH).days], dtype=np.int64))[0][0])


def nearest(table: Table, day: dt.date, in_full: bool = False) -> int:
    """The release of the day's year, or else the last before it, or the first: counties of localities change rarely.

    With `in_full` the last before the day's that is held in full.
    """
    of_year = own(table, day)
    if of_year >= 0:
        return of_year
    before = [
        index for index, one in enumerate(table.releases) if one.start <= day and (table.is_whole[index] or not in_full)
    ]
    return before[-1] if before else 0 if table.releases else -1


def localities(gpci: Table, release: int) -> dict[str, tuple[str, str]]:
    """State and name of each number; where the file gives a number to several, all their names."""
    found: dict[str, tuple[str, str]] = {}
    for number, state, name in rows(gpci, release, "locality", "state", "name"):
        before = found.get(number)
        if before and not is_same(before[1], name):
            found[number] = before[0], f"{before[1]} / {name.strip()}"
        elif not before:
            found[number] = state, name.strip()
    return found


def lacking(gpci: Table, release: int) -> dict[str, tuple[str, str]]:
    """What the last table in full before a release in part has beside it."""
    whole = [index for index in range(release) if gpci.is_whole[index]]
    held = localities(gpci, release)
    return {key: one for key, one in (localities(gpci, whole[-1]) if whole else {}).items() if key not in held}


def _of_list(gpci: Table, table: Table, release: int) -> int:
    """The release of localities whose numbers a list has: that of the list's first day, or the nearest."""
    return nearest(gpci, table.releases[release].start) if release >= 0 else -1


def listing(gpci: Table, table: Table, release: int, day: dt.date) -> Listing:
    """The list that a release of a table is, for a day."""
    year = table.releases[release].start.year if release >= 0 else 0
    return Listing(year, localities(gpci, _of_list(gpci, table, release)), _told(table, release, day))


def rows(table: Table, release: int, *names: str) -> Iterable[tuple[str, ...]]:
    """Some columns of each row of a release; none where there is no release (-1)."""
    if release < 0 or not len(table):
        return ()
    which: Ints = np.flatnonzero(table.release == release)
    return zip(*(table.columns[name][which].tolist() for name in names), strict=True)


def _told(table: Table, release: int, day: dt.date) -> str:
    """Which release is carried over from another year; empty where it is of the day's own."""
    if release < 0 or table.releases[release].start.year == day.year:
        return ""
    return f"by {table.releases[release].name}, published for {table.releases[release].start.year}"
