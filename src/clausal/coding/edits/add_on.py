"""Add-on codes: each needs its primary procedure on the same claim and day."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits.finding import NO_HITS, Context, Edit, Hits, Said, applied, hits
from clausal.schedules.tables import Table

CONTRACTOR_DEFINED = "CCCCC"
"""Stands for a primary code that the contractor names."""


def _primaries(table: Table) -> dict[str, frozenset[str]]:
    """The primary codes of each add-on code, by tables in full; without those whose primaries the contractor names."""
    found: dict[str, set[str]] = {}
    for row in np.flatnonzero(table.is_whole[table.release]) if len(table) else ():
        primary, add_on = table.columns["primary_code"][row], table.columns["add_on"][row]
        found.setdefault(add_on, set()).add(primary)
    return {code: frozenset(wanted) for code, wanted in found.items() if CONTRACTOR_DEFINED not in wanted}


def find(context: Context) -> Hits:
    lines = context.lines
    primaries = context.schedules.table("addon").derived("primaries", _primaries)
    failing = np.zeros(len(lines), dtype=bool)
    for index, code in enumerate(lines.codes):
        wanted = primaries.get(code)
        if wanted is None:
            continue
        is_primary = np.array([other in wanted for other in lines.codes])[lines.code]
        failing |= (lines.code == index) & ~np.isin(lines.group, lines.group[is_primary])
    return hits(failing) if failing.any() else NO_HITS


def say(context: Context, line: int, _: int) -> Said:
    code = context.lines.code_at(line)
    wanted = sorted(context.schedules.table("addon").derived("primaries", _primaries)[code])
    shown = ", ".join(wanted[:6]) + (" ..." if len(wanted) > 6 else "")
    rests = f"{applied(context, 'addon', line)}: {code}"
    return Said(
        f"{code} is an add-on code without its primary",
        f"bill its primary procedure on the same day: {shown}",
        rests,
    )


EDIT = Edit("add-on", "107", (), find, say)
