"""Since which edition a clause has stood as it does, and by which row of the document's history: as far as packs tell.

A pack holds the text of one edition at most. What its clauses said before is told by the dates of rules, by what
editions cite, and by what locators name; where none of these tells it, it is not known.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from clausal.documents.carried import qualified
from clausal.documents.library import Library
from clausal.documents.pack import Clause, Pack, Version
from clausal.rules.analysis.diff import on as in_force
from clausal.rules.model import Rule, Table

_ROW = re.compile(r"\brow of (\d{4}-\d{2}-\d{2})\b")
_EDITION = re.compile(r"\bedition of ([^,;]+)")

BESIDE = ("notice", "conflict")
"""What a table may answer that decides nothing."""
Stands = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Blame:
    """The edition since which a clause stands, rows of the history, and how that is known.

    `is_told`: the rows tell of this very clause; else they are what the history says of that edition.
    """

    edition: Version
    rows: tuple[str, ...]
    how: str
    is_told: bool = False


@lru_cache(maxsize=2)
def rules_by_clause(library: Library) -> dict[str, list[tuple[Table, Rule]]]:
    """For each clause (`pack#clause`) the rules of all packs that cite it, each with its table."""
    found: dict[str, list[tuple[Table, Rule]]] = {}
    for pack in library.packs.values():
        for table in pack.tables:
            for rule in table.rules:
                for ref in dict.fromkeys(rule.cites):
                    found.setdefault(ref, []).append((table, rule))
    return found


def blame(library: Library, clause: Clause) -> Blame | None:
    """Since when a clause stands; None where it is not known."""
    pack = library.packs[clause.pack]
    own = _own(library, clause)
    return _cited(pack, clause) or _named(pack, clause) or _dated(pack, clause, own) or _told(pack, clause, own)


def _own(library: Library, clause: Clause) -> list[tuple[Table, Rule]]:
    """The rules of the document itself that rest on a clause."""
    return [one for one in rules_by_clause(library).get(clause.ref, ()) if one[0].pack == clause.pack]


def stands(library: Library, clause: Clause, edition: Version | None, day: dt.date) -> Stands:
    """Whether a clause stood in the edition of a day, as far as it is known."""
    pack = library.packs[clause.pack]
    if not pack.versions:
        return "yes"
    found = blame(library, clause)
    if edition is None or (found is not None and found.edition.effective > edition.effective):
        return "no"
    is_read_from_it = edition == last_held(pack) and (clause.text is not None or len(pack.versions) == 1)
    is_of_it = found is not None and (clause.kind == "history" or found.edition == edition)
    if is_read_from_it or is_of_it or clause.ref in _cites(pack, edition):
        return "yes"
    dated = (rule for _, rule in _own(library, clause) if rule.force.start)
    return "yes" if found is not None and in_force(dated, day) else "unknown"


def last_held(pack: Pack) -> Version | None:
    """The last edition of which more than its date is known."""
    return max((one for one in pack.versions if one.held), key=_day, default=None)


def _cited(pack: Pack, clause: Clause) -> Blame | None:
    """An edition cites the clause itself."""
    found = min((one for one in pack.versions if clause.ref in _cites(pack, one)), key=_day, default=None)
    if found is None:
        return None
    is_row = clause.kind == "history"
    return Blame(found, (clause.ref,) if is_row else rows_of(pack, found), "the edition cites it", is_row)


def _named(pack: Pack, clause: Clause) -> Blame | None:
    """Its place names a row of the history, or an edition."""
    row, edition = _ROW.search(clause.locator), _EDITION.search(clause.locator)
    for one in pack.versions:
        if row and clause.kind == "history" and row[1] == one.effective.isoformat():
            return Blame(one, (clause.ref,), "it stands in the row of that day", is_told=True)
        if edition and edition[1].strip() == one.name:
            is_row = clause.kind == "history"
            return Blame(one, (clause.ref,) if is_row else rows_of(pack, one), "its place names the edition", is_row)
    return None


def _dated(pack: Pack, clause: Clause, own: Sequence[tuple[Table, Rule]]) -> Blame | None:
    """The first of its rules that decide and are dated came into force with an edition.

    A notice may be about what stands in the edition that is held, on days when it did not: its dates tell nothing.
    """
    rules = [rule for table, rule in own if table.answers[0] not in BESIDE and clause.kind != "notice"]
    start = min((rule.force.start for rule in rules if rule.force.start), default=None)
    edition = pack.version_on(start) if start else None
    if start is None or edition is None:
        return None
    rows = rows_of(pack, edition)
    beside = [ref for ref in rows if any(ref in rule.cites for rule in rules if rule.force.start == start)]
    return Blame(edition, tuple(beside) or rows, f"its rules are in force from {start}", bool(beside))


def _told(pack: Pack, clause: Clause, own: Sequence[tuple[Table, Rule]]) -> Blame | None:
    """Its rules cite beside it the rows of one edition alone."""
    cited = {ref for _, rule in own for ref in rule.cites if ref != clause.ref}
    found = [(one, rows) for one in pack.versions if (rows := [ref for ref in rows_of(pack, one) if ref in cited])]
    if len(found) != 1:
        return None
    edition, rows = found[0]
    return Blame(edition, tuple(rows), "its rules cite that row beside it", is_told=True)


def rows_of(pack: Pack, edition: Version) -> tuple[str, ...]:
    """The rows of the document's history that an edition cites."""
    return tuple(ref for ref in _cites(pack, edition) if _is_row(pack, ref))


def _is_row(pack: Pack, ref: str) -> bool:
    name, _, clause = ref.partition("#")
    return name == pack.name and clause in pack.clauses and pack.clauses[clause].kind == "history"


def _cites(pack: Pack, edition: Version) -> list[str]:
    return [qualified(one, pack.name) for one in edition.cites]


def _day(edition: Version) -> dt.date:
    return edition.effective
