"""The rows that come with the project: of most kinds those of the codes that packs name, of some the whole table."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable
from importlib import resources
from typing import Any

from clausal.schedules.kinds import KINDS, Release

DOUBTED = frozenset({("gpci", "GPCI-2026")})
"""Releases that come with the project, by kind and name, of a copy that contradicts itself; amounts say so.

The copy of the GPCIs of 2026 gives one number to two localities and other numbers to some that CMS has not moved. Only
localities are shipped whose number and name are those of 2025.
"""


def ships_in_full(kind: str, name: str) -> bool:
    """Whether a release that comes with the project is in full."""
    return KINDS[kind].ships_in_full and (kind, name) not in DOUBTED


def shipped_releases() -> list[tuple[Release, int]]:
    """Every release that comes with the project, with its number of rows."""
    count: dict[Release, int] = {}
    for kind in KINDS:
        for release, _ in shipped(kind):
            count[release] = count.get(release, 0) + 1
    return list(count.items())


def shipped(kind: str) -> Iterable[tuple[Release, tuple[Any, ...]]]:
    """The rows that come with the project, each with its release."""
    file = resources.files("clausal.schedules") / "shipped" / f"{kind}.csv"
    if not file.is_file():
        return
    columns = KINDS[kind].columns
    types = list(columns.values())
    service = list(columns).index("service") if "service" in columns else None
    known: dict[str, Release] = {}
    rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
    next(rows)
    for name, start, end, *cells in rows:
        release = known.get(name)
        if release is None:
            days = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
            release = known[name] = Release(kind, name, *days, "" if service is None else cells[service])
        yield release, tuple(_typed(cell, of) for cell, of in zip(cells, types, strict=True))


def _typed(cell: str, of: str) -> Any:
    if of == "VARCHAR":
        return cell
    if cell == "":
        return None
    return int(cell) if of == "BIGINT" else dt.date.fromisoformat(cell)
