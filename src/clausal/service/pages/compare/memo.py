"""The change memo: a page to print, with what changes, what it does to a run if one is chosen, reviews, signatures."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Request

from clausal.service.api.common import held_of, identity_of
from clausal.service.pages.compare.between import day_of, pack_of
from clausal.service.pages.compare.compare import PATH, compared_data
from clausal.service.pages.compare.filters import Wanted
from clausal.service.pages.compare.impact import counting, counts_of, run_of
from clausal.service.pages.view import Shown, view
from clausal.service.problems import Refusal
from clausal.service.roles import may

router = APIRouter(include_in_schema=False)


@view(router, f"{PATH}/memo", "compare_memo.html", "read", 404)
def memo(request: Request, pack: str, first: str, second: str) -> Shown:
    """Policy, editions and dates, clauses and regions changed, lines and dollars, reviews due, sign-off."""
    held = held_of(request)
    found, days = pack_of(held, pack), (day_of(first), day_of(second))
    data = compared_data(request, held, found, days, Wanted())
    clauses: dict[str, list[int]] = {}
    for table in data["tables"]:
        for region in table["changes"]:
            for ref in (*region["before"]["clauses"], *region["after"]["clauses"]):
                clauses.setdefault(ref, []).append(region["number"])
    data["changed_clauses"] = [
        {"clause": ref, "regions": sorted(set(numbers))} for ref, numbers in sorted(clauses.items())
    ]
    replaced = found.replaced_by
    data["replaced_by"] = (
        {"title": replaced.title, "effective": replaced.effective, "published": replaced.published}
        if replaced
        else None
    )
    data["today"] = dt.date.today()
    data["run"] = run = request.query_params.get("run", "")
    if run and not may(identity_of(request).person.roles, "impact"):
        raise Refusal(403, "this role may not see what a change does to a run", "leave out `run`")
    job = counting(request, found.name, days, run_of(request, run).id) if run else None
    data["counts"] = counts = counts_of(request, job)
    data["is_of_library"] = counts is not None and counts["library"] == held.library.fingerprint
    return Shown(data)
