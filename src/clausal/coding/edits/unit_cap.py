"""Units a day that a document of the library limits, as a coding guide does."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits.finding import NO_HITS, Context, Detail, Edit, Hits, Said, hits
from clausal.coding.edits.mue import units_of_day
from clausal.schedules.lines import Ints, numbered


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


def _key(context: Context, hits: Hits) -> Ints:
    return numbered(context.lines.code[hits.line], hits.how)


def _details(context: Context, hits: Hits) -> list[str]:
    """As in `5 of 4 units`."""
    told = zip(hits.how.tolist(), hits.line.tolist(), strict=True)
    return [f"{units} of {context.daily_limits[context.lines.code_at(line)][0]} units" for units, line in told]


EDIT = Edit(
    "unit-cap",
    "more units than a coding guide allows in a day",
    "222",
    ("N362",),
    find,
    say,
    detail=Detail(_key, _details),
)
