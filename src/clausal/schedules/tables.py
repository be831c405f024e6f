"""Published tables in memory, by column: the rows shipped with the project and those that the user imported."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import Any

import numpy as np

from clausal.schedules.kinds import KINDS, Release
from clausal.schedules.lines import Bools, Ints
from clausal.schedules.store import Store

EPOCH = dt.date(1970, 1, 1)
CODE_COLUMN = {"pfs": ("code",), "opps": ("code",), "asc": ("code",), "mue": ("code",)}
"""Columns that hold a procedure code, for kinds of which only the rows of some codes are read."""


@dataclass(frozen=True)
class Table:
    """One kind of table: columns, the release of each row, and the calendar of releases.

    Missing numbers are -1. A date that no release was published for takes the nearest one of the same year; of the NCCI
    tables, of which one quarter may be all there is, the nearest of all. That is told by `carried`.
    """

    kind: str
    releases: tuple[Release, ...]
    columns: Mapping[str, Any]
    release: Ints
    _indices: dict[tuple[str, ...], Mapping[tuple[str, ...], list[tuple[int, int]]]] = field(default_factory=dict)

    @cached_property
    def _starts(self) -> Ints:
        return np.array([(release.start - EPOCH).days for release in self.releases], dtype=np.int64)

    @cached_property
    def _ends(self) -> Ints:
        return np.array([(release.end - EPOCH).days for release in self.releases], dtype=np.int64)

    @cached_property
    def _years(self) -> Ints:
        return np.array([release.start.year for release in self.releases], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.release)

    def on(self, days: Ints) -> tuple[Ints, Bools]:
        """For each day the release that applies (-1: none), and whether it was published for other days."""
        if not self.releases:
            return np.full(len(days), -1, dtype=np.int64), np.zeros(len(days), dtype=bool)
        last = np.searchsorted(self._starts, days, side="right") - 1
        following = np.minimum(last + 1, len(self.releases) - 1)
        if self.kind in ("ptp", "mue", "addon"):
            chosen = np.where(last < 0, following, last)
        else:
            years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
            held = (last >= 0) & (self._years[np.maximum(last, 0)] == years)
            chosen = np.where(held, last, np.where(self._years[following] == years, following, -1))
        safe = np.maximum(chosen, 0)
        carried = (chosen >= 0) & ((days < self._starts[safe]) | (days > self._ends[safe]))
        return chosen, carried

    def rows(self, keys: Sequence[tuple[str, ...]], names: tuple[str, ...]) -> Ints:
        """A matrix, release by key: the row whose columns `names` hold the key (-1: none)."""
        index = self._index(names)
        found = np.full((max(len(self.releases), 1), max(len(keys), 1)), -1, dtype=np.int64)
        for position, key in enumerate(keys):
            for release, row in index.get(key, ()):
                found[release, position] = row
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

    def table(self, kind: str) -> Table:
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
                columns[name] = np.array(values, dtype=object)
        release_of = np.array([number[row[0]] for row in rows], dtype=np.int64)
        return Table(kind, tuple(ordered), columns, release_of)

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
