"""The page of a clause: what it says, where, since when, and all that rests on it, with a citation to copy."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from clausal.determination.resting import Answered, worked_resting
from clausal.documents.laid import laid
from clausal.documents.on_day import clause_on
from clausal.documents.pack import Clause
from clausal.service.api.common import identity_of, parts_of
from clausal.service.pages.case.query import address_of
from clausal.service.pages.policies.asked import Asked, asked, clause_of
from clausal.service.pages.policies.marks import around
from clausal.service.pages.view import Shown, view
from clausal.service.texts import Texts, held

router = APIRouter(include_in_schema=False)


@view(router, "/policies/{pack}/{day}/{clause}", "clause.html", "read", 404, has_table=True)
def clause_page(request: Request, pack: str, day: str, clause: str) -> Shown:
    """A clause on a day of service."""
    of = asked(request, pack, day)
    found = clause_of(of.pack, clause)
    data = of.data() | clause_on(of.held.library, found, of.day, of.as_of)
    told = _place_in_text(request, of, found)
    cases = worked_resting(of.held.library).by_clause.get(found.ref, ())
    before, after = around([one for one in of.pack.versions if one.published <= of.as_of], of.day)
    data |= {
        "cases": [_case_data(of, one, found.ref) for one in cases],
        "place": told,
        "citation": citation(data, told),
        "earlier": before,
        "later": after,
    }
    refs = {ref for rule in data["rules"] for ref in rule["cites"]} | set((data["since"] or {}).get("rows", ()))
    data["said"] = {
        ref: {"says": one.says, "locator": one.locator}
        for ref in sorted(refs)
        if (one := of.held.library.clause(ref)) is not None
    }
    return Shown(data, table=data["rules"], problems=of.problems, at=of.restored(clause))


def citation(data: dict[str, Any], place: str | None) -> str:
    """A clause as it is cited: publisher, title, edition, place, and where it stands in a text that is held."""
    edition = data["cited"]
    told = f"edition {edition['edition']}, effective {edition['effective']}" if edition else "undated"
    parts = [data["publisher"], f'"{data["title"]}"', told, data["locator"]]
    return f"{', '.join([*parts, place] if place else parts)} [{data['clause']}]"


def _place_in_text(request: Request, of: Asked, clause: Clause) -> str | None:
    """Where the clause stands in the text that the person laid beside it, as in `page 4`."""
    kept = Texts(parts_of(request).configuration.data, identity_of(request).person.subject).of(of.pack.name)
    if kept is None or clause.text is None:
        return None
    found = laid(list(of.pack.clauses.values()), held(kept))
    line = found.places.get(clause.ref)
    return found.held.told(line) if line else None


def _case_data(of: Asked, one: Answered, ref: str) -> dict[str, Any]:
    worked = one.worked
    case = worked.source.data["cases"][worked.path[1]]["case"]
    return {
        "pack": worked.pack,
        "name": worked.name,
        "statuses": list(one.statuses),
        "decided_by_it": ref in one.decided,
        "service_date": worked.case.service_date,
        "address": address_of(case, of.held.library.vocabulary.facts),
    }
