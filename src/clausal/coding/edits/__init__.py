"""Claim edits, by column: each module is one edit, with its denial codes, what it says and what resolves it."""

from __future__ import annotations

from clausal.coding.edits import (
    add_on,
    date_of_service,
    laterality,
    modifier_validity,
    mue,
    place_of_service,
    ptp,
    unit_cap,
)
from clausal.coding.edits.finding import Context, Edit, Finding

EDITS: tuple[Edit, ...] = (
    ptp.EDIT,
    mue.EDIT,
    add_on.EDIT,
    modifier_validity.EDIT,
    laterality.EDIT,
    place_of_service.EDIT,
    date_of_service.EDIT,
    unit_cap.EDIT,
)

__all__ = ["EDITS", "Context", "Edit", "Finding", "run"]


def run(context: Context) -> list[Finding]:
    """Every finding of every edit, in order of line."""
    found = [finding for edit in EDITS for finding in edit.find(context)]
    return sorted(found, key=lambda finding: (finding.line, finding.edit))
