"""Conversion factors of the physician fee schedule: from 2026 on there are two, by the practitioner.

Relative value files carry the factor that most are paid by; `of_row` is that. Qualifying participants of advanced
alternative payment models have another one from 2026 on (42 U.S.C. 1395w-4(d)(1)(A)): the relative values are the same.

    factor(lines.date, column["cf"][row], qualifying)   # ten-thousandths of a dollar, one of each line

Source of `shipped/conversion_factors.csv`: the factor column of CMS's relative value files and the annual final rules
(2026: 33.4009, and 33.5675 for qualifying participants).
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from clausal.schedules.calendar import EPOCH
from clausal.schedules.lines import Bools, Ints

NONE = 0
"""No factor of their own for qualifying participants."""


@dataclass(frozen=True)
class Factor:
    """The factors of a stretch of days in ten-thousandths; `qualifying` is NONE where there is one for all."""

    start: dt.date
    end: dt.date
    factor: int
    qualifying: int


@cache
def factors() -> tuple[Factor, ...]:
    """The factors held, by day."""
    file = resources.files("clausal.schedules") / "shipped" / "conversion_factors.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return tuple(
        Factor(
            dt.date.fromisoformat(row["first_day"]),
            dt.date.fromisoformat(row["last_day"]),
            int(row["factor"]),
            int(row["qualifying"] or NONE),
        )
        for row in rows
    )


def factor(days: Ints, of_row: Ints, qualifying: Bools) -> Ints:
    """The factor of each line in ten-thousandths: as the row says, or a qualifying participant's own of that day.

    `days` are days of service since 1970-01-01, `of_row` the factors of the rows that apply. Before 2026, and in years
    of which no second factor is held, everybody has the row's.
    """
    if not qualifying.any():
        return of_row
    starts, own = _by_day()
    place = np.searchsorted(starts, days, side="right") - 1
    second = np.where(place < 0, NONE, own[np.maximum(place, 0)])
    return np.where(qualifying & (second != NONE), second, of_row)


def are_two(days: Ints) -> Bools:
    """Whether on each day qualifying participants have a factor of their own."""
    starts, own = _by_day()
    place = np.searchsorted(starts, days, side="right") - 1
    found: Bools = (place >= 0) & (own[np.maximum(place, 0)] != NONE)
    return found


@cache
def _by_day() -> tuple[Ints, Ints]:
    """Days on which the second factor changes, and what it is from then on."""
    turns: dict[dt.date, int] = {}
    for one in factors():
        turns[one.start] = one.qualifying
        turns.setdefault(one.end + dt.timedelta(days=1), NONE)
    days = sorted(turns)
    starts = np.array([(day - EPOCH).days for day in days], dtype=np.int64)
    return starts, np.array([turns[day] for day in days], dtype=np.int64)


def qualifying_factor(day: dt.date) -> int:
    """The factor of qualifying participants on a day; NONE where there is one factor for all, or none is held."""
    return next((one.qualifying for one in factors() if one.start <= day <= one.end), NONE)


def span_of(value: int, start: dt.date, end: dt.date) -> tuple[dt.date, dt.date]:
    """The part of a stretch of days in which a factor is in force; all of it where that is not known."""
    for one in factors():
        if one.factor == value and one.start <= end and one.end >= start:
            return max(start, one.start), min(end, one.end)
    return start, end
