"""When a procedure code began and ended, as far as the fee tables that list it, and those that do not, can show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clausal.schedules.kinds import Release
from clausal.schedules.tables import Schedules, Table

LISTING = ("pfs", "opps", "asc", "ascbb")
"""Kinds of table that list procedure codes."""
WHOLE = ("pfs", "opps")
"""Those that leave out no code of theirs. A surgical centre's list grows by codes that are not new."""
NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Shown:
    """Releases that begin on days on which a code was not there yet, and not any more; None where none shows that."""

    before: Release | None = None
    first: Release | None = None
    """The first that lists it."""
    after: Release | None = None
    last: Release | None = None
    """The last that lists it."""


MOST_TABLES, MOST_SHOWN = 16, 100_000
"""Of how many codes the tables are kept, and of how many what they show."""


class Listings:
    """What the fee tables held show of procedure codes. Threads may share it.

    A code that a release does not list and a later one does began after the day on which the earlier took effect; one
    that is not listed any more had ended by the day on which the later did. It is shown only where every kind of table
    that ever lists the code (the physician fee schedule, Addendum B) shows it. Of the tables that come with the project
    only the rows of some codes are there: of other codes they show nothing.
    """

    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules
        self._of_code: dict[str, Schedules] = {}
        self._shown: dict[str, Shown] = {}

    def lists(self, code: str) -> bool:
        """Whether some table lists a code, on whatever day."""
        return self._may_list(code) and any(_listing(self._table(kind, code), code) for kind in LISTING)

    def absent(self, code: str, day: dt.date) -> str:
        """Why the tables show that a code is not there on a day; empty where they do not."""
        shown = self._shown.get(code)
        if shown is None:
            shown = self._show(code) if self._may_list(code) else Shown()
            if len(self._shown) < MOST_SHOWN:
                self._shown[code] = shown
        if shown.before and shown.first and day <= shown.before.start:
            by = f"{shown.before.name} does not list it, {shown.first.name} is the first held that does"
            return f"it begins after {shown.before.start} ({by})"
        if shown.after and shown.last and day >= shown.after.start:
            by = f"{shown.last.name} is the last held that lists it, {shown.after.name} does not"
            return f"it had ended by {shown.after.start} ({by})"
        return ""

    def _may_list(self, code: str) -> bool:
        """Whether a row of a code can be there: one that no pack names stands in imported tables alone."""
        codes = self._schedules.codes
        return codes is None or code in codes or self._schedules.store.exists

    def turns(self) -> Iterable[dt.date]:
        """The days on which the tables can show another thing than on the day before."""
        for kind in WHOLE:
            for release in self._schedules.table(kind).releases:
                yield release.start
                yield release.start + dt.timedelta(days=1)

    def _show(self, code: str) -> Shown:
        listing = {kind: _listing(self._table(kind, code), code) for kind in LISTING}
        of_kind = {kind: self._table(kind, code).releases for kind in LISTING}
        listed = [of_kind[kind][index] for kind in LISTING for index in listing[kind]]
        kinds = [kind for kind in WHOLE if listing[kind]]
        if not kinds:
            return Shown()
        first = min(listed, key=lambda one: one.start)
        last = max(listed, key=lambda one: one.start)
        earlier: list[Release | None] = []
        later: list[Release | None] = []
        for kind in kinds:
            table = self._table(kind, code)
            lacking = [
                one
                for index, one in enumerate(table.releases)
                if index not in listing[kind] and _would_list(table, index, listing[kind])
            ]
            before = [one for one in lacking if one.start < first.start]
            after = [one for one in lacking if one.start > last.start]
            earlier.append(max(before, key=lambda one: one.start) if before else None)
            later.append(min(after, key=lambda one: one.start) if after else None)
        ends = [one for one in later if one]
        begins = [one for one in earlier if one]
        return Shown(
            min(begins, key=lambda one: one.start) if len(begins) == len(kinds) else None,
            first,
            max(ends, key=lambda one: one.start) if len(ends) == len(kinds) else None,
            last,
        )

    def _table(self, kind: str, code: str) -> Table:
        """A table that has the rows of a code, if it is only some codes' rows that are read."""
        if self._schedules.codes is None or code in self._schedules.codes:
            return self._schedules.table(kind)
        found = self._of_code.get(code)
        if found is None:
            if len(self._of_code) >= MOST_TABLES:
                self._of_code.clear()
            found = self._of_code[code] = Schedules(self._schedules.store, [code])
        return found.table(kind)


def _listing(table: Table, code: str) -> frozenset[int]:
    """The releases of a table that list a code."""
    return table.derived("listings", _listings).get(code, NOTHING)


def _would_list(table: Table, index: int, listing: frozenset[int]) -> bool:
    """Whether a release would have a code's row: one in full has all, a slice those of some codes."""
    whole = table.is_whole
    return bool(whole[index]) or any(not whole[other] for other in listing)


def _listings(table: Table) -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for code, release in zip(table.columns["code"].tolist(), table.release.tolist(), strict=True):
        found.setdefault(code, set()).add(release)
    return {code: frozenset(releases) for code, releases in found.items()}
