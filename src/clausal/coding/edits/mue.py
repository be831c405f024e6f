"""NCCI medically unlikely edits: more units than the table allows, on a line (MAI 1) or in a day (MAI 2 and 3)."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits.finding import NO_HITS, Context, Edit, Hits, Said, applied, hits

RESOLVE = {
    1: "units can be split over lines with a modifier where they are separate",
    2: "the limit is absolute: bill no more in a day",
    3: "units beyond the limit can be appealed with evidence of medical necessity",
}


def find(context: Context) -> Hits:
    """`how` is the row of the table."""
    lines, table = context.lines, context.schedules.of_service("mue", context.service)
    if not len(table):
        return NO_HITS
    matrix = table.of_codes(lines.codes)
    release, _ = table.on_codes(lines.date, lines.codes, lines.code)
    row = np.where(release < 0, -1, matrix[np.maximum(release, 0), lines.code])
    safe = np.maximum(row, 0)
    counted = np.where(table.columns["mai"][safe] == 1, lines.units, lines.units_of_day)
    return hits((row >= 0) & (counted > table.columns["units"][safe]), row)


def say(context: Context, line: int, how: int) -> Said:
    lines, columns = context.lines, context.schedules.of_service("mue", context.service).columns
    most, index, code = int(columns["units"][how]), int(columns["mai"][how]), lines.code_at(line)
    counted = int((lines.units if index == 1 else lines.units_of_day)[line])
    per = "on the line" if index == 1 else "on the day"
    says = f"{counted} units of {code} {per}; the table allows {most}"
    rests = f"{applied(context, 'mue', line)}: {code}, {most} units, MAI {index}"
    return Said(says, RESOLVE[index], rests)


EDIT = Edit("mue", "151", ("N362",), find, say)
