"""Facts that are gathered over the lines of the claim, or over the patient's earlier services, by closed functions.

Of the lines that may count, some surely do and some do not: so the number gathered lies between two ends.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Over = Literal["of_claim", "of_history"]
CLAIM: Over = "of_claim"
HISTORY: Over = "of_history"
Function = Literal["count lines", "count days", "sum", "any", "days_since_last", "months_since_last"]
SINCE: tuple[Function, ...] = ("days_since_last", "months_since_last")
Unit = Literal["days", "weeks", "months", "years", "calendar year", "calendar month"]
HISTORY_FROM = "history_from"
"""The fact that tells from which day on all earlier services are listed."""
PATIENT = "patient"
"""The fact that tells patients apart; services of another patient never count."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days before the service within which an earlier one counts: `number` of a unit, or of the calendar so far.

    A service just `number` units before no longer counts: twelve months after a service its window is over.
    """

    unit: Unit
    number: int = 1

    def start(self, day: dt.date) -> dt.date:
        """The first day that counts, for a service of a day; the first there is where it lies before all days."""
        try:
            return self._start(day)
        except (ValueError, OverflowError):
            return dt.date.min

    def _start(self, day: dt.date) -> dt.date:
        if self.unit == "calendar year":
            return day.replace(month=1, day=1)
        if self.unit == "calendar month":
            return day.replace(day=1)
        if self.unit in ("days", "weeks"):
            return day - dt.timedelta(days=self.number * (7 if self.unit == "weeks" else 1) - 1)
        months = day.year * 12 + day.month - 1 - self.number * (12 if self.unit == "years" else 1)
        year, month = months // 12, months % 12 + 1
        last = calendar.monthrange(year, month)[1]
        ends = day.day == calendar.monthrange(day.year, day.month)[1]
        return dt.date(year, month, last if ends else min(day.day, last)) + dt.timedelta(days=1)

    def __str__(self) -> str:
        """In words: `in the 12 months before`."""
        if self.unit.startswith("calendar"):
            return f"in the {self.unit} so far"
        return f"in the {self.number} {self.unit} before"


@dataclass(frozen=True, slots=True)
class Gathered:
    """How a fact is gathered: over which lines, what of them, which of them count.

    `of` is the fact that is summed; `where` are tests of a line, as a pack writes them; `same` are facts in which a
    line agrees with the one that is decided.
    """

    over: Over
    function: Function
    of: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    same: tuple[str, ...] = ()
    within: Window | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The facts of a line that it reads."""
        return tuple(dict.fromkeys((*self.where, *self.same, *((self.of,) if self.of else ()))))

    def __str__(self) -> str:
        """In words: `days of earlier services with code 64633, same facet region, in the 12 months before`."""
        lines = "lines of the claim" if self.over == CLAIM else "earlier services"
        text = {
            "count lines": f"count of {lines}",
            "count days": f"days of {lines}",
            "sum": f"{self.of.replace('_', ' ')} of {lines}",
            "any": f"whether there are {lines}",
            "days_since_last": "days since the last of the earlier services",
            "months_since_last": "months since the last of the earlier services",
        }[self.function]
        if self.where:
            tests = (f"{name.replace('_', ' ')} {written(test)}" for name, test in self.where.items())
            text += f" with {' and '.join(tests)}"
        if names := [name for name in self.same if name != PATIENT]:
            text += f", same {' and '.join(name.replace('_', ' ') for name in names)}"
        return f"{text}, {self.within}" if self.within else text


def written(spec: Any) -> str:
    """A test as a pack writes it, in words."""
    if isinstance(spec, list):
        return ", ".join(map(written, spec))
    if isinstance(spec, dict):
        return " and ".join(f"{str(key).replace('_', ' ')} {written(value)}" for key, value in spec.items())
    return {True: "yes", False: "no"}.get(spec, str(spec)) if isinstance(spec, bool) else str(spec)
