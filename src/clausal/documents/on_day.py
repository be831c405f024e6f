"""A document as it stood on a day of service, by what was published by another: its editions, clauses and rules."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from clausal.documents.blame import Blame, blame, last_held, rules_by_clause, stands
from clausal.documents.carried import carriers
from clausal.documents.library import Library, published_by
from clausal.documents.listed import discrepancies, edition_data, entry_data, notes, pack_data, rule_data, table_data
from clausal.documents.pack import Clause, Pack, Version
from clausal.facts.fact import Fact
from clausal.rules.analysis.diff import on as in_force
from clausal.rules.model import Table


def document_data(library: Library, pack: Pack, day: dt.date, as_of: dt.date) -> dict[str, Any]:
    """All that a pack says for a day of service, by what was published by `as_of`."""
    whole = pack_data(library, pack.name)
    edition = edition_on(pack, day, as_of)
    tables = tables_on(pack, day, as_of)
    normative = [one for one in pack.clauses.values() if one.kind == "normative"]
    carried = carriers(library.packs.values())
    return {
        **{name: whole[name] for name in ("pack", "title", "publisher", "kind", "status", "about")},
        "replaced_by": whole["replaced_by"],
        "plans": whole["plans"],
        "has_text": any(one.text for one in pack.clauses.values()),
        "on": day,
        "as_of": as_of,
        "edition": edition_data(edition) if edition else None,
        "editions": [
            edition_data(one) | {"is_on": one == edition, "is_published": one.published <= as_of}
            for one in sorted(pack.versions, key=lambda one: one.effective)
        ],
        "clauses": [_clause_on(library, one, tables, edition, day) for one in pack.clauses.values()],
        "normative": len(normative),
        "carried": sum(any(one.kind == "rule" for one in carried.get(clause.ref, ())) for clause in normative),
        "tables": [table_data(one, None) for one in tables],
        "rules_ever": sum(len(table.rules) for table in pack.tables),
        "discrepancies": discrepancies(pack),
        "has_evidence": "evidence" in pack.files,
    }


def edition_on(pack: Pack, day: dt.date, as_of: dt.date) -> Version | None:
    """The edition in effect on a day, of those published by another."""
    found = (one for one in pack.versions if one.effective <= day and one.published <= as_of)
    return max(found, key=lambda one: one.effective, default=None)


def tables_on(pack: Pack, day: dt.date, as_of: dt.date) -> list[Table]:
    """The tables of a pack that have rules for a day, with those alone."""
    seen = [published_by(pack, table, as_of) for table in pack.tables]
    if pack.versions and min(one.published for one in pack.versions) > as_of:
        return []
    kept = [(table, tuple(rule for rule in table.rules if in_force([rule], day))) for table in seen]
    return [replace(table, rules=rules) for table, rules in kept if rules]


def _clause_on(
    library: Library, clause: Clause, tables: list[Table], edition: Version | None, day: dt.date
) -> dict[str, Any]:
    told = entry_data(clause)
    today = sum(clause.ref in rule.cites for table in tables for rule in table.rules)
    return {
        **{name: told[name] for name in ("clause", "id", "kind", "says", "locator", "not_carried")},
        "has_text": clause.text is not None,
        "since": blame_data(blame(library, clause)),
        "stands": stands(library, clause, edition, day),
        "rules": today,
        "rules_ever": len(rules_by_clause(library).get(clause.ref, ())),
    }


def blame_data(found: Blame | None) -> dict[str, Any] | None:
    """Since when a clause stands, as plain data."""
    if found is None:
        return None
    return {
        "edition": found.edition.name,
        "effective": found.edition.effective,
        "rows": list(found.rows),
        "how": found.how,
        "is_told": found.is_told,
    }


def clause_on(library: Library, clause: Clause, day: dt.date, as_of: dt.date) -> dict[str, Any]:
    """A clause with the rules that rest on it, of all packs, each with whether it is in force on a day.

    `cited` is the edition to cite it by: that of the day, if the clause is known to have stood in it; else the one
    since which it stands; where that is not known, the last one held.
    """
    pack = library.packs[clause.pack]
    rules = rules_by_clause(library).get(clause.ref, [])
    edition, since = edition_on(pack, day, as_of), blame(library, clause)
    stood = stands(library, clause, edition, day)
    cited = edition if stood == "yes" else since.edition if since else last_held(pack)
    names = [*pack.clauses]
    at = names.index(clause.id)
    tested = dict.fromkeys(fact for _, rule in rules for fact in rule.when)
    return {
        "pack": pack.name,
        "title": pack.title,
        "publisher": pack.publisher,
        "on": day,
        "as_of": as_of,
        "edition": edition_data(edition) if edition else None,
        **entry_data(clause),
        "since": blame_data(since),
        "stands": stood,
        "cited": edition_data(cited) if cited else None,
        "before": names[at - 1] if at else None,
        "after": names[at + 1] if at + 1 < len(names) else None,
        "rules": [
            {"pack": table.pack, "table": table.name, **rule_data(rule), "in_force": bool(in_force([rule], day))}
            for table, rule in rules
        ],
        "others": [
            {"kind": one.kind, "name": one.name}
            for one in dict.fromkeys(carriers(library.packs.values()).get(clause.ref, ()))
            if one.kind != "rule"
        ],
        "facts": [_fact_data(library.vocabulary.facts[name]) for name in tested],
        "notes": notes(pack, clause),
    }


def _fact_data(fact: Fact) -> dict[str, Any]:
    return {"fact": fact.name, "about": fact.about, "question": fact.question or None}
