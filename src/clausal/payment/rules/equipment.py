"""Old imaging equipment: CT without the dose standard, X-rays on film or by computed radiography cost their component.

CT: 15 percent of the technical component (since 2017); FX, film: 20 percent (since 2017); FY, computed radiography: 7
percent (2018 to 2022), then 10. Of a hospital the whole rate is cut. Source: Social Security Act,
1834(p), 1848(b)(9) and 1833(t)(16)(F); Medicare Claims Processing Manual, chapter 4, section 20.6.13.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from clausal.schedules.lines import Ints, Lines

FURTHER = (dt.date(2023, 1, 1) - dt.date(1970, 1, 1)).days
"""The day from which computed radiography costs 10 percent."""
MODIFIERS = ("CT", "FX", "FY")
RADIOLOGY = "7"
"""Codes of imaging begin so (CPT's radiology section); on others the modifiers change nothing."""


def percent(lines: Lines) -> Ints:
    """What is left of the technical component (of a hospital's rate) of each line, in percent."""
    left = np.full(len(lines), 100, dtype=np.int64)
    if not lines.has(*MODIFIERS).any():
        return left
    imaging = np.array([code.startswith(RADIOLOGY) for code in lines.codes], dtype=bool)[lines.code]
    left = np.where(lines.has("FY"), np.where(lines.date >= FURTHER, 90, 93), left)
    left = np.where(lines.has("FX"), left * 80 // 100, left)
    left = np.where(lines.has("CT"), 85, left)
    return np.where(imaging, left, 100)
