"""Why a case is not answered otherwise: the fewest facts with which it would be, or a rule test by test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, get_args

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from clausal.determination.changes import MOST, Budget, Changed, changes
from clausal.determination.decide import decide
from clausal.determination.model import Line, Status
from clausal.determination.why_not import why_not
from clausal.facts.vocabulary import Fact
from clausal.problems import InvalidInput
from clausal.service.api.common import held_of
from clausal.service.held import Held
from clausal.service.pages.case import query
from clausal.service.pages.case.fields import by_field, label
from clausal.service.pages.case.form import Form
from clausal.service.pages.case.live import setting_of
from clausal.service.pages.cited import cited
from clausal.service.pages.view import Shown, view
from clausal.service.rendering.addresses import address

router = APIRouter(include_in_schema=False)
STATUSES: tuple[Status, ...] = get_args(Status)


@view(router, "/case/why-not", "why_not.html", "decide")
def show_why_not(request: Request) -> Shown:
    """Why the case of the address does not have a status, or why a rule does not decide it."""
    return shown(request, Form.of(request.query_params.multi_items()))


@view(router, "/case/why-not", "why_not.html", "decide", methods=("POST",))
async def take_why_not(request: Request) -> Shown | Response:
    """The same for a form; the browser is sent to the address, where one may hold the case."""
    form = Form.of((await request.form()).multi_items())
    found = await to_thread.run_sync(shown, request, form)
    is_data = request.url.path.endswith(".json")
    return RedirectResponse(found.at, 303) if found.at and not found.problems and not is_data else found


def shown(request: Request, form: Form) -> Shown:
    """What is asked, and what would have to be otherwise."""
    held = held_of(request)
    as_of, problems = form.as_of()
    setting = setting_of(held.library, as_of or dt.date.today())
    read = query.read(form.pairs, setting)
    wanted = form.one("why")
    data: dict[str, Any] = {
        "why": wanted,
        "as_of": setting.as_of,
        "service_date": read.data.get("service_date"),
        "statuses": STATUSES,
        "most": MOST,
        "lines": [],
        "rules": [],
        "clauses": {},
        "pairs": query.pairs_of(read.data, setting.facts, read.unknown),
    }
    problems += read.problems
    if not problems:
        try:
            _explain(held, data, read, wanted, setting.as_of)
        except InvalidInput as error:
            problems += by_field(error, setting.facts)
    may, withheld = query.split(data["pairs"], setting.facts)
    told = [*may, ("as_of", form.one("as_of")), ("why", wanted)]
    data["back"] = "" if withheld or problems else address("/case", told[:-1])
    return Shown(data, problems=problems, at="" if withheld or problems else address("/case/why-not", told))


def _explain(held: Held, data: dict[str, Any], read: query.Read, wanted: str, as_of: dt.date) -> None:
    setting = setting_of(held.library, as_of)
    if wanted not in STATUSES:
        case = setting.read(read.data)
        found = why_not(held.library, case, wanted, as_of)
        data["rules"] = [asdict(one) | {"verdict": one.verdict, "line": one.line + 1} for one in found]
        data["clauses"] = cited(held.library, data["rules"])
        return
    count = max(len(read.data.get("lines") or ()), 1)
    budget = Budget()
    answer = decide(held.library, setting.read(read.data), as_of)
    for line in range(min(count, query.MOST_LINES)):
        tried = changes(setting, read.data, wanted, line, budget)
        derived = _derived(answer.lines[line]) if line < len(answer.lines) else {}
        sets = [[_told(setting.facts[one.key.fact], one, derived) for one in chosen] for chosen in tried.found]
        data["lines"].append(
            {
                "line": line + 1,
                "is_so": not tried.facts,
                "facts": tried.facts,
                "complete": tried.complete,
                "tried": tried.tried,
                "sets": _together(sets),
            }
        )


def _derived(line: Line) -> dict[str, str]:
    """The facts of a line that nobody gave and that follow from others, as they are told."""
    return {one.fact: f"{one.value}, which follows from {one.origin.partition(' (rule ')[0]}" for one in line.inferred}


def _told(fact: Fact, one: Changed, derived: Mapping[str, str]) -> dict[str, Any]:
    def text(value: Any) -> str:
        plain = "not known" if value is None else query.text_of(value)
        return fact.values.get(plain, plain)

    return {
        "fact": fact.name,
        "label": label(fact),
        "given": derived.get(fact.name, "not known") if one.given is None else text(one.given),
        "values": [text(one.value)],
    }


def _together(sets: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    """Changes of the same facts that differ in the last one alone, told as one with its values."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in sets:
        key = repr([(each["fact"], each["values"]) for each in one[:-1]] + [one[-1]["fact"]])
        if key in found:
            found[key][-1]["values"] += one[-1]["values"]
        else:
            found[key] = one
    return list(found.values())
