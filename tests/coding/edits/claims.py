"""How tests of edits write a claim."""

from __future__ import annotations

from clausal.coding.edits import Context, Finding, run
from clausal.schedules.lines import ClaimType
from clausal.schedules.tables import Schedules
from tests.payment.claims import OFFICE, Written, claim

LIMITS = {"64640": (5, ("iovera-reimbursement#five-a-day",))}


def found(
    schedules: Schedules, edit: str, *lines: Written, day: str = "2024-08-01", place: int = OFFICE,
    claim_type: ClaimType = "professional",
) -> list[Finding]:  # fmt: skip
    findings = run(Context(claim(lines, day, place), schedules, claim_type, LIMITS))
    return [finding for finding in findings if finding.edit == edit and not finding.passes]


def passing(schedules: Schedules, *lines: Written, day: str = "2024-08-01") -> list[Finding]:
    """What passes by a modifier alone."""
    return [finding for finding in run(Context(claim(lines, day), schedules)) if finding.passes]
