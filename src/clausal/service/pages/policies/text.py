"""The page of one's own text beside the clauses of a document and the rules on them; kept for that person alone."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from clausal.documents.blame import stands
from clausal.documents.laid import Laid, laid, laid_data
from clausal.documents.on_day import tables_on
from clausal.documents.text.extracted import Extracted
from clausal.documents.verify_data import refuse_another, refuse_without_text
from clausal.problems import InvalidInput
from clausal.rules.explain import conclusion
from clausal.service.api.common import identity_of, needs, parts_of
from clausal.service.pages.policies.asked import Asked, asked
from clausal.service.pages.policies.sent import sent_text
from clausal.service.pages.view import Shown, view
from clausal.service.problems import FieldProblem, field_problem
from clausal.service.texts import Texts, held

router = APIRouter(include_in_schema=False)
PATH = "/policies/{pack}/{day}/text"
Sent = Annotated[UploadFile | None, File()]
Pasted = Annotated[str, Form()]


@view(router, PATH, "policy_text.html", "read", 404, has_table=True)
def text_page(request: Request, pack: str, day: str) -> Shown:
    """One's own text with its lines told as accounted for or not; the clause and its rules beside each."""
    of = asked(request, pack, day)
    return _shown(of, _texts(request).of(pack), of.problems)


@view(router, PATH, "policy_text.html", "read", 404, 413, 422, methods=["POST"], has_data=False)
def lay_text(request: Request, pack: str, day: str, file: Sent = None, pasted: Pasted = "") -> Shown | Response:
    """Keep a text for whoever sends it, in the place of the one before."""
    of = asked(request, pack, day)
    try:
        refuse_without_text(of.pack)
        text = sent_text(file, pasted)
        refuse_another(of.pack, held(text), "form")
    except InvalidInput as error:
        problems = [_of_form(field_problem(one)) for one in error.problems]
        return _shown(of, _texts(request).of(pack), problems, pasted)
    _texts(request).keep(pack, text)
    return RedirectResponse(of.at("text"), 303)


@router.post(f"{PATH}/deletion", **needs("read", 404))
def delete_text(request: Request, pack: str, day: str) -> Response:
    """Delete one's own text."""
    of = asked(request, pack, day)
    _texts(request).delete(pack)
    return RedirectResponse(of.at("text"), 303)


def _texts(request: Request) -> Texts:
    return Texts(parts_of(request).configuration.data, identity_of(request).person.subject)


def _of_form(problem: FieldProblem) -> FieldProblem:
    return problem if problem.path else problem.model_copy(update={"path": "file"})


def _shown(of: Asked, text: Extracted | None, problems: list[FieldProblem], pasted: str = "") -> Shown:
    found = laid(list(of.pack.clauses.values()), held(text)) if text else None
    data: dict[str, Any] = of.data() | {
        "pack": of.pack.name,
        "title": of.pack.title,
        "on": of.day,
        "as_of": of.as_of,
        "has_text": any(one.text for one in of.pack.clauses.values()),
        "notes": list(text.notes) if text else [],
        "laid": laid_data(found) if found else None,
    }
    rows = {"rows": _rows(of, found) if found and not problems else [], "left": _left(found), "pasted": pasted}
    table = data["laid"]["left"] if data["laid"] else []
    return Shown(data, table=table, problems=problems, at=of.at("text"), unexported=rows)


def _rows(of: Asked, found: Laid) -> list[dict[str, Any]]:
    """The text in pieces, each with the clauses that account for it and their rules of the day."""
    rules: dict[str, list[dict[str, Any]]] = {}
    for table in tables_on(of.pack, of.day, of.as_of):
        for rule in table.rules:
            told = {"table": table.name, "rule": rule.name, "then": conclusion(rule)}
            for ref in dict.fromkeys(rule.cites):
                rules.setdefault(ref, []).append(told)
    clauses = {one.ref: one for one in of.pack.clauses.values()}
    edition = of.pack.version_on(of.day)
    return [
        {
            "place": _place(found, row.first, row.last),
            "line": row.first,
            "text": row.text,
            "accounted": row.accounted,
            "clauses": [
                {
                    "clause": ref,
                    "kind": clauses[ref].kind,
                    "says": clauses[ref].says,
                    "stands": stands(of.held.library, clauses[ref], edition, of.day),
                    "rules": rules.get(ref, []),
                }
                for ref in row.clauses
            ],
        }
        for row in found.rows
    ]


def _place(found: Laid, first: int, last: int) -> str:
    begins, ends = found.held.told(first), found.held.told(last)
    unit, number = begins.split()
    return begins if begins == ends else f"{unit}s {number} to {ends.rpartition(' ')[2]}"


def _left(found: Laid | None) -> list[dict[str, Any]]:
    if found is None:
        return []
    return [{"place": found.held.told(one.line), "line": one.line, "text": one.text} for one in found.account.left]
