"""Add-on codes: each needs its primary procedure on the same claim and day."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits.finding import NO_HITS, Context, Edit, Hits, Said, applied, hits
from clausal.schedules.tables import Table

NOT_PAID = ("GY", "GZ", "PA", "PB", "PC")
"""Modifiers by which a claim says itself that Medicare does not pay for a line."""
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
    """An add-on code without a primary that stands: one that an edit or its modifier denies does not, nor an add-on
    that is left so itself.

    `how` tells whether a primary is there, but denied.
    """
    lines, together = context.lines, context.together
    primaries = context.schedules.table("addon").derived("primaries", _primaries)
    wanted = {index: primaries[code] for index, code in enumerate(lines.codes) if code in primaries}
    if not wanted:
        return NO_HITS
    standing = ~lines.has(*NOT_PAID)
    if context.denied is not None:
        standing = standing & ~context.denied
    failing, there = np.zeros(len(lines), dtype=bool), np.zeros(len(lines), dtype=bool)
    while True:
        left = standing & ~failing
        found = np.zeros(len(lines), dtype=bool)
        for index, codes in wanted.items():
            of_code = lines.code == index
            is_primary = np.array([other in codes for other in lines.codes])[lines.code]
            found |= of_code & ~np.isin(together, together[is_primary & left])
            there |= of_code & np.isin(together, together[is_primary])
        if not (found & ~failing).any():
            break
        failing |= found
    return hits(failing, there.astype(np.int64)) if failing.any() else NO_HITS


def say(context: Context, line: int, how: int) -> Said:
    code = context.lines.code_at(line)
    wanted = sorted(context.schedules.table("addon").derived("primaries", _primaries)[code])
    shown = ", ".join(wanted[:6]) + (" ..." if len(wanted) > 6 else "")
    rests = f"{applied(context, 'addon', line)}: {code}"
    if how:
        says = f"{code} is an add-on code, and the primary that it is billed with is denied"
        return Said(says, "it is paid only with a primary procedure that is paid", rests)
    return Said(
        f"{code} is an add-on code without its primary",
        f"bill its primary procedure on the same day: {shown}",
        rests,
    )


EDIT = Edit("add-on", "an add-on code without a primary that is paid", "107", (), find, say)
