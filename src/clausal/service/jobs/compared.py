"""The job that decides a claim file by two days of publication, and counts what changes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clausal.claims.explained import explained
from clausal.claims.impact import Job, Side, impact
from clausal.claims.impact_data import impact_data
from clausal.claims.impact_report import write_report
from clausal.claims.job import Progress
from clausal.columns.schema import input_columns
from clausal.determination.model import to_json
from clausal.documents.load import load_library
from clausal.files import replacing
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules
from clausal.service.configuration import Configuration
from clausal.service.jobs import folder as folders
from clausal.service.jobs.adjudicated import mapping_of
from clausal.store import jobs


def compared(
    configuration: Configuration, job: jobs.Job, folder: Path, progress: Callable[[Progress], None]
) -> dict[str, Any]:
    """Compare; it keeps nothing on the way, and begins anew where its worker was gone. Raises InvalidInput."""
    library = load_library(configuration.packs)
    asked = job.asked
    sides = [
        Side(library, dt.date.fromisoformat(day), f"published by {day}") for day in (asked["before"], asked["after"])
    ]
    mapping = folders.given(configuration.data, job.id, asked, "mapping")
    claims = folders.given(configuration.data, job.id, asked, "claims")
    assert claims is not None
    read = mapping_of(library, list(input_columns(library.vocabulary)), mapping)
    run = Job(claims, sides[0], sides[1], read, configuration.jobs.workers, int(asked.get("samples", 12)))
    schedules = Schedules(Store(configuration.data))
    found = impact(run, schedules, progress)
    lines = explained(found, run, schedules)
    report = folder / "report.html"
    report.unlink(missing_ok=True)
    write_report(report, found, run, lines)
    told = json.loads(to_json(impact_data(found, run, lines)))
    with replacing(folder / "impact.json") as file:
        json.dump(told, file)
    counts = {name: told[name] for name in told if name != "samples"}
    return counts | {"library": library.fingerprint}
