"""What a document says beside its studies, as values: editions, clearances, durations, publishers, abbreviations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clausal.evidence.entry import Entry
from clausal.evidence.ranges import Range


@dataclass(frozen=True, slots=True)
class EditionOf:
    """An edition of a document: the days its date may mean (None: not said), its version, and who says so."""

    first: dt.date | None = None
    last: dt.date | None = None
    version: str = ""
    source: str = ""
    written: str = ""

    def __str__(self) -> str:
        parts = [self.written, f"version {self.version}" if self.version else ""]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Relied(Entry):
    """Another document that this one relies on: the edition that it cites, and those that are known."""

    document: str = ""
    cited: EditionOf = field(default_factory=EditionOf)
    known: tuple[EditionOf, ...] = ()


@dataclass(frozen=True)
class Clearance(Entry):
    """What a device is cleared or indicated for, as a document says it.

    `partial`: the document names some of it only. `known` is what is known of further clearances.
    """

    device: str = ""
    also: tuple[str, ...] = ()
    number: str = ""
    year: int | None = None
    indications: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    partial: bool = False
    known: tuple[Mapping[str, Any], ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(plain(name) for name in (self.device, *self.also))


@dataclass(frozen=True)
class Duration(Entry):
    """How long something lasts, as it is said; a `rate` says it by another quantity and is never turned into a time."""

    duration: str = ""
    what: str = ""
    lasts: Range | None = None
    rate: str = ""
    source: str = ""


@dataclass(frozen=True)
class Publisher(Entry):
    """A publisher that the document names as its own."""

    name: str = ""
    abbreviated: str = ""


@dataclass(frozen=True)
class BenefitRow(Entry):
    """A row of the document's benefit table, and the publishers to whose members it applies (none: not said)."""

    row: str = ""
    publishers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Abbreviation(Entry):
    """An abbreviation: what it is said to mean, the clauses that define it, those that use it beyond a definition.

    `plain` says why it needs no definition: a unit, a name.
    """

    short: str = ""
    means: tuple[str, ...] = ()
    defined: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    plain: str = ""


@dataclass(frozen=True)
class Statements:
    """All that a document says beside its studies."""

    editions: tuple[Relied, ...] = ()
    clearances: tuple[Clearance, ...] = ()
    durations: tuple[Duration, ...] = ()
    publishers: tuple[Publisher, ...] = ()
    benefits: tuple[BenefitRow, ...] = ()
    abbreviations: tuple[Abbreviation, ...] = ()


def plain(text: str) -> str:
    """A name without case and typography."""
    return " ".join("".join(c.lower() if c.isalnum() else " " for c in text).split())
