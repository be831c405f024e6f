"""Lines that look back at others of the same file: concluded again, until no more of them settles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from clausal.columns.deriving import Derived
from clausal.columns.encode import Ids
from clausal.columns.gathering import MAY, NO, SURELY, Around, Gatherer
from clausal.columns.given import Given
from clausal.columns.numbering import UNMET

Lines = npt.NDArray[np.intp]
COUNTING = {"covered": SURELY, "not-covered": NO}
"""Whether a line of a status counts as an earlier service; of the others it is not known."""
FEWER = 0.7
"""With what share of the lines waiting what counts for the others is left out."""


def settle(
    derived: Derived,
    gatherers: Sequence[Gatherer],
    given: Given,
    around: Around,
    conclude: Callable[[Derived, Lines], Ids],
    status: Callable[[int], str],
) -> Ids:
    """Conclude lines of which one may count for another: for each of all lines the index of its conclusion.

    A line that may have been paid may count. Once it is settled as covered it does, and as not covered it does not;
    that only narrows what is known of the lines after it, so what was settled before stays. `conclude` takes what is
    derived of some lines, and these; `status` tells that of a conclusion.
    """
    concluded = np.zeros(derived.count, dtype=np.int32)
    bearing = [one for one in gatherers if derived.bears(one.fact)]
    looking = {one.fact: one.looking(derived, given, around) for one in bearing}
    before = {one.fact: np.full(len(around.targets), UNMET, dtype=np.int32) for one in bearing}
    is_open = np.ones(len(around.targets), dtype=bool)
    which = np.arange(len(around.targets))
    count = len(which)
    while len(which):
        changed, still_open = np.zeros((2, len(which)), dtype=bool)
        for one in bearing:
            ends, can_change = one.ends(looking[one.fact], around, which)
            changed |= ends != before[one.fact][which]
            still_open |= can_change
            before[one.fact][which] = ends
        is_open[which] = still_open
        which = which[changed]
        lines = around.targets[which]
        of_lines = derived.of(lines)
        for one in gatherers:
            of_lines.take(one, before[one.fact][which] if one.fact in before else 0)
        concluded[lines] = conclude(of_lines, lines)
        of_patients = np.zeros(int(around.patient.max(initial=0)) + 1, dtype=bool)
        of_patients[around.patient[_counted(concluded, lines, around, status)]] = True
        whose = around.patient[around.targets]
        which = np.flatnonzero(is_open & (whose >= 0) & of_patients[whose])
        if len(which) < FEWER * count:
            # A patient of whom no line is waiting, none will: what else counts of them matters no more.
            count = len(which)
            of_patients[:] = False
            of_patients[whose[which]] = True
            for name, seen in looking.items():
                patients = around.patient[seen.events]
                looking[name] = seen.narrowed((patients >= 0) & of_patients[patients])
    return concluded


def _counted(concluded: Ids, lines: Lines, around: Around, status: Callable[[int], str]) -> Lines:
    """Note which lines are settled, as covered or not; those of known patients, which may count for others."""
    waiting = lines[(around.counts[lines] == MAY) & (around.patient[lines] >= 0)]
    met, inverse = np.unique(concluded[waiting], return_inverse=True)
    counts = np.array([COUNTING.get(status(one), MAY) for one in met.tolist()], dtype=np.int8)[inverse]
    around.counts[waiting] = counts
    found: Lines = waiting[counts != MAY]
    return found
