"""The job that decides the lines of a claim run as of two days of service, and counts what changes by region."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clausal.claims.by_region import Regions, by_region_data
from clausal.claims.changed import OTHER
from clausal.claims.changed_lines import is_of_patient
from clausal.claims.explained import Explained, explain
from clausal.claims.impact import Job, Side, impact
from clausal.claims.impact_data import impact_data, sample_data
from clausal.claims.job import Progress
from clausal.columns.schema import input_columns
from clausal.determination.model import to_json
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.files import replacing
from clausal.problems import InvalidInput, Place
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules
from clausal.service.configuration import Configuration
from clausal.service.jobs import folder as folders
from clausal.service.jobs.adjudicated import mapping_of
from clausal.store import jobs

GONE = "the claim file of the run is gone"
COUNTED = (
    "lines", "claims", "changed", "needing_other_facts", "resting_on_other_clauses", "unreadable", "refused_claims",
    "envelope_problems", "rows_left_out", "by_plan", "by_code", "by_month", "seconds",
)  # fmt: skip
TO_KEEP = "run the file again, and choose that what is sent is kept with the run"


def counted_by_region(
    configuration: Configuration, job: jobs.Job, folder: Path, progress: Callable[[Progress], None]
) -> dict[str, Any]:
    """Count; it keeps nothing on the way, and begins anew where its worker was gone. Raises InvalidInput."""
    library, asked = load_library(configuration.packs), job.asked
    today = dt.date.fromisoformat(job.made[:10])
    first, second = (dt.date.fromisoformat(asked[name]) for name in ("from", "to"))
    claims = folders.given(configuration.data, job.id, asked, "claims")
    if claims is None or not claims.is_file():
        raise InvalidInput.at(Place("run", path="run"), GONE, TO_KEEP)
    mapping = folders.given(configuration.data, job.id, asked, "mapping")
    run = Job(
        input=claims,
        before=Side(library, today, f"services of {first}", first),
        after=Side(library, today, f"services of {second}", second),
        mapping=mapping_of(library, list(input_columns(library.vocabulary)), mapping),
        workers=configuration.jobs.workers,
        samples=0,
        lines=folder / folders.CHANGED,
    )
    schedules = Schedules(Store(configuration.data))
    regions = Regions(library, today, asked["pack"], (first, second), schedules)
    found = impact(run, schedules, progress, regions)
    samples = {
        str(number): [_shown(one, library) for one in explain(of, run, schedules)]
        for number, of in sorted(found.samples_by_region.items())
    }
    whole = impact_data(found, run, [])
    told = {name: whole[name] for name in COUNTED} | {"regions": by_region_data(found.by_region)}
    told |= {"library": library.fingerprint, "numbers": regions.numbers}
    with replacing(folder / folders.BY_REGION) as file:
        json.dump(json.loads(to_json(told | {"samples": samples})), file)
    other = found.by_region.get(OTHER)
    return {
        "lines": found.lines,
        "changed": whole["changed"],
        "other_tables": other.counted.lines if other else 0,
        "library": library.fingerprint,
    }


def _shown(one: Explained, library: Library) -> dict[str, Any]:
    """A line with both readings, and of its facts none of the patient."""
    hidden = {"patient", "history"}
    for fact in library.vocabulary.facts.values():
        if fact.case and is_of_patient(fact):
            hidden |= {fact.case[0], f"line {fact.case[-1]}"} if fact.case[0] != "lines" else {f"line {fact.case[-1]}"}
    told = sample_data(one)
    return told | {"facts": {name: text for name, text in told["facts"].items() if name not in hidden}}
