"""Claim edits, by column: each module is one edit, with its denial codes, what it says and what resolves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

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
from clausal.coding.edits.finding import Context, Edit, Finding, Hits
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

__all__ = ["EDITS", "Context", "Edit", "Finding", "failed", "passed", "run"]


def run(context: Context) -> list[Finding]:
    """Every finding of every edit in words, in order of line; also what passes by a modifier alone."""
    found = []
    for edit, hits in _found(context):
        for line, how in zip(hits.line.tolist(), hits.how.tolist(), strict=True):
            said = edit.say(context, line, how)
            found.append(
                Finding(edit.name, line, said.says, said.resolve, edit.carc, edit.rarc, said.table, said.clauses)
            )
        if edit.passed and edit.say_passed:
            passing = edit.passed(context)
            for line, how in zip(passing.line.tolist(), passing.how.tolist(), strict=True):
                said = edit.say_passed(context, line, how)
                found.append(Finding(edit.name, line, said.says, said.resolve, "", (), said.table, passes=True))
    return sorted(found, key=lambda finding: (finding.line, finding.passes, finding.edit))


def failed(context: Context) -> Ints:
    """For each line the mask of the edits that it fails; bit i is EDITS[i]. A line without a code ("") fails none."""
    lines = context.lines
    mask = np.zeros(len(lines), dtype=np.int64)
    for edit, hits in _found(context):
        mask[hits.line] |= 1 << EDITS.index(edit)
    if "" in lines.codes:
        mask[lines.code == lines.codes.index("")] = 0
    return mask


def passed(context: Context) -> Ints:
    """For each line the mask of the edits that it passes by a modifier alone; bit i is EDITS[i]."""
    mask = np.zeros(len(context.lines), dtype=np.int64)
    for index, edit in enumerate(EDITS):
        if edit.passed:
            mask[edit.passed(context).line] |= 1 << index
    return mask


def _found(context: Context) -> Iterator[tuple[Edit, Hits]]:
    """What each edit finds; add-on codes last, as they need a primary that no other edit denies."""
    denied = np.zeros(len(context.lines), dtype=bool)
    for edit in EDITS:
        if edit is not add_on.EDIT:
            hits = edit.find(context)
            denied[hits.line] = True
            yield edit, hits
    yield add_on.EDIT, add_on.find(replace(context, denied=denied))
