"""The page on which a document and two days are chosen, with its editions as suggestions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from clausal.determination.interview.days import FORM, day_meant
from clausal.documents.pack import NOT_YET, Pack
from clausal.problems import expected_one_of, nearest
from clausal.service.api.common import held_of
from clausal.service.pages.view import Shown, view
from clausal.service.problems import FieldProblem
from clausal.service.rendering import addresses

router = APIRouter(include_in_schema=False)
FIELDS = ("pack", "from", "to")
DAY = dt.timedelta(days=1)


@view(router, "/compare", "compare_choose.html", "read", has_table=True)
def choose(request: Request) -> Shown | Response:
    """Which document, and which two days of service; with all three given it is compared."""
    library, today = held_of(request).library, dt.date.today()
    asked = {name: request.query_params.get(name, "").strip() for name in FIELDS}
    problems: list[FieldProblem] = []
    days = {name: _day(problems, name, asked[name], today) for name in ("from", "to")}
    if asked["pack"] and asked["pack"] not in library.packs:
        hint = nearest(asked["pack"], library.packs) or expected_one_of(library.packs)
        problems.append(FieldProblem(path="pack", message=f"no document '{asked['pack'][:80]}' is held", hint=hint))
    if any(asked.values()) and not problems:
        problems += [FieldProblem(path=name, message="this is not given") for name in FIELDS if not asked[name]]
        if not problems and not request.url.path.endswith((".json", ".csv")):
            return RedirectResponse(addresses.of_comparison(asked["pack"], days["from"], days["to"]), 303)
    documents = [one for pack in library.packs.values() if (one := _suggested(pack))["editions"]]
    rows = [{"pack": one["pack"], **edition} for one in documents for edition in one["editions"]]
    data: dict[str, Any] = {"asked": asked, "packs": list(library.packs), "documents": documents}
    return Shown(data, rows, problems)


def _day(problems: list[FieldProblem], name: str, text: str, today: dt.date) -> dt.date | None:
    if not text:
        return None
    try:
        day = day_meant(text, today)
    except ValueError:
        problems.append(FieldProblem(path=name, message=f"there is no such day as '{text[:40]}'"))
        return None
    if day is None:
        problems.append(FieldProblem(path=name, message=f"'{text[:40]}' is no date that can be read", hint=FORM))
    return day


def _suggested(pack: Pack) -> dict[str, Any]:
    """Each edition after the first, and each day on which rules begin or end, against the day before."""
    turns: dict[dt.date, str] = {}
    for table in pack.tables:
        for rule in table.rules:
            for day in (rule.force.start, rule.force.end + DAY if rule.force.end else None):
                if day and day != NOT_YET:
                    turns.setdefault(day, "rules change")
    for one in pack.versions:
        if one.effective != NOT_YET:
            turns[one.effective] = f"edition {one.name}"
    first = min((one.effective for one in pack.versions), default=None)
    editions: list[Mapping[str, Any]] = [
        {"from": day - DAY, "to": day, "what": what, "address": addresses.of_comparison(pack.name, day - DAY, day)}
        for day, what in sorted(turns.items())
        if first and day > first
    ]
    return {"pack": pack.name, "title": pack.title, "editions": editions}
