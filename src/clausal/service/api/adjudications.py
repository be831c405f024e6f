"""Jobs over claim files: every line decided (adjudications), or decided by two days and compared (impacts)."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from clausal.service.api import job_steps
from clausal.service.api.common import API, answered, needs, page_after
from clausal.service.api.job_steps import address_of, job_of, told
from clausal.service.api.made_jobs import made
from clausal.service.api.shapes import Jobs, JobTold, ResultsPage
from clausal.service.fields import Day
from clausal.service.jobs import folder as folders
from clausal.service.jobs.asked import Asked
from clausal.service.jobs.facets import FACETS
from clausal.service.roles import Permission
from clausal.store import jobs

router = APIRouter(prefix=API, tags=["claim files"])
Output = Literal["parquet", "csv", "xlsx", "835"]
Sent = Annotated[UploadFile | None, File()]
_PROBLEMS = (400, 404, 408, 409, 410, 413, 507)
_FACETS = f"Count by: {', '.join(FACETS)}."


@router.post("/adjudications", status_code=202, response_model=JobTold, summary="Decide every line of a claim file",
             **needs("claims", *_PROBLEMS))  # fmt: skip
async def make_adjudication(
    request: Request,
    claims: Annotated[UploadFile | None, File(description="Parquet, CSV, JSON lines, XLSX or X12 837.")] = None,
    claims_path: Annotated[str, Form(max_length=500, description="A file in the operator's folder, not sent.")] = "",
    mapping: Annotated[UploadFile | None, File(description="YAML that tells which columns are which.")] = None,
    history: Annotated[UploadFile | None, File(description="Earlier services of the patients.")] = None,
    history_mapping: Sent = None,
    payers: Annotated[UploadFile | None, File(description="YAML of payers, for an 835.")] = None,
    output: Annotated[Output, Form(description="Results by line, or an X12 remittance.")] = "parquet",
    as_of: Annotated[Day | None, Form(description="Only what was published by this day (today).")] = None,
    derivation: Annotated[bool, Form(description="Tell how each amount comes about (slow).")] = False,
    acknowledge: Annotated[bool, Form(description="Answer an X12 file by 999 and 277CA too.")] = False,
    keep: Annotated[
        bool, Form(description="Keep what is sent until the job is deleted, so that lines can be opened.")
    ] = False,
    answers: Annotated[
        UploadFile | None, File(description="CSV of claim_id, line and facts that the file lacks.")
    ] = None,
) -> Response:
    """A job: GET it for how far it is, its counts, results by page and facet.

    What was sent is deleted when the job is done, unless it is to be kept: then with the job.

    With an `Idempotency-Key` the same request sent again gives the job that was made.
    """
    sent = {
        "claims": claims,
        "mapping": mapping,
        "history": history,
        "history_mapping": history_mapping,
        "payers": payers,
        "answers": answers,
    }
    asked: dict[str, Any] = {"output": output, "derivation": derivation, "acknowledge": acknowledge}
    if keep:
        asked["keep"] = True
    asked["as_of"] = as_of.isoformat() if as_of else None
    return await _make(request, "adjudication", asked, sent, claims_path)


@router.post("/impacts", status_code=202, response_model=JobTold,
             summary="What a change of policy does to a claim file", **needs("impact", *_PROBLEMS))  # fmt: skip
async def make_impact(
    request: Request,
    before: Annotated[Day, Form(description="By what was published by this day,")],
    after: Annotated[Day | None, Form(description="and by this one (today).")] = None,
    claims: Annotated[UploadFile | None, File(description="Parquet, CSV, JSON lines, XLSX or X12 837.")] = None,
    claims_path: Annotated[str, Form(max_length=500, description="A file in the operator's folder, not sent.")] = "",
    mapping: Annotated[UploadFile | None, File(description="YAML that tells which columns are which.")] = None,
    samples: Annotated[int, Form(ge=0, le=200, description="Lines that are explained.")] = 12,
) -> Response:
    """A job that tells which lines and dollars change between two days of publication, and by which rules."""
    days = {"before": before.isoformat(), "after": (after or dt.date.today()).isoformat()}
    return await _make(
        request, "impact", {**days, "samples": samples}, {"claims": claims, "mapping": mapping}, claims_path
    )


async def _make(
    request: Request, kind: jobs.Kind, asked: dict[str, Any], sent: dict[str, UploadFile | None], claims_path: str
) -> Response:
    job = await run_in_threadpool(made, request, kind, asked, sent, claims_path)
    return answered(told(request, job), 202, Location=address_of(job))


def _routes(kind: jobs.Kind, path: str, permission: Permission) -> None:
    """The routes that jobs of both kinds have."""

    @router.get(path, response_model=Jobs, summary=f"The jobs of kind {kind}, the newest first", **needs(permission))
    def list_jobs(request: Request, before: str = "", size: Annotated[int, Query(ge=1, le=1000)] = 100) -> Response:
        """Each with its state and how far it is."""
        found = job_steps.listed(request, kind, before, size)
        following = page_after(path, found[-1].made if found else "", size, len(found))
        rows = [told(request, one, whole=False) for one in found]
        return answered({"jobs": rows, "next": following})

    @router.get(
        f"{path}/{{number}}",
        response_model=JobTold,
        summary="How far a job is, and what it came to",
        **needs(permission, 404),
    )
    def read_job(request: Request, number: str) -> Response:
        """States: queued, running, done, failed, cancelled. Money is text; a sum is null where no line has any."""
        return answered(told(request, job_of(request, kind, number)))

    @router.post(
        f"{path}/{{number}}/cancel",
        status_code=202,
        response_model=JobTold,
        summary="Cancel a job",
        **needs(permission, 404, 409),
    )
    def cancel_job(request: Request, number: str) -> Response:
        """What is done is kept, and `resume` goes on from there."""

        return answered(told(request, job_steps.cancel(request, kind, number)), 202)

    @router.post(
        f"{path}/{{number}}/resume",
        status_code=202,
        response_model=JobTold,
        summary="Let a job go on",
        **needs(permission, 404, 409),
    )
    def resume_job(request: Request, number: str) -> Response:
        """One that was cancelled or has failed goes on from what it kept."""

        return answered(told(request, job_steps.resume(request, kind, number)), 202)

    @router.delete(f"{path}/{{number}}", status_code=204, summary="Delete a job", **needs(permission, 404, 409))
    def delete_job(request: Request, number: str) -> Response:
        """With all that was sent and all that came of it."""
        job_steps.delete(request, kind, number)
        return Response(status_code=204)

    @router.get(f"{path}/{{number}}/files/{{name}}", summary="A file that came of a job", **needs(permission, 404))
    def read_file(request: Request, number: str, name: str) -> Response:
        """Results, rejects, report, 835, 999, 277CA. Who takes it stands in the log."""
        return job_steps.file_of(request, job_of(request, kind, number), name)


_routes("adjudication", "/adjudications", "claims")
_routes("impact", "/impacts", "impact")


@router.get(
    "/adjudications/{number}/results",
    response_model=ResultsPage,
    summary="Results by page and facet",
    **needs("claims", 404, 409, 504, openapi_extra={"x-any-name": True}),
)
def read_results(
    request: Request,
    number: str,
    facet: Annotated[list[str] | None, Query(max_length=5, description=_FACETS)] = None,
    size: Annotated[int, Query(ge=0, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=2**40)] = 0,
) -> Response:
    """Lines with these values (`?status=open&carc=50`; `?carc=`: none), with counts and dollars by facet of all.

    Money is text; null is no amount, and never zero.
    """
    job = job_of(request, "adjudication", number)
    where = {name: value for name, value in request.query_params.items() if name not in ("facet", "size", "offset")}
    found = job_steps.results_of(request, job, Asked(where, facet or (), size, offset))
    rejects = job_steps.folder_of(request, job) / folders.REJECTS
    address = f"{address_of(job)}/files/{folders.REJECTS}" if rejects.is_file() else None
    return answered(asdict(found) | {"rejected": job.rejected, "rejects": address})
