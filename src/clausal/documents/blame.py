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
from clausal.rules.model import Rule, Table

_ROW = re.compile(r"\brow of (\d{4}-\d{2}-\d{2})\b")
_EDITION = re.compile(r"\bedition of ([^,;]+)")

Stands = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Blame:
    """The edition since which a clause stands, the rows of the history that tell of it, and how that is known."""

    edition: Version
    rows: tuple[str, ...]
    how: str


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
    own = [rule for table, rule in rules_by_clause(library).get(clause.ref, ()) if table.pack == pack.name]
    return _cited(pack, clause) or _named(pack, clause) or _dated(pack, own) or _told(pack, clause, own)


def stands(found: Blame | None, edition: Version | None, last: Version | None) -> Stands:
    """Whether a clause stood in an edition; `last` is the last one that is held, which it is read from."""
    if edition is None:
        return "no"
    if found is not None:
        return "yes" if found.edition.effective <= edition.effective else "no"
    return "yes" if edition == last else "unknown"


def last_held(pack: Pack) -> Version | None:
    """The last edition of which more than its date is known."""
    return max((one for one in pack.versions if one.held), key=_day, default=None)


def _cited(pack: Pack, clause: Clause) -> Blame | None:
    """An edition cites the clause itself."""
    found = min((one for one in pack.versions if clause.ref in _cites(pack, one)), key=_day, default=None)
    if found is None:
        return None
    return Blame(found, (clause.ref,) if clause.kind == "history" else rows_of(pack, found), "the edition cites it")


def _named(pack: Pack, clause: Clause) -> Blame | None:
    """Its place names a row of the history, or an edition."""
    row, edition = _ROW.search(clause.locator), _EDITION.search(clause.locator)
    for one in pack.versions:
        if row and clause.kind == "history" and row[1] == one.effective.isoformat():
            return Blame(one, (clause.ref,), "it stands in the row of that day")
        if edition and edition[1].strip() == one.name:
            rows = (clause.ref,) if clause.kind == "history" else rows_of(pack, one)
            return Blame(one, rows, "its place names the edition")
    return None


def _dated(pack: Pack, rules: Sequence[Rule]) -> Blame | None:
    """The first of its rules that are dated came into force with an edition."""
    start = min((rule.force.start for rule in rules if rule.force.start), default=None)
    edition = pack.version_on(start) if start else None
    if start is None or edition is None:
        return None
    rows = rows_of(pack, edition)
    beside = [ref for ref in rows if any(ref in rule.cites for rule in rules if rule.force.start == start)]
    return Blame(edition, tuple(beside) or rows, f"its rules are in force from {start}")


def _told(pack: Pack, clause: Clause, rules: Sequence[Rule]) -> Blame | None:
    """Its rules cite beside it the rows of one edition alone."""
    cited = {ref for rule in rules for ref in rule.cites if ref != clause.ref}
    found = [(one, rows) for one in pack.versions if (rows := [ref for ref in rows_of(pack, one) if ref in cited])]
    if len(found) != 1:
        return None
    edition, rows = found[0]
    return Blame(edition, tuple(rows), "its rules cite that row beside it")


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
