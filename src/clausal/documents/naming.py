"""What each document says of a procedure code: the rules whose tests name it, on a day of service."""

from __future__ import annotations

import datetime as dt
from typing import Any

from clausal.documents.library import CODE, Library
from clausal.documents.pack import Pack
from clausal.rules.analysis.diff import on as in_force
from clausal.rules.explain import conclusion, expects
from clausal.rules.model import Rule, Table, Within

LEFT_OUT = ("fact", "coding")
"""Tables that derive facts, or choose codes, say nothing of what becomes of a code."""


def naming(library: Library, code: str, day: dt.date) -> list[dict[str, Any]]:
    """Each document with rules in force on the day that name the code, in the order of the library, as plain data.

    A rule that is of every code names none; one that leaves the code out does not speak of it.
    """
    found = []
    for pack in library.packs.values():
        rules = [
            _rule(table, rule)
            for table in pack.tables
            if table.answers[0] not in LEFT_OUT
            for rule in in_force(table.rules, day)
            if _names(rule, code)
        ]
        if rules:
            found.append(_pack(pack, day) | {"rules": rules})
    return found


def _names(rule: Rule, code: str) -> bool:
    test = rule.when.get(CODE)
    return isinstance(test, Within) and not test.negated and code in test.values


def _pack(pack: Pack, day: dt.date) -> dict[str, Any]:
    edition = pack.version_on(day)
    return {
        "pack": pack.name,
        "title": pack.title,
        "publisher": pack.publisher,
        "status": pack.status,
        "edition": edition.name if edition else None,
        "effective": edition.effective if edition else None,
    }


def _rule(table: Table, rule: Rule) -> dict[str, Any]:
    return {
        "table": table.name,
        "answers": dict([table.answers]),
        "rule": rule.name,
        "when": {name: expects(rule, name) for name in rule.when if name != CODE},
        "says": conclusion(rule),
        "cites": list(rule.cites),
    }
