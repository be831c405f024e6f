"""Fees of rows of the physician fee schedule, by column.

amount = half_up((work x GPCI_work + PE x GPCI_PE + MP x GPCI_MP) x CF), PE by setting; national: each GPCI is 1.
Where the file gives values for the OPPS cap on imaging, the lesser amount counts. Source: PPRRVU record layout, CMS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clausal.payment.money import half_up
from clausal.schedules import factors
from clausal.schedules.lines import Bools, Ints, Lines
from clausal.schedules.tables import Schedules, Table

SCALE = 100 * 1_000 * 10_000
"""Relative value in hundredths x GPCI in thousandths x factor in ten-thousandths, for a dollar."""
ROWS = ("", "26", "TC", "53")
"""A code may have rows of its own for these modifiers."""
NO_CAP = np.iinfo(np.int64).max
_NO_CAP = np.array([NO_CAP], dtype=np.int64)


@dataclass(frozen=True)
class Fee:
    """Cents of one unit of some lines: before the OPPS cap, the cap (NO_CAP where there is none), and what counts.

    Where no line has a cap it is one value for all.
    """

    uncapped: Ints
    cap: Ints

    @property
    def amount(self) -> Ints:
        return self.uncapped if self.cap is _NO_CAP else np.minimum(self.uncapped, self.cap)


class Fees:
    """What the fees of a batch hang on besides their rows: indices of places, conversion factors, settings."""

    def __init__(self, lines: Lines, schedules: Schedules) -> None:
        self.lines = lines
        self.table = schedules.table("pfs")
        self.release, self.carried = self.table.on_codes(lines.date, lines.codes, lines.code)
        self.facility = lines.facility
        places = schedules.table("gpci")
        self.work, self.pe, self.mp, self.gpci_row, self.misplaced = _indices(lines, places)
        self.doubted = self.gpci_row >= 0
        if self.doubted.any():
            self.doubted = self.doubted & places.is_doubted[places.release[np.maximum(self.gpci_row, 0)]]

    def rows(self) -> Ints:
        """The row of each line's code, its 26, TC or 53 row if it has one; -1: none."""
        lines = self.lines
        if not lines.has(*ROWS[1:]).any():
            return self.row_of("")
        which = np.select([lines.has(mod) for mod in ROWS[1:]], [1, 2, 3], default=0)
        matrix = self.table.of_codes(lines.codes, ROWS)
        safe, base = np.maximum(self.release, 0), lines.code * len(ROWS)
        own = matrix[safe, base + which]
        return np.where(self.release < 0, -1, np.where(own >= 0, own, matrix[safe, base]))

    def row_of(self, mod: str) -> Ints:
        """The row of each line's code with a modifier; -1: none."""
        matrix = self.table.of_codes(self.lines.codes, (mod,))
        return np.where(self.release < 0, -1, matrix[np.maximum(self.release, 0), self.lines.code])

    def row_of_base(self, row: Ints, at: Ints) -> Ints:
        """The row of the base endoscopy of the rows of the lines `at`; -1: it is not held."""
        codes = self.table.columns["endo"][row]
        distinct = tuple(dict.fromkeys(codes.tolist()))
        matrix = self.table.of_codes(distinct, ("",))
        number = {code: index for index, code in enumerate(distinct)}
        which = np.array([number[code] for code in codes.tolist()], dtype=np.int64)
        return matrix[np.maximum(self.release[at], 0), which]

    def factor(self, row: Ints, at: Ints | None = None) -> Ints:
        """The conversion factor of rows of the lines `at`, in ten-thousandths; from 2026 by practitioner."""
        date, qualifying = (values if at is None else values[at] for values in (self.lines.date, self.lines.qualifying))
        return factors.factor(date, self.table.columns["cf"][row], qualifying > 0)

    def of(self, row: Ints, at: Ints | None = None, *, half_pe: bool = False) -> Fee:
        """The fees of rows (not -1) of the lines `at`, or of all; with `half_pe` at half of the practice expense."""
        facility, work, pe, mp = (
            values if at is None else values[at] for values in (self.facility, self.work, self.pe, self.mp)
        )
        column, derived, setting = self.table.columns, self.table.derived, 2 * row + facility
        of_work, factor = column["work"][row] * work, self.factor(row, at)
        of_pe = derived("pe", _by_setting("pe_nf", "pe_f"))[setting] * pe
        of_mp = column["mp"][row] * mp
        if half_pe:
            exact = (2 * (of_work + of_mp) + of_pe) * factor
            return Fee(half_up(exact, 2 * SCALE // 100), _NO_CAP)
        fee = half_up((of_work + of_pe + of_mp) * factor, SCALE // 100)
        capped = derived("capped", _capped)[row]
        if not capped.any():
            return Fee(fee, _NO_CAP)
        cap_pe, cap_mp = derived("opps", _by_setting("opps_nf", "opps_f"))[setting], column["opps_mp"][row]
        cap = half_up((of_work + cap_pe * pe + cap_mp * mp) * factor, SCALE // 100)
        return Fee(fee, np.where((cap_pe > 0) | (cap_mp > 0), cap, NO_CAP))

    def practice_expense(self, row: Ints, at: Ints) -> Ints:
        """The practice expense of rows where the lines `at` are rendered, scaled by 100,000."""
        pe = self.table.derived("pe", _by_setting("pe_nf", "pe_f"))[2 * row + self.facility[at]]
        return np.asarray(pe * self.pe[at], dtype=np.int64)


def _by_setting(of_office: str, of_facility: str) -> Callable[[Table], Ints]:
    """Two columns as one: each row's value in an office, then in a facility."""

    def make(table: Table) -> Ints:
        return np.stack([table.columns[of_office], table.columns[of_facility]], axis=1).ravel()

    return make


def _capped(table: Table) -> Bools:
    """The rows on which the OPPS cap on imaging bears."""
    column = table.columns
    found: Bools = (column["opps_f"] > 0) | (column["opps_nf"] > 0) | (column["opps_mp"] > 0)
    return found


def _indices(lines: Lines, places: Table) -> tuple[Ints, Ints, Ints, Ints, Bools]:
    """GPCIs of each line's locality in thousandths (1000 for national), their row, and where there is none."""
    national = lines.locality < 0
    if national.all() or not len(places):
        thousand, nowhere = np.full(len(lines), 1000), np.full(len(lines), -1)
        return thousand, thousand, thousand, nowhere, ~national
    release, _ = places.on(lines.date)
    matrix = places.rows([(place,) for place in lines.localities], ("locality",))
    row = np.where(national | (release < 0), -1, matrix[np.maximum(release, 0), np.maximum(lines.locality, 0)])
    safe = np.maximum(row, 0)
    work, pe, mp = (np.where(row < 0, 1000, places.columns[name][safe]) for name in ("work", "pe", "mp"))
    return work, pe, mp, row, ~national & (row < 0)
