"""NCCI medically unlikely edits: more units than the table allows, on a line (MAI 1) or in a day (MAI 2 and 3).

Units of a line that spans several days are spread over them. Source: Medicare Claims Processing Manual, chapter 23,
section 20.9; NCCI policy manual, chapter I, V.
"""

from __future__ import annotations

import numpy as np

from clausal.coding.edits.finding import NO_HITS, Context, Detail, Edit, Hits, Said, applied, hits
from clausal.schedules.lines import Ints, numbered

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
    spans = np.where(table.columns["mai"][safe] == 1, lines.units, units_of_day(context))
    return hits((row >= 0) & (spans > table.columns["units"][safe] * lines.days), row)


def units_of_day(context: Context) -> Ints:
    """The units of each line's code over all lines counted together; a line that spans days counts by itself."""
    lines = context.lines
    together = lines.units_of_day if not context.is_institutional else lines.units_by(lines.day)
    return np.where(lines.days > 1, lines.units, together)


def say(context: Context, line: int, how: int) -> Said:
    lines, columns = context.lines, context.schedules.of_service("mue", context.service).columns
    most, index, code = int(columns["units"][how]), int(columns["mai"][how]), lines.code_at(line)
    counted = int(_counted(context, Hits(np.array([line]), np.array([how])))[0])
    per = "on the line" if index == 1 else "on the day"
    if lines.days[line] > 1:
        per = f"over {int(lines.days[line])} days, {counted / int(lines.days[line]):.2f} a day"
    says = f"{counted} {'unit' if counted == 1 else 'units'} of {code} {per}; the table allows {most}"
    rests = f"{applied(context, 'mue', line)}: {code}, {most} units, MAI {index}"
    return Said(says, RESOLVE[index], rests)


def _counted(context: Context, hits: Hits) -> Ints:
    """The units that exceed the limit: of the line, or of its code in the day."""
    lines, table = context.lines, context.schedules.of_service("mue", context.service)
    of_line = table.columns["mai"][hits.how] == 1
    return np.where(of_line, lines.units[hits.line], units_of_day(context)[hits.line])


def _key(context: Context, hits: Hits) -> Ints:
    return numbered(hits.how, _counted(context, hits), context.lines.days[hits.line])


def _details(context: Context, hits: Hits) -> list[str]:
    """As in `5 of 4 units MAI 3`; of a line that spans days the limit is that of all of them."""
    columns = context.schedules.of_service("mue", context.service).columns
    days = context.lines.days[hits.line]
    told = zip(
        *(one.tolist() for one in (_counted(context, hits), columns["units"][hits.how] * days, days)), strict=True
    )
    spans = [f"{counted} of {most} units" + (f" in {over} days" if over > 1 else "") for counted, most, over in told]
    return [f"{one} MAI {index}" for one, index in zip(spans, columns["mai"][hits.how].tolist(), strict=True)]


EDIT = Edit("mue", "more units than NCCI allows (MUE)", "151", ("N362",), find, say, detail=Detail(_key, _details))
