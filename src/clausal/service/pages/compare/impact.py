"""What a change does to a claim run, by region: a job that counts, its state while it runs, dollars when it is done."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from clausal.claims.changed import BESIDE, OTHER
from clausal.service.api.common import absent, actor_of, held_of, identity_of, needs, parts_of
from clausal.service.jobs import folder as folders
from clausal.service.jobs.by_region import GONE, TO_KEEP
from clausal.service.money import in_dollars
from clausal.service.pages.compare.between import day_of, pack_of
from clausal.service.pages.compare.compare import PATH, compared_data
from clausal.service.pages.compare.filters import Wanted
from clausal.service.pages.view import Shown, view
from clausal.service.problems import Refusal
from clausal.service.rendering.addresses import of_comparison
from clausal.service.roles import may
from clausal.store import jobs
from clausal.store.jobs import Job

router = APIRouter(include_in_schema=False)
AT = f"{PATH}/impact/{{run}}"
BETWEEN = ("pack", "from", "to", "run")
DIMENSIONS = ("plan", "month", "code")
MOST_LOOKED = 1000


@view(router, AT, "compare_impact.html", "impact", 404, has_table=True)
def impact(request: Request, pack: str, first: str, second: str, run: str) -> Shown:
    """Lines and dollars beside each region; before that how far the job is, or how to begin it."""
    held = held_of(request)
    found, days = pack_of(held, pack), (day_of(first), day_of(second))
    of = run_of(request, run)
    job = counting(request, found.name, days, run)
    data = compared_data(request, held, found, days, Wanted())
    counts = counts_of(request, job)
    data |= {
        "run": {"id": of.id, "made": of.made, "lines": of.lines},
        "file_is_kept": is_kept(request, of),
        "gone": {"message": GONE, "hint": TO_KEEP},
        "job": _job_data(job) if job else None,
        "counts": counts,
        "is_of_library": counts is not None and counts["library"] == held.library.fingerprint,
        "lines_at": f"/api/v1/impacts/{job.id}/files/{folders.CHANGED}" if job and counts else None,
    }
    return Shown(data, list(_rows(data)))


@router.post(AT, **needs("impact", 404, 409))
def count(request: Request, pack: str, first: str, second: str, run: str) -> Response:
    """Begin to count, where nothing counts yet; then the page shows how far it is."""
    found, days = pack_of(held_of(request), pack), (day_of(first), day_of(second))
    of, parts = run_of(request, run), parts_of(request)
    known = counting(request, found.name, days, run)
    if known is None or known.state in jobs.OVER:
        if not is_kept(request, of):
            raise Refusal(409, GONE, TO_KEEP)
        data = parts.configuration.data
        asked = dict(zip(BETWEEN, (found.name, str(days[0]), str(days[1]), run), strict=True))
        for part in ("claims", "mapping"):
            path = folders.given(data, of.id, of.asked, part)
            if path is not None:
                asked[part] = str(path)
        with parts.database.writing() as connection:
            made = jobs.make(connection, actor_of(request), "impact", asked)
        folders.make(data, made.id)
        parts.queue.put(made.id)
    return RedirectResponse(f"{of_comparison(found.name, *days)}/impact/{run}", 303)


def run_of(request: Request, number: str) -> Job:
    """A claim run for whoever may see it; Refusal where there is none."""
    person = identity_of(request).person
    with parts_of(request).database.reading() as connection:
        found = jobs.load(connection, number)
    if found is None or found.kind != "adjudication":
        raise absent("claim run")
    if found.actor != person.subject and not may(person.roles, "claims.all"):
        raise absent("claim run")
    return found


def is_kept(request: Request, run: Job) -> bool:
    """Whether the file of a run is still there."""
    path = folders.given(parts_of(request).configuration.data, run.id, run.asked, "claims")
    return path is not None and path.is_file()


def counting(request: Request, pack: str, days: tuple[dt.date, dt.date], run: str) -> Job | None:
    """The last job that counts a run between two days."""
    wanted = (pack, str(days[0]), str(days[1]), run)
    with parts_of(request).database.reading() as connection:
        found = jobs.listed(connection, "impact", most=MOST_LOOKED)
    return next((one for one in found if tuple(one.asked.get(name) for name in BETWEEN) == wanted), None)


def counts_of(request: Request, job: Job | None) -> dict[str, Any] | None:
    """What a job that is done has counted, in dollars; None before, and where its files are gone."""
    if job is None or job.state != "done":
        return None
    path = folders.folder_of(parts_of(request).configuration.data, job.id) / folders.BY_REGION
    if not path.is_file():
        return None
    told: dict[str, Any] = in_dollars(json.loads(path.read_text(encoding="utf-8")))
    regions = told["regions"]
    return told | {
        "of": {number: one for number, one in regions.items() if int(number) > 0},
        "other": regions.get(str(OTHER)),
        "beside": regions.get(str(BESIDE)),
        "other_samples": told["samples"].get(str(OTHER), []),
    }


def _job_data(job: Job) -> dict[str, Any]:
    names = ("id", "state", "made", "ended", "lines", "fraction", "problems")
    return {name: getattr(job, name) for name in names}


def _rows(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The table: for each region, and what is in none, its counts in all and by plan, month and code."""
    counts = data["counts"]
    if counts is None:
        return
    names = {str(OTHER): "other tables", str(BESIDE): "paid otherwise beside others"}
    for number, one in counts["regions"].items():
        yield {"region": names.get(number, number), "by": "all", "what": None, **_plain(one)}
        for dimension in DIMENSIONS:
            for word, alike in one[f"by_{dimension}"].items():
                yield {"region": names.get(number, number), "by": dimension, "what": word, **_plain(alike)}


def _plain(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if not isinstance(value, dict)}
