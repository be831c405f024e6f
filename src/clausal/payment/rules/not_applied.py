"""Modifiers that change what Medicare pays, whose rules are not applied here: no amount, and the reason is told.

Anesthesia (AA, AD, QK, QX, QY, QZ; 47), devices without cost (FB, FC), drugs of the 340B programme before 2022-09-28
(JG), services before an admission (PD), critical access hospitals (GF), inpatient-only procedures in an emergency
(CA). Source: Medicare Claims Processing Manual, chapter 12, section 50; chapter 4, sections 10.12, 61.3, 180.7 and
250.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from clausal.payment.reasons import Reason

PROFESSIONAL: Mapping[Reason, tuple[str, ...]] = {
    Reason.ANESTHESIA: ("AA", "AD", "QK", "QX", "QY", "QZ", "47"),
    Reason.BEFORE_ADMISSION: ("PD",),
    Reason.CRITICAL_ACCESS: ("GF",),
}
FACILITY: Mapping[Reason, tuple[str, ...]] = {
    Reason.DEVICE_CREDIT: ("FB", "FC"),
    Reason.EMERGENCY: ("CA",),
    Reason.DISCOUNTED_DRUG: ("JG",),
}
UNTIL = {Reason.DISCOUNTED_DRUG: (dt.date(2022, 9, 28) - dt.date(1970, 1, 1)).days}
"""The day from which a modifier no longer changes what is paid."""
