"""Published tables in memory, by column: the rows shipped with the project and those that the user imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from clausal.schedules.bundled import DOUBTED, shipped, ships_in_full
from clausal.schedules.calendar import EPOCH, Calendar
from clausal.schedules.kinds import KINDS, Release, covered
from clausal.schedules.lines import Bools, Ints
from clausal.schedules.store import Store

__all__ = ["EPOCH", "Schedules", "Table"]

NEEDED_TOO = {
    "pfs": "t.code IN (SELECT endo FROM table_pfs WHERE code IN ({codes}) AND endo <> '')",
    "opps": "(t.si = 'J1' AND (t.release_id, t.apc, t.code) IN "
    "(SELECT (release_id, apc, min(code)) FROM table_opps WHERE si = 'J1' GROUP BY release_id, apc))",
}
"""Rows that the rules for some codes ask for, beside those of the codes: base endoscopies; a rate of each APC of
comprehensive services, to which a pair may move up."""
MOST_MATRICES = 32
"""How many matrices of rows a table keeps, each for a tuple of codes."""
Derived = TypeVar("Derived")


@dataclass(frozen=True)
class Table:
    """One kind of table: columns, the release of each row, and the calendar of releases.

    Missing numbers are -1, missing texts empty. Which release applies on a day is told by `schedules/calendar`. An
    imported release is in full. Of the shipped ones only the rows of codes that packs name are there, unless the kind
    ships in full: what such a slice lacks is not known, but for a code of which it holds rows on other dates.
    """

    kind: str
    releases: tuple[Release, ...]
    columns: Mapping[str, Any]
    release: Ints
    imported: tuple[bool, ...]
    """For each release whether the user imported it."""
    _indices: dict[tuple[str, ...], Mapping[tuple[str, ...], list[tuple[int, int]]]] = field(default_factory=dict)
    _matrices: dict[tuple[tuple[str, ...], tuple[str, ...]], Ints] = field(default_factory=dict)
    _named: dict[tuple[str, ...], Bools] = field(default_factory=dict)
    _derived: dict[str, Any] = field(default_factory=dict)

    def derived(self, name: str, make: Callable[[Table], Derived]) -> Derived:
        """Something worked out from all rows, made once."""
        if name not in self._derived:
            self._derived[name] = make(self)
        found: Derived = self._derived[name]
        return found

    def __len__(self) -> int:
        return len(self.release)

    @cached_property
    def is_whole(self) -> Bools:
        """For each release whether it is held in full, or in rows of the codes that packs name."""
        each = zip(self.releases, self.imported, strict=True)
        return np.array([mine or ships_in_full(self.kind, one.name) for one, mine in each], dtype=bool)

    @cached_property
    def is_doubted(self) -> Bools:
        """For each release whether it is one of the shipped ones that are doubted (`bundled.DOUBTED`)."""
        each = zip(self.releases, self.imported, strict=True)
        return np.array([not mine and (self.kind, one.name) in DOUBTED for one, mine in each], dtype=bool)

    def on(self, days: Ints) -> tuple[Ints, Bools]:
        """For each day the release that applies (-1: none), and whether it was published for other days."""
        return self._calendar.on(days)

    def on_codes(self, days: Ints, codes: tuple[str, ...], code: Ints) -> tuple[Ints, Bools]:
        """For each line the release that applies to its code on its day, and whether it was published for others.

        `code` indexes `codes`. As `on`, but where that is a slice without the code's rows an imported release that is
        carried from other days takes its place: what was published for the code in full is better than nothing.
        """
        release, carried = self.on(days)
        if self.is_whole.all() or not any(self.imported):
            return release, carried
        silent = ~self.tells(release, codes, code)
        if not silent.any():
            return release, carried
        other = self.in_place(days, release)
        return np.where(silent, other, release), np.where(silent & (other != release), True, carried)

    def in_place(self, days: Ints, release: Ints) -> Ints:
        """The imported release that is carried to each day where the one that applies is a slice; else that one."""
        if self.is_whole.all() or not any(self.imported):
            return release
        other, _ = self._imports.on(days)
        return np.where(self.is_whole[np.maximum(release, 0)] | (other < 0), release, other)

    def tells(self, release: Ints, codes: tuple[str, ...], code: Ints) -> Bools:
        """For each line whether a release would have a row of its code if CMS listed the code in it.

        So it is where the release is in full, and where it is a slice and slices hold that code: of such a code a row
        that is missing says that CMS has none. Without a release (-1) nothing is told. `code` indexes `codes`.
        """
        if not self.releases:
            return np.zeros(len(release), dtype=bool)
        whole: Bools = self.is_whole[np.maximum(release, 0)]
        if not whole.all():
            whole = whole | self._is_named(codes)[code]
        return whole & (release >= 0)

    def _is_named(self, codes: tuple[str, ...]) -> Bools:
        """For each code whether slices hold rows of it."""
        found = self._named.get(codes)
        if found is None:
            held = self.derived("codes of slices", _codes_of_slices)
            found = np.array([code in held for code in codes], dtype=bool)
            if len(self._named) >= MOST_MATRICES:
                self._named.clear()
            self._named[codes] = found
        return found

    @cached_property
    def _calendar(self) -> Calendar:
        return Calendar(self.releases, self.imported, KINDS[self.kind].any_year)

    @cached_property
    def _imports(self) -> Calendar:
        return Calendar(self.releases, self.imported, KINDS[self.kind].any_year, without_shipped=True)

    def rows(self, keys: Sequence[tuple[str, ...]], names: tuple[str, ...]) -> Ints:
        """A matrix, release by key: the row whose columns `names` hold the key (-1: none, or several that differ)."""
        index = self._index(names)
        found = np.full((max(len(self.releases), 1), max(len(keys), 1)), -1, dtype=np.int64)
        for position, key in enumerate(keys):
            for release, row in index.get(key, ()):
                found[release, position] = row
        return found

    def of_codes(self, codes: tuple[str, ...], mods: tuple[str, ...] = ()) -> Ints:
        """A matrix, release by code: the row of the code (-1: none); with `mods`, of each code with each of them."""
        key = codes, mods
        found = self._matrices.get(key)
        if found is None:
            keys = [(code, mod) for code in codes for mod in mods] if mods else [(code,) for code in codes]
            found = self.rows(keys, ("code", "mod") if mods else ("code",))
            if len(self._matrices) >= MOST_MATRICES:
                self._matrices.clear()
            self._matrices[key] = found
        return found

    def _index(self, names: tuple[str, ...]) -> Mapping[tuple[str, ...], list[tuple[int, int]]]:
        """For each key of the columns `names` the releases that have it, with their rows; made once."""
        if names not in self._indices:
            index: dict[tuple[str, ...], list[tuple[int, int]]] = {}
            keys = zip(*(self.columns[name] for name in names), strict=True)
            for row, (release, key) in enumerate(zip(self.release.tolist(), keys, strict=True)):
                index.setdefault(key, []).append((release, row))
            if len(names) == 1 and self.kind in ("gpci", "wage"):
                index = {key: self._clear(rows) for key, rows in index.items()}
            self._indices[names] = index
        return self._indices[names]

    def _clear(self, rows: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The rows of releases that have one row of a key, or several with the same numbers."""
        numbers = [name for name, of in KINDS[self.kind].columns.items() if of == "BIGINT"]
        values: dict[int, set[tuple[int, ...]]] = {}
        for release, row in rows:
            values.setdefault(release, set()).add(tuple(int(self.columns[name][row]) for name in numbers))
        return [(release, row) for release, row in rows if len(values[release]) == 1]


def _codes_of_slices(table: Table) -> frozenset[str]:
    """The codes of which shipped slices hold rows."""
    rows = np.flatnonzero(~table.is_whole[table.release])
    return frozenset(code for name in KINDS[table.kind].codes for code in table.columns[name][rows].tolist())


class Schedules:
    """Every table, each read when it is first asked for, of all codes or of those named.

    With `partners` a pair is read where one of its codes is named; else where both are.
    """

    def __init__(
        self, store: Store | None = None, codes: Iterable[str] | None = None, *, partners: bool = False
    ) -> None:
        self.store = store or Store()
        self.partners = partners
        self.codes = None if codes is None else tuple(sorted(set(codes)))
        self._tables: dict[str, Table] = {}

    def load(self) -> None:
        """Read every table now: what follows asks no store."""
        for kind in KINDS:
            self.table(kind)

    def table(self, kind: str) -> Table:
        """The table of a kind."""
        if kind not in self._tables:
            self._tables[kind] = self._load(kind)
        return self._tables[kind]

    def of_service(self, kind: str, service: str) -> Table:
        """The part of an NCCI table for practitioners or for outpatient hospitals, with its own releases."""
        key = f"{kind} {service}"
        if key not in self._tables:
            both = self.table(kind)
            used = [number for number, release in enumerate(both.releases) if release.service == service]
            keep = np.flatnonzero(np.isin(both.release, used))
            self._tables[key] = Table(
                kind,
                tuple(both.releases[number] for number in used),
                {name: values[keep] for name, values in both.columns.items()},
                np.searchsorted(used, both.release[keep]).astype(np.int64),
                tuple(both.imported[number] for number in used),
            )
        return self._tables[key]

    def has_code(self, code: str) -> bool:
        """Whether an imported fee table knows a code."""
        if not self.store.exists:
            return False
        kinds = ("pfs", "opps", "asc", "ascbb")
        return any(self.store.select(kind, "t.code = ? LIMIT 1", [code]) for kind in kinds)

    def _load(self, kind: str) -> Table:
        held, of_held = self.store.table(kind, *self._condition(kind))
        imported = {release.name: release for release in held}
        found: list[tuple[Release, bool]] = [(release, True) for release in imported.values()]
        rows: list[tuple[tuple[str, bool], tuple[Any, ...]]] = [((row[0], True), row[1:]) for row in of_held]
        at = [list(KINDS[kind].columns).index(name) for name in KINDS[kind].codes]
        hidden: dict[Release, bool] = {}
        # All rows of slices, where partners are asked for: they tell of which codes slices have rows.
        wanted = None if self.partners else self.codes
        for release, row in shipped(kind):
            if release not in hidden:
                others = [one for one in imported.values() if one.service == release.service]
                hidden[release] = covered(release, others)
                if not hidden[release]:
                    found.append((release, False))
            if not hidden[release] and (wanted is None or all(row[index] in wanted for index in at)):
                rows.append(((release.name, False), row))
        found.sort(key=lambda one: (one[0].start, not one[0].is_superseded, one[0].name))
        number = {(release.name, is_imported): index for index, (release, is_imported) in enumerate(found)}
        columns: dict[str, Any] = {}
        for position, (name, of) in enumerate(KINDS[kind].columns.items()):
            values = [row[position] for _, row in rows]
            if of == "BIGINT":
                columns[name] = np.array([-1 if value is None else value for value in values], dtype=np.int64)
            else:
                missing = "" if of == "VARCHAR" else None
                columns[name] = np.array([missing if value is None else value for value in values], dtype=object)
        release_of = np.array([number[key] for key, _ in rows], dtype=np.int64)
        is_imported = tuple(one for _, one in found)
        return Table(kind, tuple(release for release, _ in found), columns, release_of, is_imported)

    def _condition(self, kind: str) -> tuple[str, Sequence[Any]]:
        """Which rows of a kind are read, in SQL, and its values."""
        names = KINDS[kind].codes
        if self.codes is None or not names:
            return "", ()
        marks = ", ".join("?" for _ in self.codes)
        condition = (" OR " if self.partners else " AND ").join(f"t.{name} IN ({marks})" for name in names)
        if kind in NEEDED_TOO:
            condition = f"({condition}) OR {NEEDED_TOO[kind].format(codes=marks)}"
        return condition, self.codes * condition.count(f"({marks})")
