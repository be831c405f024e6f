"""Units a day that a document of the library limits, as a coding guide does."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits.finding import Context, Edit, Finding

NAME = "unit-cap"


def find(context: Context) -> list[Finding]:
    lines = context.lines
    limits = [context.daily_limits.get(code) for code in lines.codes]
    if not any(limits):
        return []
    most = np.array([limit[0] if limit else np.iinfo(np.int64).max for limit in limits])[lines.code]
    day = lines.units_of_day
    found = []
    for line in (day > most).nonzero()[0]:
        limit = limits[int(lines.code[line])]
        assert limit
        says = f"{int(day[line])} units of {lines.code_at(int(line))} on the day; the coding guide allows {limit[0]}"
        rests = ", ".join(limit[1])
        found.append(
            Finding(NAME, int(line), says, f"bill {limit[0]} units at most", "222", ("N362",), rests, limit[1])
        )
    return found


EDIT = Edit(NAME, find)
