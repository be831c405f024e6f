"""Adjudicate a claim file on one machine: read, decide batches in threads, write in order, continue a run."""

from __future__ import annotations

import collections
import json
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.compute as pc

from clausal.claims.acknowledged import acknowledge_claims
from clausal.claims.files import ClaimFile, open_claims
from clausal.claims.job import PENDING, REJECTS, Done, Job, Progress, check
from clausal.claims.journal import ANEW, Order, State
from clausal.claims.output import ParquetPart, Part, Work
from clausal.claims.patients import TWO_PATIENTS, Earlier, ahead, by_patient, looks_back, open_earlier
from clausal.claims.remit import COLUMNS as OF_REMITTANCE
from clausal.claims.remittance_part import RemittancePart
from clausal.claims.result_files import CsvPart, Format, WorkbookPart, format_of_results, write_workbook
from clausal.claims.selected import Left
from clausal.claims.sorting import sorted_by_claim
from clausal.claims.summary import FORM, Summary
from clausal.claims.whole import Apart, Watch, whole_claims
from clausal.claims.worded import worded
from clausal.claims.x12_facts import Received
from clausal.columns.around import EARLIER, targets_of
from clausal.columns.kernel import Kernel, claims_of
from clausal.columns.schema import input_columns
from clausal.documents.library import Library
from clausal.exchange.tabular.opened import LINES_AT_ONCE
from clausal.exchange.x12.acknowledge import AcknowledgmentWriter
from clausal.exchange.x12.problem import ClaimProblem
from clausal.facts.gathered import PATIENT
from clausal.problems import InvalidInput, Place
from clausal.schedules.tables import Schedules

ACKNOWLEDGMENT, WORKBOOK = "999.x12", "results.xlsx"
IN_ORDER: Order = "in order"
REMEMBERED: Order = "remembered"
SORTED: Order = "sorted"
CLAIM_ACKNOWLEDGMENT = "277ca.x12"
NOT_ANSWERED = "only an X12 file is answered by a 999 or 277CA"


def adjudicate(
    library: Library, schedules: Schedules, job: Job, progress: Callable[[Progress], None] = lambda _: None
) -> Done:
    """Decide every claim of a file. The output appears when all of it is there; raises InvalidInput for bad input."""
    started = time.monotonic()
    check(job)
    run = _Run(library, schedules, job, progress)
    try:
        run.all()
    except BaseException as error:
        run.work.leave()
        if isinstance(error, KeyboardInterrupt):
            error.add_note(_kept(run.work))
        if not isinstance(error, OSError | EOFError | pa.ArrowException | zlib.error):
            raise
        why = (getattr(error, "strerror", None) or str(error) or type(error).__name__).splitlines()[0]
        hint = "mend it and run again"
        if run.work.done:
            hint = f"{run.work.done:,} lines are done and kept in {run.work.folder}: mend it and run with --resume"
        raise InvalidInput.at(Place(f"{job.input} -> {job.output}"), f"cannot go on: {why}", hint) from error
    unused = [] if run.file.format == "x12" else run.file.layout.unused
    told = worded(library.view(job.options.as_of), run.summary)
    return Done(run.summary, unused, run.order, run.resumed_from, time.monotonic() - started, told, run.left)


def _kept(work: Work) -> str:
    """What an interrupted run leaves, and how to go on."""
    if work.is_complete:
        return f"all lines are done and kept in {work.folder}: run it again with --resume to put them in their place"
    if not work.has_kept:
        return "nothing was done that could be kept, and nothing is left"
    return f"{work.done:,} lines are done and kept in {work.folder}: run it again with --resume to go on from there"


class _Run:
    def __init__(self, library: Library, schedules: Schedules, job: Job, progress: Callable[[Progress], None]) -> None:
        self.job = job
        self._progress = progress
        self._received = Received(on_problem=self._met)
        columns = input_columns(library.vocabulary)
        if job.remittance:
            columns = [*columns, *OF_REMITTANCE]
        self._columns = columns
        self.file = self._opened()
        view = library.view(job.options.as_of)
        self._looks_back = looks_back(view) and self.file.layout.has(PATIENT)
        self._earlier = self._opened_earlier()
        self._left_of_earlier: Left = collections.Counter()
        self.work = Work(job.output, self._same(library, schedules), resume=job.resume, force=job.force)
        self._kernel = Kernel(library, schedules, job.options)
        own = [one for one in self._kernel.schema if one.name != "problem"]
        self._carried = [(one.name, one.type) for one in columns if one.name in job.carried]
        self._schema = pa.schema([*own, *self._carried])
        self._refusals: list[ClaimProblem] = []
        self.order: Order = self.work.state.order
        self._received.refused = frozenset(self.work.state.refused)
        self.resumed_from = self.work.done
        self.summary = Summary()
        self.left: Mapping[str, int] = {}

    def _opened(self) -> ClaimFile:
        found = open_claims(self.job.input, self._columns, self.job.mapping, self._received)
        answer = self.job.acknowledgment or self.job.claim_acknowledgment
        if answer and found.format != "x12":
            raise InvalidInput.at(Place(str(answer)), NOT_ANSWERED, "leave out --acknowledge, --claim-acknowledgment")
        return found

    def _opened_earlier(self) -> Earlier | None:
        job = self.job
        if job.history is None:
            return None
        if not self.file.layout.has(PATIENT):
            hint = "earlier services are found by it; name the column in a mapping file (--mapping)"
            raise InvalidInput.at(Place(str(job.input)), f"the file has no column '{PATIENT}'", hint)
        return open_earlier(job.history, self._columns, job.history_mapping)

    def _same(self, library: Library, schedules: Schedules) -> dict[str, Any]:
        """What makes a run the same as another."""
        job = self.job
        inputs = [job.input, *([job.history] if job.history else [])]
        files = [file for one in inputs for file in (sorted(one.rglob("*")) if one.is_dir() else [one])]
        tables = ("pfs", "gpci", "opps", "asc", "wage", "ptp", "mue", "addon", "zips")
        return {
            "form of summary": FORM,
            "input": [[str(file.absolute()), file.stat().st_size, file.stat().st_mtime_ns] for file in files],
            "library": library.fingerprint,
            "as-of day": str(job.options.as_of),
            "options": [job.options.derivation, job.remittance, *job.carried],
            "mapping": [str(job.mapping), str(job.history_mapping)],
            **({"answers": job.answers.digest} if job.answers else {}),
            "payers": {name: str(one) for name, one in sorted(job.payers.items())},
            "fee tables": [release.name for kind in tables for release in schedules.table(kind).releases],
        }

    def all(self) -> None:
        """Read in the order of the file; where claims lie apart, again, and in the end sorted."""
        if self.work.is_complete:
            self.summary = self._kept_summary()
            self.left = self.work.state.left
            self.work.publish(self._targets)
            return
        while True:
            self._refusals.clear()
            self._received.wrong.clear()
            try:
                with self._acknowledging():
                    self._pass()
            except Apart:
                self._again(self._next_order(), self._received.refused)
                continue
            late = frozenset(self._received.wrong) - self._received.refused
            if not late:
                break
            self._again(self.order, self._received.refused | late)
        self._acknowledge_claims()
        self.left = {**self.file.left, **self._left_of_earlier}
        if self._format == "xlsx":
            write_workbook(self.work.files(self._results), self.work.folder / WORKBOOK)
        self.work.complete(self._targets, self.left)
        self.work.publish(self._targets)

    @property
    def _targets(self) -> dict[str, Path]:
        """Where each file belongs."""
        job = self.job
        whole = WORKBOOK if self._format == "xlsx" else self._results
        found = {whole: job.output, REJECTS: job.rejects_path, PENDING: job.pending_path}
        answers = {ACKNOWLEDGMENT: job.acknowledgment, CLAIM_ACKNOWLEDGMENT: job.claim_acknowledgment}
        return {**found, **{name: path for name, path in answers.items() if path}}

    def _kept_summary(self) -> Summary:
        """The counts of the parts that are done; refused where they are not those of what the parts hold."""
        try:
            found = Summary.of_json(self.work.state.summary)
            by_status = sum(one.lines for one in found.by["status"].values())
            is_right = found.lines == by_status == self.work.done
            if self._is_parquet:
                is_right = is_right and found.lines == self.work.rows(self._results) + found.rejected
        except (KeyError, TypeError, AttributeError, ValueError):
            is_right = False
        if not is_right:
            where = Place(str(self.work.folder))
            raise InvalidInput.at(where, "the interrupted run has other counts than lines in its parts", ANEW)
        return found

    @property
    def _is_parquet(self) -> bool:
        """Whether the pieces of the output are Parquet, whose rows can be counted."""
        return self._format in ("parquet", "xlsx")

    @property
    def _results(self) -> str:
        """What the pieces of the output are called: a workbook is made of Parquet when all is there."""
        return f"results.{'parquet' if self._format == 'xlsx' else self._format}"

    @property
    def _format(self) -> Format:
        return "835" if self.job.remittance else format_of_results(self.job.output) or "parquet"

    def _again(self, order: Order, refused: frozenset[tuple[str, str]]) -> None:
        """Begin anew, knowing more of the file."""
        self.work.restart()
        self.order = order
        self._received.refused = refused
        self.resumed_from = 0
        self.file = self._opened()

    def _next_order(self) -> Order:
        """How to read a file whose claims, or patients, turned out to lie apart."""
        if not self._looks_back:
            return {IN_ORDER: REMEMBERED, REMEMBERED: SORTED}[self.order]
        if self.order == SORTED:
            hint = "every claim is of one patient, and its lines have one number of a patient"
            raise InvalidInput.at(Place(str(self.job.input)), TWO_PATIENTS, hint)
        return SORTED

    def _pass(self) -> None:
        """Read the file from its start, decide what is not done yet, and write it part by part."""
        job, done, seen = self.job, self.work.done, 0
        self.summary = self._kept_summary() if self.work.parts else Summary()
        watch = Watch(
            self._published_key if self._looks_back else self.file.layout.key,
            remembers=self.order == REMEMBERED or self._looks_back,
        )
        waiting: collections.deque[_Waiting] = collections.deque()
        writing = _Writing(self)
        pool = ThreadPoolExecutor(job.workers)
        try:
            for batch in self._whole(pool):
                own = batch.filter(pa.array(targets_of(batch))) if EARLIER in batch.schema.names else batch
                if self.order != SORTED or self._looks_back:
                    watch.see(own)
                seen += own.num_rows
                refusals, self._refusals = self._refusals, []
                if seen <= done:
                    continue
                waiting.append(_Waiting(refusals, seen, pool.submit(self._decide, batch)))
                while len(waiting) > 2 * job.workers:
                    writing.take(waiting.popleft())
                self._progress(Progress(self.summary.lines, self.file.reading.fraction(), self.summary.rejected))
            while waiting:
                writing.take(waiting.popleft())
            watch.finish()
            writing.finish(seen, self._refusals)
            self._progress(Progress(self.summary.lines, 1.0, self.summary.rejected))
        finally:
            pool.shutdown(cancel_futures=True)
            writing.abandon()

    @property
    def _published_key(self) -> str:
        """The published column that tells claims apart."""
        return "claim_key" if self.file.layout.has("claim_key") else "claim_id"

    def _whole(self, pool: ThreadPoolExecutor) -> Iterator[pa.RecordBatch]:
        lines = self.file.batches()
        if self._looks_back:
            self._left_of_earlier.clear()
            prepared = ahead(pool, self.file.layout.prepare, lines, 2 * self.job.workers)
            earlier = None
            if self._earlier:
                earlier = self._earlier.batches(self._kernel, self._published_key, self._left_of_earlier)
            return by_patient(prepared, earlier, self.work.folder, sorts=self.order == SORTED)
        if self.order == SORTED:
            lines = sorted_by_claim(lines, self.file.layout.key, self.work.folder)
        return whole_claims(lines, self.file.layout.key, LINES_AT_ONCE)

    def _decide(self, raw: pa.RecordBatch) -> _Decided:
        """What a worker does with a batch."""
        batch = raw if self._looks_back else self.file.layout.prepare(raw)
        if self.job.answers is not None:
            batch = self.job.answers.merged(batch)
        results = self._kernel(batch)
        if EARLIER in batch.schema.names:
            batch = batch.filter(pa.array(targets_of(batch)))
        summary = Summary()
        summary.add(results, len(claims_of(batch).first))
        for name, of in self._carried:
            is_there = name in batch.schema.names
            values = batch.column(name).cast(of) if is_there else pa.nulls(batch.num_rows, of)
            results = results.append_column(name, values)
        return _Decided(batch, results, summary)

    @contextmanager
    def _acknowledging(self) -> Iterator[None]:
        """Write the 999 of an X12 file while it is read: from its start each time, so that it is always whole."""
        if self.job.acknowledgment is None:
            yield
            return
        path = self.work.folder / ACKNOWLEDGMENT
        with path.open("wb") as out, AcknowledgmentWriter(out, self.job.when) as writer:
            self._received.acknowledgment = writer
            yield

    def _acknowledge_claims(self) -> None:
        """Write the 277CA of an X12 file when all of it is decided: what was rejected then is told of its claims."""
        if self.job.claim_acknowledgment is None:
            return
        path = self.work.folder / CLAIM_ACKNOWLEDGMENT
        rejects = self.work.files(REJECTS)
        acknowledge_claims(path, self.job.input, self._received.encoding, rejects, self.job.when)

    def _met(self, problem: ClaimProblem) -> None:
        if problem.fatal or problem.of_envelope:
            self._refusals.append(problem)

    def new_part(self) -> Part:
        """The next piece of the output."""
        path = self.work.path(self._results)
        if self._format in ("csv", "csv.gz"):
            return CsvPart(path, self._schema, first=not self.work.parts)
        if not self.job.remittance:
            return (WorkbookPart if self._format == "xlsx" else ParquetPart)(path, self._schema)
        number = len(self.work.parts) + 1
        return RemittancePart(path, self.work.path(PENDING), self.job.when, number, self.summary, self.job.payers)

    def finish_part(self, done: int) -> None:
        """Note that a piece of the output is finished."""
        state = State(self.summary.as_json(), self.order, tuple(sorted(self._received.refused)))
        self.work.finish_part([self._results, REJECTS, PENDING], done, state)


@dataclass(frozen=True)
class _Waiting:
    """A batch that is being decided: `seen` lines have been read with it."""

    refusals: list[ClaimProblem]
    seen: int
    decided: Future[_Decided]


@dataclass(frozen=True)
class _Decided:
    """A batch with its results, and their counts."""

    batch: pa.RecordBatch
    results: pa.RecordBatch
    summary: Summary


class _Writing:
    """Writes decided batches in order, and finishes a part from time to time."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._part: Part | None = None
        self._rejects: TextIO | None = None
        self._began = time.monotonic()

    def take(self, waiting: _Waiting) -> None:
        decided = waiting.decided.result()
        run = self._run
        part = self._begun()
        part.write(decided.batch, decided.results)
        self._reject(decided.results, waiting.refusals)
        run.summary.join(decided.summary)
        if time.monotonic() - self._began > run.job.part_seconds:
            self._end(waiting.seen)

    def finish(self, seen: int, refusals: list[ClaimProblem]) -> None:
        """The end of the file."""
        if self._part is None and (refusals or not self._run.work.parts):
            self._begun()
        if self._part is not None:
            self._reject(None, refusals)
            self._end(seen)

    def _begun(self) -> Part:
        if self._part is None:
            self._part = self._run.new_part()
            self._began = time.monotonic()
        return self._part

    def _end(self, seen: int) -> None:
        assert self._part is not None
        self._part.close()
        if self._rejects is not None:
            self._rejects.close()
        self._part = self._rejects = None
        self._run.finish_part(seen)

    def _reject(self, results: pa.RecordBatch | None, refusals: list[ClaimProblem]) -> None:
        """Lines that could not be read, and claims that an X12 file does not give whole, with the reasons."""
        self._run.summary.refuse(refusals)
        rows = [
            {"claim_id": one.claim_id, "where": one.path, "problem": one.message, "hint": one.hint} for one in refusals
        ]
        if results is not None and results.column("problem").null_count < results.num_rows:
            wrong = results.filter(pc.is_valid(results.column("problem")))
            names = ("claim_id", "claim_key", "line", "problem")
            rows.extend(wrong.select([one for one in names if one in wrong.schema.names]).to_pylist())
        if rows and self._rejects is None:
            self._rejects = self._run.work.path(REJECTS).open("w", encoding="utf-8")
        for row in rows:
            assert self._rejects is not None
            self._rejects.write(json.dumps(row) + "\n")

    def abandon(self) -> None:
        """Let go of what is not finished."""
        if self._part is not None:
            self._part.abandon()
        if self._rejects is not None:
            self._rejects.close()
