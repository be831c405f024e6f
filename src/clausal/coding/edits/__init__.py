"""Claim edits, by column: each module is one edit, with its denial codes, what it says and what resolves it."""

from __future__ import annotations

import numpy as np

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
from clausal.schedules.lines import Ints

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

__all__ = ["EDITS", "Context", "Edit", "Finding", "failed", "run"]


def run(context: Context) -> list[Finding]:
    """Every finding of every edit in words, in order of line."""
    found = []
    for edit in EDITS:
        hits = edit.find(context)
        for line, how in zip(hits.line.tolist(), hits.how.tolist(), strict=True):
            said = edit.say(context, line, how)
            found.append(
                Finding(edit.name, line, said.says, said.resolve, edit.carc, edit.rarc, said.table, said.clauses)
            )
    return sorted(found, key=lambda finding: (finding.line, finding.edit))


def failed(context: Context) -> Ints:
    """For each line the mask of the edits that it fails; bit i is EDITS[i]. A line without a code ("") fails none."""
    lines = context.lines
    mask = np.zeros(len(lines), dtype=np.int64)
    for index, edit in enumerate(EDITS):
        mask[edit.find(context).line] |= 1 << index
    if "" in lines.codes:
        mask[lines.code == lines.codes.index("")] = 0
    return mask
