"""The changed lines of a batch counted by region: each in one of them, among other tables, or beside others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from clausal.claims.by_region import Regions
from clausal.claims.changed import BESIDE, SAMPLED_OF_REGION, OfRegion
from clausal.claims.counted import Amounts, Counted, counted
from clausal.columns.conclusion import Conclusion
from clausal.columns.kernel import claims_of
from clausal.schedules.lines import Bools, Ints

Words = tuple[list[str], npt.NDArray[np.integer[Any]]]


@dataclass(frozen=True)
class ChangedIn:
    """The lines of a batch that are counted as changed, in one order: positions, conclusions, amounts, dimensions.

    `differs` are those whose conclusion differs; the others are paid otherwise for what changes beside them.
    """

    which: Ints
    differs: Bools
    conclusions: Sequence[tuple[Conclusion, Conclusion]]
    ids: tuple[Sequence[int], Sequence[int]]
    amounts: Mapping[str, Amounts]
    dimensions: Mapping[str, Words]


def by_region(regions: Regions, batch: pa.RecordBatch, found: ChangedIn) -> tuple[dict[int, OfRegion], Ints]:
    """What is counted of each region, and the region of each line."""
    claims = claims_of(batch)
    of_claim = claims.of_line[found.which]
    region = np.full(len(found.which), BESIDE, dtype=np.int64)
    sure = np.ones(len(found.which), dtype=bool)
    told: dict[int, OfRegion] = {}
    for claim in np.unique(of_claim[found.differs]).tolist():
        begins = int(claims.first[claim])
        ends = int(claims.first[claim + 1]) if claim + 1 < len(claims.first) else batch.num_rows
        lines = batch.slice(begins, ends - begins)
        # Claims stand in order, so that the lines of one are found without looking at all.
        first, last = np.searchsorted(of_claim, [claim, claim + 1]).tolist()
        at = {int(found.which[one]) - begins: one for one in range(first, last) if found.differs[one]}
        for position, (number, is_sure) in regions.of(
            lines, {position: found.conclusions[one] for position, one in at.items()}
        ).items():
            one = at[position]
            region[one], sure[one] = number, is_sure
            sampled = told.setdefault(number, OfRegion()).sampled
            if len(sampled) < SAMPLED_OF_REGION:
                sampled.append((lines, position, found.ids[0][one], found.ids[1][one]))
    for number in np.unique(region).tolist():
        _count(told.setdefault(number, OfRegion()), np.flatnonzero(region == number), found, of_claim, sure)
    return told, region


def _count(
    told: OfRegion, mine: npt.NDArray[np.intp], found: ChangedIn, of_claim: npt.NDArray[np.intp], sure: Bools
) -> None:
    """Count some of the lines as those of a region."""
    amounts = {name: one.at(mine) for name, one in found.amounts.items()}
    for _, alike in counted(np.zeros(len(mine), dtype=np.int64), 1, amounts):
        told.counted.add(alike)
    told.claims += len(np.unique(of_claim[mine]))
    told.unsure += int((~sure[mine]).sum())
    for name, (words, of) in found.dimensions.items():
        for word, alike in counted(of[mine], len(words), amounts):
            told.by[name].setdefault(words[word], Counted()).add(alike)
