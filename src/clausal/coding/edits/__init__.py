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
from clausal.coding.edits.details import Details, of_hits
from clausal.coding.edits.finding import Context, Edit, Finding, Hits
from clausal.schedules.lines import Bools, Ints

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

__all__ = ["EDITS", "Context", "Details", "Edit", "Finding", "detailed", "failed", "passed", "run"]


def run(context: Context) -> list[Finding]:
    """Every finding of every edit in words, in order of line; also what passes by a modifier alone."""
    found = []
    for edit, hits in _found(context):
        told = zip(hits.line.tolist(), hits.how.tolist(), of_hits(context, edit, hits), strict=True)
        for line, how, detail in told:
            said = edit.say(context, line, how)
            found.append(
                Finding(
                    edit.name,
                    line,
                    said.says,
                    said.resolve,
                    edit.carc,
                    edit.rarc,
                    said.table,
                    said.clauses,
                    detail=detail,
                )
            )
        if edit.passed and edit.say_passed:
            passing = edit.passed(context)
            details = of_hits(context, edit, passing, passes=True)
            for line, how, detail in zip(passing.line.tolist(), passing.how.tolist(), details, strict=True):
                said = edit.say_passed(context, line, how)
                found.append(
                    Finding(edit.name, line, said.says, said.resolve, "", (), said.table, passes=True, detail=detail)
                )
    return sorted(found, key=lambda finding: (finding.line, finding.passes, finding.edit))


def failed(context: Context) -> Ints:
    """For each line the mask of the edits that it fails; bit i is EDITS[i]. A line without a code ("") fails none."""
    lines = context.lines
    mask = np.zeros(len(lines), dtype=np.int64)
    for edit, hits in _found(context):
        mask[hits.line] |= 1 << EDITS.index(edit)
    mask[_uncoded(context)] = 0
    return mask


def passed(context: Context) -> Ints:
    """For each line the mask of the edits that it passes by a modifier alone; bit i is EDITS[i]."""
    mask = np.zeros(len(context.lines), dtype=np.int64)
    for index, edit in enumerate(EDITS):
        if edit.passed:
            mask[edit.passed(context).line] |= 1 << index
    return mask


def detailed(context: Context, details: Details) -> Ints:
    """For each line the number of what tells its edits apart: of those it fails, then of those it passes."""
    in_order = sorted(_found(context), key=lambda one: one[0].name)
    passing = [(edit, edit.passed(context), True) for edit, _ in in_order if edit.passed]
    number = details.of(context, [*((edit, hits, False) for edit, hits in in_order), *passing])
    return np.where(_uncoded(context), 0, number)


def _uncoded(context: Context) -> Bools:
    """Lines without a code, of which no edit says anything."""
    lines = context.lines
    found: Bools = lines.code == (lines.codes.index("") if "" in lines.codes else -1)
    return found


def _found(context: Context) -> list[tuple[Edit, Hits]]:
    """What each edit finds; add-on codes last, as they need a primary that no other edit denies."""
    found: list[tuple[Edit, Hits]] | None = context.kept.get("found")
    if found is None:
        found = context.kept["found"] = list(_find(context))
    return found


def _find(context: Context) -> Iterator[tuple[Edit, Hits]]:
    denied = np.zeros(len(context.lines), dtype=bool)
    for edit in EDITS:
        if edit is not add_on.EDIT:
            hits = edit.find(context)
            denied[hits.line] = True
            yield edit, hits
    yield add_on.EDIT, add_on.find(replace(context, denied=denied))
