"""Date of service: a code that the tables know, but not on that day."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits.finding import NO_HITS, Context, Edit, Hits, Said, applied, hits


def _kinds(context: Context) -> tuple[str, str]:
    return ("pfs", "opps") if not context.is_institutional else ("opps", "pfs")


def _listing(context: Context, code: str) -> str:
    """The first kind of table that lists a code on some date."""
    first, second = _kinds(context)
    matrix = context.schedules.table(first).of_codes((code,), ("",) if first == "pfs" else ())
    return first if (matrix >= 0).any() else second


def find(context: Context) -> Hits:
    """Only codes that the tables list on other dates, where each table that ever lists one tells of the day.

    What no table knows says nothing; nor does a table that was published for other dates, or whose rows are those of
    other codes.
    """
    lines = context.lines
    on_day = np.zeros(len(lines), dtype=bool)
    ever = np.zeros(len(lines), dtype=bool)
    silent = np.zeros(len(lines), dtype=bool)
    for kind in _kinds(context):
        if on_day.all():
            return NO_HITS
        table = context.schedules.table(kind)
        if not len(table):
            continue
        matrix = table.of_codes(lines.codes, ("",) if kind == "pfs" else ())
        release, carried = table.on_codes(lines.date, lines.codes, lines.code)
        lists = np.asarray((matrix >= 0).any(axis=0))[lines.code]
        ever |= lists
        silent |= lists & (carried | ~table.tells(release, lines.codes, lines.code))
        on_day |= (release >= 0) & (matrix[np.maximum(release, 0), lines.code] >= 0)
    return hits(ever & ~silent & ~on_day)


def say(context: Context, line: int, _: int) -> Said:
    code = context.lines.code_at(line)
    rests = f"{applied(context, _listing(context, code), line)}: {code} is not listed"
    return Said(f"{code} is not valid on the date of service", "bill the code that is in force on that day", rests)


EDIT = Edit("date-of-service", "a code that does not exist on the day", "181", ("N56",), find, say)
