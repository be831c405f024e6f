"""The physician fee schedule, by column.

amount = half_up((work x GPCI_work + PE x GPCI_PE + MP x GPCI_MP) x CF), PE by setting; national: each GPCI is 1. Where
the file gives values for the OPPS cap on imaging, the lesser amount counts. Source: PPRRVU record layout, CMS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntFlag
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


class Flag(IntFlag):
    """What a row of the file says of its code."""

    PAYABLE = 1 << 0
    CONTRACTOR = 1 << 1
    NA_FACILITY = 1 << 2
    NA_OFFICE = 1 << 3
    BILATERAL = 1 << 4
    EACH_SIDE = 1 << 5
    ASSISTANT = 1 << 6
    TWO_SURGEONS = 1 << 7
    HAS_GLOBAL = 1 << 8
    MULTIPLE = 1 << 9
    OTHER_RULE = 1 << 10
    CAPPED = 1 << 11
    """The OPPS cap on imaging bears on it."""


class Flags:
    """The flags of each line's row."""

    def __init__(self, flags: Ints) -> None:
        self._flags = flags
        self._any = int(np.bitwise_or.reduce(flags)) if len(flags) else 0

    def has(self, flag: Flag) -> Bools:
        """Lines whose row has a flag."""
        if not self._any & flag:
            return np.zeros(len(self._flags), dtype=bool)
        found: Bools = (self._flags & int(flag)) != 0
        return found


def _flags(table: Table) -> Ints:
    """The flags of each row."""
    column: Mapping[str, Any] = table.columns
    of_row = {
        Flag.PAYABLE: np.isin(column["status"], PAYABLE),
        Flag.CONTRACTOR: column["status"] == "C",
        Flag.NA_FACILITY: column["na_f"] == "NA",
        Flag.NA_OFFICE: column["na_nf"] == "NA",
        Flag.BILATERAL: column["bilat"] == "1",
        Flag.EACH_SIDE: column["bilat"] == "3",
        Flag.ASSISTANT: column["asst"] == "2",
        Flag.TWO_SURGEONS: np.isin(column["co"], ("1", "2")),
        Flag.HAS_GLOBAL: np.isin(column["glob"], ("010", "090")),
        Flag.MULTIPLE: column["mult"] == "2",
        Flag.OTHER_RULE: np.isin(column["mult"], ("1", "3", "4", "5", "6", "7")),
        Flag.CAPPED: (column["opps_f"] > 0) | (column["opps_nf"] > 0) | (column["opps_mp"] > 0),
    }
    found = np.zeros(len(table), dtype=np.int64)
    for flag, holds in of_row.items():
        found |= np.where(holds, int(flag), 0)
    return found


def _by_setting(of_office: str, of_facility: str) -> Callable[[Table], Ints]:
    """Two columns as one: each row's value in an office, then in a facility."""

    def make(table: Table) -> Ints:
        return np.stack([table.columns[of_office], table.columns[of_facility]], axis=1).ravel()

    return make


def can_be_bilateral(schedules: Schedules) -> Bools:
    """For each row of the file whether its code can be billed for both sides."""
    table = schedules.table("pfs")
    if not len(table):
        return np.zeros(1, dtype=bool)
    return Flags(table.derived("payment", _flags)).has(Flag.BILATERAL | Flag.EACH_SIDE)


def _professional_only(lines: Lines, table: Table, row: Ints, release: Ints) -> tuple[Ints, Bools]:
    """In a facility the technical component is the facility's: there a code that has two is read by its 26 row."""
    flags = Flags(table.derived("payment", _flags)[np.maximum(row, 0)])
    whole = lines.facility & (row >= 0) & ~lines.has("26", "TC") & flags.has(Flag.NA_FACILITY)
    if not whole.any():
        return row, whole
    matrix = table.of_codes(lines.codes, ("26",))
    component = matrix[np.maximum(release, 0), lines.code]
    whole &= component >= 0
    return np.where(whole, component, row), whole


def rows_of(lines: Lines, table: Table) -> tuple[Ints, Ints, Bools]:
    """The row of each line's code (its 26, TC or 53 row if it has one), its release, and whether that is carried."""
    release, carried = table.on_codes(lines.date, lines.codes, lines.code)
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
    told = table.tells(release, lines.codes, lines.code)
    notes.add(Reason.NOT_LISTED, told & (row < 0))
    notes.add(Reason.NOT_HELD, ~told & (release >= 0) & (row < 0))
    if not len(table):
        none, zero = np.full(len(lines), NONE), np.zeros(len(lines), dtype=np.int64)
        return Priced(row, release, none, facility, none, zero, none, Ranked(zero, zero, zero), none, notes.reasons)
    row, component = _professional_only(lines, table, row, release)
    listed, safe = row >= 0, np.maximum(row, 0)
    technical = facility & lines.has("TC") & listed
    notes.add(Reason.COMPONENT, component)
    notes.add(Reason.TECHNICAL, technical)
    flags = Flags(table.derived("payment", _flags)[safe])
    column = table.columns
    setting = 2 * safe + facility

    work, pe, mp, gpci_row, misplaced = _indices(lines, schedules.table("gpci"))
    of_work, factor = column["work"][safe] * work, column["cf"][safe]
    of_pe = table.derived("pe", _by_setting("pe_nf", "pe_f"))[setting] * pe
    fee = half_up((of_work + of_pe + column["mp"][safe] * mp) * factor, SCALE // 100)
    if flags.has(Flag.CAPPED).any():
        cap_pe, cap_mp = table.derived("opps", _by_setting("opps_nf", "opps_f"))[setting], column["opps_mp"][safe]
        cap = half_up((of_work + cap_pe * pe + cap_mp * mp) * factor, SCALE // 100)
        fee = np.where((cap_pe > 0) | (cap_mp > 0), np.minimum(fee, cap), fee)
    contractor = flags.has(Flag.CONTRACTOR)
    unpaid = listed & ~contractor & ~flags.has(Flag.PAYABLE)
    notes.add(Reason.CONTRACTOR_PRICED, listed & contractor)
    notes.add(Reason.STATUS, unpaid)
    notes.add(Reason.NO_LOCALITY, misplaced)
    notes.add(Reason.CARRIED, carried & listed)
    not_here = (facility & flags.has(Flag.NA_FACILITY)) | (~facility & flags.has(Flag.NA_OFFICE))
    notes.add(Reason.NA_SETTING, listed & not_here)
    percent, refused = _percent(lines, flags, notes, table, safe)
    none = ~listed | contractor | unpaid | misplaced | refused | technical

    unit = np.where(none, NONE, share(np.where(none, 0, fee), percent, 10_000))
    worth = np.maximum(unit, 0)
    sides = pairs(lines, flags.has(Flag.BILATERAL) & ~none, worth)
    ranked = rank(lines, worth, lines.units - sides.paired, flags.has(Flag.MULTIPLE) & ~none)
    notes.add(Reason.OTHER_RULE, flags.has(Flag.OTHER_RULE) & ~none)
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


def _percent(lines: Lines, flags: Flags, notes: _Notes, table: Table, row: Ints) -> tuple[Ints, Bools]:
    """What the modifiers leave of the fee, in hundredths of a percent, and the lines they rule out."""
    percent = np.full(len(lines), 10_000, dtype=np.int64)
    if not lines.has("50", "54", "55", "56", "62", "66", "78", "80", "81", "82", "AS").any():
        return percent, np.zeros(len(lines), dtype=bool)
    pre, intra, post = (table.columns[name][row] for name in ("pre", "intra", "post"))
    has_global = flags.has(Flag.HAS_GLOBAL)
    both = lines.has("50")
    percent = np.where(both & flags.has(Flag.EACH_SIDE), 20_000, percent)
    percent = np.where(both & flags.has(Flag.BILATERAL), 15_000, percent)
    physician, other = lines.has("80", "81", "82"), lines.has("AS")
    percent = np.where(physician, percent * 16 // 100, np.where(other, percent * 136 // 1000, percent))
    assists = (physician | other) & ~flags.has(Flag.ASSISTANT)
    second = lines.has("62")
    percent = np.where(second, percent * 625 // 1000, percent)
    alone = second & ~flags.has(Flag.TWO_SURGEONS)
    team = lines.has("66")
    split = lines.has("54", "55", "56")
    whole = split & ~has_global
    part = (
        np.where(lines.has("54"), pre + intra, 0)
        + np.where(lines.has("55"), post, 0)
        + np.where(lines.has("56") & ~lines.has("54"), pre, 0)
    )
    percent = np.where(split, percent * part // 100, percent)
    again = lines.has("78") & has_global & ~split
    percent = np.where(again, percent * intra // 100, percent)
    notes.add(Reason.ASSISTANT_NOT_PAID, assists)
    notes.add(Reason.COSURGEON_NOT_PAID, alone)
    notes.add(Reason.TEAM, team)
    notes.add(Reason.SPLIT_NOT_PAID, whole)
    return percent, assists | alone | team | whole
