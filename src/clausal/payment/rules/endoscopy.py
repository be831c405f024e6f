"""Endoscopies of one family: the costliest in full, of the others what they are worth beyond their base endoscopy.

Indicator 3 and the base code of the file. The base endoscopy itself, beside another of its family, is not paid apart.
A family is then one procedure among those of the day: in full, or at half. Source: Medicare Claims Processing Manual,
chapter 12, section 40.6.C; chapter 23, MPFSDB layout, field 21.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clausal.payment.rules.multiple_surgery import rank
from clausal.schedules.lines import Ints, Lines, numbered


@dataclass(frozen=True)
class Families:
    """The lines of families of several endoscopies. Amounts in cents, before the family is ranked among procedures."""

    line: Ints
    family: Ints
    """The number of each line's family."""
    full: Ints
    """How many units of it are paid in full: 1 of the costliest."""
    more: Ints
    """How many are paid what they are worth beyond the base."""
    beyond_base: Ints
    """What such a unit is worth."""
    amount: Ints
    top: Ints
    """Of each family the line that stands for it."""
    group: Ints
    worth: Ints
    """Of each family, in order of its number, its practitioner's day and its amount."""

    def __bool__(self) -> bool:
        return bool(len(self.line))


NONE = Families(*(np.zeros(0, dtype=np.int64) for _ in range(9)))


def families(lines: Lines, at: Ints, base: Ints, is_base: Ints, unit: Ints, base_fee: Ints) -> Families:
    """The families of the lines `at`, each with the number of its base code, whether it is that code, and its unit.

    `base_fee` is what the base endoscopy is worth on the line. A lone endoscopy is no family.
    """
    if not len(at):
        return NONE
    family = numbered(lines.group[at], base)
    related = np.bincount(family, weights=np.where(is_base, 0, lines.units[at])).astype(np.int64)
    every = np.bincount(family, weights=lines.units[at]).astype(np.int64)
    keep = ((related > 0) & (every > 1))[family]
    if not keep.any():
        return NONE
    at, is_base, unit, base_fee = at[keep], is_base[keep], unit[keep], base_fee[keep]
    family = np.unique(family[keep], return_inverse=True)[1].astype(np.int64)
    units = lines.units[at]
    counted = np.where(is_base, 0, units)
    ranked = rank(lines, at, family, np.where(is_base, 0, unit), counted, limit=None)
    beyond_base = np.maximum(unit - base_fee, 0)
    more = counted - ranked.full
    amount = ranked.full * unit + more * beyond_base
    total = np.bincount(family, weights=amount).astype(np.int64)
    top = np.empty(len(total), dtype=np.int64)
    group = np.empty(len(total), dtype=np.int64)
    first = np.flatnonzero(ranked.full > 0)
    top[family[first]], group[family[first]] = at[first], lines.group[at[first]]
    return Families(at, family, ranked.full, more, beyond_base, amount, top, group, total)
