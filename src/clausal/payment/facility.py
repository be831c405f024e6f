"""Facility payment by column: hospital outpatient (OPPS) and ambulatory surgical centre (ASC).

Rates are the published ones and are never recomputed. Wage adjustment: OPPS 60 percent, ASC 50 percent of the rate.
A hospital's rules look at the whole claim, a centre's at its days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from clausal.payment.money import NONE, half_up, share
from clausal.payment.parts import Part, Parts
from clausal.payment.pfs import can_be_bilateral
from clausal.payment.reasons import Reason
from clausal.payment.rules import (
    complexity,
    composites,
    comprehensive,
    discounting,
    equipment,
    not_applied,
    not_paid,
    off_campus,
    packaging,
    preventive,
)
from clausal.schedules.calendar import LAST_DAY
from clausal.schedules.kinds import MONEY
from clausal.schedules.lines import ASC, NO_PLACE, Bools, Ints, Lines
from clausal.schedules.tables import Schedules, Table

CENT = MONEY // 100
WHOLE = 1_000_000
"""A rate in full, where percentages of it are told."""
NOT_PAID = ("A", "B", "C", "D", "E1", "E2", "M", "Y", "E")
COST_BASED = ("F", "H", "H1", "L")
WAGE_ADJUSTED = ("S", "T", "V", "J1", "J2", "P", "Q1", "Q2", "Q3", "X")
"""Services; drugs, devices and blood are not wage-adjusted."""
PACKAGED_IN_CENTRE = ("N1", "L1")
"""Payment indicators of a surgical centre's addenda: paid within another service (Addendum DD1)."""
ANCILLARY_ADJUSTED = ("Z2", "Z3")
"""Of Addendum BB imaging moves with the wage index; drugs, devices and sources do not (42 CFR 416.172(c))."""


@dataclass(frozen=True)
class FacilityPriced:
    """Each line's facility payment: row, adjusted unit rate, parts, allowed, copayment; cents (copay -1: a fifth)."""

    table: str
    row: Ints
    release: Ints
    unit: Ints
    local: Bools
    """Lines of which a part of the rate moves with the wage index."""
    percent: Ints
    """What is paid of the rate, of WHOLE: of a reduced or discontinued procedure, off the campus, by old equipment."""
    parts: tuple[Parts, ...]
    """How the amounts come about of lines that a rule of the claim bears on; of others it is units x unit."""
    raised: Ints
    """The row of the higher APC that a comprehensive service moves up to; -1: it does not."""
    amount: Ints
    """Before the charge is looked at."""
    allowed: Ints
    copay: Ints
    reasons: Ints
    beside: Bools | None = None
    """Lines of a surgical centre whose row and release are Addendum BB's."""

    def table_of(self, line: int) -> str:
        """The kind of table that a line's row and release are of."""
        return "ascbb" if self.beside is not None and self.beside[line] else self.table


def _rows(lines: Lines, table: Table) -> tuple[Ints, Ints, Bools]:
    release, carried = table.on_codes(lines.date, lines.codes, lines.code)
    matrix = table.of_codes(lines.codes)
    return np.where(release < 0, -1, matrix[np.maximum(release, 0), lines.code]), release, carried


def _wage_adjusted(rate: Ints, wage: Ints, tenths: int) -> Ints:
    """Cents of a unit: `tenths` of the rate move with the wage index."""
    adjusted = np.maximum(rate, 0) * (tenths * wage + (10 - tenths) * 10_000)
    return np.where(rate < 0, NONE, half_up(adjusted, 10 * 10_000 * CENT))


def _misplaced(lines: Lines, row: Ints, reasons: Ints) -> Ints:
    """The reasons, of lines whose wage area no table knows that one."""
    nowhere = (lines.wage < 0) & (row >= 0)
    return np.where(nowhere, (reasons & ~int(Reason.NO_RATE)) | int(Reason.NO_LOCALITY), reasons)


def _nothing(lines: Lines, table: Table, row: Ints, release: Ints) -> FacilityPriced:
    none, whole, no = np.full(len(row), NONE), np.full(len(row), WHOLE), np.zeros(len(row), dtype=bool)
    reasons = _unlisted(lines, table, row, release)
    return FacilityPriced(table.kind, row, release, none, no, whole, (), none, none, none, none, reasons)


def _unlisted(lines: Lines, table: Table, row: Ints, release: Ints) -> Ints:
    """Why lines have no row: no table for the date, the code is not in it, or not among the rows that are held."""
    told = table.tells(release, lines.codes, lines.code)
    missing = np.where(told, int(Reason.NOT_LISTED), int(Reason.NOT_HELD))
    return np.where(release < 0, int(Reason.NO_TABLE), np.where(row >= 0, 0, missing))


def _told_by_modifiers(lines: Lines, listed: Bools, reasons: Ints) -> Bools:
    """Of the lines listed those without an amount for a modifier, with the reason put into `reasons`."""
    found = np.zeros(len(lines), dtype=bool)
    for reason, modifiers in (*not_paid.BY_REASON.items(), *not_applied.FACILITY.items()):
        carried = listed & lines.has(*modifiers) & (lines.date < not_applied.UNTIL.get(reason, LAST_DAY))
        if carried.any():
            reasons[carried] |= int(reason)
            found = found | carried
    return found


def _counted(lines: Lines, schedules: Schedules) -> Ints:
    """How many procedures each line is; a bilateral one counts twice where the physician fee schedule allows it."""
    once = np.where(lines.has("52", "73"), 1, lines.units)
    if not lines.has("50").any():
        return once
    table = schedules.table("pfs")
    release, _ = table.on_codes(lines.date, lines.codes, lines.code)
    matrix = table.of_codes(lines.codes, ("",))
    row = np.where(release < 0, -1, matrix[np.maximum(release, 0), lines.code])
    return discounting.procedures(lines, (row >= 0) & can_be_bilateral(schedules)[np.maximum(row, 0)])


def price_opps(lines: Lines, schedules: Schedules) -> FacilityPriced:
    """Hospital outpatient: J1 takes in the rest of the claim, T is discounted, N and the Q's are packaged."""
    table = schedules.table("opps")
    row, release, carried = _rows(lines, table)
    if not (row >= 0).any():
        return _nothing(lines, table, row, release)
    listed, safe = row >= 0, np.maximum(row, 0)
    used, place = np.unique(safe, return_inverse=True)
    small: dict[str, Any] = {name: values[used] for name, values in table.columns.items()}

    def of(*statuses: str) -> Bools:
        found: Bools = np.isin(small["si"], statuses)[place] & listed
        return found

    reasons = _unlisted(lines, table, row, release)
    unpaid, at_cost = of(*NOT_PAID), of(*COST_BASED)
    rate = np.where(listed & ~unpaid & (lines.wage >= 0), small["rate"][place], NONE)
    rate, raised, unknown = _raised(lines, schedules, of("J1") & (rate >= 0), rate)
    percent = (
        discounting.percent(lines) * off_campus.percent(lines, of(*off_campus.STATUSES)) * equipment.percent(lines)
    )
    local = of(*WAGE_ADJUSTED)
    unit = _wage_adjusted(rate, np.where(local, lines.wage, 10_000), 6)
    unit = np.where(unit < 0, NONE, share(unit, percent, WHOLE))
    worth = np.maximum(unit, 0)
    count = _counted(lines, schedules)
    refused = _told_by_modifiers(lines, listed, reasons)
    none = ~listed | unpaid | (rate < 0) | refused

    whole = comprehensive.of_claims(lines, np.flatnonzero(of("J1") & ~none), worth)
    taken_in = whole.takes_in & listed & ~unpaid
    if taken_in.any():
        taken_in &= ~comprehensive.is_beside(lines, of(*comprehensive.BESIDE), small["apc"].tolist(), place)
    of_packaging = (("N",), ("Q1",), ("Q2",), ("Q4",), ("T",), ("S", "V"), ("Q3", "J2"), ("J1",))
    statuses = packaging.Statuses(*(of(*one) & ~refused for one in of_packaging))
    conditional = packaging.of_claims(lines, statuses, worth)
    packaged = (conditional.packaged | taken_in) & ~refused
    free = ~packaged & ~whole.paid & ~none
    discounted = np.flatnonzero(of("T") & free)
    parts = [discounting.parts(lines, discounted, worth[discounted], count[discounted])] if len(discounted) else []
    once = np.flatnonzero(whole.paid | (conditional.alone & ~packaged & ~none))
    if len(once):
        parts.append(Parts(once, (Part("", np.ones(len(once), dtype=np.int64), worth[once]),)))
    amount = count * worth
    for one in parts:
        amount[one.line] = one.total()
    several = composites.of_several(lines, of("Q3") & free)
    watched = composites.observed(lines, of("J2"), of("T", "J1")) & ~packaged & listed & ~unpaid
    laboratory = of("Q4") & ~packaged
    spans = of("T") & free & (lines.days > 1) & (lines.units > 1)
    amount = np.where(packaged, 0, np.where(none | several | watched | unknown | spans, NONE, amount))
    for reason, where in (
        (Reason.NOT_OPPS, unpaid),
        (Reason.COST_BASED, at_cost & (rate < 0) & ~packaged),
        (Reason.CARRIED, carried & listed),
        (Reason.ASSUMED_UNIT, lines.assumed & listed),
        (Reason.OTHER_PLACE, listed & (lines.place != NO_PLACE) & ~lines.outpatient),
        (Reason.PACKAGED, packaged),
        (Reason.LABORATORY, laboratory),
        (Reason.COMPOSITE, several),
        (Reason.OBSERVATION, watched),
        (Reason.COMPLEXITY, unknown),
        (Reason.SPAN, spans),
        (Reason.ONE_UNIT, conditional.alone & ~packaged & ~none & (lines.units > 1)),
        (Reason.NO_RATE, listed & (rate < 0) & ~packaged & ~unpaid & ~at_cost & ~laboratory & (lines.wage >= 0)),
    ):
        reasons[where] |= int(reason)
    reasons = _misplaced(lines, row, reasons)
    allowed = amount
    reasons |= preventive.reasons(lines, allowed)
    of_rate = np.where(raised >= 0, raised, safe)
    national, least = table.columns["copay"][of_rate], table.columns["min_copay"][of_rate]
    published = np.where(national >= 0, national, least)
    exact = np.maximum(allowed, 0) * np.maximum(published, 0)
    copay = (2 * exact + np.maximum(rate, 1)) // (2 * np.maximum(rate, 1))
    copay = np.where(published < 0, half_up(np.maximum(allowed, 0), 5), copay)
    copay = np.where(allowed < 0, NONE, copay)
    return FacilityPriced(
        "opps", row, release, unit, local, percent, tuple(parts), raised, amount, allowed, copay, reasons
    )  # fmt: skip


def _raised(lines: Lines, schedules: Schedules, comprehensive_: Bools, rate: Ints) -> tuple[Ints, Ints, Bools]:
    """The rates with those of pairs that Addendum J raises, the rows of the higher APC, and where that is not known."""
    raised, unknown = np.full(len(lines), NONE), np.zeros(len(lines), dtype=bool)
    found = comprehensive.of_claims(lines, np.flatnonzero(comprehensive_), np.maximum(rate, 0) // CENT)
    if not len(found.others):
        return rate, raised, unknown
    pairs = complexity.raised(lines, found.beside, found.others, comprehensive_, schedules)
    up = pairs.pair == complexity.Pair.LISTED
    raised[found.beside[up]] = pairs.row[up]
    unknown[found.beside[pairs.pair == complexity.Pair.UNKNOWN]] = True
    unknown[found.beside[up]] = False
    rates = schedules.table("opps").columns["rate"]
    return np.where(raised >= 0, rates[np.maximum(raised, 0)], rate), raised, unknown


@dataclass(frozen=True)
class _Listed:
    """What the addenda of surgical centres say of each line: AA of procedures, BB of what stands beside them."""

    row: Ints
    release: Ints
    carried: Bools
    rate: Ints
    packaged: Bools
    discounted: Bools
    local: Bools
    beside: Bools
    reasons: Ints


def _listed_for_centres(lines: Lines, schedules: Schedules) -> _Listed:
    """Each line's row of Addendum AA; of what is no surgical procedure, that of Addendum BB where it is held.

    Where it is not, such a code is not known.
    """
    table, other = schedules.table("asc"), schedules.table("ascbb")
    row, release, carried = _rows(lines, table)
    no = np.zeros(len(lines), dtype=bool)
    rate, packaged, discounted, local, beside = np.full(len(lines), NONE), no, no, ~no, no
    if (row >= 0).any():
        used, place = np.unique(np.maximum(row, 0), return_inverse=True)
        small: dict[str, Any] = {name: values[used] for name, values in table.columns.items()}
        rate = np.where(row >= 0, small["rate"][place], NONE)
        packaged = np.isin(small["indicator"], PACKAGED_IN_CENTRE)[place] & (row >= 0)
        discounted = (small["discount"] == "Y")[place] & (row >= 0)
    reasons = _unlisted(lines, table, row, release)
    ancillary = ~lines.surgical & (row < 0)
    if ancillary.any():
        second, of_second, is_carried = _rows(lines, other)
        beside = ancillary & (of_second >= 0)
        reasons = np.where(ancillary & (reasons == int(Reason.NOT_LISTED)), int(Reason.NOT_HELD), reasons)
        reasons = np.where(beside, _unlisted(lines, other, second, of_second), reasons)
        row, release = np.where(beside, second, row), np.where(beside, of_second, release)
        carried = np.where(beside, is_carried, carried)
        found = beside & (second >= 0)
        if found.any():
            used, place = np.unique(np.maximum(second, 0), return_inverse=True)
            rate = np.where(found, other.columns["rate"][used][place], rate)
            indicator = other.columns["indicator"][used]
            packaged = np.where(found, np.isin(indicator, PACKAGED_IN_CENTRE)[place], packaged)
            local = ~found | np.isin(indicator, ANCILLARY_ADJUSTED)[place]
    return _Listed(row, release, carried, rate, packaged, discounted, local, beside, reasons)


def price_asc(lines: Lines, schedules: Schedules) -> FacilityPriced:
    """Ambulatory surgical centre: the published rate; where the file says so the second procedure on is at half."""
    of = _listed_for_centres(lines, schedules)
    listed, reasons = of.row >= 0, of.reasons.copy()
    rate = np.where(lines.wage >= 0, of.rate, NONE)
    refused = _told_by_modifiers(lines, listed, reasons)
    packaged = of.packaged & ~refused
    percent = discounting.percent(lines) * (WHOLE // 100)
    unit = _wage_adjusted(rate, np.where(of.local, lines.wage, 10_000), 5)
    unit = np.where(unit < 0, NONE, share(unit, percent, WHOLE))
    worth, count = np.maximum(unit, 0), _counted(lines, schedules)
    none = (rate < 0) | refused
    discounted = np.flatnonzero(of.discounted & ~none & ~packaged)
    parts = [discounting.parts(lines, discounted, worth[discounted], count[discounted])] if len(discounted) else []
    amount = count * worth
    for one in parts:
        amount[one.line] = one.total()
    amount = np.where(packaged, 0, np.where(none, NONE, amount))
    reasons[packaged] |= int(Reason.PACKAGED)
    reasons[listed & ~packaged & (of.rate < 0)] |= int(Reason.NO_RATE)
    reasons[of.carried & listed] |= int(Reason.CARRIED)
    reasons[lines.assumed & listed] |= int(Reason.ASSUMED_UNIT)
    reasons[listed & (lines.place != NO_PLACE) & (lines.place != ASC)] |= int(Reason.OTHER_PLACE)
    reasons = _misplaced(lines, of.row, reasons)
    lower = (lines.charge >= 0) & (amount > lines.charge)
    reasons[lower] |= int(Reason.CHARGE)
    allowed, none_of = np.where(lower, lines.charge, amount), np.full(len(lines), NONE)
    reasons |= preventive.reasons(lines, allowed)
    return FacilityPriced(
        "asc", of.row, of.release, unit, of.local, percent, tuple(parts), none_of, amount, allowed, none_of, reasons,
        of.beside,
    )  # fmt: skip
