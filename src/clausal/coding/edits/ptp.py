"""NCCI procedure-to-procedure: the second code of a pair is denied unless the pair allows a modifier and has one.

A modifier that names a site separates two services only if it does not name the same for both.
Source: NCCI policy manual, chapter I, section E; Medicare Claims Processing Manual, chapter 23, section 20.9.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from clausal.coding.edits.finding import NO_HITS, Context, Detail, Edit, Hits, Said, named
from clausal.schedules.lines import Bools, Ints, Lines
from clausal.schedules.modifiers import bits
from clausal.schedules.tables import EPOCH, Table

SITES = (
    *("E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9"),
    *("TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "LT", "RT", "LC", "LD", "RC", "LM", "RI"),
)
"""NCCI-associated modifiers that name a site."""
SEPARATE = ("24", "25", "57", "58", "78", "79", "27", "59", "91", "XE", "XS", "XP", "XU")
"""The others of them."""
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
class Releases:
    """For each line the release that applies on its day, and the one that takes its place where that is silent."""

    first: Ints
    other: Ints
    tells: Bools

    @classmethod
    def of(cls, table: Table, lines: Lines) -> Releases:
        first, _ = table.on(lines.date)
        tells = table.tells(first, lines.codes, lines.code)
        return cls(first, table.in_place(lines.date, first), tells)

    def of_pair(self, one: Ints, two: Ints) -> Ints:
        """Slices have the pairs of two codes that they hold; of others an imported release may tell."""
        return np.where(self.tells[one] & self.tells[two], self.first[one], self.other[one])


@dataclass(frozen=True)
class _Met:
    """The pairs of a batch in force: the second line, the first, the row, and whether a modifier separates them."""

    second: Ints
    first: Ints
    row: Ints
    passes: Bools


def find(context: Context) -> Hits:
    """`how` tells the other line and the row of the table: line x rows + row."""
    met = _met(context)
    return _hits(context, met, ~met.passes) if met else NO_HITS


def passed(context: Context) -> Hits:
    """The lines that a modifier separates from the other of their pair, told as `find` tells them."""
    met = _met(context)
    return _hits(context, met, met.passes) if met else NO_HITS


def _hits(context: Context, met: _Met, which: Bools) -> Hits:
    rows = len(context.schedules.of_service("ptp", context.service))
    return Hits(met.second[which], met.first[which] * rows + met.row[which])


def _met(context: Context) -> _Met | None:
    if "ptp" not in context.kept:
        context.kept["ptp"] = _meet(context)
    found: _Met | None = context.kept["ptp"]
    return found


def _meet(context: Context) -> _Met | None:
    lines, table = context.lines, context.schedules.of_service("ptp", context.service)
    if not len(table) or len(lines) < 2:
        return None
    known = table.derived("pairs", _pairs_of)
    number = np.array([known.number.get(code, -1) for code in lines.codes], dtype=np.int64)[lines.code]
    held = Releases.of(table, lines)
    known_lines = np.flatnonzero((number >= 0) & (held.first >= 0))
    found, partners, rows = [], [], []
    for one, other in pairs(context.together[known_lines]):
        for first, second in ((known_lines[one], known_lines[other]), (known_lines[other], known_lines[one])):
            row = known.rows(known.key(held.of_pair(first, second), number[first], number[second]))
            at = np.flatnonzero(row >= 0)
            if len(at):
                found.append(second[at])
                partners.append(first[at])
                rows.append(row[at])
    if not found:
        return None
    second, first, row = np.concatenate(found), np.concatenate(partners), np.concatenate(rows)
    day, indicator = lines.date[second], table.columns["modifier"][row]
    valid = np.flatnonzero((indicator != DELETED) & (known.start[row] <= day) & (day <= known.end[row]))
    second, first, row = second[valid], first[valid], row[valid]
    passes = (indicator[valid] == ALLOWED) & _separated(lines, first, second)
    return _Met(second, first, row, passes)


def _separated(lines: Lines, first: Ints, second: Ints) -> Bools:
    """Pairs of lines of which a modifier says that they are separate; the same site on both says that they are not."""
    said = lines.has(*SEPARATE)
    separated: Bools = said[first] | said[second]
    if lines.has(*SITES).any():
        for word, mask in enumerate(bits(*SITES)):
            sites = lines.modifiers[:, word] & mask
            separated |= sites[first] != sites[second]
    return separated


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
    return Said(says, resolve, f"{_release(context, table, line, row)}: {one}, {two}, modifier indicator {indicator}")


def say_passed(context: Context, line: int, how: int) -> Said:
    lines, table = context.lines, context.schedules.of_service("ptp", context.service)
    first, row = divmod(how, len(table))
    one, two = lines.code_at(first), lines.code_at(line)
    carried = [name for name in (*SEPARATE, *SITES) if lines.has(name)[first] or lines.has(name)[line]]
    sites = all(name in SITES for name in carried)
    says = f"{two} is bundled into {one} on the same day; it passes by {', '.join(carried)}"
    resolve = "only for another site than the other's" if sites else "only for a separate service: document it"
    return Said(says, resolve, f"{_release(context, table, line, row)}: {one}, {two}, modifier indicator {ALLOWED}")


def _release(context: Context, table: Table, line: int, row: int) -> str:
    """The release that has the row of a pair, by its name, and that it was published for other dates if it was."""
    release = int(table.release[row])
    return named(table, release, not table.releases[release].covers(int(context.lines.date[line])))


def _partners(context: Context, hits: Hits) -> tuple[Ints, Ints]:
    """The code of the line that each hit is bundled into, and the modifier indicator of their pair."""
    table = context.schedules.of_service("ptp", context.service)
    first, row = np.divmod(hits.how, len(table))
    return context.lines.code[first], table.columns["modifier"][row].astype(np.int64)


def _key(context: Context, hits: Hits) -> Ints:
    code, indicator = _partners(context, hits)
    return code * (DELETED + 1) + indicator


def _details(context: Context, hits: Hits) -> list[str]:
    """As in `64624 indicator 1`."""
    pairs = zip(*(one.tolist() for one in _partners(context, hits)), strict=True)
    return [f"{context.lines.codes[code]} indicator {indicator}" for code, indicator in pairs]


EDIT = Edit(
    "ptp",
    "bundled into another code of the day (NCCI pair)",
    "236",
    (),
    find,
    say,
    passed,
    say_passed,
    Detail(_key, _details),
)
