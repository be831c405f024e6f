"""The physician fee schedule, by column.

amount = half_up((work x GPCI_work + PE x GPCI_PE + MP x GPCI_MP) x CF), PE by setting; national: each GPCI is 1. Where
the file gives values for the OPPS cap on imaging, the lesser amount counts. Source: PPRRVU record layout, CMS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from clausal.payment.money import NONE, half_up, share
from clausal.payment.ranking import Ranked, rank
from clausal.payment.reasons import Reason
from clausal.payment.sides import pairs, second_sides
from clausal.schedules.lines import Bools, Ints, Lines
from clausal.schedules.tables import Schedules, Table

SCALE = 100 * 1_000 * 10_000
"""Relative value in hundredths x GPCI in thousandths x factor in ten-thousandths, for a dollar."""
ROWS = ("", "26", "TC", "53")
"""A code may have rows of its own for these modifiers."""
PAYABLE = ("A", "R", "T")


@dataclass(frozen=True)
class Priced:
    """Each line priced, with the steps: table row, unit amount before and after modifiers, ranks, allowed (cents)."""

    row: Ints
    release: Ints
    gpci_row: Ints
    is_facility: Bools
    fee: Ints
    percent: Ints
    """Of the fee, in hundredths of a percent, after bilateral, assistant, co-surgeon and split modifiers."""
    unit: Ints
    ranked: Ranked
    allowed: Ints
    reasons: Ints


@dataclass(frozen=True)
class Flags:
    """What each row of the file says of its code, as yes or no."""

    payable: Bools
    contractor: Bools
    na_facility: Bools
    na_office: Bools
    bilateral: Bools
    each_side: Bools
    assistant: Bools
    two_surgeons: Bools
    has_global: Bools
    multiple: Bools
    other_rule: Bools

    def of(self, row: Ints) -> Flags:
        """The flags of each line's row."""
        return Flags(*(getattr(self, name)[row] for name in _FLAGS))


_FLAGS = tuple(field.name for field in fields(Flags))


def _flags(table: Table) -> Flags:
    column: Mapping[str, Any] = table.columns
    return Flags(
        payable=np.isin(column["status"], PAYABLE),
        contractor=column["status"] == "C",
        na_facility=column["na_f"] == "NA",
        na_office=column["na_nf"] == "NA",
        bilateral=column["bilat"] == "1",
        each_side=column["bilat"] == "3",
        assistant=column["asst"] == "2",
        two_surgeons=np.isin(column["co"], ("1", "2")),
        has_global=np.isin(column["glob"], ("010", "090")),
        multiple=column["mult"] == "2",
        other_rule=np.isin(column["mult"], ("1", "3", "4", "5", "6", "7")),
    )


def can_be_bilateral(schedules: Schedules) -> Bools:
    """For each row of the file whether its code can be billed for both sides."""
    table = schedules.table("pfs")
    flags = table.derived("payment", _flags)
    return flags.bilateral | flags.each_side if len(table) else np.zeros(1, dtype=bool)


def _professional_only(lines: Lines, table: Table, row: Ints, release: Ints) -> tuple[Ints, Bools]:
    """In a facility the technical component is the facility's: there a code that has two is read by its 26 row."""
    flags = table.derived("payment", _flags)
    whole = lines.facility & (row >= 0) & ~lines.has("26", "TC") & flags.na_facility[np.maximum(row, 0)]
    if not whole.any():
        return row, whole
    matrix = table.of_codes(lines.codes, ("26",))
    component = matrix[np.maximum(release, 0), lines.code]
    whole &= component >= 0
    return np.where(whole, component, row), whole


def rows_of(lines: Lines, table: Table) -> tuple[Ints, Ints, Bools]:
    """The row of each line's code (its 26, TC or 53 row if it has one), its release, and whether that is carried."""
    release, carried = table.on(lines.date)
    safe = np.maximum(release, 0)
    if not lines.has(*ROWS[1:]).any():
        matrix = table.of_codes(lines.codes, ("",))
        return np.where(release < 0, -1, matrix[safe, lines.code]), release, carried
    matrix = table.of_codes(lines.codes, ROWS)
    which = np.select([lines.has(mod) for mod in ROWS[1:]], [1, 2, 3], default=0)
    base = lines.code * len(ROWS)
    own = matrix[safe, base + which]
    row = np.where(own >= 0, own, matrix[safe, base])
    return np.where(release < 0, -1, row), release, carried


class _Notes:
    """The reasons of each line, as they are found."""

    def __init__(self, count: int) -> None:
        self.reasons = np.zeros(count, dtype=np.int64)

    def add(self, reason: Reason, where: Bools) -> None:
        self.reasons[where] |= int(reason)


def price(lines: Lines, schedules: Schedules) -> Priced:
    """Price the professional component of each line."""
    table = schedules.table("pfs")
    row, release, carried = rows_of(lines, table)
    facility = lines.facility
    notes = _Notes(len(lines))
    notes.add(Reason.NO_TABLE, release < 0)
    notes.add(Reason.NOT_LISTED, (release >= 0) & (row < 0))
    if not len(table):
        none, zero = np.full(len(lines), NONE), np.zeros(len(lines), dtype=np.int64)
        return Priced(row, release, none, facility, none, zero, none, Ranked(zero, zero, zero), none, notes.reasons)
    row, component = _professional_only(lines, table, row, release)
    listed, safe = row >= 0, np.maximum(row, 0)
    technical = facility & lines.has("TC") & listed
    notes.add(Reason.COMPONENT, component)
    notes.add(Reason.TECHNICAL, technical)
    flags = table.derived("payment", _flags).of(safe)
    column = table.columns

    def by_setting(of_facility: str, of_office: str) -> Ints:
        chosen: Ints = np.where(facility, column[of_facility][safe], column[of_office][safe])
        return chosen

    work, pe, mp, gpci_row, misplaced = _indices(lines, schedules.table("gpci"))
    of_work, factor = column["work"][safe] * work, column["cf"][safe]
    fee = half_up((of_work + by_setting("pe_f", "pe_nf") * pe + column["mp"][safe] * mp) * factor, SCALE // 100)
    cap_pe, cap_mp = by_setting("opps_f", "opps_nf"), column["opps_mp"][safe]
    capped = (cap_pe > 0) | (cap_mp > 0)
    if capped.any():
        cap = half_up((of_work + cap_pe * pe + cap_mp * mp) * factor, SCALE // 100)
        fee = np.where(capped, np.minimum(fee, cap), fee)
    unpaid = listed & ~flags.contractor & ~flags.payable
    notes.add(Reason.CONTRACTOR_PRICED, listed & flags.contractor)
    notes.add(Reason.STATUS, unpaid)
    notes.add(Reason.NO_LOCALITY, misplaced)
    notes.add(Reason.CARRIED, carried & listed)
    notes.add(Reason.NA_SETTING, listed & np.where(facility, flags.na_facility, flags.na_office))
    parts = (column[name][safe] for name in ("pre", "intra", "post"))
    percent, refused = _percent(lines, flags, notes, *parts)
    none = ~listed | flags.contractor | unpaid | misplaced | refused | technical

    unit = np.where(none, NONE, share(np.where(none, 0, fee), percent, 10_000))
    worth = np.maximum(unit, 0)
    sides = pairs(lines, flags.bilateral & ~none, worth)
    ranked = rank(lines, worth, lines.units - sides.paired, flags.multiple & ~none)
    notes.add(Reason.OTHER_RULE, flags.other_rule & ~none)
    second, counted = second_sides(sides, unit, ranked)
    beyond = ranked.beyond + sides.paired - counted
    notes.add(Reason.BY_REPORT, beyond > 0)
    amount = ranked.full * worth + ranked.half * half_up(worth, 2) + second
    only_beyond = (beyond > 0) & (ranked.full + ranked.half + counted == 0)
    amount = np.where(none | only_beyond, NONE, amount)
    lower = (lines.charge >= 0) & (amount > lines.charge)
    notes.add(Reason.CHARGE, lower)
    allowed = np.where(lower, lines.charge, amount)
    own = lines.has("53") & (column["mod"][safe] == "53")
    notes.add(Reason.REDUCED, lines.has("52", "53") & (allowed >= 0) & ~own)
    fee = np.where(none, NONE, fee)
    return Priced(row, release, gpci_row, facility, fee, percent, unit, ranked, allowed, notes.reasons)


def _indices(lines: Lines, places: Table) -> tuple[Ints, Ints, Ints, Ints, Bools]:
    """GPCIs of each line's locality in thousandths (1000 for national), their row, and where there is none."""
    national = lines.locality < 0
    release, _ = places.on(lines.date)
    if national.all() or not len(places):
        thousand, nowhere = np.full(len(lines), 1000), np.full(len(lines), -1)
        return thousand, thousand, thousand, nowhere, ~national
    matrix = places.rows([(place,) for place in lines.localities], ("locality",))
    row = np.where(national | (release < 0), -1, matrix[np.maximum(release, 0), np.maximum(lines.locality, 0)])
    safe = np.maximum(row, 0)
    work, pe, mp = (np.where(row < 0, 1000, places.columns[name][safe]) for name in ("work", "pe", "mp"))
    return work, pe, mp, row, ~national & (row < 0)


def _percent(lines: Lines, flags: Flags, notes: _Notes, pre: Ints, intra: Ints, post: Ints) -> tuple[Ints, Bools]:
    """What the modifiers leave of the fee, in hundredths of a percent, and the lines they rule out."""
    percent = np.full(len(lines), 10_000, dtype=np.int64)
    if not lines.has("50", "54", "55", "56", "62", "66", "78", "80", "81", "82", "AS").any():
        return percent, np.zeros(len(lines), dtype=bool)
    both = lines.has("50")
    percent = np.where(both & flags.bilateral, 15_000, np.where(both & flags.each_side, 20_000, percent))
    physician, other = lines.has("80", "81", "82"), lines.has("AS")
    percent = np.where(physician, percent * 16 // 100, np.where(other, percent * 136 // 1000, percent))
    assists = (physician | other) & ~flags.assistant
    second = lines.has("62")
    percent = np.where(second, percent * 625 // 1000, percent)
    alone = second & ~flags.two_surgeons
    team = lines.has("66")
    split = lines.has("54", "55", "56")
    whole = split & ~flags.has_global
    part = (
        np.where(lines.has("54"), pre + intra, 0)
        + np.where(lines.has("55"), post, 0)
        + np.where(lines.has("56") & ~lines.has("54"), pre, 0)
    )
    percent = np.where(split, percent * part // 100, percent)
    again = lines.has("78") & flags.has_global & ~split
    percent = np.where(again, percent * intra // 100, percent)
    notes.add(Reason.ASSISTANT_NOT_PAID, assists)
    notes.add(Reason.COSURGEON_NOT_PAID, alone)
    notes.add(Reason.TEAM, team)
    notes.add(Reason.SPLIT_NOT_PAID, whole)
    return percent, assists | alone | team | whole
