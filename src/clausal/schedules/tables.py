"""Published tables in memory, by column: the rows shipped with the project and those that the user imported."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, TypeVar

import numpy as np

from clausal.schedules.kinds import KINDS, Release
from clausal.schedules.lines import Bools, Ints
from clausal.schedules.store import Store

EPOCH = dt.date(1970, 1, 1)
FIRST_DAY, LAST_DAY = 0, 47_846
"""1970-01-01 and 2100-12-31 in days: no table was published for a day outside."""
UNMET = -2
"""In the calendar of a table: a day of which the release has not been looked up."""
MOST_MATRICES = 32
"""How many matrices of rows a table keeps, each for a tuple of codes."""
Derived = TypeVar("Derived")
CODE_COLUMN = {"pfs": ("code",), "opps": ("code",), "asc": ("code",), "mue": ("code",)}
"""Columns that hold a procedure code, for kinds of which only the rows of some codes are read."""


@dataclass(frozen=True)
class Table:
    """One kind of table: columns, the release of each row, and the calendar of releases.

    Missing numbers are -1, missing texts empty. A date that no release was published for takes the nearest one of the
    same year; of the NCCI tables, of which one quarter may be all there is, the nearest of all: told by `carried`.
    """

    kind: str
    releases: tuple[Release, ...]
    columns: Mapping[str, Any]
    release: Ints
    imported: frozenset[str] = frozenset()
    """Names of the releases that the user imported, with every row; of the shipped ones some codes' rows are there."""
    _indices: dict[tuple[str, ...], Mapping[tuple[str, ...], list[tuple[int, int]]]] = field(default_factory=dict)

    _matrices: dict[tuple[tuple[str, ...], tuple[str, ...]], Ints] = field(default_factory=dict)
    _derived: dict[str, Any] = field(default_factory=dict)
    _days: dict[int, tuple[int, bool]] = field(default_factory=dict)
    _release_on: Ints = field(default_factory=lambda: np.full(LAST_DAY - FIRST_DAY + 1, UNMET, dtype=np.int64))
    _is_carried: Bools = field(default_factory=lambda: np.zeros(LAST_DAY - FIRST_DAY + 1, dtype=bool))

    def derived(self, name: str, make: Callable[[Table], Derived]) -> Derived:
        """Something worked out from all rows, made once."""
        if name not in self._derived:
            self._derived[name] = make(self)
        found: Derived = self._derived[name]
        return found

    def __len__(self) -> int:
        return len(self.release)

    def on(self, days: Ints) -> tuple[Ints, Bools]:
        """For each day the release that applies (-1: none), and whether it was published for other days."""
        if not self.releases:
            return np.full(len(days), -1, dtype=np.int64), np.zeros(len(days), dtype=bool)
        if len(days) and (days == days[0]).all():
            one, is_carried = self._on_day(int(days[0]))
            return np.full(len(days), one, dtype=np.int64), np.full(len(days), is_carried, dtype=bool)
        place = np.clip(days, FIRST_DAY, LAST_DAY) - FIRST_DAY
        release = self._release_on[place]
        if len(release) and release.min() == UNMET:
            for one in np.unique(place[release == UNMET]).tolist():
                self._release_on[one], self._is_carried[one] = self._on_day(one + FIRST_DAY)
            release = self._release_on[place]
        return release, self._is_carried[place]

    def _on_day(self, day: int) -> tuple[int, bool]:
        """The release that applies on one day, and whether it was published for others; each day is worked out once."""
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = self._find_release(EPOCH + dt.timedelta(days=day))
        return known

    def _find_release(self, day: dt.date) -> tuple[int, bool]:
        before = [index for index, release in enumerate(self.releases) if release.start <= day]
        after = [index for index, release in enumerate(self.releases) if release.start > day]
        if self.kind not in ("ptp", "mue", "addon"):
            before = [index for index in before if self.releases[index].start.year == day.year]
            after = [index for index in after if self.releases[index].start.year == day.year]
        if not before and not after:
            return -1, False
        chosen = before[-1] if before else after[0]
        return chosen, not self.releases[chosen].start <= day <= self.releases[chosen].end

    def rows(self, keys: Sequence[tuple[str, ...]], names: tuple[str, ...]) -> Ints:
        """A matrix, release by key: the row whose columns `names` hold the key (-1: none)."""
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
            self._indices[names] = index
        return self._indices[names]


class Schedules:
    """Every table, each read when it is first asked for, of all codes or of those named."""

    def __init__(self, store: Store | None = None, codes: Iterable[str] | None = None) -> None:
        self.store = store or Store()
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
            whole = self.table(kind)
            keep = np.flatnonzero(whole.columns["service"] == service)
            used = np.unique(whole.release[keep])
            columns = {name: values[keep] for name, values in whole.columns.items()}
            releases = tuple(whole.releases[int(number)] for number in used)
            self._tables[key] = Table(kind, releases, columns, np.searchsorted(used, whole.release[keep]))
        return self._tables[key]

    def has_code(self, code: str) -> bool:
        """Whether an imported fee table knows a code."""
        if not self.store.exists:
            return False
        return any(self.store.select(kind, "t.code = ? LIMIT 1", [code]) for kind in ("pfs", "opps", "asc"))

    def _load(self, kind: str) -> Table:
        names = list(KINDS[kind].columns)
        releases: dict[str, Release] = {}
        rows: list[tuple[Any, ...]] = []
        imported = self.store.releases() if self.store.exists else []
        for release, _ in imported:
            if release.kind == kind:
                releases[release.name] = release
        if releases:
            rows.extend(self._select(kind))
        for release, row in _shipped(kind):
            if release.name not in {one.name for one, _ in imported if one.kind == kind}:
                releases[release.name] = release
                if self.codes is None or kind not in CODE_COLUMN or row[0 if kind != "mue" else 1] in self.codes:
                    rows.append((release.name, *row))
        ordered = sorted(releases.values(), key=lambda one: (one.start, "final rule" not in one.name, one.name))
        number = {release.name: index for index, release in enumerate(ordered)}
        columns: dict[str, Any] = {}
        for position, name in enumerate(names, 1):
            values = [row[position] for row in rows]
            if KINDS[kind].columns[name] == "BIGINT":
                columns[name] = np.array([-1 if value is None else value for value in values], dtype=np.int64)
            else:
                missing = "" if KINDS[kind].columns[name] == "VARCHAR" else None
                columns[name] = np.array([missing if value is None else value for value in values], dtype=object)
        release_of = np.array([number[row[0]] for row in rows], dtype=np.int64)
        whole = frozenset(release.name for release, _ in imported if release.kind == kind)
        return Table(kind, tuple(ordered), columns, release_of, whole)

    def _select(self, kind: str) -> list[tuple[Any, ...]]:
        if self.codes is None or kind not in CODE_COLUMN:
            if kind == "ptp" and self.codes is not None:
                marks = ", ".join("?" for _ in self.codes)
                where = f"t.column_1 IN ({marks}) AND t.column_2 IN ({marks})"
                return self.store.select(kind, where, [*self.codes, *self.codes])
            return self.store.select(kind)
        marks = ", ".join("?" for _ in self.codes)
        return self.store.select(kind, f"t.code IN ({marks})", list(self.codes))


def shipped_releases() -> list[tuple[Release, int]]:
    """Every release that comes with the project, with its number of rows."""
    count: dict[Release, int] = {}
    for kind in KINDS:
        for release, _ in _shipped(kind):
            count[release] = count.get(release, 0) + 1
    return list(count.items())


def _shipped(kind: str) -> Iterable[tuple[Release, tuple[Any, ...]]]:
    """The rows that come with the project, each with its release."""
    file = resources.files("clausal.schedules") / "shipped" / f"{kind}.csv"
    if not file.is_file():
        return
    types = list(KINDS[kind].columns.values())
    known: dict[str, Release] = {}
    rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
    next(rows)
    for name, start, end, *cells in rows:
        release = known.get(name)
        if release is None:
            release = known[name] = Release(kind, name, dt.date.fromisoformat(start), dt.date.fromisoformat(end))
        yield release, tuple(_typed(cell, of) for cell, of in zip(cells, types, strict=True))


def _typed(cell: str, of: str) -> Any:
    if of == "VARCHAR":
        return cell
    if cell == "":
        return None
    return int(cell) if of == "BIGINT" else dt.date.fromisoformat(cell)
