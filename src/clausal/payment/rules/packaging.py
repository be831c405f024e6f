"""What a hospital's claim packages: status N always, Q1, Q2 and Q4 beside other services of the claim.

Q1: beside S, T or V; a visit or an image that may be paid otherwise (J2, Q3) counts as V or S here, which it is when
it is paid by itself. Q2: beside T. Of several Q1 and Q2 without these the costliest alone is paid, one unit of it. Q4
(laboratory): beside J1, J2, S, T, V, Q1, Q2 or Q3, and else by another fee schedule. Source: Addendum D1; Medicare
Claims Processing Manual, chapter 4, section 10.4; chapter 16, section 30.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clausal.payment.rules.multiple_surgery import rank
from clausal.schedules.lines import Bools, Ints, Lines


@dataclass(frozen=True)
class Statuses:
    """For each line whether its status is one of those that packaging asks about, and it is not ruled out otherwise."""

    always: Bools
    q1: Bools
    q2: Bools
    q4: Bools
    t: Bools
    s_or_v: Bools
    q3_or_j2: Bools
    j1: Bools


@dataclass(frozen=True)
class Packaged:
    """Lines that are packaged, and those paid alone of several that would be, for one unit."""

    packaged: Bools
    alone: Bools


def of_claims(lines: Lines, of: Statuses, worth: Ints) -> Packaged:
    """What each claim packages, apart from what comprehensive services take in."""
    packaged = of.always.copy()
    alone = np.zeros(len(lines), dtype=bool)
    if not (of.q1 | of.q2 | of.q4).any():
        return Packaged(packaged, alone)

    def beside(which: Bools) -> Bools:
        return np.isin(lines.claim, lines.claim[which])

    packaged |= of.q1 & beside(of.s_or_v | of.t | of.q3_or_j2)
    packaged |= of.q2 & beside(of.t)
    packaged |= of.q4 & beside(of.q1 | of.q2 | of.t | of.s_or_v | of.q3_or_j2 | of.j1)
    left = np.flatnonzero((of.q1 | of.q2) & ~packaged)
    if len(left):
        ranked = rank(lines, left, lines.claim[left], worth[left], lines.units[left], limit=None)
        alone[left[ranked.full > 0]] = True
        packaged[left[ranked.full == 0]] = True
    return Packaged(packaged, alone)
