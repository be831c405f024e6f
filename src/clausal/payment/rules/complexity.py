"""Complexity adjustment: a pair of comprehensive services that Addendum J lists is paid at a higher APC.

Source: Addendum J; Medicare Claims Processing Manual, chapter 4, section 10.2.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from clausal.schedules.lines import Bools, Ints, Lines
from clausal.schedules.tables import Schedules, Table


class Pair(IntEnum):
    """What is known of two comprehensive services: no pair, a pair, or the rows held do not tell."""

    NONE = 0
    LISTED = 1
    UNKNOWN = 2


@dataclass(frozen=True)
class Raised:
    """For each of some lines what pairs with it, and the row of Addendum B whose APC it moves up to (-1: none)."""

    pair: Ints
    row: Ints


def raised(lines: Lines, line: Ints, other: Ints, is_comprehensive: Bools, schedules: Schedules) -> Raised:
    """Whether the comprehensive service of each `line`, the one that is paid, moves up beside the `other` line.

    Beside another comprehensive service (`is_comprehensive`, of each line) that is UNKNOWN where the pairs held are not
    in full; so is a pair whose higher APC has no rate in the rows held.
    """
    pairs, opps = schedules.table("complexity"), schedules.table("opps")
    release, _ = pairs.on(lines.date[line])
    is_whole = (release >= 0) & (pairs.is_whole[np.maximum(release, 0)] if pairs.releases else False)
    pair = np.where(is_whole | ~is_comprehensive[other], int(Pair.NONE), int(Pair.UNKNOWN))
    row = np.full(len(line), -1, dtype=np.int64)
    index = pairs.derived("pairs", _apcs)
    rates = opps.derived("comprehensive apcs", _first_rows)
    of_opps, _ = opps.on(lines.date[line])
    named = {code for _, *codes in index for code in codes}
    is_named = np.array([code in named for code in lines.codes], dtype=bool)[lines.code]
    for at in np.flatnonzero(is_named[line] & is_named[other]).tolist():
        held, one, two = int(release[at]), lines.code_at(int(line[at])), lines.code_at(int(other[at]))
        apc = index.get((held, one, two)) or index.get((held, two, one))
        if apc is None:
            continue
        found = rates.get((int(of_opps[at]), apc), -1)
        pair[at], row[at] = (Pair.LISTED, found) if found >= 0 else (Pair.UNKNOWN, -1)
    return Raised(pair, row)


def _apcs(table: Table) -> dict[tuple[int, str, str], str]:
    """The higher APC of each pair of each release."""
    names = (table.columns[name].tolist() for name in ("code", "other", "apc"))
    return {
        (release, code, other): apc for release, code, other, apc in zip(table.release.tolist(), *names, strict=True)
    }


def _first_rows(table: Table) -> dict[tuple[int, str], int]:
    """For each release and APC of comprehensive services a row that has its rate."""
    found: dict[tuple[int, str], int] = {}
    columns = (table.columns[name].tolist() for name in ("apc", "si", "rate"))
    for row, (release, apc, si, rate) in enumerate(zip(table.release.tolist(), *columns, strict=True)):
        if si == "J1" and rate >= 0:
            found.setdefault((release, apc), row)
    return found
