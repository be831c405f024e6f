"""Points in time of a study, in days: which of those measured nothing is reported of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from clausal.evidence.model import DAYS

CLOSE, FAR = Decimal("0.04"), Decimal("0.1")
"""How far a time may lie from itself, as a share of it: in another unit, and if told loosely (4 weeks for a month)."""


def unreported(measured: Sequence[Decimal], reported: Iterable[Decimal]) -> list[Decimal]:
    """The times that were measured and that no reported time is, whatever the units of both.

    A time that is only roughly a measured one (4 weeks for a month) stands for it if it is none of the others.
    """
    said = set(reported)
    left = [time for time in measured if not any(_same(time, one, CLOSE) for one in said)]
    loose = [one for one in said if not any(_same(time, one, CLOSE) for time in measured)]
    return [time for time in left if not any(_same(time, one, FAR) for one in loose)]


def when(days: Decimal) -> str:
    """A time in words, in months where they are whole."""
    if days == 0:
        return "the start"
    for unit in ("months", "days"):
        number = round(days / DAYS[unit], 4)
        if number == number.to_integral_value():
            return f"{unit.removesuffix('s')} {number:.0f}"
    return f"hour {round(days / DAYS['hours'], 1).normalize():f}"


def _same(one: Decimal, other: Decimal, share: Decimal) -> bool:
    return abs(one - other) <= max(abs(one), abs(other)) * share
