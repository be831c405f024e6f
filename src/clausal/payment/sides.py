"""Both sides on one day: units of an LT line that are the other side of units of an RT line of the same code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clausal.payment.money import half_up
from clausal.payment.ranking import TOP, Ranked
from clausal.schedules.lines import Bools, Ints, Lines


@dataclass(frozen=True)
class Pairs:
    """For each line how many of its units are second sides, and how many second sides of its key come before them."""

    paired: Ints
    before: Ints
    key: Ints
    right: Bools

    def __bool__(self) -> bool:
        return bool(self.paired.any())


def pairs(lines: Lines, bilateral: Bools, worth: Ints) -> Pairs:
    """Pair LT with RT units of the same code and worth where the bilateral rule applies.

    A second side takes no rank of its own. Sides that modifiers make worth different amounts are not paired.
    """
    key = lines.group * max(len(lines.codes), 1) + lines.code
    sides = bilateral & ~lines.has("50")
    is_right, is_left = lines.has("RT"), lines.has("LT")
    if not is_left.any():
        nothing = np.zeros(len(lines), dtype=np.int64)
        return Pairs(nothing, nothing, key, is_left)
    right, left = sides & is_right & ~is_left, np.flatnonzero(sides & is_left & ~is_right)
    paired, before = np.zeros(len(lines), dtype=np.int64), np.zeros(len(lines), dtype=np.int64)
    if not len(left) or not right.any():
        return Pairs(paired, before, key, right)
    key = np.unique(key, return_inverse=True)[1] * TOP + worth
    total = _sum_by(key[right], lines.units[right], key[left])
    order = left[np.lexsort((lines.units[left], lines.modifiers[left], key[left]))]
    before[order] = _running(key[order], lines.units[order])
    paired[left] = np.clip(np.minimum(total - before[left], lines.units[left]), 0, None)
    return Pairs(paired, before, key, right)


def second_sides(found: Pairs, unit: Ints, ranked: Ranked) -> tuple[Ints, Ints]:
    """What second sides are paid, and how many are: half of what their first sides are, 150 percent for the pair."""
    amount, counted = np.zeros(len(unit), dtype=np.int64), np.zeros(len(unit), dtype=np.int64)
    lines = np.flatnonzero(found.paired > 0)
    if not len(lines):
        return amount, counted
    key, right = found.key, found.right
    full = _sum_by(key[right], ranked.full[right], key[lines])
    half = _sum_by(key[right], ranked.half[right], key[lines])
    start, end = found.before[lines], found.before[lines] + found.paired[lines]
    of_full = np.clip(np.minimum(end, full) - start, 0, None)
    of_half = np.clip(np.minimum(end, full + half) - np.maximum(start, full), 0, None)
    whole = np.maximum(unit[lines], 0)
    amount[lines] = of_full * half_up(whole, 2) + of_half * half_up(half_up(whole, 2), 2)
    counted[lines] = of_full + of_half
    return amount, counted


def _sum_by(keys: Ints, values: Ints, wanted: Ints) -> Ints:
    """The sum of the values of each wanted key."""
    distinct, inverse = np.unique(keys, return_inverse=True)
    sums = np.zeros(len(distinct) + 1, dtype=np.int64)
    np.add.at(sums, inverse, values)
    place = np.searchsorted(distinct, wanted)
    place = np.where((place < len(distinct)) & (distinct[np.minimum(place, len(distinct) - 1)] == wanted), place, -1)
    return sums[place]


def _running(keys: Ints, values: Ints) -> Ints:
    """For sorted keys, the sum of the values of the same key that come before."""
    total = np.cumsum(values) - values
    is_first = np.ones(len(keys), dtype=bool)
    is_first[1:] = keys[1:] != keys[:-1]
    result: Ints = total - np.maximum.accumulate(np.where(is_first, total, 0))
    return result
