"""A claim file to be decided: where its results go, and how; how far a run is, and what it came to."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clausal.claims.answered import Answers
from clausal.claims.mapping import NONE, FileMapping
from clausal.claims.payers import Payer
from clausal.claims.summary import Summary
from clausal.claims.worded import Worded
from clausal.columns.options import Options
from clausal.problems import InvalidInput, Place

REJECTS, PENDING = "rejects.jsonl", "pending.jsonl"


@dataclass(frozen=True)
class Job:
    """What is to be done: a claim file, where its results go, and how."""

    input: Path
    output: Path
    options: Options
    remittance: bool = False
    """Write an 835; else results by line, as the output's name ends: Parquet, CSV or an Excel workbook."""
    mapping: FileMapping = NONE
    history: Path | None = None
    """A file of earlier services of the same patients."""
    history_mapping: FileMapping = NONE
    answers: Answers | None = None
    """Facts that the claim file lacks, by line."""
    rejects: Path | None = None
    pending: Path | None = None
    acknowledgment: Path | None = None
    claim_acknowledgment: Path | None = None
    payers: Mapping[str, Payer] = field(default_factory=dict)
    """What a payer file says of payers, by their identification; for an 835."""
    report: Path | None = None
    carried: tuple[str, ...] = ()
    """Published columns of the claims that results by line have too, after their own."""
    resume: bool = False
    force: bool = False
    workers: int = 2
    part_seconds: float = 60.0
    """How often a part is finished, from which an interrupted run is continued."""
    when: dt.datetime = field(default_factory=dt.datetime.now)

    @property
    def rejects_path(self) -> Path:
        """Where rejected lines go."""
        return self.rejects or self._beside(REJECTS)

    @property
    def pending_path(self) -> Path:
        """Where claims go that an 835 cannot tell of yet."""
        return self.pending or self._beside(PENDING)

    def _beside(self, name: str) -> Path:
        return self.output.with_name(f"{self.output.name.removesuffix('.gz').rpartition('.')[0]}.{name}")


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    lines: int
    fraction: float
    rejected: int = 0


@dataclass
class Done:
    """What a run came to."""

    summary: Summary
    unused: list[str]
    """Columns of the input that were not used."""
    order: str
    resumed_from: int
    seconds: float
    worded: Worded = field(default_factory=Worded)
    """What the names in the summary mean."""
    left: Mapping[str, int] = field(default_factory=dict)
    """Rows of the file that the mapping leaves out, by its condition."""


def check(job: Job) -> None:
    """Refuse what would replace the input or something else unasked, or could not be written in the end."""
    _check_name(job.input)
    written = {job.output, job.rejects_path, job.acknowledgment, job.claim_acknowledgment, job.report}
    if job.remittance:
        written.add(job.pending_path)
    seen = {os.path.realpath(job.input): "the input"}
    if job.history is not None:
        _check_name(job.history)
        seen[os.path.realpath(job.history)] = "the earlier services"
    answers = (job.acknowledgment, job.claim_acknowledgment, job.report)
    for path in (job.output, job.rejects_path, job.pending_path, *filter(None, answers)):
        _check_name(path)
        real = os.path.realpath(path)
        if real in seen:
            what = f"this would replace {seen[real]}"
            raise InvalidInput.at(Place(str(path)), what, "name another file")
        seen[real] = f"'{path}'"
        if not path.absolute().parent.is_dir():
            raise InvalidInput.at(Place(str(path)), "its folder does not exist", "make the folder first")
        if path in written and path.exists() and not job.force and not job.resume:
            raise InvalidInput.at(Place(str(path)), "already exists", "name another file, or use --force to replace it")


def _check_name(path: Path) -> None:
    """Refuse a name that Parquet's files cannot have."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise InvalidInput.at(Place(str(path)), "the name is not UTF-8", "give the file another name") from None
