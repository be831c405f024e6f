"""The job that decides every line of a claim file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clausal.claims.answered import Answers, read_answers
from clausal.claims.constants import allowed_by
from clausal.claims.job import Job, Progress
from clausal.claims.mapping import NONE, FileMapping, read_mapping
from clausal.claims.patients import columns_of_earlier
from clausal.claims.payers import read_payers
from clausal.claims.remit import COLUMNS
from clausal.claims.report import write_report
from clausal.claims.run import adjudicate
from clausal.claims.run_data import run_data
from clausal.columns.options import Options
from clausal.columns.schema import Column, input_columns
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.facts.source import read_source
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules
from clausal.service.configuration import Configuration
from clausal.service.jobs import folder as folders
from clausal.service.jobs.facets import CARRIED
from clausal.store import jobs


def adjudicated(
    configuration: Configuration, job: jobs.Job, folder: Path, progress: Callable[[Progress], None]
) -> dict[str, Any]:
    """Decide the file, going on from what an earlier worker kept; raises InvalidInput."""
    library = load_library(configuration.packs)
    asked, data = job.asked, configuration.data
    output = folder / folders.RESULTS[asked["output"]]
    if output.exists():
        output.unlink()  # a worker was gone between the last move and the end: the move is made again
    columns = [*input_columns(library.vocabulary), *(COLUMNS if asked["output"] == "835" else ())]
    payers = folders.given(data, job.id, asked, "payers")
    claims = folders.given(data, job.id, asked, "claims")
    assert claims is not None
    run = Job(
        input=claims,
        output=output,
        options=Options(as_of(job), bool(asked.get("derivation"))),
        remittance=asked["output"] == "835",
        mapping=mapping_of(library, columns, folders.given(data, job.id, asked, "mapping")),
        history=folders.given(data, job.id, asked, "history"),
        history_mapping=mapping_of(
            library, columns_of_earlier(columns), folders.given(data, job.id, asked, "history_mapping")
        ),
        answers=answers_of(library, columns, folders.given(data, job.id, asked, "answers")),
        acknowledgment=folder / "999.x12" if asked.get("acknowledge") else None,
        claim_acknowledgment=folder / "277ca.x12" if asked.get("acknowledge") else None,
        payers=read_payers(read_source(payers)) if payers else {},
        carried=() if asked["output"] == "835" else CARRIED,
        resume=True,
        workers=configuration.jobs.workers,
        part_seconds=configuration.jobs.part_seconds,
        when=dt.datetime.fromisoformat(job.made).replace(tzinfo=None),
    )
    done = adjudicate(library, Schedules(Store(data)), run, progress)
    report = folder / "report.html"
    report.unlink(missing_ok=True)
    write_report(report, done, run)
    told = run_data(done)
    return told | {"library": library.fingerprint, "as_of": as_of(job).isoformat()}


def mapping_of(library: Library, columns: list[Column], path: Path | None) -> FileMapping:
    """The mapping of a file; the columns' own names, if none is given."""
    return read_mapping(read_source(path), columns, allowed_by([library.cases])) if path else NONE


def answers_of(library: Library, columns: list[Column], path: Path | None) -> Answers | None:
    """The answers of a table that was filled in, if there is one."""
    if path is None:
        return None
    return read_answers(path, columns, library.vocabulary.facts, allowed_by([library.cases]))


def as_of(job: jobs.Job) -> dt.date:
    """The as-of day of a job: the day it was made, if none was given, however late it runs."""
    return dt.date.fromisoformat(job.asked.get("as_of") or job.made[:10])
