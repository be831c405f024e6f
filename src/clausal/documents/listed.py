"""What the library holds, as plain data: all packs in short, one with its rules, a clause with what rests on it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from clausal.documents.carried import Carrier, carriers, qualified
from clausal.documents.library import Library
from clausal.documents.named import clause_named, pack_named
from clausal.documents.pack import Clause, Pack, Successor, Version
from clausal.rules.analysis.diff import on as in_force
from clausal.rules.explain import conclusion
from clausal.rules.model import Rule, Table


def library_data(library: Library) -> dict[str, Any]:
    """Every pack in short, and the fingerprint of them all."""
    packs = [
        {
            "pack": pack.name,
            "title": pack.title,
            "publisher": pack.publisher,
            "kind": pack.kind,
            "status": pack.status,
            "versions": [{"effective": one.effective, "published": one.published} for one in pack.versions],
            "plans": list(pack.plans),
            "clauses": len(pack.clauses),
            "rules": sum(len(table.rules) for table in pack.tables),
        }
        for pack in library.packs.values()
    ]
    return {"library": library.fingerprint, "packs": packs}


def pack_data(library: Library, pack: str, on: dt.date | None = None) -> dict[str, Any]:
    """A pack; with a day of service the edition in effect then, and of the rules those that can hold for it."""
    found = pack_named(library, pack)
    edition = found.version_on(on) if on else None
    return {
        "pack": found.name,
        "title": found.title,
        "publisher": found.publisher,
        "kind": found.kind,
        "status": found.status,
        "about": found.about,
        "on": on,
        "edition": edition.name if edition else None,
        "editions": [edition_data(one) for one in found.versions],
        "replaced_by": _successor_data(found.replaced_by, found) if found.replaced_by else None,
        "plans": [
            {
                "plan": plan.name,
                "label": plan.label,
                "authorities": list(plan.authorities),
                "coding": list(plan.coding),
                "cites": _cites(plan.cites, found),
            }
            for plan in found.plans.values()
        ],
        "clauses": [entry_data(one) for one in found.clauses.values()],
        "tables": [table_data(one, on) for one in found.tables],
        "discrepancies": discrepancies(found),
    }


def clause_data(library: Library, ref: str) -> dict[str, Any]:
    """A clause (`pack#clause`) with the rules and whatever else rests on it, and what is wrong or unclear in it."""
    name, _, clause = ref.partition("#")
    pack = pack_named(library, name)
    found = clause_named(pack, clause)
    return {
        "pack": pack.name,
        "title": pack.title,
        **entry_data(found),
        "rules": [
            {"pack": table.pack, "table": table.name, **rule_data(rule)} for table, rule in resting(library, found)
        ],
        "others": [{"kind": one.kind, "name": one.name} for one in other_carriers(library, found)],
        "notes": notes(pack, found),
    }


def resting(library: Library, clause: Clause) -> list[tuple[Table, Rule]]:
    """The rules that rest on a clause, each with its table."""
    return [
        (table, rule)
        for pack in library.packs.values()
        for table in pack.tables
        for rule in table.rules
        if clause.ref in rule.cites
    ]


def other_carriers(library: Library, clause: Clause) -> list[Carrier]:
    """What rests on a clause beside rules, each once."""
    found = carriers(library.packs.values()).get(clause.ref, [])
    return list(dict.fromkeys(one for one in found if one.kind != "rule"))


def notes(pack: Pack, clause: Clause) -> list[str]:
    """What is wrong or unclear in a document at a clause of it."""
    return [one["says"] for one in discrepancies(pack) if clause.ref in one["cites"]]


def discrepancies(pack: Pack) -> list[dict[str, Any]]:
    """What is wrong or unclear in a document, with the clauses where it is."""
    return [
        {"says": str(one["says"]), "cites": _cites(one.get("cites") or (), pack)}
        for one in pack.data.get("discrepancies") or ()
    ]


def _cites(cites: Any, pack: Pack) -> list[str]:
    return [qualified(str(one), pack.name) for one in cites]


def edition_data(one: Version) -> dict[str, Any]:
    """An edition."""
    return {
        "edition": one.name,
        "effective": one.effective,
        "published": one.published,
        "says": one.says,
        "held": one.held,
    }


def _successor_data(one: Successor, pack: Pack) -> dict[str, Any]:
    return {
        "title": one.title,
        "effective": one.effective,
        "published": one.published,
        "cites": _cites(one.cites, pack),
    }


def entry_data(one: Clause) -> dict[str, Any]:
    """A clause by itself."""
    text = one.text
    return {
        "clause": one.ref,
        "id": one.id,
        "kind": one.kind,
        "says": one.says,
        "locator": one.locator,
        "fingerprint": {"sha256": text.sha256, "length": text.length} if text else None,
        "not_carried": one.not_carried or None,
    }


def table_data(table: Table, on: dt.date | None) -> dict[str, Any]:
    """A table with its rules; with a day those that can hold for it."""
    return {
        "table": table.name,
        "answers": dict([table.answers]),
        "hit": table.hit,
        "about": table.about,
        "rules": [rule_data(rule) for rule in table.rules if on is None or in_force([rule], on)],
    }


def rule_data(rule: Rule) -> dict[str, Any]:
    """A rule with its tests and its conclusion in words; `from` and `to` are its first and last day of service."""
    reading = rule.reading
    return {
        "rule": rule.name,
        "about": rule.about,
        "when": {fact: str(test) for fact, test in rule.when.items()},
        "then": conclusion(rule),
        "from": rule.force.start,
        "to": rule.force.end,
        "cites": list(rule.cites),
        "reading": {"says": reading.says, "cites": list(reading.cites)} if reading else None,
    }
