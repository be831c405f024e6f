"""Sides: 50 beside LT or RT, LT and RT on one line, 50 with more units than one."""

from __future__ import annotations

from clausal.coding.edits.finding import Context, Edit, Finding
from clausal.schedules.lines import Bools

NAME = "laterality"


def find(context: Context) -> list[Finding]:
    lines = context.lines
    if not lines.has("50", "LT").any():
        return []
    both, right, left = lines.has("50"), lines.has("RT"), lines.has("LT")
    checks: tuple[tuple[Bools, str, str], ...] = (
        (
            both & (right | left),
            "modifier 50 stands beside RT or LT",
            "50 says both sides: use it alone, or RT and LT on two lines",
        ),
        (right & left, "RT and LT stand on one line", "use modifier 50, or a line for each side"),
        (
            both & (lines.units > 1),
            "modifier 50 stands on more than one unit",
            "bill one unit with modifier 50 for both sides",
        ),
    )
    found = []
    for wrong, says, resolve in checks:
        for line in wrong.nonzero()[0]:
            text = f"{lines.code_at(int(line))}: {says}"
            found.append(Finding(NAME, int(line), text, resolve, "4", ("N519",), "modifier definitions"))
    return found


EDIT = Edit(NAME, find)
