"""Composite APCs (status Q3) and comprehensive observation (status J2): told where they may bear, and not applied.

Which codes make a composite stands in Addendum M, which is not held: several services of a day with status Q3 have no
amount. Eight hours of observation (G0378) or more with a visit of status J2, and no procedure, may be paid as APC
8011: then no line of the claim has one. Source: Addendum D1; Medicare Claims Processing Manual, chapter 4, sections
10.2.1 and 290.5.3.
"""

from __future__ import annotations

import numpy as np

from clausal.schedules.lines import Bools, Lines

OBSERVATION, HOURS = "G0378", 8


def of_several(lines: Lines, q3: Bools) -> Bools:
    """Lines of status Q3 beside another procedure of status Q3 of the same claim and day, or of several units."""
    at = np.flatnonzero(q3)
    found = np.zeros(len(lines), dtype=bool)
    if len(at):
        _, inverse = np.unique(lines.day[at], return_inverse=True)
        found[at] = (np.bincount(inverse, weights=lines.units[at]) > 1)[inverse]
    return found


def observed(lines: Lines, j2: Bools, procedure: Bools) -> Bools:
    """Lines of claims that may be paid as comprehensive observation."""
    hours = np.array([code == OBSERVATION for code in lines.codes], dtype=bool)[lines.code]
    long = hours & (lines.units_of_day >= HOURS)
    if not long.any():
        return long
    claims = np.intersect1d(lines.claim[long], lines.claim[j2])
    return np.isin(lines.claim, claims) & ~np.isin(lines.claim, lines.claim[procedure])
