"""What is done with a job that was made, by whoever may: read, cancelled, resumed, deleted, its files and results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from clausal.problems import InvalidInput
from clausal.service.api.common import absent, actor_of, identity_of, parts_of
from clausal.service.jobs import folder as folders
from clausal.service.jobs.asked import Asked, Page
from clausal.service.money import in_dollars
from clausal.service.problems import Refusal, of_input
from clausal.service.roles import may
from clausal.store import chain, jobs, retention
from clausal.store.jobs import Job

ANY = "application/octet-stream"
MADE = (folders.RESULTS["csv"], folders.RESULTS["xlsx"])
"""Files that are made of the Parquet file when they are fetched."""


def listed(request: Request, kind: jobs.Kind, before: str = "", size: int = 100) -> list[Job]:
    """The jobs of a kind, the newest first: one's own, or everybody's for who sees those."""
    person = identity_of(request).person
    with parts_of(request).database.reading() as connection:
        mine = "" if may(person.roles, "claims.all") else person.subject
        return jobs.listed(connection, kind, before, size, mine)


def job_of(request: Request, kind: jobs.Kind, number: str) -> Job:
    """A job of somebody who may see it; raises Refusal."""
    with parts_of(request).database.reading() as connection:
        found = jobs.load(connection, number)
    return _theirs(request, kind, found)


def _theirs(request: Request, kind: jobs.Kind, found: Job | None) -> Job:
    """A job for whoever may see it: whoever made it, or who sees everybody's."""
    person = identity_of(request).person
    if found is None or found.kind != kind or not (found.actor == person.subject or may(person.roles, "claims.all")):
        raise absent("job")
    return found


def cancel(request: Request, kind: jobs.Kind, number: str) -> Job:
    """Stop a job; what is done is kept."""

    def stop(connection: Any, job: Job) -> None:
        if job.state in jobs.OVER:
            raise Refusal(409, f"the job is {job.state}", "only one that waits or runs can be cancelled")
        jobs.stop(connection, actor_of(request), job)

    return _changed(request, kind, number, stop)


def resume(request: Request, kind: jobs.Kind, number: str) -> Job:
    """Let a job that was cancelled, or failed, go on from what it kept."""

    def go_on(connection: Any, job: Job) -> None:
        if job.state not in ("cancelled", "failed"):
            raise Refusal(409, f"the job is {job.state}", "only one that was cancelled or failed can go on")
        if not has_claims(request, job):
            raise Refusal(409, "what was sent was deleted", "make another job")
        jobs.resume(connection, actor_of(request), job)

    job = _changed(request, kind, number, go_on)
    parts_of(request).queue.put(number)
    return job


def delete(request: Request, kind: jobs.Kind, number: str) -> None:
    """Delete a job with all that was sent and all that came of it."""

    def remove(connection: Any, job: Job) -> None:
        if job.state not in jobs.OVER:
            raise Refusal(409, f"the job is {job.state}", "it is stopping: wait" if job.to_stop else "cancel it first")
        folders.delete(folder_of(request, job))
        retention.delete_job(connection, actor_of(request), job.id, "asked for")

    _changed(request, kind, number, remove)


def _changed(request: Request, kind: jobs.Kind, number: str, change: Callable[[Any, Job], None]) -> Job:
    """A job after a change of it, in one transaction."""
    with parts_of(request).database.writing() as connection:
        chain.lock(connection)
        found = _theirs(request, kind, jobs.load(connection, number))
        change(connection, found)
        return jobs.load(connection, number) or found


def folder_of(request: Request, job: Job) -> Path:
    """The folder of a job."""
    return folders.folder_of(parts_of(request).configuration.data, job.id)


def has_claims(request: Request, job: Job) -> bool:
    """Whether the claim file of a job is still there."""
    claims = folders.given(parts_of(request).configuration.data, job.id, job.asked, "claims")
    return claims is not None and claims.is_file()


def file_of(request: Request, job: Job, name: str) -> Response:
    """A file that came of a job, or that is made of its results; who takes it stands in the log. Raises Refusal."""
    folder = folder_of(request, job)
    path = folder / name
    if name not in folders.OUT or job.state != "done":
        raise absent("file")
    found: Response
    if path.is_file():
        found = FileResponse(path, filename=name, content_disposition_type="attachment", media_type=ANY)
    else:
        written = folder / folders.RESULTS["parquet"]
        if name not in MADE or not written.is_file():
            raise absent("file")
        try:
            found = _made_of(written, name)
        except InvalidInput as error:
            raise of_input(error, 409) from None
    note(request, job, "job.file-taken", {"file": name})
    return found


def _made_of(written: Path, name: str) -> Response:
    """The results in another form than they were written in."""
    from clausal.service.jobs import converted  # what writes workbooks is loaded where one is fetched

    head = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    if name == folders.RESULTS["csv"]:
        return StreamingResponse(converted.csv_of(written), media_type="text/csv; charset=utf-8", headers=head)
    path = converted.workbook_of(written)
    return FileResponse(path, media_type=ANY, headers=head)


def note(request: Request, job: Job, event: str, detail: dict[str, Any]) -> None:
    """Write into the log what of a job is seen or taken."""
    with parts_of(request).database.writing() as connection:
        chain.append(connection, actor_of(request), event, job.subject, detail)


def has_parquet(request: Request, job: Job) -> bool:
    """Whether a job has results by line that are found and counted."""
    return job.state == "done" and (folder_of(request, job) / folders.RESULTS["parquet"]).is_file()


def results_path(request: Request, job: Job) -> Path:
    """The results of a job by line, as Parquet; raises Refusal where there are none."""
    path = folder_of(request, job) / folders.RESULTS["parquet"]
    if job.state != "done":
        raise Refusal(409, f"the job is {job.state}", "results are there when it is done")
    if not path.is_file():
        raise Refusal(409, "this job wrote no Parquet", "make one with `output: parquet`, or fetch its files")
    return path


def results_of(request: Request, job: Job, asked: Asked) -> Page:
    """A page of a job's results; that they are seen stands in the log. Raises Refusal."""
    from clausal.service.jobs import results  # DuckDB is loaded when results are asked for

    path = results_path(request, job)
    try:
        found = results.page(path, asked)
    except InvalidInput as error:
        raise of_input(error) from None
    note(request, job, "job.results-seen", {"lines": len(found.rows)})
    return found


def result_row(request: Request, job: Job, number: int) -> dict[str, Any]:
    """A row of a job's results by its number; that it is seen stands in the log. Raises Refusal."""
    from clausal.service.jobs import results

    found = results.row(results_path(request, job), number)
    if found is None:
        raise absent("line")
    note(request, job, "job.results-seen", {"lines": 1})
    return found


def address_of(job: Job) -> str:
    """The address of a job."""
    return f"/api/v1/{job.kind}s/{job.id}"


def told(request: Request, job: Job, *, whole: bool = True) -> dict[str, Any]:
    """A job as data, money as text; with `whole` also what was asked, what it came to, and its files."""
    names = ("id", "kind", "actor", "state", "made", "begun", "ended", "attempts", "lines", "rejected", "fraction")
    found: dict[str, Any] = {name: getattr(job, name) for name in names}
    found["stopping"] = job.to_stop and job.state == "running"
    if whole:
        asked = {
            name: one
            for name, one in job.asked.items()
            if name not in ("claims", "mapping", "answers") and not name.endswith("mapping")
        }
        found |= {"asked": asked, "result": in_dollars(job.result) or None, "problems": job.problems}
        there = folders.files(folder_of(request, job)) if job.state == "done" else {}
        found["files"] = {
            name: {"bytes": size, "address": f"{address_of(job)}/files/{name}"} for name, size in there.items()
        }
    return found
