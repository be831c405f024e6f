"""Comprehensive services (status J1): the costliest of a claim takes in the rest of it, on whatever day.

What is paid beside it: drugs and devices of pass-through, brachytherapy, services at cost, preventive services,
services of a New Technology APC, non-opioid products, cell and gene therapies (from 2025). A pair of codes that
Addendum J lists moves the first up to a higher APC. Source: Medicare Claims Processing Manual, chapter 4, section
10.2.3; Addendum D1, status J1; Addendum J.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clausal.payment.rules.multiple_surgery import rank
from clausal.payment.rules.preventive import SERVICES
from clausal.schedules.lines import Bools, Ints, Lines

BESIDE = ("F", "G", "H", "H1", "K1", "L", "U")
"""Statuses that are paid beside a comprehensive service."""
_THERAPIES = """
    J1411 J1412 J1413 J1414 J3392 J3393 J3394 J3398 J3399 J3401 J9029 Q2041 Q2042 Q2043 Q2053 Q2054 Q2055 Q2056 Q2057
    Q2058
"""
THERAPIES = frozenset(_THERAPIES.split())
"""Cell and gene therapies, which are paid beside it from 2025 on."""
THERAPIES_SINCE = (dt.date(2025, 1, 1) - dt.date(1970, 1, 1)).days
NEW_TECHNOLOGY = ((1491, 1599), (1901, 1908))
"""The numbers of New Technology APCs."""


@dataclass(frozen=True)
class Comprehensive:
    """What comprehensive services do to a batch."""

    paid: Bools
    """The line of each claim whose comprehensive service is paid, once."""
    takes_in: Bools
    """Lines of claims that have one, that one left out."""
    others: Ints
    """Other lines of the same claims, of another code than the one that is paid."""
    beside: Ints
    """For each of them the line that is paid."""


def of_claims(lines: Lines, comprehensive: Ints, worth: Ints) -> Comprehensive:
    """Of each claim the costliest of the comprehensive lines, and what it takes in."""
    count = len(lines)
    paid, takes_in = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    empty = np.zeros(0, dtype=np.int64)
    if not len(comprehensive):
        return Comprehensive(paid, takes_in, empty, empty)
    claim = lines.claim[comprehensive]
    ranked = rank(lines, comprehensive, claim, worth[comprehensive], lines.units[comprehensive], limit=None)
    paid[comprehensive[ranked.full > 0]] = True
    takes_in = np.isin(lines.claim, claim) & ~paid
    at = np.flatnonzero(paid)
    order = at[np.argsort(lines.claim[at])]
    rest = np.flatnonzero(takes_in)
    beside = order[np.searchsorted(lines.claim[order], lines.claim[rest])] if len(rest) else empty
    differs = lines.code[rest] != lines.code[beside]
    return Comprehensive(paid, takes_in, rest[differs], beside[differs])


def is_beside(lines: Lines, of_status: Bools, apcs: Sequence[str], apc: Ints) -> Bools:
    """Lines that are paid beside a comprehensive service; `apc` is each line's index of `apcs`."""
    preventive = np.array([code in SERVICES for code in lines.codes], dtype=bool)[lines.code]
    therapy = np.array([code in THERAPIES for code in lines.codes], dtype=bool)[lines.code]
    number = [int(one) if one.isascii() and one.isdecimal() else 0 for one in apcs]
    new = np.array([any(low <= one <= high for low, high in NEW_TECHNOLOGY) for one in number], dtype=bool)[apc]
    beside: Bools = of_status | preventive | new | (therapy & (lines.date >= THERAPIES_SINCE))
    return beside
