"""A line of a run explained as a case: decided again, alone, and held against what the run found.

Its address has the number of the row in the results, and no number of a claim: that is an identifier, and what tells
who a patient is stands in no address, no log and no history of a browser.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request

from clausal.claims.as_case import case_of
from clausal.claims.found import claim_of, line_at, of_one_case, with_place
from clausal.columns.schema import input_columns
from clausal.determination.decide import decide
from clausal.determination.model import Determination, Line
from clausal.facts.source import Source
from clausal.problems import InvalidInput
from clausal.service.api import job_steps
from clausal.service.api.common import held_of, parts_of
from clausal.service.held import Held
from clausal.service.jobs import folder as folders
from clausal.service.jobs.adjudicated import answers_of, as_of, mapping_of
from clausal.service.pages.case.query import address_of, pairs_of, split
from clausal.service.pages.cited import cited
from clausal.service.pages.view import Shown, view
from clausal.service.problems import Refusal
from clausal.store.jobs import Job

router = APIRouter(include_in_schema=False)
HELD_AGAINST = ("status", "finding", "rule", "clauses", "group_code", "carc", "rarc", "needs", "edits")
"""What a line is told by a run and by a case alone, and has to be the same."""
MOST_ROW = 2**40


@view(router, "/claims/{number}/lines/{row}", "claim_line.html", "claims", 404, 409, 504)
def line(request: Request, number: str, row: str) -> Shown:
    """The line of a row of results, as a case."""
    job = job_steps.job_of(request, "adjudication", number)
    if not row.isdecimal() or int(row[:14]) > MOST_ROW:
        raise Refusal(404, "there is no such line", f"lines are numbered from 0 to {max(job.lines - 1, 0)}")
    result = job_steps.result_row(request, job, int(row[:14]))
    held = held_of(request)
    data: dict[str, Any] = {
        "run": f"/claims/{job.id}",
        "row": int(row),
        "before": f"/claims/{job.id}/lines/{int(row) - 1}" if int(row) else "",
        "after": f"/claims/{job.id}/lines/{int(row) + 1}" if int(row) + 1 < job.lines - job.rejected else "",
        "result": result,
        "as_of": as_of(job),
        "library_then": job.result.get("library", ""),
        "library_now": held.library.fingerprint,
        "same_library": job.result.get("library") == held.library.fingerprint,
        "why_not": "",
        "line": None,
    }
    if not job_steps.has_claims(request, job):
        return Shown(data | {"why_not": "the claim file was not kept"})
    try:
        return Shown(data | _explained(request, held, job, result))
    except InvalidInput as error:
        return Shown(data | {"why_not": error.problems[0].message})


def _explained(request: Request, held: Held, job: Job, result: Mapping[str, Any]) -> dict[str, Any]:
    """The line's case with its answer, and where that is another than the run's."""
    library, data = held.library, parts_of(request).configuration.data
    columns = input_columns(library.vocabulary)
    mapping = mapping_of(library, columns, folders.given(data, job.id, job.asked, "mapping"))
    path = folders.given(data, job.id, job.asked, "claims")
    assert path is not None
    claim = claim_of(path, columns, str(result.get("claim_key") or result["claim_id"]), mapping)
    if claim is None:
        return {"why_not": "the claim file does not have this claim any more"}
    answers = answers_of(library, columns, folders.given(data, job.id, job.asked, "answers"))
    if answers is not None:
        claim = answers.merged(claim)
    at = line_at(claim, result["line"])
    if at is None:
        return {"why_not": "the claim file does not have this line any more"}
    lines = claim.num_rows
    claim, at = of_one_case(claim, at, library.vocabulary)
    case = with_place(case_of(claim, [library]), claim, at)
    # As in a file, a code that does not exist on the day is unknown, and no reason to refuse the case.
    read = library.cases.read(Source("case", json.loads(json.dumps(case, default=str))), typed=True)
    found = decide(library, read, as_of(job), held.schedules_of([read]))
    facts = library.vocabulary.facts
    shown, withheld = split(pairs_of(case, facts), facts)
    differences = _differences(found.lines[at], result)
    return {
        "line": found.lines[at],
        "at": at + 1,
        "lines": lines,
        "set_apart": lines - claim.num_rows,
        "payment": _payment(found, at),
        "given": [{"fact": name, "value": value} for name, value in shown],
        "withheld": sorted({name.partition(".")[0] for name in withheld}),
        "differences": differences,
        "safety": found.safety,
        "clauses": cited(library, asdict(found.lines[at])),
        "case": address_of(case, facts),
        "looks_back": bool(job.asked.get("history")) or bool(read.history),
        "day": result.get("service_date") or str(found.service_date),
    }


def _differences(line: Line, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where the line alone is told otherwise than the run told it."""
    first = line.denial
    alone: dict[str, str | None] = {
        "status": line.status,
        "finding": line.finding,
        "rule": line.rule,
        "clauses": " ".join(line.clauses) or None,
        "group_code": first.group if first else None,
        "carc": first.carc if first else None,
        "rarc": (" ".join(first.rarc) or None) if first else None,
        "needs": " ".join(line.needs) or None,
        "edits": " ".join(sorted({one.edit for one in line.edits if not one.passes})) or None,
    }
    told = {name: result.get(name) for name in HELD_AGAINST}
    told["edits"] = " ".join(sorted((told["edits"] or "").split())) or None
    return [{"what": name, "run": told[name], "now": alone[name]} for name in HELD_AGAINST if told[name] != alone[name]]


def _payment(found: Determination, at: int) -> list[dict[str, Any]]:
    """What Medicare would pay for the line alone, by component."""
    if found.payment is None:
        return []
    coded = [index for index, line in enumerate(found.lines) if line.code]
    mine = coded.index(at) if at in coded else -1
    return [
        {"component": one.component, "allowed": one.allowed, "payer": one.payer, "patient": one.patient,
         "why": one.why, "place": one.place, "release": one.release}
        for one in found.payment.lines
        if one.line == mine
    ]  # fmt: skip
