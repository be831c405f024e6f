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


def _rows(lines: Lines, table: Table) -> tuple[Ints, Ints, Bools, Ints, Ints]:
    release, carried = table.on(lines.date)
    matrix = table.of_codes(lines.codes)
    row = np.where(release < 0, -1, matrix[np.maximum(release, 0), lines.code])
    used = np.unique(matrix[matrix >= 0])
    place = np.searchsorted(used, np.maximum(row, used[0])) if len(used) else np.zeros(len(lines), dtype=np.int64)
    return row, release, carried, used, place


def _wage_adjusted(rate: Ints, wage: Ints, tenths: int) -> Ints:
    """Cents of a unit: `tenths` of the rate move with the wage index."""
    adjusted = np.maximum(rate, 0) * (tenths * wage + (10 - tenths) * 10_000)
    return np.where(rate < 0, NONE, half_up(adjusted, 10 * 10_000 * CENT))


def wage_adjusted(priced: FacilityPriced, schedules: Schedules) -> Bools:
    """Lines of which a part of the rate moves with the wage index."""
    table = schedules.table(priced.table)
    if priced.table != "opps" or not len(table):
        return np.ones(len(priced.row), dtype=bool)
    adjusted: Bools = np.isin(table.columns["si"][np.maximum(priced.row, 0)], WAGE_ADJUSTED)
    return adjusted


def _misplaced(lines: Lines, row: Ints, reasons: Ints) -> Ints:
    """The reasons, of lines whose wage area no table knows that one."""
    nowhere = (lines.wage < 0) & (row >= 0)
    return np.where(nowhere, (reasons & ~int(Reason.NOT_LISTED)) | int(Reason.NO_LOCALITY), reasons)


def _nothing(table: str, row: Ints, release: Ints) -> FacilityPriced:
    none, zero = np.full(len(row), NONE), np.zeros(len(row), dtype=np.int64)
    reasons = np.where(release < 0, int(Reason.NO_TABLE), int(Reason.NOT_LISTED))
    return FacilityPriced(table, row, release, none, Ranked(zero, zero, zero), none, none, reasons)


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
        return _nothing("opps", row, release)
    listed = row >= 0
    small: dict[str, Any] = {name: values[used] for name, values in table.columns.items()}

    def of(*indicators: str) -> Bools:
        found: Bools = np.isin(small["si"], indicators)[place] & listed
        return found

    rate = np.where(listed & (lines.wage >= 0), small["rate"][place], NONE)
    unit = _wage_adjusted(rate, np.where(of(*WAGE_ADJUSTED), lines.wage, 10_000), 6)
    count, percent = _times(lines, schedules)
    unit = np.where(unit < 0, NONE, half_up(np.maximum(unit, 0) * percent, 100))
    reasons = np.where(release < 0, int(Reason.NO_TABLE), np.where(listed, 0, int(Reason.NOT_LISTED)))
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
    reasons = _misplaced(lines, row, reasons)
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
    """Ambulatory surgical centre: the published rate; where the file says so the second procedure on is at half."""
    table = schedules.table("asc")
    row, release, carried, used, place = _rows(lines, table)
    if not len(used):
        return _nothing("asc", row, release)
    listed = row >= 0
    small: dict[str, Any] = {name: values[used] for name, values in table.columns.items()}
    rate = np.where(listed & (lines.wage >= 0), small["rate"][place], NONE)
    packaged = (small["indicator"] == "N1")[place] & listed
    discounted = (small["discount"] == "Y")[place] & listed & (rate >= 0)
    unit = _wage_adjusted(rate, lines.wage, 5)
    count, percent = _times(lines, schedules)
    unit = np.where(unit < 0, NONE, half_up(np.maximum(unit, 0) * percent, 100))
    worth = np.maximum(unit, 0)
    ranked = rank(lines, worth, count, discounted, limit=None)
    amount = ranked.full * worth + ranked.half * half_up(worth, 2)
    amount = np.where(packaged, 0, np.where(rate < 0, NONE, amount))
    reasons = np.where(release < 0, int(Reason.NO_TABLE), np.where(listed, 0, int(Reason.NOT_LISTED)))
    reasons |= np.where(packaged, int(Reason.PACKAGED), 0)
    reasons |= np.where(listed & ~packaged & (rate < 0), int(Reason.NOT_LISTED), 0)
    reasons |= np.where(carried & listed, int(Reason.CARRIED), 0)
    reasons = _misplaced(lines, row, reasons)
    lower = (lines.charge >= 0) & (amount > lines.charge)
    reasons |= np.where(lower, int(Reason.CHARGE), 0)
    allowed = np.where(lower, lines.charge, amount)
    return FacilityPriced("asc", row, release, unit, ranked, allowed, np.full(len(lines), NONE), reasons)
