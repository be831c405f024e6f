"""The page of a newer text of a document: what it adds, takes away, changes and moves, and what to review for it.

Nothing of the text is kept.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from clausal.determination.resting import worked_resting
from clausal.documents.verify import Verified
from clausal.documents.verify_data import refuse_without_text, to_review, verified_against, verified_data
from clausal.problems import InvalidInput
from clausal.service.pages.case.query import address_of
from clausal.service.pages.policies.asked import Asked, asked
from clausal.service.pages.policies.sent import sent_text
from clausal.service.pages.policies.text import Pasted, Sent
from clausal.service.pages.view import Shown, view
from clausal.service.problems import FieldProblem, field_problem
from clausal.service.texts import held

router = APIRouter(include_in_schema=False)
PATH = "/policies/{pack}/{day}/newer"


@view(router, PATH, "newer.html", "read", 404)
def newer_page(request: Request, pack: str, day: str) -> Shown:
    """What the page is for, and the form."""
    of = asked(request, pack, day)
    return Shown(_about(of) | {"found": None}, problems=of.problems, at=of.restored("newer"), unexported={"pasted": ""})


@view(router, PATH, "newer.html", "read", 404, 413, 422, methods=["POST"])
def compare_newer(request: Request, pack: str, day: str, file: Sent = None, pasted: Pasted = "") -> Shown:
    """A newer text against the clauses that were read, with the rules, tables and cases to review."""
    of = asked(request, pack, day)
    try:
        refuse_without_text(of.pack)
        text = held(sent_text(file, pasted))
        found = verified_against(of.pack, text, "form")
    except InvalidInput as error:
        problems = [field_problem(one) for one in error.problems]
        named = [one if one.path else FieldProblem(**{**one.model_dump(), "path": "file"}) for one in problems]
        return Shown(_about(of) | {"found": None}, problems=named, at="", unexported={"pasted": pasted})
    told = verified_data(of.held.library, pack, found, text)
    review = to_review(of.held.library, found.to_review)
    data = _about(of) | {
        "found": told,
        "is_same": found.is_same,
        "unit": text.unit,
        "review": review | {"cases": _cases(of, found)},
    }
    return Shown(data, at="", unexported={"pasted": ""})


def _about(of: Asked) -> dict[str, Any]:
    has_text = any(one.text for one in of.pack.clauses.values())
    return of.data() | {"pack": of.pack.name, "title": of.pack.title, "on": of.day, "has_text": has_text}


def _cases(of: Asked, found: Verified) -> list[dict[str, Any]]:
    """The worked cases whose answers cite what is to be reviewed, each once."""
    by_clause = worked_resting(of.held.library).by_clause
    cases = {}
    for clause in found.to_review:
        for one in by_clause.get(clause.ref, ()):
            cases[one.worked.pack, one.worked.name] = one
    facts = of.held.library.vocabulary.facts
    return [
        {
            "pack": pack,
            "name": name,
            "statuses": list(one.statuses),
            "address": address_of(one.worked.source.data["cases"][one.worked.path[1]]["case"], facts),
        }
        for (pack, name), one in cases.items()
    ]
