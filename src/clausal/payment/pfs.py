"""The physician fee schedule, by column: each line's fee, what modifiers leave of it, and the rules of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
from typing import Any

import numpy as np

from clausal.payment.fees import NO_CAP, Fee, Fees
from clausal.payment.money import NONE, half_up, share
from clausal.payment.parts import Part, Parts
from clausal.payment.reasons import Reason
from clausal.payment.rules import (
    bilateral,
    components,
    endoscopy,
    equipment,
    imaging,
    not_applied,
    not_paid,
    preventive,
    split_global,
    surgeons,
    therapy,
    therapy_assistant,
)
from clausal.payment.rules.multiple_surgery import rank
from clausal.schedules import factors
from clausal.schedules.lines import NO_PLACE, Bools, Ints, Lines
from clausal.schedules.tables import Schedules, Table

PAYABLE = ("A", "R", "T")
FULL = 1_000_000
"""A fee in full, where percentages of it are told: fine enough for those of several modifiers."""


@dataclass(frozen=True)
class Priced:
    """Each line priced, with the steps: table row, unit amount before and after modifiers, parts, allowed (cents)."""

    row: Ints
    release: Ints
    gpci_row: Ints
    is_facility: Bools
    fee: Ints
    factor: Ints
    """The conversion factor of each line, in ten-thousandths."""
    percent: Ints
    """Of the fee, of FULL, after bilateral, assistant, co-surgeon and split modifiers."""
    unit: Ints
    parts: tuple[Parts, ...]
    """How the amounts come about of lines that a rule of the day bears on; of others it is units x unit."""
    assisted: Bools
    """Lines that are paid at 85 percent, as an assistant rendered the therapy in part."""
    amount: Ints
    """Before the charge is looked at."""
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
    EARLIER = 1 << 10
    """Multiple procedures by the rule before 1995 (indicator 1)."""
    ENDOSCOPY = 1 << 11
    THERAPY = 1 << 12
    IMAGING = 1 << 13
    CARDIOVASCULAR = 1 << 14
    OPHTHALMOLOGY = 1 << 15
    SPLITS = 1 << 16
    """It has a professional and a technical component."""
    OF_FACILITY = 1 << 17
    """In a facility it is the facility's: a technical component, a test as a whole, a service of staff."""
    BY_COMPONENT = IMAGING | CARDIOVASCULAR | OPHTHALMOLOGY
    OF_A_DAY = MULTIPLE | EARLIER | ENDOSCOPY | THERAPY | BY_COMPONENT
    """A rule looks at all units of the day."""


OF_RULE = (Flag.IMAGING, Flag.CARDIOVASCULAR, Flag.OPHTHALMOLOGY)
"""The flags of `components.RULES`, in their order."""


class Flags:
    """The flags of each line's row."""

    def __init__(self, flags: Ints) -> None:
        self._flags = flags
        self._any = int(np.bitwise_or.reduce(flags)) if len(flags) else 0

    def has(self, flag: Flag) -> Bools:
        """Lines whose row has a flag, or any of several."""
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
        Flag.EARLIER: column["mult"] == "1",
        Flag.ENDOSCOPY: (column["mult"] == "3"),
        Flag.THERAPY: column["mult"] == "5",
        Flag.IMAGING: (column["mult"] == imaging.INDICATOR) & (column["family"] == imaging.FAMILY),
        Flag.CARDIOVASCULAR: column["mult"] == "6",
        Flag.OPHTHALMOLOGY: column["mult"] == "7",
        Flag.SPLITS: (column["pctc"] == "1") & (column["mod"] == ""),
        Flag.OF_FACILITY: np.isin(column["pctc"], ("3", "4"))
        | ((column["pctc"] == "5") & ((column["na_f"] == "NA") | (column["pe_f"] == column["pe_nf"]))),
    }
    found = np.zeros(len(table), dtype=np.int64)
    for flag, holds in of_row.items():
        found |= np.where(holds, int(flag), 0)
    return found


def can_be_bilateral(schedules: Schedules) -> Bools:
    """For each row of the file whether its code can be billed for both sides."""
    table = schedules.table("pfs")
    if not len(table):
        return np.zeros(1, dtype=bool)
    return Flags(table.derived("payment", _flags)).has(Flag.BILATERAL | Flag.EACH_SIDE)


class _Notes:
    """The reasons of each line, as they are found."""

    def __init__(self, count: int) -> None:
        self.reasons = np.zeros(count, dtype=np.int64)

    def add(self, reason: Reason, where: Bools) -> None:
        if where.any():
            self.reasons[where] |= int(reason)


def price(lines: Lines, schedules: Schedules) -> Priced:
    """Price the professional component of each line."""
    fees = Fees(lines, schedules)
    table, release, facility = fees.table, fees.release, fees.facility
    notes = _Notes(len(lines))
    notes.add(Reason.NO_TABLE, release < 0)
    if not len(table):
        return _nothing(fees, notes)
    row, component = _professional_only(fees, fees.rows())
    told = table.tells(release, lines.codes, lines.code)
    notes.add(Reason.NOT_LISTED, told & (row < 0))
    notes.add(Reason.NOT_HELD, ~told & (release >= 0) & (row < 0))
    listed, safe = row >= 0, np.maximum(row, 0)
    flags = Flags(table.derived("payment", _flags)[safe])
    technical = facility & listed & (lines.has("TC") | flags.has(Flag.OF_FACILITY))
    notes.add(Reason.COMPONENT, component)
    notes.add(Reason.TECHNICAL, technical)
    fee = fees.of(safe)
    contractor = flags.has(Flag.CONTRACTOR)
    unpaid = listed & ~contractor & ~flags.has(Flag.PAYABLE)
    notes.add(Reason.CONTRACTOR_PRICED, listed & contractor)
    notes.add(Reason.STATUS, unpaid)
    notes.add(Reason.NO_LOCALITY, fees.misplaced)
    notes.add(Reason.CARRIED, fees.carried & listed)
    notes.add(Reason.DOUBTED, listed & fees.doubted)
    notes.add(Reason.ASSUMED_UNIT, listed & lines.assumed)
    notes.add(Reason.ASSUMED_OFFICE, listed & (lines.place == NO_PLACE))
    not_here = (facility & flags.has(Flag.NA_FACILITY)) | (~facility & flags.has(Flag.NA_OFFICE))
    notes.add(Reason.NA_SETTING, listed & not_here & ~technical)
    percent, refused = _percent(lines, flags, notes, table, safe)
    refused = refused | _told_by_modifiers(lines, listed, notes)
    spans = listed & (lines.days > 1) & (lines.units > 1) & flags.has(Flag.OF_A_DAY)
    notes.add(Reason.SPAN, spans)
    none = ~listed | contractor | unpaid | fees.misplaced | refused | technical | spans

    unit = np.where(none, NONE, share(np.where(none, 0, fee.amount), percent, FULL))
    priced = _Rules(fees, flags, notes, safe, none, fee, percent, unit)
    parts = [*priced.surgery(), *priced.therapy(), *priced.of_components()]
    none = priced.none
    amount = lines.units * np.maximum(unit, 0)
    for one in parts:
        amount[one.line] = one.total()
    amount[none] = NONE
    bundled = _bundled(lines, listed & (table.columns["status"][safe] == "T"), amount)
    notes.add(Reason.BUNDLED, bundled)
    amount = np.where(bundled, 0, amount)
    lower = bilateral.limited(lines, priced.sides, amount, (lines.charge >= 0) & (amount > lines.charge))
    notes.add(Reason.CHARGE, lower)
    allowed = np.where(lower, lines.charge, amount)
    assisted = therapy_assistant.applies(lines) & ~none
    if assisted.any():
        allowed = np.where(assisted, share(allowed, therapy_assistant.PERCENT, 100), allowed)
    notes.reasons |= preventive.reasons(lines, allowed)
    own = lines.has("53") & (table.columns["mod"][safe] == "53")
    notes.add(Reason.REDUCED, lines.has("52", "53") & (allowed >= 0) & ~own)
    notes.add(Reason.LOWER_FACTOR, (allowed >= 0) & (lines.qualifying < 0) & factors.are_two(lines.date))
    notes.add(Reason.INCREASED, lines.has("22") & (allowed >= 0))
    return Priced(
        row, release, fees.gpci_row, facility, np.where(none, NONE, fee.amount), fees.factor(safe), percent,
        np.where(none, NONE, unit), tuple(parts), assisted, amount, allowed, notes.reasons,
    )  # fmt: skip


def _nothing(fees: Fees, notes: _Notes) -> Priced:
    """Prices where no table is held at all."""
    count = len(fees.lines)
    none, zero, no = np.full(count, NONE), np.zeros(count, dtype=np.int64), np.zeros(count, dtype=bool)
    return Priced(
        none, fees.release, none, fees.facility, none, zero, zero, none, (), no, none, none, notes.reasons
    )  # fmt: skip


def _bundled(lines: Lines, only_alone: Bools, amount: Ints) -> Bools:
    """Lines of status T beside another service of the practitioner's day that is payable: these take them in."""
    if not only_alone.any():
        return only_alone
    return only_alone & np.isin(lines.group, lines.group[(amount > 0) & ~only_alone])


def _professional_only(fees: Fees, row: Ints) -> tuple[Ints, Bools]:
    """In a facility the technical component is the facility's: there a code that has two is read by its 26 row."""
    lines = fees.lines
    flags = Flags(fees.table.derived("payment", _flags)[np.maximum(row, 0)])
    whole = fees.facility & (row >= 0) & ~lines.has("26", "TC") & flags.has(Flag.SPLITS)
    if not whole.any():
        return row, whole
    component = fees.row_of("26")
    whole &= component >= 0
    return np.where(whole, component, row), whole


def _told_by_modifiers(lines: Lines, listed: Bools, notes: _Notes) -> Bools:
    """Lines without an amount for a modifier: one by which nothing is paid, or whose rule is not applied here."""
    found = np.zeros(len(lines), dtype=bool)
    for reason, modifiers in (*not_paid.BY_REASON.items(), *not_applied.PROFESSIONAL.items()):
        carried = listed & lines.has(*modifiers)
        if carried.any():
            notes.add(reason, carried)
            found = found | carried
    return found


def _percent(lines: Lines, flags: Flags, notes: _Notes, table: Table, row: Ints) -> tuple[Ints, Bools]:
    """What the modifiers leave of the fee, of FULL, and the lines they rule out."""
    percent = np.full(len(lines), FULL, dtype=np.int64)
    if not lines.has("50", "54", "55", "56", "62", "66", "78", "80", "81", "82", "AS").any():
        return percent, np.zeros(len(lines), dtype=bool)
    has_global = flags.has(Flag.HAS_GLOBAL)
    both = lines.has("50")
    percent = np.where(both & flags.has(Flag.EACH_SIDE), 2 * FULL, percent)
    percent = np.where(both & flags.has(Flag.BILATERAL), bilateral.PERCENT, percent)
    percent = surgeons.share_of(lines, percent)
    during = [table.columns[name][row] for name in ("pre", "intra", "post")]
    percent = split_global.share_of(lines, percent, has_global, *during)
    assists = lines.has(*surgeons.PHYSICIAN, *surgeons.OTHER) & ~flags.has(Flag.ASSISTANT)
    alone = lines.has(*surgeons.SECOND) & ~flags.has(Flag.TWO_SURGEONS)
    team = lines.has(*surgeons.TEAM)
    whole = lines.has(*split_global.PARTS) & ~has_global
    notes.add(Reason.ASSISTANT_NOT_PAID, assists)
    notes.add(Reason.COSURGEON_NOT_PAID, alone)
    notes.add(Reason.TEAM, team)
    notes.add(Reason.SPLIT_NOT_PAID, whole)
    return percent, assists | alone | team | whole


class _Rules:
    """The rules that look at several lines of a day; each gives the parts of the amounts of the lines it bears on."""

    def __init__(
        self, fees: Fees, flags: Flags, notes: _Notes, row: Ints, none: Bools, fee: Fee, percent: Ints, unit: Ints
    ) -> None:
        self.fees, self.lines, self.flags, self.notes = fees, fees.lines, flags, notes
        self.row, self.none, self.fee, self.percent, self.unit = row, none, fee, percent, unit
        self.worth = np.maximum(unit, 0)
        self.sides = bilateral.NONE

    def _refuse(self, reason: Reason, which: Ints) -> None:
        """No amount for some lines."""
        if len(which):
            self.notes.reasons[which] |= int(reason)
            self.none = self.none.copy()
            self.none[which] = True

    def surgery(self) -> list[Parts]:
        """Multiple procedures, families of endoscopies, and both sides."""
        lines, worth, multiple = self.lines, self.worth, self.flags.has(Flag.MULTIPLE) & ~self.none
        self._earlier()
        family = self._families()
        ranks = (multiple | self.flags.has(Flag.ENDOSCOPY)) & ~self.none
        ranks[family.line] = False
        self.sides = sides = bilateral.pairs(lines, self.flags.has(Flag.BILATERAL) & ~self.none, worth)
        paired = np.flatnonzero(sides.first > 0)
        alone = np.flatnonzero(ranks)
        of_pair = paired[ranks[paired]]
        ranked = rank(
            lines,
            np.concatenate([alone, of_pair, family.top]),
            lines.group[np.concatenate([alone, of_pair, family.top])],
            np.concatenate([worth[alone], bilateral.worth_of(worth[of_pair]), family.worth]),
            np.concatenate(
                [(lines.units - sides.first - sides.second)[alone], sides.first[of_pair], np.ones_like(family.top)]
            ),
        )
        ends = len(alone), len(alone) + len(of_pair)
        full, half, beyond = (np.zeros(len(lines), dtype=np.int64) for _ in range(3))
        for counts, values in ((full, ranked.full), (half, ranked.half), (beyond, ranked.beyond)):
            counts[alone] = values[: ends[0]]
        pair_full, pair_half = (np.zeros(len(lines), dtype=np.int64) for _ in range(2))
        pair_full[paired] = sides.first[paired]
        pair_full[of_pair], pair_half[of_pair] = (values[ends[0] : ends[1]] for values in (ranked.full, ranked.half))
        beyond[of_pair] += ranked.beyond[ends[0] : ends[1]]
        found = self._of_families(family, ranked.full[ends[1] :], ranked.half[ends[1] :])
        found += self._both_in_units(ranks, sides)
        if not sides:
            which = np.flatnonzero(ranks)
            found.append(self._ranked(which, full[which], half[which]))
        else:
            found += self._with_sides(sides, ranks, (full, half), (pair_full, pair_half), beyond)
        if beyond.any():
            self.notes.add(Reason.BY_REPORT, beyond > 0)
            for one in found[-2:] if sides else found[-1:]:
                self._refuse(Reason.BY_REPORT, one.line[(beyond[one.line] > 0) & (one.total() == 0)])
        return found

    def _both_in_units(self, ranks: Bools, sides: bilateral.Pairs) -> list[Parts]:
        """Two units of a code that can be both sides, and that no rank bears on, are one bilateral procedure."""
        lines = self.lines
        two = self.flags.has(Flag.BILATERAL) & ~self.none & ~ranks & (lines.units == 2) & (lines.days == 1)
        two &= ~lines.has("50", "RT", "LT") & (sides.first == 0) & ~self.flags.has(Flag.OF_A_DAY)
        which = np.flatnonzero(two)
        if not len(which):
            return []
        once, worth = np.ones(len(which), dtype=np.int64), self.worth[which]
        return [Parts(which, (Part("", once, worth), Part("second side", once, bilateral.worth_of(worth) - worth)))]

    def _ranked(self, which: Ints, full: Ints, half: Ints, *more: Part) -> Parts:
        worth = self.worth[which]
        return Parts(which, (Part("", full, worth), Part("50 percent", half, half_up(worth, 2)), *more))

    def _with_sides(
        self, sides: bilateral.Pairs, ranks: Bools, own: tuple[Ints, Ints], pair: tuple[Ints, Ints], beyond: Ints
    ) -> list[Parts]:
        """Lines that are ranked or are a side of a pair: those without a second side, and those with one."""
        left, in_full, at_half = bilateral.second_sides(sides, *pair)
        beyond[left] += sides.second[left] - in_full - at_half
        plain = np.where(ranks, 0, self.lines.units - sides.first - sides.second)
        worth = self.worth[left]
        both = bilateral.worth_of(worth)
        second = self._ranked(
            left,
            (own[0] + plain)[left],
            own[1][left],
            Part("second side", in_full, both - worth),
            Part("second side, 50 percent", at_half, half_up(both, 2) - half_up(worth, 2)),
        )
        which = np.flatnonzero((ranks | (sides.first > 0)) & (sides.second == 0))
        first = self._ranked(which, (own[0] + pair[0] + plain)[which], (own[1] + pair[1])[which])
        return [first, second]

    def _earlier(self) -> None:
        """Codes of indicator 1 beside another procedure: no code has it today, and its rule is not applied."""
        which = np.flatnonzero(self.flags.has(Flag.EARLIER) & ~self.none)
        if len(which):
            _, inverse, count = np.unique(self.lines.group[which], return_inverse=True, return_counts=True)
            self._refuse(Reason.OTHER_RULE, which[(count[inverse] > 1) | (self.lines.units[which] > 1)])

    def _families(self) -> endoscopy.Families:
        """The families of endoscopies of which a day has several."""
        lines = self.lines
        at = np.flatnonzero(self.flags.has(Flag.ENDOSCOPY) & ~self.none)
        if not len(at):
            return endoscopy.NONE
        bases = self.fees.table.columns["endo"][self.row[at]]
        number = {code: index for index, code in enumerate(dict.fromkeys(bases.tolist()))}
        of_code = np.array([number.get(code, -1) for code in lines.codes], dtype=np.int64)
        as_base = np.flatnonzero((of_code[lines.code] >= 0) & ~self.none & ~self.flags.has(Flag.ENDOSCOPY))
        every = np.concatenate([at, as_base])
        base = np.concatenate([[number[code] for code in bases.tolist()], of_code[lines.code[as_base]]])
        is_base = np.concatenate([np.zeros(len(at), dtype=bool), np.ones(len(as_base), dtype=bool)])
        rows = self.fees.row_of_base(self.row[at], at)
        fee = share(self.fees.of(np.maximum(rows, 0), at).amount, self.percent[at], FULL)
        base_fee = np.concatenate([np.where(rows < 0, -1, fee), np.zeros(len(as_base), dtype=np.int64)])
        found = endoscopy.families(lines, every, base, is_base, self.worth[every], base_fee)
        unknown = np.isin(found.line, every[base_fee < 0])
        if unknown.any():
            wrong = np.isin(found.family, found.family[unknown])
            self._refuse(Reason.NO_BASE, found.line[wrong])
            keep = ~np.isin(every, found.line[wrong])
            found = endoscopy.families(
                lines, every[keep], base[keep], is_base[keep], self.worth[every[keep]], base_fee[keep]
            )
        return found

    def _of_families(self, family: endoscopy.Families, full: Ints, half: Ints) -> list[Parts]:
        """How the lines of families are paid, given whether each family is paid in full or at half."""
        if not family:
            return []
        in_full, at_half = full[family.family] > 0, half[family.family] > 0
        self._refuse(Reason.BY_REPORT, family.line[~in_full & ~at_half])
        base = family.line[(family.full + family.more) == 0]
        self.notes.reasons[base] |= int(Reason.BASE_ENDOSCOPY)
        unit, more = self.worth[family.line], family.beyond_base
        return [
            Parts(
                family.line,
                (
                    Part("", np.where(in_full, family.full, 0), unit),
                    Part("beyond the base endoscopy", np.where(in_full, family.more, 0), more),
                    Part("50 percent", np.where(at_half, family.full, 0), half_up(unit, 2)),
                    Part("beyond the base endoscopy, 50 percent", np.where(at_half, family.more, 0), half_up(more, 2)),
                ),
            )
        ]

    def therapy(self) -> list[Parts]:
        """Therapy services of a day."""
        at = np.flatnonzero(self.flags.has(Flag.THERAPY) & ~self.none)
        if not len(at):
            return []
        reduced = share(self.fees.of(self.row[at], at, half_pe=True).amount, self.percent[at], FULL)
        expense = self.fees.practice_expense(self.row[at], at)
        found = therapy.parts(self.lines, at, expense, self.worth[at], reduced)
        return [found] if found else []

    def of_components(self) -> list[Parts]:
        """Services whose components are reduced apart."""
        lines = self.lines
        left = equipment.percent(lines)
        flagged = self.flags.has(Flag.BY_COMPONENT)
        if not flagged.any() and not (left < 100).any():
            return []
        rule = np.full(len(lines), -1, dtype=np.int64)
        for index, flag in enumerate(OF_RULE):
            rule[self.flags.has(flag)] = index
        rule[lines.has(*imaging.OTHER_SESSION) & (rule == OF_RULE.index(Flag.IMAGING))] = -1
        both = lines.has("50") & (self.percent == 2 * FULL)
        units = np.where(both, lines.units * 2, lines.units)
        group = lines.group * len(OF_RULE) + rule
        payable = ~self.none & ((self.percent == FULL) | both)
        ruled = np.flatnonzero(payable & (rule >= 0))
        _, inverse = np.unique(group[ruled], return_inverse=True)
        crowded = np.zeros(len(lines), dtype=bool)
        if len(ruled):
            crowded[ruled] = (np.bincount(inverse, weights=units[ruled]) > 1)[inverse]
        at = np.flatnonzero(payable & (crowded | (left < 100)))
        if not len(at):
            return []
        of, known = self._components_of(at)
        self._refuse(Reason.NO_COMPONENTS, at[~known])
        at, left, rule = at[known], left[at[known]], np.where(crowded, rule, -1)[at[known]]
        of = components.Components(of.technical[known], of.cap[known], of.professional[known])
        return [components.parts(lines, at, group[at], rule, units[at], of, left)]

    def _components_of(self, at: Ints) -> tuple[components.Components, Bools]:
        """The components of the units of some lines, and of which of them they are known."""
        columns, row = self.fees.table.columns, self.row[at]
        mod, kind = columns["mod"][row], columns["pctc"][row]
        fee = self.fee.uncapped[at], np.broadcast_to(self.fee.cap, len(self.lines))[at]
        splits = (mod == "") & (kind == "1")
        professional_only = (mod == "26") | (kind == "2")
        component = self.fees.row_of("26")[at]
        known = ~splits | (component >= 0)
        professional = self.fees.of(np.maximum(component, 0), at).amount
        professional = np.where(splits, professional, np.where(professional_only, np.minimum(*fee), 0))
        technical = np.where(professional_only, 0, fee[0] - np.where(splits, professional, 0))
        cap = np.where(fee[1] == NO_CAP, NO_CAP, np.maximum(fee[1] - np.where(splits, professional, 0), 0))
        return components.Components(
            np.maximum(technical, 0), np.where(professional_only, NO_CAP, cap), professional
        ), known
