"""NCCI procedure-to-procedure: the second code of a pair is denied unless the pair allows a modifier and has one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from clausal.coding.edits.finding import NO_HITS, Context, Edit, Hits, Said, named
from clausal.schedules.lines import Bools, Ints, Lines
from clausal.schedules.tables import EPOCH, Table

BYPASS = (
    *("E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9"),
    *("TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "LT", "RT", "LC", "LD", "RC", "LM", "RI"),
    *("24", "25", "57", "58", "78", "79", "27", "59", "91", "XE", "XS", "XP", "XU"),
)
"""NCCI-associated modifiers."""
ALLOWED, DELETED = 1, 9
"""Modifier indicators of a pair: a modifier separates it; the pair is no more."""


@dataclass(frozen=True)
class _Pairs:
    """The pairs of a table by number of their codes, sorted by key; days from and to which each holds."""

    number: Mapping[str, int]
    keys: Ints
    row: Ints
    start: Ints
    end: Ints

    def key(self, release: Ints, first: Ints, second: Ints) -> Ints:
        return (release * len(self.number) + first) * len(self.number) + second

    def rows(self, keys: Ints) -> Ints:
        """The row of each key, -1 for one that is no pair."""
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.row[place], -1)


def _pairs_of(table: Table) -> _Pairs:
    columns = table.columns
    first, second = columns["column_1"].tolist(), columns["column_2"].tolist()
    number = {code: index for index, code in enumerate(dict.fromkeys((*first, *second)))}
    empty = np.zeros(0, dtype=np.int64)
    start, end = (
        np.array([(day - EPOCH).days if day else other for day in columns[name]], dtype=np.int64)
        for name, other in (("effective", np.iinfo(np.int64).min), ("deleted", np.iinfo(np.int64).max))
    )
    unsorted = _Pairs(number, empty, empty, start, end)
    one, two = (np.array([number[code] for code in codes], dtype=np.int64) for codes in (first, second))
    keys = unsorted.key(table.release, one, two)
    order = np.argsort(keys, kind="stable")
    return _Pairs(number, keys[order], order, start, end)


def pairs(group: Ints) -> Iterable[tuple[Ints, Ints]]:
    """All pairs of lines of one group, as two columns at a time."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    for step in range(1, len(order)):
        same = ordered[step:] == ordered[:-step]
        if not same.any():
            return
        yield order[:-step][same], order[step:][same]


@dataclass(frozen=True)
class _Releases:
    """For each line the release that applies on its day, and the one that takes its place where that is silent."""

    first: Ints
    other: Ints
    tells: Bools

    @classmethod
    def of(cls, table: Table, lines: Lines) -> _Releases:
        first, _ = table.on(lines.date)
        tells = table.tells(first, lines.codes, lines.code)
        return cls(first, table.in_place(lines.date, first), tells)

    def of_pair(self, one: Ints, two: Ints) -> Ints:
        """Slices have the pairs of two codes that they hold; of others an imported release may tell."""
        return np.where(self.tells[one] & self.tells[two], self.first[one], self.other[one])


def find(context: Context) -> Hits:
    """`how` tells the other line and the row of the table: line x rows + row."""
    lines, table = context.lines, context.schedules.of_service("ptp", context.service)
    if not len(table) or len(lines) < 2:
        return NO_HITS
    known = table.derived("pairs", _pairs_of)
    number = np.array([known.number.get(code, -1) for code in lines.codes], dtype=np.int64)[lines.code]
    held = _Releases.of(table, lines)
    known_lines = np.flatnonzero((number >= 0) & (held.first >= 0))
    found, partners, rows = [], [], []
    for one, other in pairs(lines.group[known_lines]):
        for first, second in ((known_lines[one], known_lines[other]), (known_lines[other], known_lines[one])):
            row = known.rows(known.key(held.of_pair(first, second), number[first], number[second]))
            at = np.flatnonzero(row >= 0)
            if len(at):
                found.append(second[at])
                partners.append(first[at])
                rows.append(row[at])
    if not found:
        return NO_HITS
    second, first, row = np.concatenate(found), np.concatenate(partners), np.concatenate(rows)
    day, indicator = lines.date[second], table.columns["modifier"][row]
    bypassed = lines.has(*BYPASS)
    denied = (indicator != DELETED) & (known.start[row] <= day) & (day <= known.end[row])
    denied &= (indicator != ALLOWED) | ~(bypassed[first] | bypassed[second])
    return Hits(second[denied], first[denied] * len(table) + row[denied])


def say(context: Context, line: int, how: int) -> Said:
    table = context.schedules.of_service("ptp", context.service)
    first, row = divmod(how, len(table))
    indicator = int(table.columns["modifier"][row])
    one, two = context.lines.code_at(first), context.lines.code_at(line)
    allowed = indicator == ALLOWED
    says = f"{two} is bundled into {one} on the same day" + (" unless a modifier separates them" if allowed else "")
    resolve = (
        "if the services were separate, document it and say so with a modifier that NCCI knows (59, XS, RT, LT ...)"
        if allowed
        else f"no modifier allows the pair on this kind of claim: bill {one} alone"
    )
    release = int(table.release[row])
    here = table.releases[release].covers(int(context.lines.date[line]))
    return Said(says, resolve, f"{named(table, release, not here)}: {one}, {two}, modifier indicator {indicator}")


EDIT = Edit("ptp", "236", (), find, say)
