"""Departments of a hospital off its campus: PN pays 40 percent of the OPPS rate; PO does for a clinic visit (G0463).

PN: since 2018 (50 percent in 2017); PO on G0463: 40 percent since 2020 (70 in 2019). Source: Medicare Claims
Processing Manual, chapter 4, sections 20.6.11 and 20.6.12; 42 CFR 419.48; OPPS rules of 2018 to 2020.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from clausal.schedules.lines import Ints, Lines

CLINIC_VISIT = "G0463"
STATUSES = ("J1", "J2", "P", "Q1", "Q2", "Q3", "R", "S", "T", "U", "V")
"""Statuses of which PN pays less."""
SINCE = tuple((dt.date(year, 1, 1) - dt.date(1970, 1, 1)).days for year in (2018, 2020))


def percent(lines: Lines, is_of_status: np.ndarray) -> Ints:
    """What is paid of each line's rate, in percent; `is_of_status`: its status is one of STATUSES."""
    left = np.full(len(lines), 100, dtype=np.int64)
    if not lines.has("PN", "PO").any():
        return left
    left = np.where(lines.has("PN") & is_of_status, np.where(lines.date >= SINCE[0], 40, 50), left)
    visit = np.array([code == CLINIC_VISIT for code in lines.codes], dtype=bool)[lines.code]
    return np.where(lines.has("PO") & visit, np.where(lines.date >= SINCE[1], 40, 70), left)
