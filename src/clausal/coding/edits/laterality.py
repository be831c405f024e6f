"""Sides: 50 beside LT or RT, LT and RT on one line, 50 with more units than one."""

from __future__ import annotations

from clausal.coding.edits.finding import NO_HITS, Context, Edit, Hits, Said, hits, joined

WRONG = (
    ("modifier 50 stands beside RT or LT", "50 says both sides: use it alone, or RT and LT on two lines"),
    ("RT and LT stand on one line", "use modifier 50, or a line for each side"),
    ("modifier 50 stands on more than one unit", "bill one unit with modifier 50 for both sides"),
)


def find(context: Context) -> Hits:
    """`how` is an index of WRONG."""
    lines = context.lines
    if not lines.has("50", "LT").any():
        return NO_HITS
    both, right, left = lines.has("50"), lines.has("RT"), lines.has("LT")
    wrong = (both & (right | left), right & left, both & (lines.units > 1))
    return joined([hits(where, how) for how, where in enumerate(wrong)])


def say(context: Context, line: int, how: int) -> Said:
    says, resolve = WRONG[how]
    return Said(f"{context.lines.code_at(line)}: {says}", resolve, "modifier definitions")


EDIT = Edit("laterality", "modifiers of sides that do not agree", "4", ("N519",), find, say)
