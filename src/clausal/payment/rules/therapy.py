"""Therapy services of one patient and day: practice expense in full for the unit with most of it, else at half.

Indicator 5, whoever of the claim rendered them and in whatever discipline; work and malpractice stay in full. Equal
practice expense is ranked by the whole fee. Source: Medicare Claims Processing Manual, chapter 5, section 10.7 (50
percent since 2013-04-01).
"""

from __future__ import annotations

import numpy as np

from clausal.payment.parts import Part, Parts
from clausal.payment.rules.multiple_surgery import TOP, rank
from clausal.schedules.lines import Ints, Lines


def parts(lines: Lines, at: Ints, practice_expense: Ints, unit: Ints, reduced: Ints) -> Parts | None:
    """How the lines `at` are paid, given the practice expense of a unit, its fee, and its fee with half of that.

    None where no day has more units than one.
    """
    day = lines.day[at]
    if not len(at) or np.bincount(np.unique(day, return_inverse=True)[1], weights=lines.units[at]).max() < 2:
        return None
    ranked = rank(lines, at, day, np.minimum(practice_expense, TOP - 1), lines.units[at], limit=None, then=unit)
    return Parts(at, (Part("", ranked.full, unit), Part("practice expense at 50 percent", ranked.half, reduced)))
