"""NCCI looked up: the pairs of a code, or between two, in force on a day, and the most units of each (MUE)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np

from clausal.coding.edits.finding import Service
from clausal.coding.edits.ptp import ALLOWED, DELETED, Releases
from clausal.problems import InvalidInput, Place, expected_one_of, nearest
from clausal.schedules.kinds import KINDS
from clausal.schedules.lines import Ints, Lines, make_lines
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules, Table
from clausal.schedules.unlisted import unlisted

ASKED = "pairs"
"""Stands for the file in places of what is asked."""
SERVICES: tuple[Service, ...] = get_args(Service)


@dataclass(frozen=True, slots=True)
class Applied:
    """A release of a table as it is applied on a day: `carried` if it was published for other days than that.

    Unless it is held in full (`whole`), it has the rows of codes that packs name: what it lacks is not known.
    """

    name: str
    first_day: dt.date
    last_day: dt.date
    whole: bool
    carried: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair: column 2 is denied beside column 1, unless the indicator (0, 1, 9) is 1 and a modifier separates them.

    `effective` is None where the table as it is held does not tell it, `deleted` where it has no end.
    """

    column_1: str
    column_2: str
    indicator: int
    effective: dt.date | None
    deleted: dt.date | None
    release: Applied

    @property
    def is_separable(self) -> bool:
        """Whether a modifier can separate the two."""
        return self.indicator == ALLOWED

    def is_in_force(self, day: dt.date) -> bool:
        """Whether the pair holds for services of a day."""
        begun, over = self.effective is None or self.effective <= day, self.deleted is not None and self.deleted < day
        return self.indicator != DELETED and begun and not over


@dataclass(frozen=True, slots=True)
class Limit:
    """The most units of a code, with the adjudication indicator (MAI) that says of what: a line (1), a day (2, 3).

    Without `units` there is none, if `release` is in full; else it is not known.
    """

    code: str
    units: int | None
    mai: int | None
    release: Applied | None

    @property
    def is_known(self) -> bool:
        return self.units is not None or (self.release is not None and self.release.whole)


@dataclass(frozen=True, slots=True)
class OfService:
    """What NCCI's tables for practitioners, or for outpatient hospitals, say.

    `ended` are pairs of the same releases that are not in force: deleted by then, or not begun. Where the tables asked
    are not `complete`, a pair that is not listed is not known to be none.
    """

    service: Service
    releases: Sequence[Applied]
    complete: bool
    pairs: Sequence[Pair]
    ended: Sequence[Pair]
    limits: Sequence[Limit]


@dataclass(frozen=True, slots=True)
class Pairs:
    """The answer: the pairs of `code`, or those between it and `other`, on a day."""

    code: str
    other: str | None
    day: dt.date
    services: Sequence[OfService]


def tables_about(codes: Sequence[str], store: Store | None = None) -> Schedules:
    """The tables with all pairs of some codes."""
    return Schedules(store, [code.strip().upper() for code in codes], partners=True)


def pairs_of(
    schedules: Schedules,
    code: str,
    other: str | None = None,
    *,
    on: dt.date,
    service: str | None = None,
    known: Collection[str] = (),
) -> Pairs:
    """Look a code up, for one service or both, in all tables or in those of `tables_about`.

    `known` are codes that packs name. Raises InvalidInput, whose place has the path `code`, `other` or `service`.
    """
    if service is not None and service not in SERVICES:
        hint = nearest(service, SERVICES) or expected_one_of(SERVICES)
        raise InvalidInput.at(Place(ASKED, path="service"), f"unknown service '{service}'", hint)
    asked = {"code": code.strip().upper()} | ({} if other is None else {"other": other.strip().upper()})
    for path, one in asked.items():
        if not _holds(schedules, one) and (said := unlisted(one, known, schedules)):
            raise InvalidInput.at(Place(ASKED, path=path), *said)
    codes = list(asked.values())
    if codes[1:] == codes[:1]:
        raise InvalidInput.at(Place(ASKED, path="other"), f"'{codes[0]}' is the same code", "a pair is of two")
    found = [_of_service(schedules, codes, on, one) for one in SERVICES if service in (None, one)]
    return Pairs(codes[0], asked.get("other"), on, found)


def _holds(schedules: Schedules, code: str) -> bool:
    """Whether a code has a row in an NCCI table."""
    tables = ((schedules.table(kind), name) for kind in ("ptp", "mue") for name in KINDS[kind].codes)
    return any(bool((table.columns[name] == code).any()) for table, name in tables)


def _of_service(schedules: Schedules, codes: Sequence[str], day: dt.date, service: Service) -> OfService:
    table = schedules.of_service("ptp", service)
    one, two = (table.columns[name] for name in KINDS["ptp"].codes)
    here = np.isin(one, codes) & np.isin(two, codes) if len(codes) > 1 else np.isin(one, codes) | np.isin(two, codes)
    rows = np.flatnonzero(here)
    lines = _lines([*codes, *one[rows], *two[rows]], day)
    held = Releases.of(table, lines)
    first, second = (np.arange(len(rows)) + len(codes) + offset for offset in (0, len(rows)))
    rows = rows[table.release[rows] == held.of_pair(first, second)]
    used = held.of_pair(np.array([0]), np.array([1])) if len(codes) > 1 else np.array([held.first[0], held.other[0]])
    releases = [_applied(table, number, day) for number in dict.fromkeys(used.tolist()) if number >= 0]
    found = sorted((_pair(table, row, day) for row in rows.tolist()), key=_order)
    return OfService(
        service,
        releases,
        any(release.whole for release in releases),
        [pair for pair in found if pair.is_in_force(day)],
        [pair for pair in found if not pair.is_in_force(day)],
        _limits(schedules.of_service("mue", service), codes, day),
    )


def _lines(codes: Sequence[str], day: dt.date) -> Lines:
    count = len(codes)
    return make_lines(codes, day=np.datetime64(day), units=[1] * count, modifiers=[()] * count)


def _applied(table: Table, number: int, day: dt.date) -> Applied:
    release = table.releases[number]
    carried = not release.start <= day <= release.end
    return Applied(release.name, release.start, release.end, bool(table.is_whole[number]), carried)


def _pair(table: Table, row: int, day: dt.date) -> Pair:
    columns: dict[str, Any] = {name: values[row] for name, values in table.columns.items()}
    return Pair(
        columns["column_1"],
        columns["column_2"],
        int(columns["modifier"]),
        columns["effective"],
        columns["deleted"],
        _applied(table, int(table.release[row]), day),
    )


def _order(pair: Pair) -> tuple[str, str, dt.date]:
    return pair.column_1, pair.column_2, pair.effective or dt.date.min


def _limits(table: Table, codes: Sequence[str], day: dt.date) -> list[Limit]:
    lines = _lines(codes, day)
    release, _ = table.on_codes(lines.date, lines.codes, lines.code)
    row: Ints = np.where(release < 0, -1, table.of_codes(lines.codes)[np.maximum(release, 0), lines.code])
    found = []
    for code, number, at in zip(codes, release.tolist(), row.tolist(), strict=True):
        units, mai = (int(table.columns[name][at]) if at >= 0 else None for name in ("units", "mai"))
        found.append(Limit(code, units, mai, _applied(table, number, day) if number >= 0 else None))
    return found
