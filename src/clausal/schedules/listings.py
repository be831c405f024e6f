"""On which days fee tables list a procedure code, and what they show of days on which they do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from clausal.schedules.kinds import KINDS, Release
from clausal.schedules.tables import Schedules, Table, shipped_releases

LISTING = ("pfs", "opps", "asc")
"""Kinds of table that list procedure codes."""
WHOLE = ("pfs", "opps")
"""Those that leave out no code of theirs. A surgical centre's list grows by codes that are not new."""
NOTHING: frozenset[int] = frozenset()


class Listings:
    """What the fee tables held show of procedure codes. Threads may share it.

    A code is shown to be absent on a day only if every table that lists it at other times (the physician fee schedule,
    Addendum B) was published for that day and lacks it, and no other table of that day lists it. Of the tables that
    come with the project only the rows of some codes are there: of other codes they show nothing.
    """

    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules
        self._of_code: dict[str, Schedules] = {}
        imported = {(release.kind, release.name) for release, _ in schedules.store.releases()}
        self._shipped = {(one.kind, one.name) for one, _ in shipped_releases()} - imported

    def lists(self, code: str) -> bool:
        """Whether some table lists a code, on whatever day."""
        return any(_listing(self._table(kind, code), code) for kind in LISTING)

    def absent(self, code: str, day: dt.date) -> str:
        """Why the tables show that a code is not there on a day; empty where they do not."""
        why = ""
        is_shown = True
        for kind in LISTING:
            table = self._table(kind, code)
            listing = _listing(table, code)
            covering = [index for index, one in enumerate(table.releases) if one.start <= day <= one.end]
            if listing.intersection(covering):
                return ""
            if listing and kind in WHOLE:
                whole = [index for index in covering if self._has_row_of(table, index, listing)]
                is_shown = is_shown and bool(whole)
                why = why or _in_words(kind, [table.releases[index] for index in sorted(listing)], day)
        return why if is_shown else ""

    def turns(self) -> Iterable[dt.date]:
        """The days on which other tables apply than on the day before."""
        one = dt.timedelta(days=1)
        for kind in LISTING:
            for release in self._schedules.table(kind).releases:
                yield release.start
                if release.end < dt.date.max:
                    yield release.end + one

    def _has_row_of(self, table: Table, index: int, listing: frozenset[int]) -> bool:
        """Whether a release would have a code's row: an imported one has all, a shipped one those of some codes."""
        release = table.releases[index]
        if (release.kind, release.name) not in self._shipped:
            return True
        others = (table.releases[other] for other in listing)
        return any((other.kind, other.name) in self._shipped for other in others)

    def _table(self, kind: str, code: str) -> Table:
        """A table that has the rows of a code, if it is only some codes' rows that are read."""
        if self._schedules.codes is None or code in self._schedules.codes:
            return self._schedules.table(kind)
        if code not in self._of_code:
            self._of_code[code] = Schedules(self._schedules.store, [code])
        return self._of_code[code].table(kind)


def _listing(table: Table, code: str) -> frozenset[int]:
    """The releases of a table that list a code."""
    return table.derived("listings", _listings).get(code, NOTHING)


def _listings(table: Table) -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for code, release in zip(table.columns["code"].tolist(), table.release.tolist(), strict=True):
        found.setdefault(code, set()).add(release)
    return {code: frozenset(releases) for code, releases in found.items()}


def _in_words(kind: str, listing: list[Release], day: dt.date) -> str:
    """What the releases that list a code show of a day on which it is not listed."""
    silent = f"the table of that day does not list it ({KINDS[kind].label})"
    earlier = [release for release in listing if release.end < day]
    if not earlier:
        return f"{silent}; {listing[0].name} is the first that does, from {listing[0].start}"
    last = max(earlier, key=lambda one: one.end)
    return f"{silent}; {last.name} is the last before it that does, until {last.end}"
