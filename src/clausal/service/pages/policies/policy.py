"""The page of a document on a day of service: its editions, clauses and rules then, what else can be done."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from clausal.determination.resting import worked_resting
from clausal.documents.on_day import document_data
from clausal.service.api.common import identity_of, parts_of
from clausal.service.pages.policies.asked import EXPECTED, Asked, asked, date_of
from clausal.service.pages.policies.marks import around, marked
from clausal.service.pages.view import Shown, view
from clausal.service.problems import FieldProblem
from clausal.service.rendering.addresses import address, of_pack
from clausal.service.texts import Texts

router = APIRouter(include_in_schema=False)


@view(router, "/policies/{pack}", "policy.html", "read", 404, has_table=True)
def policy_now(request: Request, pack: str) -> Shown | Response:
    """A document today; with `day` on another, with `from` and `to` the way to the comparison of two."""
    of = asked(request, pack)
    typed = {name: request.query_params.get(name, "").strip() for name in ("day", "from", "to")}
    given = {name: text for name, text in typed.items() if text}
    found = {name: date_of(text) for name, text in given.items()}
    wrong = [name for name in given if found[name] is None]
    if ("from" in given) != ("to" in given):
        missing = "to" if "from" in given else "from"
        of.problems.append(FieldProblem(path=missing, message="the other day is missing", expected=EXPECTED))
    of.problems.extend(
        FieldProblem(path=name, message=f"'{given[name][:40]}' is not a date", expected=EXPECTED) for name in wrong
    )
    if not given or of.problems:
        return _shown(request, of, typed)
    if "from" in given:
        first, last = sorted((given["from"], given["to"]))
        return RedirectResponse(f"/compare/{of.pack.name}/{first}..{last}", 303)
    ending = next((end for end in (".json", ".csv") if request.url.path.endswith(end)), "")
    return RedirectResponse(address(f"{of_pack(of.pack.name, given['day'])}{ending}", of.tail), 303)


@view(router, "/policies/{pack}/{day}", "policy.html", "read", 404, has_table=True)
def policy_on(request: Request, pack: str, day: str) -> Shown:
    """A document on a day of service, by what was published by `as_of`."""
    return _shown(request, asked(request, pack, day), {})


def _shown(request: Request, of: Asked, typed: dict[str, str]) -> Shown:
    data = policy_data(of)
    # No address has a case that cannot be read: what is shown is the document without it.
    fields = {"day": of.day.isoformat(), "as_of": request.query_params.get("as_of", ""), "from": "", "to": ""}
    data["fields"] = fields | {name: text for name, text in typed.items() if text}
    kept = Texts(parts_of(request).configuration.data, identity_of(request).person.subject).of(of.pack.name)
    data["has_own_text"] = kept is not None
    table = [{**one, **_since(one)} for one in data["clauses"]]
    return Shown(data, table=table, problems=of.problems, at=of.restored())


def policy_data(of: Asked) -> dict[str, Any]:
    """All that the page shows of the document."""
    library, pack = of.held.library, of.pack
    data = of.data() | document_data(library, pack, of.day, of.as_of)
    resting = worked_resting(library)
    marks = marked(of)
    before, after = around([one for one in pack.versions if one.published <= of.as_of], of.day)
    for one in data["clauses"]:
        one["cases"] = len(resting.by_clause.get(one["clause"], ()))
    for one in data["editions"]:
        one["statuses"] = marks.get(one["effective"].isoformat(), [])
    said = {one["clause"]: {"says": one["says"], "locator": one["locator"]} for one in data["clauses"]}
    return data | {
        "before": before,
        "after": after,
        "cases": resting.of_pack.get(pack.name, 0),
        "said": said | cited_elsewhere(of, data["tables"], said),
    }


def cited_elsewhere(of: Asked, tables: list[dict[str, Any]], known: dict[str, Any]) -> dict[str, Any]:
    """What clauses of other documents say that rules cite."""
    refs = {ref for table in tables for rule in table["rules"] for ref in rule["cites"]} - set(known)
    found = ((ref, of.held.library.clause(ref)) for ref in sorted(refs))
    return {ref: {"says": one.says, "locator": one.locator} for ref, one in found if one}


def _since(clause: dict[str, Any]) -> dict[str, Any]:
    since = clause["since"]
    return {"since": since["effective"] if since else None, "by": since["rows"] if since else None}
