"""The page on which the columns of a file are confirmed: what was recognised, which is which, rows on both sides."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from clausal.claims.mapping_text import data_of, yaml_of
from clausal.problems import InvalidInput
from clausal.service.api.common import absent, actor_of, identity_of, needs, parts_of
from clausal.service.jobs import folder as folders
from clausal.service.jobs import uploads
from clausal.service.jobs.uploads import Upload
from clausal.service.pages.claims.confirming import Confirming
from clausal.service.pages.claims.typed import chosen_from, shown_digest, words_shown
from clausal.service.pages.view import Shown, view
from clausal.service.problems import FieldProblem, field_problem, of_disk
from clausal.store import jobs
from clausal.store.identifiers import new_id

router = APIRouter(include_in_schema=False)


@router.get("/claims/new/{number}/mapping.yaml", **needs("claims", 404))
def mapping(request: Request, number: str) -> Response:
    """The mapping as it stands, as `clausal adjudicate --mapping` takes it."""
    confirming = Confirming(request, _upload(request, number))
    text = yaml_of(data_of(confirming.chosen()))
    head = {"Content-Disposition": 'attachment; filename="mapping.yaml"', "Cache-Control": "no-store"}
    return Response(text, media_type="application/yaml", headers=head)


@view(router, "/claims/new/{number}", "claim_columns.html", "claims", 404, methods=("GET", "POST"))
async def columns(request: Request, number: str) -> Shown | Response:
    """Look at a file; by POST look again with other columns, run it, or delete it."""
    upload = _upload(request, number)
    if request.method == "GET":
        return await run_in_threadpool(_looked, request, upload)
    return await run_in_threadpool(_changed, request, upload, await request.form(max_fields=5000))


def _upload(request: Request, number: str) -> Upload:
    """An upload of whoever sent it."""
    found = uploads.load(parts_of(request).configuration.data, number)
    if found is None or found.actor != identity_of(request).person.subject:
        raise absent("file")
    return found


def _looked(request: Request, upload: Upload) -> Shown:
    confirming = Confirming(request, upload)
    try:
        chosen = confirming.chosen()
    except InvalidInput as error:
        return _shown(confirming, _told(error))
    problems = _told_of(confirming, chosen)
    return _shown(confirming, problems, chosen)


def _told_of(confirming: Confirming, chosen: Any) -> list[FieldProblem]:
    """What is wrong with what stands, told on a page that was only looked at."""
    return confirming.lacking(chosen) if not confirming.is_suggested else []


def _changed(request: Request, upload: Upload, form: FormData) -> Shown | Response:
    do = str(form.get("do", "look"))
    if do == "delete":
        folders.delete(upload.folder)
        return RedirectResponse("/claims", 303)
    confirming = Confirming(request, upload)
    chosen = chosen_from(form, confirming.stored())
    try:
        other_form = confirming.has_other_form(chosen)
        confirming.check(chosen, with_columns=not other_form)
        problems = [] if other_form else confirming.lacking(chosen)
    except InvalidInput as error:
        problems = _told(error)
    if problems:
        return _shown(confirming, problems, chosen)
    is_seen = form.get("shown", shown_digest(chosen)) == shown_digest(chosen)
    if do == "run" and is_seen and not other_form and (unseen := confirming.unseen_plans(chosen, words_shown(form))):
        told = (
            f"{len(unseen)} words of the file are no plan that is held"
            if len(unseen) > 1
            else ("a word of the file is no plan that is held")
        )
        problem = FieldProblem(path="v.1", message=told, hint="say which plan it is, or leave it and run")
        return _shown(confirming, [problem], chosen)
    if not other_form and (do != "run" or not is_seen):
        chosen = confirming.with_forms(chosen)
    text = yaml_of(confirming.data(chosen, with_columns=not other_form))
    upload = uploads.with_mapping(upload, text)
    if do == "run" and not other_form and is_seen:
        return _run(request, upload)
    changed = "?changed=yes" if do == "run" else ""  # nothing runs of which nobody has seen how it is read
    return RedirectResponse(f"/claims/new/{upload.id}{changed}", 303)


def _run(request: Request, upload: Upload) -> Response:
    parts, number = parts_of(request), new_id()
    try:
        uploads.to_job(upload, parts.configuration.data, number)
    except FileNotFoundError:
        raise absent("file") from None
    except OSError as error:
        raise of_disk(error) from None
    try:
        with parts.database.writing() as connection:
            jobs.make(connection, actor_of(request), "adjudication", upload.asked, number)
    except BaseException:
        uploads.back(upload, parts.configuration.data, number)
        raise
    parts.queue.put(number)
    return RedirectResponse(f"/claims/{number}", 303)


def _shown(confirming: Confirming, problems: list[FieldProblem], chosen: Any = None) -> Shown:
    data = confirming.told(chosen)
    data |= {"shown": shown_digest(chosen) if chosen else "", "changed": confirming.is_changed}
    return Shown(data, problems=problems, at=f"/claims/new/{confirming.upload.id}")


def _told(error: InvalidInput) -> list[FieldProblem]:
    """Problems by the fields of the page."""
    found = []
    for one in error.problems:
        told = field_problem(one)
        steps = told.path.split(".")
        path = f"c.{steps[1]}" if steps[0] == "columns" and len(steps) > 1 else told.path
        hint = told.hint.replace("say its encoding in a mapping file, as in `encoding: cp1252`", "choose its encoding")
        found.append(FieldProblem(path=path if " " not in path else "", message=told.message,
                                  expected=told.expected, hint=hint))  # fmt: skip
    return found
