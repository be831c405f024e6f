"""Date of service: a code that the tables know, but not on that day."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits.finding import NO_HITS, Context, Edit, Hits, Said, applied, hits


def _kinds(context: Context) -> tuple[str, str]:
    return ("pfs", "opps") if context.claim_type != "outpatient" else ("opps", "pfs")


def find(context: Context) -> Hits:
    """Only codes that the tables list on other dates are reported: what no table knows says nothing."""
    lines = context.lines
    on_day = np.zeros(len(lines), dtype=bool)
    ever = np.zeros(len(lines), dtype=bool)
    covered = np.zeros(len(lines), dtype=bool)
    for kind in _kinds(context):
        if on_day.all():
            return NO_HITS
        table = context.schedules.table(kind)
        if not len(table):
            continue
        matrix = table.of_codes(lines.codes, ("",) if kind == "pfs" else ())
        release, _ = table.on(lines.date)
        covered |= release >= 0
        ever |= np.asarray((matrix >= 0).any(axis=0))[lines.code]
        on_day |= (release >= 0) & (matrix[np.maximum(release, 0), lines.code] >= 0)
    return hits(covered & ever & ~on_day)


def say(context: Context, line: int, _: int) -> Said:
    code = context.lines.code_at(line)
    rests = f"{applied(context, _kinds(context)[0], line)}: {code} is not listed"
    return Said(f"{code} is not valid on the date of service", "bill the code that is in force on that day", rests)


EDIT = Edit("date-of-service", "181", ("N56",), find, say)
