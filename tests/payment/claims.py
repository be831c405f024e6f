"""How tests write a claim, and read what it is paid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clausal.payment.model import Quote
from clausal.payment.quote import quote
from clausal.schedules.lines import Lines, make_lines
from clausal.schedules.tables import Schedules

Written = tuple[str, int, tuple[str, ...]]
OFFICE, ASC, HOSPITAL = 11, 24, 22


def claim(lines: Sequence[Written], day: str = "2024-10-01", place: int = OFFICE, locality: str | None = None) -> Lines:
    return make_lines(
        [code for code, _, _ in lines],
        day=np.datetime64(day),
        units=[units for _, units, _ in lines],
        modifiers=[modifiers for _, _, modifiers in lines],
        place=place,
        locality=locality,
    )


def paid(schedules: Schedules, *lines: Written, day: str = "2024-10-01", place: int = OFFICE, left: int = 0) -> Quote:
    return quote(claim(lines, day, place), [m for _, _, m in lines], schedules, deductible_left=left)


def amounts(found: Quote, component: str = "professional") -> list[str | None]:
    return [line.allowed for line in found.lines if line.component == component]
