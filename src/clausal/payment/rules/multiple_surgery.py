"""Multiple surgery: procedures of a day ranked by amount, the costliest in full, the next ones in part.

Indicator 2: 100, 50, 50, 50, 50 percent, beyond five by report. Indicator 1: 100, 50, 25, 25, 25 percent (no code has
had it since 2020). Source: Medicare Claims Processing Manual, chapter 12, section 40.6; chapter 23, MPFSDB layout,
field 21. Hospitals and surgical centres: the costliest in full, all others at half. Source: chapter 4, section 10.5;
14, 40.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clausal.schedules.lines import Ints, Lines

PAID = 5
"""Procedures of a day beyond this many are priced by report."""


TOP = 2**31
"""No procedure is worth this many cents; groups are numbered below it too."""


@dataclass(frozen=True)
class Ranked:
    """Of each entry how many procedures are paid in full, at half, and beyond the limit."""

    full: Ints
    half: Ints
    beyond: Ints


def rank(
    of: Lines, line: Ints, group: Ints, worth: Ints, count: Ints, *, limit: int | None = PAID, then: Ints | None = None
) -> Ranked:
    """Rank entries within their groups: `count` procedures of a `line` worth so much each, the costliest first.

    `then` is what equal worth is ranked by; entries that are equal in that too are ranked by code, modifiers, charge
    and units of their lines, so that the order of lines does not matter.
    """
    full, half, beyond = (np.zeros(len(line), dtype=np.int64) for _ in range(3))
    if not len(line):
        return Ranked(full, half, beyond)
    order = _order(of, line, group, worth, count, then)
    ordered = group[order]
    counted = np.cumsum(count[order])
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    base = np.maximum.accumulate(np.where(is_first, counted - count[order], 0))
    before = counted - count[order] - base
    most = np.iinfo(np.int64).max if limit is None else limit
    first = (before == 0).astype(np.int64)
    paid = np.clip(np.minimum(before + count[order], most) - before, 0, None)
    full[order] = np.minimum(first, paid)
    half[order] = paid - full[order]
    beyond[order] = count[order] - paid
    return Ranked(full, half, beyond)


def _order(of: Lines, line: Ints, group: Ints, worth: Ints, count: Ints, then: Ints | None) -> Ints:
    """The entries by group and falling worth; only where these are equal is anything else looked at."""
    key = group * TOP + (TOP - 1 - worth)
    order = np.argsort(key, kind="stable")
    equal = np.flatnonzero(key[order][1:] == key[order][:-1])
    if len(equal):
        tied = np.union1d(equal, equal + 1)
        chosen = order[tied]
        at = line[chosen]
        by_name = np.argsort(np.argsort(np.array(of.codes)))[of.code[at]]
        by_then = np.zeros(len(at), dtype=np.int64) if then is None else -then[chosen]
        masks = tuple(of.modifiers[at, word] for word in range(of.modifiers.shape[1]))
        again = np.lexsort((count[chosen], of.units[at], of.charge[at], *masks, by_name, by_then, key[chosen]))
        order[tied] = chosen[again]
    return order
