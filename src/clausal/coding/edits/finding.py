"""What an edit is, what it is given, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from clausal.schedules.lines import Bools, ClaimType, Ints, Lines
from clausal.schedules.tables import Schedules, Table

Service = Literal["practitioner", "outpatient"]
"""For whom NCCI publishes a table."""


@dataclass(frozen=True)
class Context:
    """Lines of claims of one type with the tables, and daily limits that packs set.

    `denied` are lines that other edits deny already: what needs them cannot rest on them.
    """

    lines: Lines
    schedules: Schedules
    claim_type: ClaimType = "professional"
    daily_limits: Mapping[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    denied: Bools | None = None
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What an edit has worked out of these lines, for its several questions."""

    @property
    def service(self) -> Service:
        """For whom NCCI's tables are read: a surgical centre is held to those of practitioners."""
        return "outpatient" if self.is_institutional else "practitioner"

    @property
    def is_institutional(self) -> bool:
        return self.claim_type in ("outpatient", "institutional")

    @property
    def together(self) -> Ints:
        """What edits look at together: of a hospital's claim each day, else each day of a practitioner."""
        return self.lines.day if self.is_institutional else self.lines.group


@dataclass(frozen=True)
class Hits:
    """The lines that fail an edit, each with a number that tells the edit in which way (a table row, say)."""

    line: Ints
    how: Ints


NO_HITS = Hits(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def hits(where: Bools, how: Ints | int = 0) -> Hits:
    """The lines where something is true; `how` for every line, or one for all."""
    line = np.flatnonzero(where)
    return Hits(line, np.full(len(line), how) if isinstance(how, int) else how[line])


def joined(found: list[Hits]) -> Hits:
    """All hits of a list."""
    if not found:
        return NO_HITS
    return Hits(np.concatenate([one.line for one in found]), np.concatenate([one.how for one in found]))


@dataclass(frozen=True, slots=True)
class Said:
    """A failed edit in words: what is wrong, what would resolve it, the table row or clauses it rests on."""

    says: str
    resolve: str
    table: str
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Detail:
    """What tells the hits of an edit apart beside its name: a key for each hit, by column, and its words in short."""

    key: Callable[[Context, Hits], Ints]
    say: Callable[[Context, Hits], list[str]]


@dataclass(frozen=True)
class Edit:
    """An edit: what it is in a few words, its denial codes, which lines fail it (by column), what is said of them."""

    name: str
    title: str
    carc: str
    rarc: tuple[str, ...]
    find: Callable[[Context], Hits]
    say: Callable[[Context, int, int], Said]
    passed: Callable[[Context], Hits] | None = None
    """Lines that would fail but for a modifier, where that is to be told."""
    say_passed: Callable[[Context, int, int], Said] | None = None
    detail: Detail | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One edit that one line fails, or passes by a modifier alone (`passes`): then it is told, and denies nothing."""

    edit: str
    line: int
    says: str
    resolve: str
    carc: str
    rarc: tuple[str, ...]
    table: str
    clauses: tuple[str, ...] = ()
    passes: bool = False
    detail: str = ""
    """The other code of a pair with its modifier indicator; a limit with the units that exceed it."""


def applied(context: Context, kind: str, line: int) -> str:
    """The release of a table that is applied to a line, and that it is another quarter's if it is."""
    lines, here = context.lines, slice(line, line + 1)
    by_service = kind in ("ptp", "mue")
    table = context.schedules.of_service(kind, context.service) if by_service else context.schedules.table(kind)
    release, carried = table.on_codes(lines.date[here], lines.codes, lines.code[here])
    return named(table, int(release[0]), bool(carried[0]))


def named(table: Table, release: int, is_carried: bool) -> str:
    """A release by its name, and that it was published for other dates if it was."""
    if release < 0:
        return "no table held"
    name = table.releases[release].name
    return f"{name}, applied to another date" if is_carried else name
