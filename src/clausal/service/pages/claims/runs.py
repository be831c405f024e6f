"""The page of claim files: one's runs, files that wait for their columns to be confirmed, and a form to drop one."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from clausal.claims.example import example_claims
from clausal.determination.worked import worked_cases
from clausal.problems import InvalidInput
from clausal.service.api import job_steps
from clausal.service.api.common import held_of, identity_of, needs, parts_of
from clausal.service.api.made_jobs import kept
from clausal.service.jobs import folder as folders
from clausal.service.jobs import uploads
from clausal.service.pages.view import Shown, view
from clausal.service.problems import FieldProblem, Refusal, of_input
from clausal.store.identifiers import new_id, now

router = APIRouter(include_in_schema=False)
OUTPUTS = {
    "parquet": "Parquet: results by line, with facets, and CSV or XLSX of them",
    "csv": "CSV alone",
    "xlsx": "an Excel workbook alone",
    "835": "an X12 835: a remittance of what is decided",
}
MOST_RUNS = 200
EXAMPLE = "/claims/example.csv"
COMMAND = "clausal adjudicate claims.csv -o results.parquet --mapping mapping.yaml"


@router.get(EXAMPLE, **needs("claims"))
def example(request: Request) -> Response:
    """A claim file to begin with: lines of the worked cases of what is held."""
    held = held_of(request)
    text = example_claims(held.library, worked_cases(held.library))
    head = {"Content-Disposition": 'attachment; filename="example-claims.csv"', "Cache-Control": "no-store"}
    return Response(text, media_type="text/csv; charset=utf-8", headers=head)


@view(router, "/claims", "claims.html", "claims", has_table=True)
def runs(request: Request) -> Shown:
    """The runs of a person, the newest first."""
    return _shown(request, {"output": "parquet", "keep": True})


@view(router, "/claims", "claims.html", "claims", 413, 507, methods=("POST",))
def drop(
    request: Request,
    claims: Annotated[UploadFile | None, File()] = None,
    mapping: Annotated[UploadFile | None, File()] = None,
    history: Annotated[UploadFile | None, File()] = None,
    history_mapping: Annotated[UploadFile | None, File()] = None,
    payers: Annotated[UploadFile | None, File()] = None,
    claims_path: Annotated[str, Form()] = "",
    output: Annotated[str, Form()] = "parquet",
    as_of: Annotated[str, Form()] = "",
    keep: Annotated[str, Form()] = "",
    acknowledge: Annotated[str, Form()] = "",
    derivation: Annotated[str, Form()] = "",
) -> Shown | Response:
    """Take a file in; its columns are then to be confirmed."""
    typed = {
        "output": output, "as_of": as_of, "claims_path": claims_path, "keep": bool(keep),
        "acknowledge": bool(acknowledge), "derivation": bool(derivation),
    }  # fmt: skip
    problems = _wrong(output, as_of)
    if problems:
        return _shown(request, typed, problems)
    asked = {name: value for name, value in typed.items() if name not in ("claims_path", "as_of")}
    asked["as_of"] = as_of or None
    sent = {"claims": claims, "mapping": mapping, "history": history, "history_mapping": history_mapping,
            "payers": payers}  # fmt: skip
    data, number = parts_of(request).configuration.data, new_id()
    folder = uploads.make(data, number)
    try:
        with folders.or_gone(folder):
            kept(request, folder, asked, sent, claims_path.strip())
            uploads.note(uploads.Upload(number, folder, identity_of(request).person.subject, now(), asked))
    except (InvalidInput, Refusal) as error:
        refusal = of_input(error) if isinstance(error, InvalidInput) else error
        if refusal.status != HTTPStatus.UNPROCESSABLE_ENTITY:
            raise refusal from None
        alone = FieldProblem(path=refusal.path, message=refusal.detail, hint=refusal.hint)
        return _shown(request, typed, list(refusal.errors) or [alone])
    return RedirectResponse(f"/claims/new/{number}", 303)


def _wrong(output: str, as_of: str) -> list[FieldProblem]:
    problems = []
    if output not in OUTPUTS:
        problems.append(FieldProblem(path="output", message="no such form of results", expected=", ".join(OUTPUTS)))
    try:
        day = dt.date.fromisoformat(as_of) if as_of else None
    except ValueError:
        problems.append(FieldProblem(path="as_of", message=f"'{as_of[:40]}' is no day", expected="2025-06-01"))
    else:
        if day and day > dt.date.today():
            problems.append(FieldProblem(path="as_of", message="this day is still to come", expected="today or before"))
    return problems


def _shown(request: Request, typed: dict[str, Any], problems: list[FieldProblem] | None = None) -> Shown:
    parts, subject = parts_of(request), identity_of(request).person.subject
    found = [_run(request, one) for one in job_steps.listed(request, "adjudication", size=MOST_RUNS)]
    waiting = uploads.listed(parts.configuration.data, subject)
    data = {
        "runs": found,
        "waiting": [{"id": one.id, "made": one.made, "address": f"/claims/new/{one.id}"} for one in waiting],
        "outputs": OUTPUTS,
        "typed": {"claims_path": "", "as_of": "", "acknowledge": False, "derivation": False, **typed},
        "can_name": parts.configuration.jobs.claims_folder is not None,
        "most_mib": parts.configuration.limits.upload_mb,
        "keep_days": parts.configuration.keep.jobs,
        "example": EXAMPLE,
        "command": COMMAND,
    }
    return Shown(data, table=found, problems=problems or (), at="/claims")


def _run(request: Request, job: Any) -> dict[str, Any]:
    told = job_steps.told(request, job, whole=False)
    names = ("id", "state", "made", "lines", "rejected", "actor", "fraction", "stopping")
    return {name: told[name] for name in names} | {
        "output": job.asked.get("output", ""),
        "kept": bool(job.asked.get("keep")),
        "address": f"/claims/{job.id}",
    }
