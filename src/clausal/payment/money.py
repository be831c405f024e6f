"""Exact money: cents as 64-bit integers, rounded half-up where CMS rounds and nowhere else."""

from __future__ import annotations

import numpy as np

from clausal.schedules.lines import Ints

NONE = -1
"""An amount that there is none of: no published fee. It is never 0."""


def half_up(amount: Ints, parts: int) -> Ints:
    """`amount / parts`, rounded half-up; amounts are not negative."""
    return (2 * amount + parts) // (2 * parts)


def share(cents: Ints, numerator: Ints | int, denominator: int) -> Ints:
    """A share of an amount in cents, rounded half-up; none stays none."""
    shared = half_up(np.maximum(cents, 0).astype(np.int64) * numerator, denominator)
    return np.where(cents == NONE, NONE, shared)


def dollars(cents: int) -> str:
    """`24832` as `248.32`."""
    return f"{cents // 100}.{cents % 100:02}"
