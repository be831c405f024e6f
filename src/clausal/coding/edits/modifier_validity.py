"""Modifiers that the fee schedule does not allow for the code: components, sides, assistants, teams, split global."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits.finding import NO_HITS, Context, Edit, Hits, Said, applied, hits, joined
from clausal.schedules.lines import Bools, Ints
from clausal.schedules.tables import Table

CHECKS = (
    (("26", "TC"), "pctc", ("1",), "the code has no professional and technical component"),
    (("50",), "bilat", ("1", "3"), "the code cannot be billed for both sides (bilateral indicator {value})"),
    (("80", "81", "82", "AS"), "asst", ("0", "2"), "an assistant at surgery is not allowed (indicator {value})"),
    (("62",), "co", ("1", "2"), "two surgeons are not allowed (indicator {value})"),
    (("66",), "team", ("1", "2"), "team surgery is not allowed (indicator {value})"),
    (("54", "55", "56"), "glob", ("010", "090"), "the code has no global period to split ({value})"),
)
"""Modifiers, the column of the fee schedule that speaks of them, the values that allow them, and what is wrong else."""

CHECKED = tuple(modifier for modifiers, *_ in CHECKS for modifier in modifiers)


def _allowing(table: Table) -> list[Bools]:
    """For each check the rows that allow its modifiers."""
    return [np.isin(table.columns[column], allowed) for _, column, allowed, _ in CHECKS]


def _rows(context: Context) -> Ints:
    lines, table = context.lines, context.schedules.table("pfs")
    release, _ = table.on_codes(lines.date, lines.codes, lines.code)
    matrix = table.of_codes(lines.codes, ("",))
    return np.where(release < 0, -1, matrix[np.maximum(release, 0), lines.code])


def find(context: Context) -> Hits:
    """`how` is an index of CHECKS."""
    lines, table = context.lines, context.schedules.table("pfs")
    if context.claim_type != "professional" or not lines.has(*CHECKED).any() or not len(table):
        return NO_HITS
    row = _rows(context)
    allowing = table.derived("allowing", _allowing)
    found = []
    for index, (modifiers, *_) in enumerate(CHECKS):
        carried = lines.has(*modifiers)
        if carried.any():
            found.append(hits(carried & (row >= 0) & ~allowing[index][np.maximum(row, 0)], index))
    return joined(found)


def say(context: Context, line: int, how: int) -> Said:
    lines = context.lines
    modifiers, column, _, wrong = CHECKS[how]
    code, value = lines.code_at(line), context.schedules.table("pfs").columns[column][int(_rows(context)[line])]
    carried = [modifier for modifier in modifiers if lines.has(modifier)[line]]
    says = f"modifier {', '.join(carried)} on {code}: {wrong.format(value=value)}"
    rests = f"{applied(context, 'pfs', line)}: {code}, {column} {value}"
    return Said(says, "remove the modifier, or bill the code it belongs to", rests)


EDIT = Edit("modifier-validity", "a modifier that does not go with the code or the claim", "4", (), find, say)
