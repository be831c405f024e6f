"""Checks of a library, one module each, and of all its tables; every check has a page in `docs/checks/`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from clausal.documents.checks import covered_entry, stale_cite, todo, uncarried, unused
from clausal.documents.library import BOUND_BY_EDITION, Library
from clausal.documents.pack import Pack
from clausal.rules.analysis.checks import cycle, date_hole, gap, no_effect, overlap, unreachable
from clausal.rules.analysis.checks.subject import Subject
from clausal.rules.finding import SEVERITIES, Finding
from clausal.rules.model import Table

OF_TABLE: tuple[tuple[str, Callable[[Subject], Iterable[Finding]]], ...] = (
    (overlap.NAME, overlap.check),
    (unreachable.NAME, unreachable.check),
    (no_effect.NAME, no_effect.check),
    (gap.NAME, gap.check),
    (date_hole.NAME, date_hole.check),
)
"""The checks that look at one table."""
OF_LIBRARY: tuple[tuple[str, Callable[[Library], Iterable[Finding]]], ...] = (
    (unused.NAME, unused.check),
    (stale_cite.NAME, stale_cite.check),
    (uncarried.NAME, uncarried.check),
    (covered_entry.NAME, covered_entry.check),
    (todo.NAME, todo.check),
)
"""The checks that look at the whole library."""
NAMES = (*(name for name, _ in OF_TABLE), cycle.NAME, *(name for name, _ in OF_LIBRARY))


def findings(library: Library, packs: Iterable[str] | None = None) -> list[Finding]:
    """What all checks find in the library, or in some of its packs; the gravest first, then by place."""
    chosen = set(library.packs if packs is None else packs)
    found: list[Finding] = []
    for name in chosen:
        for table in library.packs[name].tables:
            subject = Subject(
                table,
                library.vocabulary.facts,
                since=_first_day(library.packs[name], table),
                only_source=_is_only_source(library, table.answers),
            )
            for _, of_table in OF_TABLE:
                found.extend(of_table(subject))
    folders = {library.packs[name].folder for name in chosen}
    for _, of_library in OF_LIBRARY:
        found.extend(one for one in of_library(library) if any(one.place.file.startswith(f"{at}/") for at in folders))
    return sorted(found, key=_order)


def _order(one: Finding) -> tuple[int, str, int, int, str]:
    return SEVERITIES.index(one.severity), one.place.file, one.place.line or 0, one.place.column or 0, one.check


def _first_day(pack: Pack, table: Table) -> dt.date | None:
    """The day from which on a table can speak, where that is the day of its document's first edition."""
    return pack.versions[0].effective if pack.versions and table.answers[0] in BOUND_BY_EDITION else None


def _is_only_source(library: Library, answers: tuple[str, str]) -> bool:
    """Whether a table alone tells a fact that no case file holds and that rules test."""
    kind, name = answers
    if kind != "fact" or library.vocabulary.facts[name].case is not None:
        return False
    deriving = sum(table.answers == answers for pack in library.packs.values() for table in pack.tables)
    return deriving == 1
