"""Both sides on one day: an RT line and an LT line of one code are one bilateral procedure, as modifier 50 is.

Indicator 1: 150 percent of one side, taken before procedures are ranked; so are two units of a code without a rank.
Indicator 3: each side in full.
Source: Medicare Claims Processing Manual, chapter 12, section 40.7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clausal.payment.money import half_up
from clausal.payment.rules.multiple_surgery import TOP
from clausal.schedules.lines import Bools, Ints, Lines

PERCENT = 1_500_000
"""Of one side's fee, in millionths."""


@dataclass(frozen=True)
class Pairs:
    """How many units of each line are one side of a pair: of RT lines the first side, of LT lines the second."""

    first: Ints
    second: Ints
    key: Ints
    """The same for lines whose sides can be paired: claim, practitioner, day, code and worth."""

    def __bool__(self) -> bool:
        return bool(self.second.any())


NONE = Pairs(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


def limited(lines: Lines, sides: Pairs, amount: Ints, lower: Bools) -> Bools:
    """Which lines are limited to their charge: of a pair both sides, if their charges in all are below its amount.

    `lower` are the lines whose charge is below their own amount.
    """
    if not sides or not (lines.charge >= 0).any():
        return lower
    whole = np.flatnonzero(((sides.first == lines.units) | (sides.second == lines.units)) & (lines.charge >= 0))
    pairs = _sum_by(sides.key[whole], lines.charge[whole]), _sum_by(sides.key[whole], amount[whole])
    charged, worth = (_of(sums, sides.key[whole]) for sums in pairs)
    result = lower.copy()
    result[whole] = charged < worth
    return result


def worth_of(unit: Ints) -> Ints:
    """What a pair is worth, given what one side is."""
    return half_up(unit * 3, 2)


def pairs(lines: Lines, bilateral: Bools, worth: Ints) -> Pairs:
    """Pair LT with RT units of the same code and worth where the bilateral rule applies."""
    none = np.zeros(len(lines), dtype=np.int64)
    is_right, is_left = lines.has("RT"), lines.has("LT")
    if not is_left.any() or not is_right.any():
        return Pairs(none, none, none)
    sides = bilateral & ~lines.has("50") & (is_right ^ is_left)
    right, left = np.flatnonzero(sides & is_right), np.flatnonzero(sides & is_left)
    if not len(right) or not len(left):
        return Pairs(none, none, none)
    key = none.copy()
    either = np.concatenate([right, left])
    of_code = lines.group[either] * max(len(lines.codes), 1) + lines.code[either]
    key[either] = np.unique(of_code, return_inverse=True)[1] * TOP + worth[either]
    first, second = none.copy(), none.copy()
    rights, lefts = (_sum_by(key[which], lines.units[which]) for which in (right, left))
    first[right] = _share(lines, key, right, _of(lefts, key[right]))
    second[left] = _share(lines, key, left, _of(rights, key[left]))
    return Pairs(first, second, key)


def second_sides(found: Pairs, full: Ints, half: Ints) -> tuple[Ints, Ints, Ints]:
    """Of LT lines with a second side: how many belong to a pair that is paid in full, and how many to one at half.

    `full` and `half` tell for each line how many pairs that it is the first side of are paid so. With the lines.
    """
    lines = np.flatnonzero(found.second > 0)
    right = np.flatnonzero(found.first > 0)
    of_full, of_half = (_of(_sum_by(found.key[right], values[right]), found.key[lines]) for values in (full, half))
    order = np.lexsort((lines, found.key[lines]))
    before = np.empty(len(lines), dtype=np.int64)
    before[order] = _running(found.key[lines][order], found.second[lines][order])
    start, end = before, before + found.second[lines]
    in_full = np.clip(np.minimum(end, of_full) - start, 0, None)
    at_half = np.clip(np.minimum(end, of_full + of_half) - np.maximum(start, of_full), 0, None)
    return lines, in_full, at_half


def _share(lines: Lines, key: Ints, which: Ints, most: Ints) -> Ints:
    """How many units of each line find a partner, if the lines of its key find so many in all."""
    order = np.lexsort((lines.units[which], lines.modifiers[which, 0], key[which]))
    before = np.empty(len(which), dtype=np.int64)
    before[order] = _running(key[which][order], lines.units[which][order])
    share: Ints = np.clip(np.minimum(most - before, lines.units[which]), 0, None)
    return share


def _sum_by(keys: Ints, values: Ints) -> tuple[Ints, Ints]:
    """The distinct keys, and the sum of the values of each."""
    distinct, inverse = np.unique(keys, return_inverse=True)
    sums = np.zeros(len(distinct), dtype=np.int64)
    np.add.at(sums, inverse, values)
    return distinct, sums


def _of(sums: tuple[Ints, Ints], wanted: Ints) -> Ints:
    """The sum of each wanted key; 0 for one that there is none of."""
    distinct, values = sums
    place = np.minimum(np.searchsorted(distinct, wanted), len(distinct) - 1)
    return np.where(distinct[place] == wanted, values[place], 0)


def _running(keys: Ints, values: Ints) -> Ints:
    """For sorted keys, the sum of the values of the same key that come before."""
    total = np.cumsum(values) - values
    is_first = np.ones(len(keys), dtype=bool)
    is_first[1:] = keys[1:] != keys[:-1]
    result: Ints = total - np.maximum.accumulate(np.where(is_first, total, 0))
    return result
