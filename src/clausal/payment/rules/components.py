"""Services whose technical and professional components are reduced apart: imaging, cardiovascular, ophthalmology.

What each of them leaves stands in its own module; this one ranks the components of a day and puts the amounts
together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clausal.payment.money import share
from clausal.payment.parts import Part, Parts
from clausal.payment.rules import cardiovascular, imaging, ophthalmology
from clausal.payment.rules.multiple_surgery import rank
from clausal.schedules.lines import Ints, Lines

RULES = (imaging, cardiovascular, ophthalmology)
"""Each with its indicator and the percent of a further technical and professional component."""


@dataclass(frozen=True)
class Components:
    """The components of the units of some lines, in cents: `technical` before the OPPS cap, and that cap of it."""

    technical: Ints
    cap: Ints
    professional: Ints


def parts(lines: Lines, at: Ints, group: Ints, rule: Ints, units: Ints, of: Components, equipment: Ints) -> Parts:
    """How the lines `at` are paid. `rule` indexes RULES (-1: none reduces); `equipment` is what old equipment leaves.

    `group` numbers what is ranked together, of one rule each.
    """
    technical, professional = (
        np.array([100, *(getattr(one, name) for one in RULES)], dtype=np.int64)[rule + 1]
        for name in ("TECHNICAL", "PROFESSIONAL")
    )
    whole = np.minimum(of.technical, of.cap)
    further = np.minimum(share(of.technical, technical, 100), of.cap)
    whole, further = share(whole, equipment, 100), share(further, equipment, 100)
    less = share(of.professional, professional, 100)
    counts = []
    for worth, leaves in ((whole, technical), (of.professional, professional)):
        reducible = np.flatnonzero((rule >= 0) & (leaves < 100) & (worth > 0))
        first = np.where(worth > 0, units, 0)
        rest = np.zeros(len(at), dtype=np.int64)
        ranked = rank(lines, at[reducible], group[reducible], worth[reducible], units[reducible], limit=None)
        first[reducible], rest[reducible] = ranked.full, ranked.half
        counts.append((first, rest))
    (tc_first, tc_rest), (pc_first, pc_rest) = counts
    return Parts(
        at,
        (
            Part("technical component", tc_first, whole),
            Part("technical component, further", tc_rest, further),
            Part("professional component", pc_first, of.professional),
            Part("professional component, further", pc_rest, less),
        ),
    )
