"""A table of facts that was filled in, merged into a new run of the file that was kept."""

from __future__ import annotations

from typing import Any

from fastapi import Request, UploadFile

from clausal.claims.answered import Answers, absent_lines, read_answers, told_lines, written
from clausal.claims.constants import allowed_by
from clausal.columns.schema import input_columns
from clausal.files import private
from clausal.problems import InvalidInput
from clausal.service.api import job_steps
from clausal.service.api.common import actor_of, held_of, parts_of
from clausal.service.jobs import folder as folders
from clausal.service.problems import FieldProblem, Refusal, field_problem
from clausal.store import jobs
from clausal.store.identifiers import new_id
from clausal.store.jobs import Job

ANSWERS = "answers.csv"


def answered_by(request: Request, job: Job, sent: UploadFile | None) -> Job | list[FieldProblem]:
    """A new run with what was filled in; or what is wrong with it, of which nothing is lost and nothing is run."""
    if not job_steps.has_claims(request, job) or not (job.asked.get("keep") or _is_named(job)):
        raise Refusal(409, "the claim file was not kept", "drop it again, with `keep the file`, and fill in that run's")
    results = job_steps.results_path(request, job)
    if sent is None or not sent.filename:
        return [FieldProblem(path="answers", message="no file was given", hint="choose the table that you filled in")]
    parts, number = parts_of(request), new_id()
    folder = folders.make(parts.configuration.data, number)
    try:
        with folders.or_gone(folder):
            name, _ = folders.keep(folder, "answers", sent.filename, sent.file)
            answers = _read(request, folder / name)
            (folder / name).unlink()
            absent = absent_lines(answers, results)
            if absent:
                folders.delete(folder)
                told = f"answers for lines that the results do not have ({len(absent):,}): {told_lines(absent)}"
                return [FieldProblem(path="answers", message=told, hint="take them out, or mend their claim and line")]
            earlier = folders.given(parts.configuration.data, job.id, job.asked, "answers")
            if earlier is not None:
                answers = _read(request, earlier).joined(answers)
            private(folder / ANSWERS).write_text(written(answers), encoding="utf-8")
            folders.copy_sent(job_steps.folder_of(request, job), _before(job), folder)
            asked = _before(job) | {"answers": ANSWERS, "answers_to": job.id, "keep": True, "as_of": _as_of(job)}
            with parts.database.writing() as connection:
                made = jobs.make(connection, actor_of(request), "adjudication", asked, number)
    except InvalidInput as error:
        return [field_problem(one).model_copy(update={"path": "answers"}) for one in error.problems]
    parts.queue.put(number)
    return made


def _read(request: Request, path: Any) -> Answers:
    library = held_of(request).library
    return read_answers(path, input_columns(library.vocabulary), library.vocabulary.facts, allowed_by([library.cases]))


def _is_named(job: Job) -> bool:
    """Whether the claim file is one in the operator's folder, which nobody deletes here."""
    return str(job.asked.get("claims", "")).startswith("/")


def _before(job: Job) -> dict[str, Any]:
    """What the run before was asked, but for its answers."""
    return {name: value for name, value in job.asked.items() if name not in ("answers", "answers_to")}


def _as_of(job: Job) -> str:
    """The as-of day of the run before: the day it was made, if none was given."""
    return str(job.asked.get("as_of") or job.made[:10])
