"""What a change of policy does to a claim file: it is read once, decided twice, and what differs is counted.

The two sides are two readings of policy, or one reading of services on two days. Money is worked out for the claims in
which something differs, once where both sides cap units alike.
"""

from __future__ import annotations

import collections
import datetime as dt
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clausal.amounts import Sum
from clausal.claims.as_case import case_of
from clausal.claims.by_region import Regions
from clausal.claims.changed import AMOUNTS, DIMENSIONS, Impact, OfRegion, Sample
from clausal.claims.changed_lines import ChangedLines
from clausal.claims.counted import Amounts, Counted, counted
from clausal.claims.files import ClaimFile, open_claims
from clausal.claims.job import Progress
from clausal.claims.mapping import NONE as AS_NAMED
from clausal.claims.mapping import FileMapping
from clausal.claims.on_day import on_day
from clausal.claims.region_counts import ChangedIn, by_region
from clausal.claims.run import IN_ORDER, REMEMBERED, SORTED
from clausal.claims.sorting import sorted_by_claim
from clausal.claims.summary import NONE
from clausal.claims.whole import Apart, Watch, whole_claims
from clausal.claims.x12_facts import Received
from clausal.columns.arrays import indices
from clausal.columns.encode import Ids
from clausal.columns.kernel import Claims, Kernel, claims_of
from clausal.columns.options import Options
from clausal.columns.schema import Column, input_columns
from clausal.documents.library import Library
from clausal.exchange.tabular.opened import LINES_AT_ONCE
from clausal.exchange.x12.problem import ClaimProblem
from clausal.payment.money import NONE as NO_MONEY
from clausal.problems import InvalidInput, Place
from clausal.rules.model import SERVICE_DATE
from clausal.schedules.lines import Bools, Ints
from clausal.schedules.tables import Schedules

MOST_SAMPLED = 2_000
"""Of how many kinds of change a line is kept."""
DECIDES = (
    "status", "finding", "denial", "carc", "rarc", "group_code", "authorization", "decided_by", "documents", "approved",
)  # fmt: skip
"""What of a conclusion is an answer; `needs` is what is asked, rule and clauses what it rests on."""


@dataclass(frozen=True)
class Side:
    """One of the two readings of policy: a library, as of a day.

    With a `day` each line is decided as if its service had been on it; it is paid by its own day all the same, so that
    what differs in money is what is decided, and no difference of fee tables.
    """

    library: Library
    as_of: dt.date
    label: str
    day: dt.date | None = None


@dataclass(frozen=True)
class Job:
    """A claim file and the two readings to decide it by."""

    input: Path
    before: Side
    after: Side
    mapping: FileMapping = AS_NAMED
    workers: int = 2
    samples: int = 12
    lines: Path | None = None
    """Where every changed line is written, as CSV, with its region; for a comparison by region."""


def impact(
    job: Job,
    schedules: Schedules,
    progress: Callable[[Progress], None] = lambda _: None,
    regions: Regions | None = None,
) -> Impact:
    """Compare the two readings over a claim file, by region where these are given; raises InvalidInput."""
    started = time.monotonic()
    columns = _columns(job)
    kernels = tuple(Kernel(side.library, schedules, Options(side.as_of)) for side in (job.before, job.after))
    order, refused = IN_ORDER, frozenset[tuple[str, str]]()
    while True:
        refusals: list[ClaimProblem] = []
        received = Received(on_problem=refusals.append, refused=refused)
        try:
            file = open_claims(job.input, columns, job.mapping, received)
            with tempfile.TemporaryDirectory() as folder:
                found = _pass(job, kernels, file, order, Path(folder), progress, regions)
        except Apart:
            order = {IN_ORDER: REMEMBERED, REMEMBERED: SORTED}[order]
            continue
        except (OSError, EOFError, pa.ArrowException, zlib.error) as error:
            why = (getattr(error, "strerror", None) or str(error) or type(error).__name__).splitlines()[0]
            raise InvalidInput.at(Place(str(job.input)), f"cannot go on: {why}") from error
        late = frozenset(received.wrong) - refused
        if not late:
            found.left = dict(file.left)
            found.refused_claims = len({(one.st_control, one.claim_id) for one in refusals if one.fatal})
            found.envelope_problems = sum(one.of_envelope and not one.fatal for one in refusals)
            found.seconds = time.monotonic() - started
            return found
        refused |= late


def _columns(job: Job) -> list[Column]:
    """The columns that either side knows; a fact of one name must be of one type."""
    by_name = {column.name: column for column in input_columns(job.before.library.vocabulary)}
    for column in input_columns(job.after.library.vocabulary):
        known = by_name.get(column.name)
        if known is not None and known.type != column.type:
            message = f"fact '{column.name}' is of another type before ({known.type}) and after ({column.type})"
            raise InvalidInput.at(Place(job.after.label), message, "give the new fact another name")
        by_name[column.name] = column
    return list(by_name.values())


def _pass(
    job: Job,
    kernels: Sequence[Kernel],
    file: ClaimFile,
    order: str,
    folder: Path,
    progress: Callable[[Progress], None],
    regions: Regions | None,
) -> Impact:
    """Read the file once."""
    run = _Compare(kernels, file, (job.before.day, job.after.day), regions, job.lines)
    watch = Watch(file.layout.key, remembers=order == REMEMBERED)
    waiting: collections.deque[Future[_Part]] = collections.deque()
    pool = ThreadPoolExecutor(job.workers)
    try:
        for batch in _whole(file, order, folder):
            if order != SORTED:
                watch.see(batch)
            waiting.append(pool.submit(run.compare, batch))
            while len(waiting) > 2 * job.workers:
                run.take(waiting.popleft().result())
                progress(Progress(run.found.lines, file.reading.fraction()))
        while waiting:
            run.take(waiting.popleft().result())
        watch.finish()
        progress(Progress(run.found.lines, 1.0))
    finally:
        pool.shutdown(cancel_futures=True)
        run.close()
    return run.told(job)


def _whole(file: ClaimFile, order: str, folder: Path) -> Iterator[pa.RecordBatch]:
    lines = file.batches()
    if order == SORTED:
        lines = sorted_by_claim(lines, file.layout.key, folder)
    return whole_claims(lines, file.layout.key, LINES_AT_ONCE)


Pair = tuple[int, int]


@dataclass
class _Part:
    """What a batch came to; pairs of conclusions by their numbers."""

    lines: int
    claims: int
    unreadable: tuple[int, int, int]
    pairs: dict[Pair, Counted]
    resting: Counted
    asking: Counted
    by: dict[str, dict[str, Counted]]
    samples: dict[Pair, tuple[pa.RecordBatch, int]]
    """A changed claim, and the position of a changed line in it."""
    by_region: dict[int, OfRegion] = field(default_factory=dict)
    written: list[dict[str, Any]] = field(default_factory=list)


class _Compare:
    def __init__(
        self,
        kernels: Sequence[Kernel],
        file: ClaimFile,
        days: tuple[dt.date | None, dt.date | None],
        regions: Regions | None,
        lines: Path | None,
    ) -> None:
        self.before, self.after = kernels
        self._days = days
        self._regions = regions
        self._lines = ChangedLines(lines, regions.library) if lines and regions else None
        self.found = Impact()
        self._file = file
        self._one_price = self.before.prices.limits == self.after.prices.limits
        self._kinds: dict[Pair, int] = {}
        self._pairs: dict[Pair, Counted] = {}
        self._sampled: dict[Pair, tuple[pa.RecordBatch, int]] = {}

    def compare(self, raw: pa.RecordBatch) -> _Part:
        """Decide a batch by both sides, and count what differs. Threads may share this."""
        batch = self._file.layout.prepare(raw)
        claims = claims_of(batch)
        dated = [on_day(batch, day) for day in self._days]
        both = [kernel.read(one) for kernel, one in zip((self.before, self.after), dated, strict=True)]
        counts = batch.num_rows, len(claims.first)
        unreadable = (0, 0, 0)
        if any(problems for _, problems in both):
            bad = np.zeros((2, len(claims.first)), dtype=bool)
            for side, (_, problems) in enumerate(both):
                bad[side][claims.of_line[list(problems)]] = True
            of_line = bad[:, claims.of_line]
            unreadable = (int(of_line[0].sum()), int(of_line[1].sum()), int(of_line.any(axis=0).sum()))
            batch = batch.filter(pa.array(~of_line.any(axis=0)))
            claims = claims_of(batch)
            dated = [on_day(batch, day) for day in self._days]
            both = [kernel.read(one) for kernel, one in zip((self.before, self.after), dated, strict=True)]
        part = _Part(*counts, unreadable, {}, Counted(), Counted(), {name: {} for name in DIMENSIONS}, {})
        if not batch.num_rows:
            return part
        ids = [
            kernel.concluded(one, claims, numbers)
            for kernel, one, (numbers, _) in zip((self.before, self.after), dated, both, strict=True)
        ]
        self._count(part, batch, claims, ids[0], ids[1])
        return part

    def _count(self, part: _Part, batch: pa.RecordBatch, claims: Claims, before: Ids, after: Ids) -> None:
        joint = before.astype(np.int64) << 32 | after.astype(np.int64)
        distinct, first, of_line = np.unique(joint, return_index=True, return_inverse=True)
        kinds = np.array([self._kind(int(one >> 32), int(one & 0xFFFFFFFF)) for one in distinct], dtype=np.int8)
        if not kinds.any() and self._one_price:
            return
        kind = kinds[of_line]
        touched = np.full(len(claims.first), not self._one_price)
        touched[claims.of_line[kind == CHANGED]] = True
        charge = _cents(batch, "charge")
        for alike, of_kind in ((part.resting, kind == RESTS), (part.asking, kind == ASKS)):
            charged = charge[of_kind & (charge != NO_MONEY)]
            alike.add(Counted(int(of_kind.sum()), {"charge": Sum(int(charged.sum()), len(charged))}))
        if not touched.any():
            return
        lines = np.flatnonzero(touched[claims.of_line])
        some = batch.take(pa.array(lines))
        self._money(part, some, before[lines], after[lines], kind[lines] == CHANGED)
        for number in np.flatnonzero(kinds == CHANGED).tolist():
            pair = int(distinct[number] >> 32), int(distinct[number] & 0xFFFFFFFF)
            if pair not in self._sampled and len(part.samples) < MOST_SAMPLED:
                claim = int(claims.of_line[first[number]])
                begins = int(claims.first[claim])
                ends = int(claims.first[claim + 1]) if claim + 1 < len(claims.first) else batch.num_rows
                part.samples[pair] = batch.slice(begins, ends - begins), int(first[number]) - begins

    def _kind(self, before: int, after: int) -> int:
        """Whether two conclusions differ in what they say, what they need, what they rest on, or in nothing."""
        known = self._kinds.get((before, after))
        if known is None:
            one, other = self.before.conclusions[before], self.after.conclusions[after]
            known = SAME if one == other else RESTS
            if (one.needs, one.needs_are) != (other.needs, other.needs_are):
                known = ASKS
            if any(getattr(one, name) != getattr(other, name) for name in DECIDES):
                known = CHANGED
            self._kinds[before, after] = known
        return known

    def _money(self, part: _Part, batch: pa.RecordBatch, before: Ids, after: Ids, changed: Bools) -> None:
        """Count changed lines; so are lines of the same claims that are paid otherwise for what changes beside them."""
        of_line = claims_of(batch).of_line
        priced = self.before.prices.priced(batch, of_line)
        paid_before = self.before.prices.paid(priced, self.before.decided_by(before))
        again = priced if self._one_price else self.after.prices.priced(batch, of_line)
        paid_after = self.after.prices.paid(again, self.after.decided_by(after))
        which = np.flatnonzero(changed | (paid_before != paid_after))
        amounts = _amounts(_cents(batch, "charge")[which], paid_before[which], paid_after[which])
        joint = before[which].astype(np.int64) << 32 | after[which].astype(np.int64)
        distinct, of = np.unique(joint, return_inverse=True)
        for number, one in counted(of, len(distinct), amounts):
            part.pairs[int(distinct[number] >> 32), int(distinct[number] & 0xFFFFFFFF)] = one
        dimensions = {name: _words(batch, name, which) for name in DIMENSIONS}
        for name, (words, of) in dimensions.items():
            for number, one in counted(of, len(words), amounts):
                part.by[name].setdefault(words[number], Counted()).add(one)
        if self._regions is not None and len(which):
            ids = before[which].tolist(), after[which].tolist()
            both = [
                (self.before.conclusions[one], self.after.conclusions[other]) for one, other in zip(*ids, strict=True)
            ]
            self._by_region(part, batch, ChangedIn(which, changed[which], both, ids, amounts, dimensions))

    def _by_region(self, part: _Part, batch: pa.RecordBatch, found: ChangedIn) -> None:
        """Count the lines that are counted as changed by the region in which each lies."""
        assert self._regions is not None
        part.by_region, region = by_region(self._regions, batch, found)
        if self._lines is not None:
            part.written = self._lines.rows(batch, found.which, region, found.conclusions, found.amounts)

    def close(self) -> None:
        """Let go of the file of changed lines."""
        if self._lines is not None:
            self._lines.close()

    def take(self, part: _Part) -> None:
        """Add what a batch came to; called in order of the file."""
        found = self.found
        found.lines += part.lines
        found.claims += part.claims
        found.unreadable_before += part.unreadable[0]
        found.unreadable_after += part.unreadable[1]
        found.unreadable += part.unreadable[2]
        found.resting.add(part.resting)
        found.asking.add(part.asking)
        for pair, alike in part.pairs.items():
            self._pairs.setdefault(pair, Counted()).add(alike)
        for name, words in part.by.items():
            for word, alike in words.items():
                found.by[name].setdefault(word, Counted()).add(alike)
        for number, of_region in part.by_region.items():
            found.by_region.setdefault(number, OfRegion()).add(of_region)
        if self._lines is not None:
            self._lines.write(part.written)
        for pair, sample in part.samples.items():
            if len(self._sampled) < MOST_SAMPLED:
                self._sampled.setdefault(pair, sample)

    def told(self, job: Job) -> Impact:
        """All of it, with samples of the most frequent changes."""
        found = self.found
        for (before, after), alike in self._pairs.items():
            found.changed.add(alike)
            both = self.before.conclusions[before], self.after.conclusions[after]
            found.pairs.setdefault(both, Counted()).add(alike)
        frequent = sorted(self._sampled, key=lambda pair: (-self._pairs.get(pair, Counted()).lines, pair))
        for pair in frequent[: job.samples]:
            claim, at = self._sampled[pair]
            found.samples.append(self._sample(job, claim, at, *pair, self._pairs[pair]))
        for number, of_region in found.by_region.items():
            found.samples_by_region[number] = [
                self._sample(job, *sampled, of_region.counted) for sampled in of_region.sampled
            ]
        return found

    def _sample(self, job: Job, claim: pa.RecordBatch, at: int, before: int, after: int, like: Counted) -> Sample:
        case = case_of(claim, (job.before.library, job.after.library))
        line = claim.column("line")[at].as_py() if "line" in claim.schema.names else None
        identity = str(claim.column("claim_id")[at].as_py())
        one, other = self.before.conclusions[before], self.after.conclusions[after]
        return Sample(identity, line or at + 1, case, at, one, other, like)


SAME, RESTS, ASKS, CHANGED = 0, 1, 2, 3


def _amounts(charge: Ints, before: Ints, after: Ints) -> dict[str, Amounts]:
    """What is summed of some lines, given in cents."""
    has_before, has_after = before != NO_MONEY, after != NO_MONEY
    found = (
        Amounts.of(charge, charge != NO_MONEY),
        Amounts.of(before, has_before),
        Amounts.of(after, has_after),
        Amounts.of(after - before, has_before & has_after),
    )
    return dict(zip(AMOUNTS, found, strict=True))


def _cents(batch: pa.RecordBatch, name: str) -> Ints:
    """A column in cents, NO_MONEY where it says nothing."""
    if name not in batch.schema.names:
        return np.full(batch.num_rows, NO_MONEY, dtype=np.int64)
    found: Ints = pc.fill_null(batch.column(name), NO_MONEY).to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def _words(batch: pa.RecordBatch, name: str, which: Ints) -> tuple[list[str], npt.NDArray[np.integer[Any]]]:
    """The distinct words of a dimension, and for some lines the number of theirs."""
    if name == "month":
        days = batch.column(SERVICE_DATE).cast(pa.int32()).to_numpy(zero_copy_only=False)[which]
        months, of = np.unique(days.astype("datetime64[D]").astype("datetime64[M]"), return_inverse=True)
        return [str(month) for month in months], of
    if name not in batch.schema.names:
        return [NONE], np.zeros(len(which), dtype=np.int64)
    column = batch.column(name)
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    words = [str(word or NONE) for word in encoded.dictionary.to_pylist()]
    return [*words, NONE], indices(encoded)[which]
