"""Facility payment by column: hospital outpatient (OPPS) and ambulatory surgical centre (ASC).

Rates are the published ones and are never recomputed. Wage adjustment: OPPS 60 percent, ASC 50 percent of the rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from clausal.payment.money import NONE, half_up
from clausal.payment.pfs import can_be_bilateral, rows_of
from clausal.payment.ranking import Ranked, rank
from clausal.payment.reasons import Reason
from clausal.schedules.kinds import MONEY
from clausal.schedules.lines import Bools, Ints, Lines
from clausal.schedules.tables import Schedules, Table

CENT = MONEY // 100
NOT_PAID = ("A", "B", "C", "D", "E1", "E2", "M", "Y", "E")
COST_BASED = ("F", "H", "H1", "L")
WAGE_ADJUSTED = ("S", "T", "V", "J1", "J2", "P", "Q1", "Q2", "Q3", "X")
"""Services; drugs, devices and blood are not wage-adjusted."""
SEPARATE = (*COST_BASED, "G", "U")
"""Paid beside a comprehensive service (Addendum J, list of exclusions)."""
PACKAGED_IN_CENTRE = ("N1", "L1")
"""Payment indicators of a surgical centre's addenda: paid within another service (Addendum DD1)."""
ANCILLARY_ADJUSTED = ("Z2", "Z3")
"""Of Addendum BB imaging moves with the wage index; drugs, devices and sources do not (42 CFR 416.172(c))."""


@dataclass(frozen=True)
class FacilityPriced:
    """Each line's facility payment: row, adjusted unit rate, ranks, allowed, copayment; cents (copay -1: a fifth)."""

    table: str
    row: Ints
    release: Ints
    unit: Ints
    ranked: Ranked
    allowed: Ints
    copay: Ints
    reasons: Ints
    beside: Bools | None = None
    """Lines of a surgical centre whose row and release are Addendum BB's."""

    def table_of(self, line: int) -> str:
        """The kind of table that a line's row and release are of."""
        return "ascbb" if self.beside is not None and self.beside[line] else self.table


def _rows(lines: Lines, table: Table) -> tuple[Ints, Ints, Bools, Ints, Ints]:
    release, carried = table.on_codes(lines.date, lines.codes, lines.code)
    matrix = table.of_codes(lines.codes)
    row = np.where(release < 0, -1, matrix[np.maximum(release, 0), lines.code])
    used = np.unique(matrix[matrix >= 0])
    place = np.searchsorted(used, np.maximum(row, used[0])) if len(used) else np.zeros(len(lines), dtype=np.int64)
    return row, release, carried, used, place


def _wage_adjusted(rate: Ints, wage: Ints, tenths: int) -> Ints:
    """Cents of a unit: `tenths` of the rate move with the wage index."""
    adjusted = np.maximum(rate, 0) * (tenths * wage + (10 - tenths) * 10_000)
    return np.where(rate < 0, NONE, half_up(adjusted, 10 * 10_000 * CENT))


def _nothing(lines: Lines, table: Table, row: Ints, release: Ints) -> FacilityPriced:
    none, zero = np.full(len(row), NONE), np.zeros(len(row), dtype=np.int64)
    reasons = _unlisted(lines, table, row, release)
    return FacilityPriced(table.kind, row, release, none, Ranked(zero, zero, zero), none, none, reasons)


def _unlisted(lines: Lines, table: Table, row: Ints, release: Ints) -> Ints:
    """Why lines have no row: no table for the date, the code is not in it, or not among the rows that are held."""
    told = table.tells(release, lines.codes, lines.code)
    missing = np.where(told, int(Reason.NOT_LISTED), int(Reason.NOT_HELD))
    return np.where(release < 0, int(Reason.NO_TABLE), np.where(row >= 0, 0, missing))


def _times(lines: Lines, schedules: Schedules) -> tuple[Ints, Ints]:
    """Procedures counted, and the percent that a discontinued or reduced one is paid.

    A bilateral one counts twice where the physician fee schedule lets the code be billed for both sides.
    """
    both = lines.has("50")
    if both.any():
        row, _, _ = rows_of(lines, schedules.table("pfs"))
        both = both & (row >= 0) & can_be_bilateral(schedules)[np.maximum(row, 0)]
    return np.where(both, lines.units * 2, lines.units), np.where(lines.has("52", "73"), 50, 100)


def price_opps(lines: Lines, schedules: Schedules) -> FacilityPriced:
    """Hospital outpatient: J1 takes in the rest of the claim, T is discounted, N and the Q's are packaged."""
    table = schedules.table("opps")
    row, release, carried, used, place = _rows(lines, table)
    if not len(used):
        return _nothing(lines, table, row, release)
    listed = row >= 0
    small: dict[str, Any] = {name: values[used] for name, values in table.columns.items()}

    def of(*indicators: str) -> Bools:
        found: Bools = np.isin(small["si"], indicators)[place] & listed
        return found

    rate = np.where(listed, small["rate"][place], NONE)
    unit = _wage_adjusted(rate, np.where(of(*WAGE_ADJUSTED), lines.wage, 10_000), 6)
    count, percent = _times(lines, schedules)
    unit = np.where(unit < 0, NONE, half_up(np.maximum(unit, 0) * percent, 100))
    reasons = _unlisted(lines, table, row, release)
    reasons |= np.where(of(*NOT_PAID), int(Reason.NOT_OPPS), 0)
    reasons |= np.where(of(*COST_BASED) & (rate < 0), int(Reason.COST_BASED), 0)
    reasons |= np.where(carried & listed, int(Reason.CARRIED), 0)
    none = ~listed | of(*NOT_PAID) | (rate < 0)

    comprehensive = of("J1") & ~none
    discounted = of("T") & ~none
    top = rank(lines, np.maximum(unit, 0), count, comprehensive, limit=None)
    with_j1 = np.isin(lines.group, lines.group[comprehensive])
    significant = np.isin(lines.group, lines.group[of("S", "T", "V", "J1", "J2")])
    procedure = np.isin(lines.group, lines.group[of("T", "J1")])
    packaged = of("N") | (of("Q1", "Q4") & significant) | (of("Q2") & procedure)
    packaged |= with_j1 & ~of(*SEPARATE) & ~of(*NOT_PAID) & ~(comprehensive & (top.full > 0))
    worth = np.maximum(unit, 0)
    alone = rank(lines, worth, count, discounted, limit=None)
    amount = np.where(
        comprehensive,
        top.full * worth,
        np.where(discounted, alone.full * worth + alone.half * half_up(worth, 2), count * worth),
    )
    shown = Ranked(
        np.where(comprehensive, top.full, alone.full),
        np.where(comprehensive, 0, alone.half),
        np.where(comprehensive, count - top.full, alone.beyond),
    )
    reasons |= np.where(packaged, int(Reason.PACKAGED), 0)
    reasons &= np.where(packaged, ~int(Reason.COST_BASED), -1)
    amount = np.where(packaged, 0, np.where(none, NONE, amount))
    reasons |= np.where(listed & (rate < 0) & ~packaged & ~of(*NOT_PAID) & ~of(*COST_BASED), int(Reason.NOT_LISTED), 0)
    lower = (lines.charge >= 0) & (amount > lines.charge)
    reasons |= np.where(lower, int(Reason.CHARGE), 0)
    allowed = np.where(lower, lines.charge, amount)
    national, least = small["copay"][place], small["min_copay"][place]
    published = np.where(national >= 0, national, least)
    exact = np.maximum(allowed, 0) * np.maximum(published, 0)
    copay = (2 * exact + np.maximum(rate, 1)) // (2 * np.maximum(rate, 1))
    copay = np.where(published < 0, half_up(np.maximum(allowed, 0), 5), copay)
    return FacilityPriced("opps", row, release, unit, shown, allowed, np.where(allowed < 0, NONE, copay), reasons)


def price_asc(lines: Lines, schedules: Schedules) -> FacilityPriced:
    """Ambulatory surgical centre: the published rate; where the file says so the second procedure on is at half.

    Addendum AA lists surgical procedures. What it lacks may stand in Addendum BB (drugs, devices, imaging): that counts
    where it is held; where it is not, a code that is no surgical procedure is not known.
    """
    table, other = schedules.table("asc"), schedules.table("ascbb")
    row, release, carried, used, place = _rows(lines, table)
    beside = np.zeros(len(lines), dtype=bool)
    rate, packaged, discounted = np.full(len(lines), NONE), beside, beside
    local = ~beside
    if len(used):
        rate = np.where(row >= 0, table.columns["rate"][used][place], NONE)
        packaged = np.isin(table.columns["indicator"][used], PACKAGED_IN_CENTRE)[place] & (row >= 0)
        discounted = (table.columns["discount"][used] == "Y")[place] & (row >= 0) & (rate >= 0)
    reasons = _unlisted(lines, table, row, release)
    ancillary = ~lines.surgical & (row < 0)
    if ancillary.any():
        second, of_second, is_carried, used, place = _rows(lines, other)
        beside = ancillary & (of_second >= 0)
        reasons = np.where(ancillary & (reasons == int(Reason.NOT_LISTED)), int(Reason.NOT_HELD), reasons)
        reasons = np.where(beside, _unlisted(lines, other, second, of_second), reasons)
        row, release = np.where(beside, second, row), np.where(beside, of_second, release)
        carried = np.where(beside, is_carried, carried)
        if len(used):
            found = beside & (second >= 0)
            rate = np.where(found, other.columns["rate"][used][place], rate)
            indicator = other.columns["indicator"][used]
            packaged = np.where(found, np.isin(indicator, PACKAGED_IN_CENTRE)[place], packaged)
            local = ~found | np.isin(indicator, ANCILLARY_ADJUSTED)[place]
    listed = row >= 0
    unit = _wage_adjusted(rate, np.where(local, lines.wage, 10_000), 5)
    count, percent = _times(lines, schedules)
    unit = np.where(unit < 0, NONE, half_up(np.maximum(unit, 0) * percent, 100))
    worth = np.maximum(unit, 0)
    ranked = rank(lines, worth, count, discounted, limit=None)
    amount = ranked.full * worth + ranked.half * half_up(worth, 2)
    amount = np.where(packaged, 0, np.where(rate < 0, NONE, amount))
    reasons |= np.where(packaged, int(Reason.PACKAGED), 0)
    reasons |= np.where(listed & ~packaged & (rate < 0), int(Reason.NOT_LISTED), 0)
    reasons |= np.where(carried & listed, int(Reason.CARRIED), 0)
    lower = (lines.charge >= 0) & (amount > lines.charge)
    reasons |= np.where(lower, int(Reason.CHARGE), 0)
    allowed = np.where(lower, lines.charge, amount)
    return FacilityPriced("asc", row, release, unit, ranked, allowed, np.full(len(lines), NONE), reasons, beside)
