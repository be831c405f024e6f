"""Days, weeks, months and years from one day to another.

A month after a day is the same day of the next month, or that month's last day where it has none such: one month after
January 31 is the last of February, and so who is born on February 29 is a year old on February 28. Before the first day
the count is negative. All of these grow with the second day, and shrink as the first grows.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping

Period = Callable[[dt.date, dt.date], int]


def days(start: dt.date, end: dt.date) -> int:
    return (end - start).days


def weeks(start: dt.date, end: dt.date) -> int:
    """Full weeks."""
    return days(start, end) // 7


def full_months(start: dt.date, end: dt.date) -> int:
    """How many months are over on the second day."""
    months = (end.year - start.year) * 12 + end.month - start.month
    last = calendar.monthrange(end.year, end.month)[1]
    return months if min(start.day, last) <= end.day else months - 1


def begun_months(start: dt.date, end: dt.date) -> int:
    """How many months are over or have begun: 0 on the first day, 1 on the next, -1 on the one before."""
    if end < start:
        return -begun_months(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    last = calendar.monthrange(end.year, end.month)[1]
    return months if min(start.day, last) >= end.day else months + 1


def full_years(start: dt.date, end: dt.date) -> int:
    """How many years are over on the second day: an age, from the day of birth."""
    return full_months(start, end) // 12


def begun_years(start: dt.date, end: dt.date) -> int:
    """How many years are over or have begun: 0 on the first day, 1 on the next, -1 on the one before."""
    return -begun_years(end, start) if end < start else -(-begun_months(start, end) // 12)


PERIODS: Mapping[str, Period] = {
    "days": days,
    "weeks": weeks,
    "full_months": full_months,
    "begun_months": begun_months,
    "full_years": full_years,
    "begun_years": begun_years,
}
