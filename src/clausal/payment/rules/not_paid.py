"""Lines that say themselves that Medicare does not pay for them.

GY: excluded by statute, or no benefit; GZ: expected to be denied as not reasonable and necessary; PA, PB, PC: surgery
on the wrong body part or patient, or the wrong surgery. Source: Medicare Claims Processing Manual, chapter 1, section
60; chapter 32, section 230.
"""

from __future__ import annotations

from collections.abc import Mapping

from clausal.payment.reasons import Reason

BY_REASON: Mapping[Reason, tuple[str, ...]] = {
    Reason.EXCLUDED: ("GY",),
    Reason.NOT_NECESSARY: ("GZ",),
    Reason.WRONG_SURGERY: ("PA", "PB", "PC"),
}
