"""Jobs over claim files: every line decided (adjudications), or decided by two days and compared (impacts)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from clausal.problems import InvalidInput
from clausal.service.api.common import (
    API,
    absent,
    actor_of,
    answered,
    before,
    done,
    gone,
    identity_of,
    key_of,
    needs,
    page_after,
    parts_of,
)
from clausal.service.api.shapes import Jobs, JobTold, ResultsPage
from clausal.service.fields import Day
from clausal.service.jobs import folder as folders
from clausal.service.jobs.facets import FACETS
from clausal.service.money import in_dollars
from clausal.service.problems import Refusal, of_disk, of_input
from clausal.service.roles import Permission, may
from clausal.store import chain, jobs
from clausal.store.identifiers import new_id
from clausal.store.jobs import Job

router = APIRouter(prefix=API, tags=["claim files"])
Output = Literal["parquet", "csv", "xlsx", "835"]
Sent = Annotated[UploadFile | None, File()]
_PROBLEMS = (400, 404, 408, 409, 410, 413, 507)
_FACETS = f"Count by: {', '.join(FACETS)}."
NO_FILE = "send `claims` as a file, or name one in `claims_path`"


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
) -> Response:
    """A job: GET it for how far it is, its counts, results by page and facet. What was sent is deleted with its end.

    With an `Idempotency-Key` the same request sent again gives the job that was made.
    """
    sent = {
        "claims": claims,
        "mapping": mapping,
        "history": history,
        "history_mapping": history_mapping,
        "payers": payers,
    }
    asked: dict[str, Any] = {"output": output, "derivation": derivation, "acknowledge": acknowledge}
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
    return await run_in_threadpool(_made, request, kind, asked, sent, claims_path)


def _made(
    request: Request, kind: jobs.Kind, asked: dict[str, Any], sent: dict[str, UploadFile | None], claims_path: str
) -> Response:
    parts = parts_of(request)
    number, digests = new_id(), {}
    folder = folders.make(parts.configuration.data, number)
    try:
        for part, one in sent.items():
            if one is not None and (one.filename or one.size):
                asked[part], digests[part] = folders.keep(folder, part, one.filename or "", one.file)
        if claims_path:
            asked["claims"] = str(_named(request, claims_path))
        if not asked.get("claims"):
            raise Refusal(422, "no claim file was given", NO_FILE, path="claims")
        key = key_of(request, {"kind": kind, **asked, "sent": digests})
        with parts.database.writing() as connection:
            known = before(connection, request, key)
            job = jobs.load(connection, known.partition(":")[2]) if known else None
            if known and job is None:
                raise gone()
            if job is None:
                job = jobs.make(connection, actor_of(request), kind, asked, number)
                done(connection, request, key, job.subject)
    except InvalidInput as error:
        folders.delete(folder)
        raise of_input(error) from None
    except OSError as error:
        folders.delete(folder)
        raise of_disk(error) from None
    except BaseException:
        folders.delete(folder)
        raise
    if job.id != number:
        folders.delete(folder)
    else:
        parts.queue.put(number)
    return answered(_told(request, job), 202, Location=_address(job))


def _named(request: Request, text: str) -> Path:
    """A file in the folder that the operator names, and nowhere else."""
    folder = parts_of(request).configuration.jobs.claims_folder
    if folder is None:
        raise Refusal(
            422, "no file can be named here", "send it, or configure `jobs.claims_folder`", path="claims_path"
        )
    root = folder.resolve()
    path = (root / text).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise Refusal(422, "there is no such file in the folder of claims", "a path within it", path="claims_path")
    return path


def _routes(kind: jobs.Kind, path: str, permission: Permission) -> None:
    """The routes that jobs of both kinds have."""

    @router.get(path, response_model=Jobs, summary=f"The jobs of kind {kind}, the newest first", **needs(permission))
    def list_jobs(request: Request, before: str = "", size: Annotated[int, Query(ge=1, le=1000)] = 100) -> Response:
        """Each with its state and how far it is."""
        with parts_of(request).database.reading() as connection:
            person = identity_of(request).person
            mine = "" if may(person.roles, "claims.all") else person.subject
            found = jobs.listed(connection, kind, before, size, mine)
        following = page_after(path, found[-1].made if found else "", size, len(found))
        rows = [_told(request, one, whole=False) for one in found]
        return answered({"jobs": rows, "next": following})

    @router.get(
        f"{path}/{{number}}",
        response_model=JobTold,
        summary="How far a job is, and what it came to",
        **needs(permission, 404),
    )
    def read_job(request: Request, number: str) -> Response:
        """States: queued, running, done, failed, cancelled. Money is text; a sum is null where no line has any."""
        return answered(_told(request, _job(request, kind, number)))

    @router.post(
        f"{path}/{{number}}/cancel",
        status_code=202,
        response_model=JobTold,
        summary="Cancel a job",
        **needs(permission, 404, 409),
    )
    def cancel_job(request: Request, number: str) -> Response:
        """What is done is kept, and `resume` goes on from there."""

        def stop(connection: Any, job: Job) -> None:
            if job.state in jobs.OVER:
                raise Refusal(409, f"the job is {job.state}", "only one that waits or runs can be cancelled")
            jobs.stop(connection, actor_of(request), job)

        return answered(_told(request, _changed(request, kind, number, stop)), 202)

    @router.post(
        f"{path}/{{number}}/resume",
        status_code=202,
        response_model=JobTold,
        summary="Let a job go on",
        **needs(permission, 404, 409),
    )
    def resume_job(request: Request, number: str) -> Response:
        """One that was cancelled or has failed goes on from what it kept."""

        def resume(connection: Any, job: Job) -> None:
            if job.state not in ("cancelled", "failed"):
                raise Refusal(409, f"the job is {job.state}", "only one that was cancelled or failed can go on")
            claims = folders.given(parts_of(request).configuration.data, job.id, job.asked, "claims")
            if claims is None or not claims.is_file():
                raise Refusal(409, "what was sent was deleted", "make another job")
            jobs.resume(connection, actor_of(request), job)

        job = _changed(request, kind, number, resume)
        parts_of(request).queue.put(number)
        return answered(_told(request, job), 202)

    @router.delete(f"{path}/{{number}}", status_code=204, summary="Delete a job", **needs(permission, 404, 409))
    def delete_job(request: Request, number: str) -> Response:
        """With all that was sent and all that came of it."""
        from clausal.store import retention

        def delete(connection: Any, job: Job) -> None:
            if job.state not in jobs.OVER:
                raise Refusal(
                    409, f"the job is {job.state}", "it is stopping: wait" if job.to_stop else "cancel it first"
                )
            folders.delete(folders.folder_of(parts_of(request).configuration.data, job.id))
            retention.delete_job(connection, actor_of(request), job.id, "asked for")

        _changed(request, kind, number, delete)
        return Response(status_code=204)

    @router.get(f"{path}/{{number}}/files/{{name}}", summary="A file that came of a job", **needs(permission, 404))
    def read_file(request: Request, number: str, name: str) -> Response:
        """Results, rejects, report, 835, 999, 277CA. Who takes it stands in the log."""
        job = _job(request, kind, number)
        path = folders.folder_of(parts_of(request).configuration.data, job.id) / name
        if name not in folders.OUT or job.state != "done" or not path.is_file():
            raise absent("file")
        with parts_of(request).database.writing() as connection:
            chain.append(connection, actor_of(request), "job.file-taken", job.subject, {"file": name})
        return FileResponse(path, filename=name, content_disposition_type="attachment",
                            media_type="application/octet-stream")  # fmt: skip


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
    from clausal.service.jobs import results  # DuckDB is loaded when results are asked for

    job = _job(request, "adjudication", number)
    path = folders.folder_of(parts_of(request).configuration.data, job.id) / folders.RESULTS["parquet"]
    if job.state != "done":
        raise Refusal(409, f"the job is {job.state}", "results are there when it is done")
    if not path.is_file():
        raise Refusal(409, "this job wrote no Parquet", "make one with `output: parquet`, or fetch its files")
    where = {name: value for name, value in request.query_params.items() if name not in ("facet", "size", "offset")}
    try:
        found = results.page(path, results.Asked(where, facet or (), size, offset))
    except InvalidInput as error:
        raise of_input(error) from None
    with parts_of(request).database.writing() as connection:
        chain.append(connection, actor_of(request), "job.results-seen", job.subject, {"lines": len(found.rows)})
    rejects = folders.folder_of(parts_of(request).configuration.data, job.id) / folders.REJECTS
    address = f"{_address(job)}/files/{folders.REJECTS}" if rejects.is_file() else None
    return answered(asdict(found) | {"rejected": job.rejected, "rejects": address})


def _job(request: Request, kind: jobs.Kind, number: str) -> Job:
    with parts_of(request).database.reading() as connection:
        found = jobs.load(connection, number)
    return _theirs(request, kind, found)


def _theirs(request: Request, kind: jobs.Kind, found: Job | None) -> Job:
    """A job for whoever may see it: whoever made it, or who sees everybody's."""
    person = identity_of(request).person
    if found is None or found.kind != kind or not (found.actor == person.subject or may(person.roles, "claims.all")):
        raise absent("job")
    return found


def _changed(request: Request, kind: jobs.Kind, number: str, change: Callable[[Any, Job], None]) -> Job:
    """A job after a change of it, in one transaction."""
    with parts_of(request).database.writing() as connection:
        chain.lock(connection)
        found = _theirs(request, kind, jobs.load(connection, number))
        change(connection, found)
        return jobs.load(connection, number) or found


def _address(job: Job) -> str:
    return f"/api/v1/{job.kind}s/{job.id}"


def _told(request: Request, job: Job, *, whole: bool = True) -> dict[str, Any]:
    names = ("id", "kind", "actor", "state", "made", "begun", "ended", "attempts", "lines", "rejected", "fraction")
    told: dict[str, Any] = {name: getattr(job, name) for name in names}
    told["stopping"] = job.to_stop and job.state == "running"
    if whole:
        asked = {
            name: one for name, one in job.asked.items() if name not in folders.FORMS and not name.endswith("mapping")
        }
        folder = folders.folder_of(parts_of(request).configuration.data, job.id)
        told |= {"asked": asked, "result": in_dollars(job.result) or None, "problems": job.problems}
        found = folders.files(folder) if job.state == "done" else {}
        told["files"] = {
            name: {"bytes": size, "address": f"{_address(job)}/files/{name}"} for name, size in found.items()
        }
    return told
