"""Whole numbers and days as a claim file gives them, for facts that others are computed from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clausal.facts.knowledge import Knowledge, Origin, Point, between
from clausal.facts.vocabulary import Fact
from clausal.rules.computation import bounds_of

Ints = npt.NDArray[np.int64]
EPOCH = dt.date(1970, 1, 1)
LOWEST, HIGHEST = -(2**62), 2**62
"""Stand for no bound."""


@dataclass(frozen=True)
class Ends:
    """For each line the least and the greatest value that a fact can have; LOWEST and HIGHEST where none is known."""

    low: Ints
    high: Ints

    def of(self, lines: npt.NDArray[np.intp]) -> Ends:
        """Those of some lines."""
        return Ends(self.low[lines], self.high[lines])

    def differ(self) -> npt.NDArray[np.bool_]:
        """Whether each line but the first differs from the one before it."""
        found: npt.NDArray[np.bool_] = (self.low[1:] != self.low[:-1]) | (self.high[1:] != self.high[:-1])
        return found

    def is_known(self) -> npt.NDArray[np.bool_]:
        """Whether each line has a value."""
        found: npt.NDArray[np.bool_] = self.low == self.high
        return found


def is_whole(fact: Fact) -> bool:
    """Whether a fact's values are days or whole numbers."""
    return fact.type == "date" or (fact.type == "number" and fact.whole)


def ends_of(fact: Fact, batch: pa.RecordBatch) -> Ends:
    """What a batch gives of a fact; where it gives nothing, the bounds of the fact itself."""
    low, high = (as_number(one) for one in bounds_of(fact))
    count = batch.num_rows
    least, most = LOWEST if low is None else low, HIGHEST if high is None else high
    if fact.name not in batch.schema.names:
        return Ends(np.full(count, least), np.full(count, most))
    column = batch.column(fact.name)
    values = column.cast(pa.int32()).cast(pa.int64()) if fact.type == "date" else column.cast(pa.int64())
    if not column.null_count:
        found = values.to_numpy(zero_copy_only=False)
        return Ends(found, found)
    return Ends(*(pc.fill_null(values, bound).to_numpy(zero_copy_only=False) for bound in (least, most)))


def as_number(point: Point | None) -> int | None:
    """A whole number, or a day as the number of days since 1970."""
    if point is None:
        return None
    return (point - EPOCH).days if isinstance(point, dt.date) else int(point)


def knowledge(fact: Fact, low: int, high: int) -> Knowledge | None:
    """What two ends let one know of a fact."""
    return between(_point(fact, low), _point(fact, high), Origin(fact.name))


def _point(fact: Fact, number: int) -> Point | None:
    if number in (LOWEST, HIGHEST):
        return None
    return EPOCH + dt.timedelta(days=number) if fact.type == "date" else number


Given = Mapping[str, Ends]
"""The ends of facts, by line."""
