"""The kernel: a batch of whole claims in, a batch of results out, one row for each line, in the same order."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clausal.columns.around import around_of, patients_of, targets_of
from clausal.columns.arrays import Words, chosen, decimals
from clausal.columns.conclude import Concluder
from clausal.columns.conclusion import Conclusion
from clausal.columns.encode import BAD, Encoder, Ids, encoder, problems_of
from clausal.columns.given import ends_of
from clausal.columns.invalid import Dated, Epochs, InvalidCodes, Reading, epochs_of
from clausal.columns.options import Options
from clausal.columns.prices import Decided, Prices
from clausal.columns.schema import COMPLEMENTS, DERIVATION, MONEY, REJECTED, RESULTS, schema_of
from clausal.documents.library import Library
from clausal.facts.case import CaseReader
from clausal.facts.numbered import Numbered
from clausal.facts.vocabulary import SYSTEMS
from clausal.problems import PROBLEM
from clausal.rules.model import SERVICE_DATE
from clausal.rules.moves import Grown, Numbers
from clausal.schedules.lines import Bools, Ints
from clausal.schedules.listings import Listings
from clausal.schedules.tables import Schedules

OTHER_LINE = "another line of the claim is rejected"
"""The problem of a line that has none itself."""


@dataclass(frozen=True)
class Claims:
    """Which lines of a batch make up a claim."""

    first: npt.NDArray[np.intp]
    """The first line of each claim."""
    of_line: npt.NDArray[np.intp]
    """For each line the number of its claim."""

    def as_one(self, numbers: Numbers) -> Numbers:
        """A column by claim, if all lines of each claim have the same; else as it is."""
        if isinstance(numbers, int) or len(self.first) == len(numbers):
            return numbers
        same = numbers[1:] == numbers[:-1]
        same |= self.starts[1:]
        return numbers[self.first] if same.all() else numbers

    @cached_property
    def starts(self) -> Bools:
        """Whether each line is the first of its claim."""
        starts = np.zeros(len(self.of_line), dtype=bool)
        starts[self.first] = True
        return starts


def key_of(schema: pa.Schema) -> str:
    """The column that tells claims apart."""
    return "claim_key" if "claim_key" in schema.names else "claim_id"


def claims_of(batch: pa.RecordBatch, key: str | None = None) -> Claims:
    """The claims of a batch: runs of lines of one key. A line without one stands alone."""
    count = batch.num_rows
    starts = np.ones(count, dtype=bool)
    if count > 1:
        keys = batch.column(key or key_of(batch.schema))
        same = pc.fill_null(pc.equal(keys.slice(1), keys.slice(0, count - 1)), False)
        starts[1:] = ~same.to_numpy(zero_copy_only=False)
    return Claims(np.flatnonzero(starts), np.cumsum(starts) - 1)


class Kernel:
    """Decides batches of whole claims with one library and its fee tables, as of one day. Threads may share it."""

    def __init__(self, library: Library, schedules: Schedules, options: Options) -> None:
        self.options = options
        self.schema = schema_of([*RESULTS, DERIVATION] if options.derivation else RESULTS)
        view = library.view(options.as_of)
        self._concluder = Concluder(view)
        self._facts = view.facts
        self.prices = Prices(view, schedules, options)
        reader = CaseReader(library.vocabulary, tables=Listings(schedules))
        self._lock = lock = threading.RLock()
        self._invalid = InvalidCodes(lock)
        self._epochs = {system: Epochs(reader.standings.turns(system)) for system in SYSTEMS}
        dated = {name: Dated(name, reader.standings, epochs, self._invalid) for name, epochs in self._epochs.items()}
        self._words = {field.name: Words() for field in fields(Conclusion)}
        self._decisions = Grown(), Grown(), Grown()
        self._encoders: dict[str, Encoder] = {}
        for name, fact in view.facts.items():
            if fact.case:
                bears = name in self._concluder.numbered
                numbered = self._concluder.numbered[name] if bears else Numbered(name, lambda _: 0)
                kind = (lambda code, name=name: self._concluder.kind(name, code)) if bears else (lambda _: 0)
                self._encoders[name] = encoder(fact, reader, numbered, kind, lock, dated)

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Decide a batch whose columns have the published names and types, money in cents (`prepare`)."""
        problems = _of_the_claim(batch)
        numbers, invalid = self._encode(batch, problems)
        if not problems:
            return self._decided(batch, numbers, invalid)
        claims = claims_of(batch)
        bad = np.zeros(len(claims.first), dtype=bool)
        bad[claims.of_line[list(problems)]] = True
        kept = ~bad[claims.of_line]
        good = batch.filter(pa.array(kept))
        decided = self._decided(good, *self._encode(good, {}))
        rejected = self._rejected(batch.filter(pa.array(~kept)), problems, np.flatnonzero(~kept))
        both = pa.Table.from_batches([decided, rejected]).unify_dictionaries().combine_chunks()
        order = np.argsort(np.concatenate([np.flatnonzero(kept), np.flatnonzero(~kept)]), kind="stable")
        return both.take(pa.array(order)).combine_chunks().to_batches()[0]

    def read(self, batch: pa.RecordBatch) -> tuple[dict[str, Numbers], dict[int, str]]:
        """What is known of each fact, and why lines are to be rejected."""
        problems = _of_the_claim(batch)
        return self._encode(batch, problems)[0], problems

    def _encode(self, batch: pa.RecordBatch, problems: dict[int, str]) -> tuple[dict[str, Numbers], Numbers]:
        """What is known of each fact, and which invalid codes each line has; values that are none become problems."""
        found: dict[str, Numbers] = {}
        reading = Reading(self._epochs_of(batch))
        for name, one in self._encoders.items():
            if name not in batch.schema.names:
                if name == SERVICE_DATE:
                    _note(problems, range(batch.num_rows), f"{name} is missing")
                continue
            column = batch.column(name)
            numbers = one.numbers(column, reading)
            if name == SERVICE_DATE and column.null_count:
                which = np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))
                _note(problems, which.tolist(), f"{name} is missing")
            if numbers == BAD if isinstance(numbers, int) else numbers.size and numbers.min() == BAD:
                which = np.flatnonzero(np.broadcast_to(np.asarray(numbers), batch.num_rows) == BAD)
                for line, why in zip(which.tolist(), problems_of(column, which.tolist(), one), strict=True):
                    problems.setdefault(line, f"{name}: {why}")
            if name in self._concluder.numbered:
                found[name] = numbers
        return found, reading.invalid

    def _epochs_of(self, batch: pa.RecordBatch) -> dict[str, Numbers]:
        """For each system of codes in which stretch of days each line's day of service lies."""
        if SERVICE_DATE not in batch.schema.names:
            return dict.fromkeys(self._epochs, 0)
        return epochs_of(batch.column(SERVICE_DATE), self._epochs)

    @property
    def conclusions(self) -> Sequence[Conclusion]:
        """The distinct conclusions met so far."""
        return self._concluder.conclusions.met

    def conclude(self, batch: pa.RecordBatch, claims: Claims) -> Ids:
        """Coverage alone: the index of each line's conclusion, for a batch in which every line can be read."""
        return self.concluded(batch, claims, self._encode(batch, {})[0])

    def concluded(self, batch: pa.RecordBatch, claims: Claims, numbers: Mapping[str, Numbers]) -> Ids:
        """The index of each line's conclusion, given what is known of each fact.

        Lines that follow one another in a claim, and are told nothing apart by, are concluded as one."""
        known = {name: claims.as_one(column) for name, column in numbers.items()}
        of_lines = {name for name, one in known.items() if not isinstance(one, int) and len(one) == batch.num_rows}
        given = {name: ends_of(self._facts[name], batch) for name in self._concluder.given}
        starts = claims.starts.copy()
        whose = None
        if self._concluder.gathers(numbers):
            whose = patients_of(batch)
            starts[1:] |= whose[1:] != whose[:-1]
        for one in given.values():
            starts[1:] |= one.differ()
        for name in of_lines:
            column = np.asarray(known[name])
            starts[1:] |= column[1:] != column[:-1]
        runs = np.flatnonzero(starts)
        known |= {name: np.asarray(known[name])[runs] for name in of_lines}
        given = {name: one.of(runs) for name, one in given.items()}
        around = None if whose is None else around_of(batch, claims.of_line, whose, runs)
        concluded = self._concluder.conclude(known, len(runs), claims.of_line[runs], given, around)
        of_line: Ids = concluded[np.cumsum(starts) - 1]
        return of_line

    def _decided(self, batch: pa.RecordBatch, numbers: Mapping[str, Numbers], invalid: Numbers) -> pa.RecordBatch:
        claims = claims_of(batch)
        index = self.concluded(batch, claims, numbers)
        targets = targets_of(batch)
        if not targets.all():
            batch, index = batch.filter(pa.array(targets)), index[targets]
            invalid = invalid if isinstance(invalid, int) else invalid[targets]
            claims = claims_of(batch)
        columns = self._said(index)
        columns.update(_identity(batch, claims))
        told = np.full(batch.num_rows, invalid) if isinstance(invalid, int) else invalid
        columns["invalid_codes"] = self._invalid.words.column(told)
        columns.update(self.prices.columns(batch, claims.of_line, self._decided_by(index)))
        columns["problem"] = pa.nulls(batch.num_rows, pa.string())
        return pa.RecordBatch.from_arrays([columns[name] for name in self.schema.names], schema=self.schema)

    def decided_by(self, index: Ids) -> Decided:
        """What conclusions decide, as far as it bears on payment."""
        self._met()
        return self._decided_by(index)

    def _decided_by(self, index: Ids) -> Decided:
        covered, denied, complements = (np.asarray(one[index], dtype=bool) for one in self._decisions)
        return covered, denied, complements

    def _met(self) -> None:
        """Take note of the conclusions that are new."""
        with self._lock:
            for conclusion in self._concluder.conclusions.met[len(self._words["status"]) :]:
                for name, words in self._words.items():
                    words.append(getattr(conclusion, name))
                for of, decisions in enumerate(_decisions(conclusion)):
                    self._decisions[of].append(int(decisions))

    def _said(self, index: Ids) -> dict[str, pa.Array]:
        """The columns of the conclusions: each distinct one has its words once."""
        self._met()
        return {name: words.column(index) for name, words in self._words.items()}

    def _rejected(self, batch: pa.RecordBatch, problems: Mapping[int, str], lines: Ints) -> pa.RecordBatch:
        """The lines of claims that could not be read: with the reason, or that another line of the claim has one."""
        why = [problems.get(line, OTHER_LINE) for line in lines.tolist()]
        columns: dict[str, pa.Array] = _identity(batch, claims_of(batch))
        columns["status"] = chosen([REJECTED], np.zeros(batch.num_rows, dtype=np.int32))
        columns["problem"] = pa.array(why, pa.string())
        if "charge" in batch.schema.names:
            columns["charge"] = decimals(pc.fill_null(batch.column("charge"), -1).to_numpy(zero_copy_only=False))
        arrays = [columns.get(one.name, pa.nulls(batch.num_rows, one.type)) for one in self.schema]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def _decisions(conclusion: Conclusion) -> tuple[bool, bool, bool]:
    """Whether a line is covered, is denied, and whether the plan covers what a primary payer leaves."""
    return (
        conclusion.status == "covered" and conclusion.carc is None,
        conclusion.status == "not-covered" or (conclusion.status == "covered" and conclusion.carc is not None),
        conclusion.finding == COMPLEMENTS,
    )


def _of_the_claim(batch: pa.RecordBatch) -> dict[int, str]:
    """What is wrong in columns that are no facts: no claim id, an unknown claim type, a line that stands twice."""
    problems: dict[int, str] = {}
    if PROBLEM in batch.schema.names:
        told = batch.column(PROBLEM)
        wrong = np.flatnonzero(told.is_valid().to_numpy(zero_copy_only=False)).tolist()
        problems.update((line, str(told[line].as_py())) for line in wrong)
    missing = pc.fill_null(pc.equal(batch.column("claim_id"), ""), True)
    if pc.any(missing).as_py():
        which = np.flatnonzero(missing.to_numpy(zero_copy_only=False))
        _note(problems, which.tolist(), "claim_id is missing")
    if {SERVICE_DATE, "service_date_end"} <= set(batch.schema.names):
        before = pc.fill_null(pc.less(batch.column("service_date_end"), batch.column(SERVICE_DATE)), False)
        which = np.flatnonzero(before.to_numpy(zero_copy_only=False))
        _note(problems, which.tolist(), "service_date_end: before the date of service")
    for name in MONEY:
        if name in batch.schema.names and batch.num_rows and (pc.min(batch.column(name)).as_py() or 0) < 0:
            negative = pc.fill_null(pc.less(batch.column(name), 0), False)
            which = np.flatnonzero(negative.to_numpy(zero_copy_only=False))
            _note(problems, which.tolist(), f"{name}: less than nothing")
    if "deductible_left" in batch.schema.names:
        claims = claims_of(batch)
        left = pc.fill_null(batch.column("deductible_left"), 0).to_numpy(zero_copy_only=False)
        differs = np.flatnonzero(left != left[claims.first][claims.of_line])
        _note(problems, differs.tolist(), "deductible_left: another on the claim's first line; it is one for the claim")
    if "line" in batch.schema.names:
        for line, why in _repeated(batch).items():
            _note(problems, [line], why)
    return problems


def _note(problems: dict[int, str], lines: Iterable[int], why: str) -> None:
    """Note why lines cannot be decided; what was found first stands."""
    for line in lines:
        problems.setdefault(line, why)


def _repeated(batch: pa.RecordBatch) -> dict[int, str]:
    """Lines whose number stands twice in their claim, as when a claim is in the file twice."""
    claims = claims_of(batch)
    line = _identity(batch, claims)["line"].to_numpy(zero_copy_only=False)
    first = np.zeros(len(line), dtype=bool)
    first[claims.first] = True
    if ((line[1:] > line[:-1]) | first[1:]).all():
        return {}
    order = np.lexsort((line, claims.of_line))
    number, of = line[order], claims.of_line[order]
    again = np.flatnonzero((number[1:] == number[:-1]) & (of[1:] == of[:-1])) + 1
    return {int(order[at]): f"line {number[at]} stands twice in the claim" for at in again.tolist()}


def _identity(batch: pa.RecordBatch, claims: Claims) -> dict[str, pa.Array]:
    """The columns that tell which line a result is of."""
    count = batch.num_rows
    counted = (np.arange(count) - claims.first[claims.of_line] + 1).astype(np.int64) if count else np.zeros(0, np.int64)
    line = pa.array(counted)
    if "line" in batch.schema.names:
        line = pc.coalesce(batch.column("line"), line)
    key = batch.column("claim_key") if "claim_key" in batch.schema.names else pa.nulls(count, pa.string())
    return {"claim_id": batch.column("claim_id").cast(pa.string()), "claim_key": key.cast(pa.string()), "line": line}
