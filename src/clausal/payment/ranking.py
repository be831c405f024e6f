"""Multiple procedures: rank the units of a group by amount; the first in full, the next ones in part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clausal.schedules.lines import Bools, Ints, Lines, bits

PAID = 5
"""Procedures of a day beyond this many are priced by report."""


TOP = 2**31
"""No unit is priced at this many cents; groups are numbered below it too."""


@dataclass(frozen=True)
class Ranked:
    """How many units of a line are paid in full, at half, and beyond the limit."""

    full: Ints
    half: Ints
    beyond: Ints


def rank(of: Lines, amount: Ints, units: Ints, applies: Bools, *, limit: int | None = PAID) -> Ranked:
    """Rank each unit on its own within its group, the costliest first.

    Lines that the rule does not apply to are paid in full for every unit. Equal amounts are ranked by code,
    modifiers and charge, so that the order of lines does not matter.
    """
    full = np.where(applies, 0, units)
    half = np.zeros_like(units)
    beyond = np.zeros_like(units)
    lines = np.flatnonzero(applies & (units > 0))
    if not len(lines):
        return Ranked(full, half, beyond)
    order = lines[_order(of, amount, units, lines)]
    group = of.group
    counted = np.cumsum(units[order])
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = group[order][1:] != group[order][:-1]
    base = np.maximum.accumulate(np.where(is_first, counted - units[order], 0))
    before = counted - units[order] - base
    most = np.iinfo(np.int64).max if limit is None else limit
    first = (before == 0).astype(np.int64)
    paid = np.clip(np.minimum(before + units[order], most) - before, 0, None)
    full[order] = np.minimum(first, paid)
    half[order] = paid - full[order]
    beyond[order] = units[order] - paid
    return Ranked(full, half, beyond)


def _order(of: Lines, amount: Ints, units: Ints, lines: Ints) -> Ints:
    """The lines by group and falling amount; only where amounts are equal are code, modifiers and units looked at.

    A line of one side comes after lines without a side, right before left: so a second side that joins a first one, and
    gives up its own rank for that, moves no other line up.
    """
    key = of.group[lines] * TOP + (TOP - 1 - amount[lines])
    order = np.argsort(key, kind="stable")
    equal = np.flatnonzero(key[order][1:] == key[order][:-1])
    if len(equal):
        tied = np.union1d(equal, equal + 1)
        chosen = lines[order[tied]]
        by_name = np.argsort(np.argsort(np.array(of.codes)))[of.code[chosen]]
        sides = of.modifiers[chosen] & bits("RT", "LT")
        rest = of.modifiers[chosen] & ~bits("RT", "LT")
        again = np.lexsort(
            (units[chosen], of.charge[chosen], rest, sides == bits("LT"), by_name, sides > 0, key[order[tied]])
        )
        order[tied] = order[tied][again]
    return order
