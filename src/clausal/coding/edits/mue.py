"""NCCI medically unlikely edits: more units than the table allows, on a line (MAI 1) or in a day (MAI 2 and 3)."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits.finding import Context, Edit, Finding, applied

NAME = "mue"
RESOLVE = {
    1: "units can be split over lines with a modifier where they are separate",
    2: "the limit is absolute: bill no more in a day",
    3: "units beyond the limit can be appealed with evidence of medical necessity",
}


def find(context: Context) -> list[Finding]:
    lines, table = context.lines, context.schedules.of_service("mue", context.service)
    if not len(table):
        return []
    matrix = table.rows([(code,) for code in lines.codes], ("code",))
    release, _ = table.on(lines.date)
    row = np.where(release < 0, -1, matrix[np.maximum(release, 0), lines.code])
    safe = np.maximum(row, 0)
    most, mai = table.columns["units"][safe], table.columns["mai"][safe]
    day = lines.units_of_day
    counted = np.where(mai == 1, lines.units, day)
    found = []
    for line in np.flatnonzero((row >= 0) & (counted > most)):
        index, code = int(mai[line]), lines.code_at(int(line))
        per = "on the line" if index == 1 else "on the day"
        says = f"{int(counted[line])} units of {code} {per}; the table allows {int(most[line])}"
        rests = f"{applied(context, 'mue', int(line))}: {code}, {int(most[line])} units, MAI {index}"
        found.append(Finding(NAME, int(line), says, RESOLVE[index], "151", ("N362",), rests))
    return found


EDIT = Edit(NAME, find)
