"""Therapy rendered in part by an assistant (CQ, CO): 85 percent, after other reductions and the charge, since 2022.

Source: Social Security Act, 1834(v); Medicare Claims Processing Manual, chapter 5, section 20.1.
"""

from __future__ import annotations

import datetime as dt

from clausal.schedules.lines import Bools, Lines

MODIFIERS = ("CQ", "CO")
PERCENT = 85
SINCE = (dt.date(2022, 1, 1) - dt.date(1970, 1, 1)).days


def applies(lines: Lines) -> Bools:
    """The lines that are paid so."""
    found = lines.has(*MODIFIERS)
    return found & (lines.date >= SINCE) if found.any() else found
