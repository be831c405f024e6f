"""The page of the documents that are held: each with its editions, what replaced it, and how much rests on it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import APIRouter, Request

from clausal.determination.resting import worked_resting
from clausal.documents.library import Library
from clausal.documents.pack import DOCUMENT_KINDS, STATUSES, Pack
from clausal.problems import nearest
from clausal.service.api.common import held_of
from clausal.service.pages.view import Shown, view
from clausal.service.problems import FieldProblem

router = APIRouter(include_in_schema=False)


@view(router, "/policies", "policies.html", "read", has_table=True)
def policies(request: Request) -> Shown:
    """The documents held; by words in them or their clauses, by kind and status."""
    library = held_of(request).library
    query = {name: request.query_params.get(name, "").strip() for name in ("q", "kind", "status")}
    problems = [
        FieldProblem(path=name, message=f"no such {name}", hint=nearest(query[name], known))
        for name, known in (("kind", DOCUMENT_KINDS), ("status", STATUSES))
        if query[name] and query[name] not in known
    ]
    found = [] if problems else [_row(library, one, query["q"]) for one in library.packs.values() if _is(one, query)]
    data: dict[str, Any] = {
        "query": query,
        "kinds": [one for one in DOCUMENT_KINDS if any(pack.kind == one for pack in library.packs.values())],
        "statuses": [one for one in STATUSES if any(pack.status == one for pack in library.packs.values())],
        "held": len(library.packs),
        "policies": found,
    }
    return Shown(data, table=[{name: one[name] for name in one if name != "found"} for one in found], problems=problems)


def _is(pack: Pack, query: dict[str, str]) -> bool:
    """Whether a document is of a kind and status, and has the words."""
    if query["kind"] not in ("", pack.kind) or query["status"] not in ("", pack.status):
        return False
    return not query["q"] or _has(query["q"], _head(pack)) or bool(_clauses(pack, query["q"]))


def _head(pack: Pack) -> str:
    plans = (f"{plan.name} {plan.label}" for plan in pack.plans.values())
    return " ".join((pack.name, pack.title, pack.publisher, pack.about, *plans))


def _clauses(pack: Pack, words: str) -> list[dict[str, str]]:
    """The clauses that have all of some words, in their name, their place or what they say."""
    return [
        {"clause": one.ref, "says": one.says, "locator": one.locator}
        for one in pack.clauses.values()
        if _has(words, f"{one.ref} {one.locator} {one.says}")
    ]


def _has(words: str, text: str) -> bool:
    low = text.lower()
    return all(word in low for word in words.lower().split())


def _row(library: Library, pack: Pack, words: str) -> dict[str, Any]:
    days = sorted(one.effective for one in pack.versions)
    successor = pack.replaced_by
    return {
        "pack": pack.name,
        "title": pack.title,
        "publisher": pack.publisher,
        "kind": pack.kind,
        "status": pack.status,
        "editions": len(days),
        "first_edition": _day(days[:1]),
        "last_edition": _day(days[-1:]),
        "replaced_on": successor.effective if successor else None,
        "replaced_by": successor.title if successor else None,
        "next_review": "none: it is replaced" if successor else None,
        "clauses": len(pack.clauses),
        "rules": sum(len(table.rules) for table in pack.tables),
        "cases": worked_resting(library).of_pack.get(pack.name, 0),
        "found": _clauses(pack, words) if words else [],
    }


def _day(days: list[dt.date]) -> dt.date | None:
    return days[0] if days else None
