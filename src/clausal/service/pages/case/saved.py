"""A saved answer: kept as it was given and answered, worked out again when it is looked at."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from clausal.determination.decide import decide
from clausal.facts.source import Source
from clausal.problems import InvalidInput
from clausal.service.api.answers import seen, told
from clausal.service.api.common import actor_of, held_of, parts_of
from clausal.service.pages.case import query
from clausal.service.pages.case.fields import by_field
from clausal.service.pages.case.form import Form
from clausal.service.pages.case.live import setting_of
from clausal.service.pages.case.routes import shown
from clausal.service.pages.cited import cited
from clausal.service.pages.view import Shown, view
from clausal.store import answers

router = APIRouter(include_in_schema=False)


@view(router, "/case/save", "case.html", "save", methods=("POST",))
async def save_case(request: Request) -> Shown | Response:
    """Decide the case of the form, keep the answer, and go to its page."""
    form = Form.of((await request.form()).multi_items())
    return await to_thread.run_sync(_save, request, form)


def _save(request: Request, form: Form) -> Shown | Response:
    held = held_of(request)
    as_of, problems = form.as_of()
    setting = setting_of(held.library, as_of or dt.date.today())
    read = query.read(form.pairs, setting)
    if problems or read.problems:
        return shown(request, form)
    try:
        case = held.read(Source("case", read.data))
        found = decide(held.library, case, setting.as_of, held.schedules_of([case]))
    except InvalidInput as error:
        page = shown(request, form)
        page.problems = [*page.problems, *by_field(error, setting.facts)]
        return page
    with parts_of(request).database.writing() as connection:
        saved = answers.save(connection, actor_of(request), read.data, found, held.tables)
    return RedirectResponse(f"/case/{saved.id}", 303)


@view(router, "/case/{number}", "saved.html", "answers.own", 404)
def show_saved(request: Request, number: str) -> Shown:
    """The answer to the letter, and whether it is answered so with what is held now. Who looks stands in the log."""
    held, saved = held_of(request), seen(request, number, "answer.seen")
    again = answers.replay(saved, held.library, lambda case: held.schedules_of([case]), held.tables)
    facts = held.library.vocabulary.facts
    given = json.loads(saved.given)
    pairs = query.pairs_of(given, facts)
    kept = told(saved)
    data: dict[str, Any] = {
        "saved": kept,
        "determination": kept["answer"],
        "given": [{"name": name, "text": text} for name, text in pairs],
        "replay": asdict(again) | {"library_then": saved.library, "library_now": held.library.fingerprint},
        "clauses": cited(held.library, kept["answer"]),
        "withheld": query.split(pairs, facts)[1],
    }
    return Shown(data)
