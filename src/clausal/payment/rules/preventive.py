"""Preventive services: no deductible and no coinsurance; a screening that became a treatment (PT), less coinsurance.

PT: no deductible; coinsurance of 20 percent to 2022, 15 percent from 2023, 10 percent from 2027, none from 2030.
Advance care planning (99497, 99498) is preventive with modifier 33. Source: 42 CFR 410.152(l), 410.160(b), 489.30;
Medicare Claims Processing Manual, chapter 18, section 1.2; chapter 12, section 30.1; Social Security Act, 1833(dd).
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from clausal.payment.reasons import Reason
from clausal.schedules.lines import Bools, Ints, Lines

_SERVICES = """
    G0402 G0438 G0439 G0468 G0101 G0103 G0104 G0105 G0121 G0123 G0124 G0141 G0143 G0144 G0145 G0147 G0148 G0130
    G0270 G0271 G0296 G0297 G0327 G0328 G0389 G0432 G0433 G0435 G0442 G0443 G0444 G0445 G0446 G0447 G0472 G0473 G0475
    G0476 G0499 G0513 G0514 G0008 G0009 G0010 G0011 G0012 G0013 P3000 P3001 Q0091
    76706 76977 77063 77067 77078 77080 77081 77085 71271 74263 80061 81528 82270 82465 82947 82950 82951 83718 84478
    97802 97803 97804 99406 99407
    90630 90653 90654 90655 90656 90657 90658 90660 90661 90662 90670 90671 90672 90673 90674 90677 90682 90684 90685
    90686 90687 90688 90694 90732 90739 90740 90743 90744 90746 90747 90756 90759 90480 J0739 J0750 J0751
"""
SERVICES = frozenset(_SERVICES.split())
"""Services without a patient's share, where Medicare pays for them as preventive."""
PLANNING = frozenset({"99497", "99498"})
YEARS = ((2023, 1500), (2027, 1000), (2030, 0))
"""From each year on, the coinsurance of a screening that became a treatment, in hundredths of a percent."""
PLAIN = 2_000
"""Coinsurance of other services, in hundredths of a percent."""


def is_free(lines: Lines) -> Bools:
    """Lines of which the patient pays nothing."""
    of_code = np.array([code in SERVICES for code in lines.codes], dtype=bool)
    planning = np.array([code in PLANNING for code in lines.codes], dtype=bool)
    found: Bools = of_code[lines.code] if len(lines.codes) else np.zeros(len(lines), dtype=bool)
    if planning.any():
        found = found | (planning[lines.code] & lines.has("33"))
    return found


def turned(lines: Lines) -> Bools:
    """Lines of a colorectal screening that became a treatment."""
    return lines.has("PT")


def reasons(lines: Lines, amount: Ints) -> Ints:
    """For each line with an amount, whether it is one of these, as `Reason`."""
    free, screening = is_free(lines), turned(lines)
    if not free.any() and not screening.any():
        return np.zeros(len(lines), dtype=np.int64)
    found = np.where(free, int(Reason.PREVENTIVE), np.where(screening, int(Reason.SCREENING), 0))
    return np.where(amount > 0, found, 0)


def is_exempt(lines: Lines) -> Bools:
    """Lines on which no deductible is taken."""
    return is_free(lines) | turned(lines)


def coinsurance(lines: Lines) -> Ints:
    """What the patient pays of each line after the deductible, in hundredths of a percent."""
    found = np.full(len(lines), PLAIN, dtype=np.int64)
    screening = turned(lines)
    if screening.any():
        for year, percent in YEARS:
            since = (dt.date(year, 1, 1) - dt.date(1970, 1, 1)).days
            found = np.where(screening & (lines.date >= since), percent, found)
    return np.where(is_free(lines), 0, found)
