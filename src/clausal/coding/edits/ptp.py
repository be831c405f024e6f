"""NCCI procedure-to-procedure: the second code of a pair is denied unless the pair allows a modifier and has one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from clausal.coding.edits.finding import Context, Edit, Finding, applied
from clausal.schedules.lines import Ints
from clausal.schedules.tables import EPOCH

NAME = "ptp"
BYPASS = (
    *("E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9"),
    *("TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "LT", "RT", "LC", "LD", "RC", "LM", "RI"),
    *("24", "25", "57", "58", "78", "79", "27", "59", "91", "XE", "XS", "XP", "XU"),
)
"""NCCI-associated modifiers."""


def pairs(group: Ints) -> Iterable[tuple[Ints, Ints]]:
    """All pairs of lines of one group, as two columns at a time."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    for step in range(1, len(order)):
        same = ordered[step:] == ordered[:-step]
        if not same.any():
            return
        yield order[:-step][same], order[step:][same]


def _matrix(context: Context) -> Ints:
    """Row of the pair, release by first by second code (-1: no pair)."""
    table, codes = context.schedules.of_service("ptp", context.service), context.lines.codes
    keys = [(first, second) for first in codes for second in codes]
    return table.rows(keys, ("column_1", "column_2")).reshape(-1, len(codes), len(codes))


def find(context: Context) -> list[Finding]:
    lines, table = context.lines, context.schedules.of_service("ptp", context.service)
    if not table.releases or len(lines) < 2:
        return []
    matrix = _matrix(context)
    release, _ = table.on(lines.date)
    bypassed = lines.has(*BYPASS)
    found = []
    for one, other in pairs(lines.group):
        for first, second in ((one, other), (other, one)):
            row = matrix[release[first], lines.code[first], lines.code[second]]
            for at in np.flatnonzero(row >= 0):
                finding = _judge(context, int(row[at]), int(first[at]), int(second[at]), bypassed)
                if finding:
                    found.append(finding)
    return found


def _judge(context: Context, row: int, first: int, second: int, bypassed: object) -> Finding | None:
    lines, columns = context.lines, context.schedules.of_service("ptp", context.service).columns
    day = int(lines.date[second])
    effective, deleted, indicator = columns["effective"][row], columns["deleted"][row], int(columns["modifier"][row])
    if indicator == 9 or (deleted and (deleted - EPOCH).days < day) or (effective and (effective - EPOCH).days > day):
        return None
    allowed = indicator == 1
    if allowed and (bypassed[first] or bypassed[second]):  # type: ignore[index]
        return None
    one, two = lines.code_at(first), lines.code_at(second)
    says = f"{two} is bundled into {one} on the same day" + (" unless a modifier separates them" if allowed else "")
    resolve = (
        "if the services were separate, document it and say so with a modifier that NCCI knows (59, XS, RT, LT ...)"
        if allowed
        else f"no modifier allows the pair on this kind of claim: bill {one} alone"
    )
    rests = f"{applied(context, 'ptp', second)}: {one}, {two}, modifier indicator {indicator}"
    return Finding(NAME, second, says, resolve, "236", (), rests)


EDIT = Edit(NAME, find)
