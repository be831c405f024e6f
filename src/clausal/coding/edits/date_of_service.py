"""Date of service: a code that the tables know, but not on that day."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits.finding import Context, Edit, Finding, applied

NAME = "date-of-service"


def find(context: Context) -> list[Finding]:
    """Only codes that the tables list on other dates are reported: what no table knows says nothing."""
    lines = context.lines
    kinds = ("pfs", "opps") if context.service == "practitioner" else ("opps", "pfs")
    on_day = np.zeros(len(lines), dtype=bool)
    ever = np.zeros(len(lines), dtype=bool)
    covered = np.zeros(len(lines), dtype=bool)
    for kind in kinds:
        if on_day.all():
            return []
        table = context.schedules.table(kind)
        if not len(table):
            continue
        names = ("code", "mod") if kind == "pfs" else ("code",)
        keys = [(code, "") if kind == "pfs" else (code,) for code in lines.codes]
        matrix = table.rows(keys, names)
        release, _ = table.on(lines.date)
        covered |= release >= 0
        ever |= np.asarray((matrix >= 0).any(axis=0))[lines.code]
        on_day |= (release >= 0) & (matrix[np.maximum(release, 0), lines.code] >= 0)
    found = []
    for line in (covered & ever & ~on_day).nonzero()[0]:
        code = lines.code_at(int(line))
        rests = f"{applied(context, kinds[0], int(line))}: {code} is not listed"
        says = f"{code} is not valid on the date of service"
        found.append(
            Finding(NAME, int(line), says, "bill the code that is in force on that day", "181", ("N56",), rests)
        )
    return found


EDIT = Edit(NAME, find)
