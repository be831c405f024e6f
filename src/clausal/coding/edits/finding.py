"""What an edit is, what it is given, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from clausal.schedules.lines import Lines
from clausal.schedules.tables import Schedules

Service = Literal["practitioner", "outpatient"]


@dataclass(frozen=True)
class Context:
    """Lines with the tables, for a practitioner's (or ASC's) claim or a hospital's, and daily limits that packs set."""

    lines: Lines
    schedules: Schedules
    service: Service = "practitioner"
    daily_limits: Mapping[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One edit that a line fails: what is wrong, the denial codes, the table row it rests on, what would resolve it."""

    edit: str
    line: int
    says: str
    resolve: str
    carc: str
    rarc: tuple[str, ...]
    table: str
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edit:
    """An edit by name."""

    name: str
    find: Callable[[Context], list[Finding]]


def applied(context: Context, kind: str, line: int) -> str:
    """The release of a table that is applied to a line, and that it is another quarter's if it is."""
    by_service = kind in ("ptp", "mue")
    table = context.schedules.of_service(kind, context.service) if by_service else context.schedules.table(kind)
    release, carried = table.on(context.lines.date[line : line + 1])
    if release[0] < 0:
        return "no table held"
    name = table.releases[int(release[0])].name
    return f"{name}, applied to another date" if carried[0] else name
