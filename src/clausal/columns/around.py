"""Whose the lines of a batch are, and which of them are earlier services alone, of which nothing is decided."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clausal.columns.arrays import indices
from clausal.columns.gathering import MAY, NO, NOBODY, SURELY, Around, Lines
from clausal.columns.given import Ints
from clausal.facts.case import PAID
from clausal.facts.gathered import PATIENT

EARLIER = "is_earlier"
"""The column of a batch that marks earlier services; without it all lines are to be decided."""


def patients_of(batch: pa.RecordBatch) -> Ints:
    """The number of each line's patient; NOBODY where the batch does not tell."""
    if PATIENT not in batch.schema.names:
        return np.full(batch.num_rows, NOBODY, dtype=np.int64)
    column = batch.column(PATIENT)
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    at = indices(encoded).astype(np.int64)
    nobody = np.array([one is None or one == "" for one in [*encoded.dictionary.to_pylist(), None]], dtype=bool)
    return np.where(nobody[at], NOBODY, at)


def targets_of(batch: pa.RecordBatch) -> npt.NDArray[np.bool_]:
    """Whether something is decided of each line."""
    if EARLIER not in batch.schema.names:
        return np.ones(batch.num_rows, dtype=bool)
    found: npt.NDArray[np.bool_] = ~pc.fill_null(batch.column(EARLIER), False).to_numpy(zero_copy_only=False)
    return found


def around_of(batch: pa.RecordBatch, claims: Lines, patients: Ints, runs: Lines) -> Around:
    """What is around each run of lines that are told nothing apart by; `runs` are their first lines.

    An earlier service counts unless it was denied; a line that is to be decided may have been paid.
    """
    targets = targets_of(batch)
    counts = np.where(targets, MAY, SURELY).astype(np.int8)
    if PAID in batch.schema.names:
        denied = pc.equal(batch.column(PAID), False)
        counts[pc.fill_null(denied, False).to_numpy(zero_copy_only=False)] = NO
    times = np.diff([*runs, batch.num_rows])
    return Around(claims[runs].astype(np.int64), patients[runs], times, counts[runs], np.flatnonzero(targets[runs]))
