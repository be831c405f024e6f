"""The page of a run over a claim file: how far it is, what would settle most, totals, facets, lines, files."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, File, Query, Request, UploadFile
from starlette.responses import RedirectResponse, Response, StreamingResponse

from clausal.claims.answered import to_fill
from clausal.service.api import job_steps
from clausal.service.api.common import held_of, needs
from clausal.service.jobs.asked import ROW, Asked
from clausal.service.jobs.facets import FACETS
from clausal.service.pages.claims.answering import answered_by
from clausal.service.pages.claims.telling import progress, settling_steps, told_files, totals
from clausal.service.pages.view import Shown, view
from clausal.service.problems import FieldProblem, Refusal
from clausal.store import jobs
from clausal.store.jobs import Job

router = APIRouter(include_in_schema=False)
KIND: jobs.Kind = "adjudication"
COUNTED = ("status", "plan", "rule", "code", "carc", "needs", "edits", "clauses", "month")
"""Facets that are counted at once; the others when they are asked for."""
SIZE = 50
COLUMNS = ("claim_id", "line", "service_date", "plan", "code", "status", "rule", "carc", "needs", "edits", "charge",
           "allowed", "paid")  # fmt: skip
Pairs = list[tuple[str, str]]


@view(router, "/claims/{number}", "claim_run.html", "claims", 404, 504, has_table=True)
def run(request: Request, number: str) -> Shown | Response:
    """How a run stands, and what came of it; names of facets in the address are filters."""
    job = job_steps.job_of(request, KIND, number)
    if request.headers.get("hx-request") and job.state in jobs.OVER:
        return Response(status_code=204, headers={"HX-Refresh": "true"})  # the whole page is another when it is over
    return shown(request, job)


def shown(request: Request, job: Job, problems: list[FieldProblem] | None = None) -> Shown:
    """What the page of a run shows; what it asks of results stands in the address."""
    told = job_steps.told(request, job)
    path = f"/claims/{job.id}"
    filters, offset, everything, wrong = _asked(request)
    data: dict[str, Any] = {
        "job": told | {"kept": bool(job.asked.get("keep")), "has_file": job_steps.has_claims(request, job)},
        "path": path,
        "progress": progress(job),
        "totals": totals(told["result"]),
        "settling": settling_steps(told["result"], held_of(request).library, path),
        "answers_to": job.asked.get("answers_to", ""),
        "files": told_files(job_steps.folder_of(request, job), job),
        "results": None,
    }
    table: list[dict[str, Any]] | None = None
    if job.state == "done" and job_steps.has_parquet(request, job) and not wrong:
        facets = FACETS if everything else COUNTED
        found = job_steps.results_of(request, job, Asked(dict(filters), facets, SIZE, offset, numbered=True))
        table = [_without_row(row) for row in found.rows]
        more: Pairs = [("facets", "all")] if everything else []
        data["results"] = {
            "filters": [
                {"name": name, "value": value, "without": _address(path, [one for one in filters if one[0] != name])}
                for name, value in filters
            ],
            "facets": [
                _facet(name, values, filters, more, path)
                for name, values in found.facets.items()
                if values and not (len(values) == 1 and values[0]["value"] is None)
            ],
            "everything": everything,
            "all_facets": _address(path, [*filters, ("facets", "all")]),
            "total": found.total,
            "from": offset + 1 if found.rows else 0,
            "to": offset + len(found.rows),
            "before": _address(path, [*filters, *more, ("offset", str(offset - SIZE))]) if offset >= SIZE else "",
            "after": _address(path, [*filters, *more, ("offset", str(offset + SIZE))])
            if offset + SIZE < found.total
            else "",
            "columns": [name for name in COLUMNS if found.rows and name in found.rows[0]],
            "rows": [{**row, "address": f"{path}/lines/{row[ROW]}"} for row in found.rows],
        }
    at = _address(path, [*filters, *([("facets", "all")] if everything else []),
                         *([("offset", str(offset))] if offset else [])])  # fmt: skip
    return Shown(data, table, [*wrong, *(problems or ())], at)


def _asked(request: Request) -> tuple[Pairs, int, bool, list[FieldProblem]]:
    """Filters, the offset, whether all facets are counted, and what of an address is none of these."""
    filters: Pairs = []
    offset, everything, wrong = 0, False, list[FieldProblem]()
    for name, value in request.query_params.multi_items():
        if name == "offset":
            offset = min(int(value[:12]), 2**40) if value.isdecimal() else 0
        elif name == "facets":
            everything = value == "all"
        elif name in FACETS:
            filters = [one for one in filters if one[0] != name] + [(name, value)]
        elif name != "form":
            hint = f"one of {', '.join(COUNTED)}"
            wrong.append(FieldProblem(path="", message=f"no lines are found by '{name[:40]}'", expected=hint))
    return filters, offset, everything, wrong


def _address(path: str, pairs: Pairs) -> str:
    """An address with filters; one without a value is for lines that have none."""
    return f"{path}?{urlencode(pairs, quote_via=quote)}" if pairs else path


def _facet(name: str, values: list[dict[str, Any]], filters: Pairs, more: Pairs, path: str) -> dict[str, Any]:
    """A facet with its counts, each a link that adds the value to the address."""
    others = [one for one in filters if one[0] != name]
    rows = [
        {**one, "value": one["value"], "address": _address(path, [*others, (name, one["value"] or ""), *more])}
        for one in values
    ]
    return {"name": name, "values": rows, "chosen": dict(filters).get(name)}


def _without_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != ROW}


@router.post("/claims/{number}/cancel", **needs("claims", 404, 409))
def cancel(request: Request, number: str) -> Response:
    """Stop a run; what is done is kept."""
    return RedirectResponse(f"/claims/{job_steps.cancel(request, KIND, number).id}", 303)


@router.post("/claims/{number}/resume", **needs("claims", 404, 409))
def resume(request: Request, number: str) -> Response:
    """Let a run go on."""
    return RedirectResponse(f"/claims/{job_steps.resume(request, KIND, number).id}", 303)


@router.post("/claims/{number}/delete", **needs("claims", 404, 409))
def delete(request: Request, number: str) -> Response:
    """Delete a run with all that was sent and all that came of it."""
    job_steps.delete(request, KIND, number)
    return RedirectResponse("/claims", 303)


@router.get("/claims/{number}/files/{name}", **needs("claims", 404, 409))
def file(request: Request, number: str, name: str) -> Response:
    """A file that came of a run, or that is made of its results."""
    return job_steps.file_of(request, job_steps.job_of(request, KIND, number), name)


@router.get("/claims/{number}/fill", **needs("claims", 404, 409))
def fill(request: Request, number: str, ask: Annotated[list[str], Query(max_length=8)]) -> Response:
    """The lines that wait for some facts, as a table to fill in."""
    job = job_steps.job_of(request, KIND, number)
    facts = held_of(request).library.vocabulary.facts
    if not ask or any(name not in facts for name in ask):
        raise Refusal(422, "this is no fact that lines wait for", "take one of those that the run names", path="ask")
    path = job_steps.results_path(request, job)
    job_steps.note(request, job, "job.file-taken", {"file": "answers.csv"})
    head = {"Content-Disposition": 'attachment; filename="answers.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(to_fill(path, ask), media_type="text/csv; charset=utf-8", headers=head)


@view(router, "/claims/{number}/answers", "claim_run.html", "claims", 404, 409, 413, 507, methods=("POST",))
def answers(request: Request, number: str, answers: Annotated[UploadFile | None, File()] = None) -> Shown | Response:
    """Merge a table that was filled in into a new run of the kept file."""
    job = job_steps.job_of(request, KIND, number)
    made = answered_by(request, job, answers)
    if isinstance(made, list):
        return shown(request, job, made)
    return RedirectResponse(f"/claims/{made.id}", 303)
