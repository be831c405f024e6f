"""Lines in order of patient, with earlier services of another file among them: all of one patient in one batch."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clausal.claims.files import ClaimFile, open_claims
from clausal.claims.mapping import FileMapping
from clausal.claims.selected import Left
from clausal.claims.sorting import sorted_by
from clausal.claims.whole import Apart, decoded, whole_claims
from clausal.columns.around import EARLIER, targets_of
from clausal.columns.kernel import Kernel, claims_of, key_of
from clausal.columns.schema import Column
from clausal.documents.library import View
from clausal.exchange.tabular.opened import LINES_AT_ONCE
from clausal.facts.case import DAY, PAID
from clausal.facts.gathered import HISTORY, PATIENT
from clausal.problems import PROBLEM, InvalidInput, Place

AT_ONCE = 4 * LINES_AT_ONCE
"""Lines of a batch: what is gathered takes several passes over it, whose cost hardly grows with the batch."""
MOST_LINES = 99_999
"""Lines of one patient; more are refused, so that memory stays bounded."""
_IDENTITY = ("claim_id", "claim_key", "line")
TOGETHER = "together"
"""A column that tells which lines are to stand in one batch: those of a patient, or of a claim that names none."""
OF_EARLIER = Column(PAID, pa.bool_(), "Whether an earlier service was paid: one that was denied does not count.")
TWO_PATIENTS = "a claim has lines of two patients, or stands in the file twice"


def looks_back(view: View) -> bool:
    """Whether any fact is gathered over earlier services."""
    return any(one.gathered.over == HISTORY for one in view.gatherings.values())


def columns_of_earlier(columns: Iterable[Column]) -> list[Column]:
    """The columns of a file of earlier services: those of a claim file, of which only whose and when is needed."""
    own = [replace(one, required=one.name in (PATIENT, DAY)) for one in columns]
    return [*own, OF_EARLIER]


@dataclass(frozen=True)
class Earlier:
    """A file of earlier services."""

    file: ClaimFile

    def batches(self, kernel: Kernel, key: str, left: Left) -> Iterator[pa.RecordBatch]:
        """Its lines, ready for the kernel, each a claim of its own; those that cannot count are counted in `left`."""
        count = 0
        for raw in self.file.batches():
            prepared = self.file.layout.prepare(raw)
            names = [name for name in prepared.schema.names if name not in _IDENTITY]
            batch = pa.RecordBatch.from_pydict({name: prepared.column(name) for name in names})
            own = [f" earlier {number}" for number in range(count, count + batch.num_rows)]
            batch = batch.append_column("claim_id", pa.array(own, pa.string()))
            count += batch.num_rows
            _, problems = kernel.read(batch)
            missing = pc.fill_null(pc.equal(decoded(batch.column(PATIENT)), ""), True).to_numpy(zero_copy_only=False)
            problems |= {int(at): f"{PATIENT} is missing" for at in np.flatnonzero(missing)}
            left.update(f"earlier services: {_of_what(why)}" for why in problems.values())
            kept = np.ones(batch.num_rows, dtype=bool)
            kept[list(problems)] = False
            batch = batch.filter(pa.array(kept)).append_column(EARLIER, pa.array(np.ones(int(kept.sum()), dtype=bool)))
            yield batch if key == "claim_id" else batch.append_column(key, batch.column("claim_id"))


def _of_what(why: str) -> str:
    """What is wrong, without the value: it may tell of a patient."""
    column, colon, _ = why.partition(":")
    if not colon:
        return why
    return "a row cannot be read" if column.startswith("row ") else f"{column} cannot be read"


def open_earlier(path: Path, columns: Sequence[Column], mapping: FileMapping) -> Earlier:
    """Open a file of earlier services; raises InvalidInput where it does not tell whose they are, and when."""
    found = open_claims(path, columns_of_earlier(columns), mapping)
    if found.format == "x12":
        hint = "give earlier services as Parquet, CSV, JSON lines or XLSX"
        raise InvalidInput.at(Place(str(path)), "an X12 file is no list of earlier services", hint)
    return Earlier(found)


def by_patient(
    lines: Iterable[pa.RecordBatch], earlier: Iterable[pa.RecordBatch] | None, folder: Path, *, sorts: bool
) -> Iterator[pa.RecordBatch]:
    """Batches of all lines of patients; raises Apart where they are not in order of patient and it `sorts` not."""
    if earlier is not None:
        lines = _with_earlier(lines, earlier)
    together: Iterator[pa.RecordBatch] = map(_with_together, lines)
    if sorts or earlier is not None:
        together = sorted_by(map(_with_problem, together), _keys, folder)
    last = None
    for batch in whole_claims(together, TOGETHER, AT_ONCE, MOST_LINES, "a patient"):
        last = _in_order(batch, last)
        plain = batch.drop_columns([TOGETHER])
        if targets_of(plain).any():
            yield plain


def _with_earlier(lines: Iterable[pa.RecordBatch], earlier: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Lines, and after them earlier services; the first batch has the columns of both."""
    of_earlier = iter(earlier)
    first = next(of_earlier, None)
    for batch in lines:
        for field in first.schema if first is not None else ():
            if field.name not in batch.schema.names:
                batch = batch.append_column(field, pa.nulls(batch.num_rows, field.type))
        yield batch
    if first is not None:
        yield first
    yield from of_earlier


def _with_problem(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with a column of problems, which a later one may have."""
    if PROBLEM in batch.schema.names:
        return batch
    return batch.append_column(PROBLEM, pa.nulls(batch.num_rows, pa.string()))


def _keys(schema: pa.Schema) -> list[str]:
    return [TOGETHER, key_of(schema)]


def _with_together(batch: pa.RecordBatch) -> pa.RecordBatch:
    column = decoded(batch.column(PATIENT))
    if column.null_count or pc.any(pc.equal(column, "")).as_py():
        nobody = pc.fill_null(pc.equal(column, ""), True)
        column = pc.if_else(nobody, decoded(batch.column(key_of(batch.schema))).cast(pa.string()), column)
    return batch.append_column(TOGETHER, column)


def _in_order(batch: pa.RecordBatch, last: str | None) -> str | None:
    """The last patient of a batch; raises Apart where patients, or the lines of a claim, lie apart."""
    keys = batch.column(TOGETHER)
    before, after = keys.slice(0, len(keys) - 1), keys.slice(1)
    first, end = keys[0].as_py(), keys[len(keys) - 1].as_py()
    rises = pc.all(pc.less_equal(before, after), min_count=0).as_py()
    if not rises or (last is not None and first is not None and first <= last):
        raise Apart
    of_claims = decoded(batch.column(key_of(batch.schema)))
    if pc.count_distinct(of_claims).as_py() != len(claims_of(batch).first):
        raise Apart
    return str(end) if end is not None else last


def ahead(
    pool: ThreadPoolExecutor,
    prepare: Callable[[pa.RecordBatch], pa.RecordBatch],
    batches: Iterable[pa.RecordBatch],
    most: int,
) -> Iterator[pa.RecordBatch]:
    """Batches made ready in threads, in order, at most so many ahead."""
    waiting: collections.deque[Future[pa.RecordBatch]] = collections.deque()
    for batch in batches:
        waiting.append(pool.submit(prepare, batch))
        if len(waiting) > most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
