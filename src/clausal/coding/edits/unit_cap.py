"""Units a day that a document of the library limits, as a coding guide does."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits.finding import NO_HITS, Context, Edit, Hits, Said, hits
from clausal.coding.edits.mue import units_of_day


def find(context: Context) -> Hits:
    """`how` is the units of the day."""
    lines = context.lines
    limits = [context.daily_limits.get(code) for code in lines.codes]
    if not any(limits):
        return NO_HITS
    most = np.array([limit[0] if limit else np.iinfo(np.int64).max for limit in limits])[lines.code]
    day = -(-units_of_day(context) // lines.days)
    return hits(day > most, day)


def say(context: Context, line: int, how: int) -> Said:
    code = context.lines.code_at(line)
    most, clauses = context.daily_limits[code]
    says = f"{how} units of {code} on the day; the coding guide allows {most}"
    return Said(says, f"bill {most} units at most", ", ".join(clauses), clauses)


EDIT = Edit("unit-cap", "222", ("N362",), find, say)
