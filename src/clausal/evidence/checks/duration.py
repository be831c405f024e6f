"""`duration`: how long something lasts, said in ways that do not agree; side by side, never as one number."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from decimal import Decimal

from clausal.evidence.model import DAYS, Evidence
from clausal.evidence.ranges import Range
from clausal.evidence.statements import Duration, plain
from clausal.rules.finding import Finding

NAME = "duration"
ABOUT = Decimal("0.1")
"""Durations that differ by no more than this share are one: 90 days, 3 months, 12 weeks."""


def check(of_packs: Iterable[Evidence]) -> Iterable[Finding]:
    """Statements of one duration over all documents, where at least two exclude one another."""
    said: dict[str, list[tuple[str, Duration]]] = {}
    for evidence in of_packs:
        for one in evidence.statements.durations:
            said.setdefault(plain(one.duration), []).append((evidence.pack, one))
    for statements in said.values():
        ranges = [one.lasts for _, one in statements if one.lasts is not None]
        if any(not _agree(a, b) for a, b in itertools.combinations(ranges, 2)):
            texts = "; ".join(f"{_stated(one)} ({one.source or pack})" for pack, one in statements)
            first = statements[0][1]
            others = tuple((pack, one.place) for pack, one in statements[1:])
            yield Finding(NAME, "note", first.place, f"{first.duration} is said in different ways: {texts}", "", others)


def _stated(one: Duration) -> str:
    amount = " and ".join(str(part) for part in (one.lasts, one.rate) if part)
    return f"{one.what} {amount}".strip()


def _agree(one: Range, other: Range) -> bool:
    """Whether two statements can both be meant: each is known to `low` and `high` days, where it says so.

    Two lengths agree if one lies within the other; "up to" and "at least" have one bound, and are held against that.
    """
    (low, high), (other_low, other_high) = _days(one), _days(other)
    if high is not None and other_high is not None:
        if low is None or other_low is None:
            # The length with two bounds must not go beyond the limit; two limits must be one.
            if (low is None) == (other_low is None):
                return _same(high, other_high)
            length, limit = (other_high, high) if low is None else (high, other_high)
            return length <= limit or _same(length, limit)
        return _within((low, high), (other_low, other_high)) or _within((other_low, other_high), (low, high))
    if low is not None and other_low is not None and high is None and other_high is None:
        return _same(low, other_low)
    least, most = (low, other_high) if high is None else (other_low, high)
    return least is None or most is None or least <= most or _same(least, most)


def _days(one: Range) -> tuple[Decimal | None, Decimal | None]:
    unit = DAYS.get(one.unit, Decimal(1))
    return one.low.value * unit if one.low else None, one.high.value * unit if one.high else None


def _within(one: tuple[Decimal, Decimal], other: tuple[Decimal, Decimal]) -> bool:
    low = one[0] >= other[0] or _same(one[0], other[0])
    return low and (one[1] <= other[1] or _same(one[1], other[1]))


def _same(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= max(abs(one), abs(other)) * ABOUT
