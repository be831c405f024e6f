"""What one claim is paid at one site: professional and facility components with shares and derivations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clausal.payment.derivation import of_facility, of_pfs
from clausal.payment.facility import FacilityPriced, price_asc, price_opps
from clausal.payment.model import Quote, QuotedLine
from clausal.payment.money import NONE, dollars
from clausal.payment.pfs import Priced, price
from clausal.payment.placed import Applied, of_professional
from clausal.payment.placed import of_facility as of_facility_place
from clausal.payment.reasons import STATUS_WORDS, Reason, words
from clausal.payment.rules import preventive
from clausal.payment.shares import Shares, shares
from clausal.schedules.calendar import EPOCH
from clausal.schedules.lines import ASC, OUTPATIENT_DEPARTMENTS, ClaimType, Ints, Lines
from clausal.schedules.places import NOWHERE, Place
from clausal.schedules.tables import Schedules

TITLES = {
    "pfs": "physician fee schedule",
    "opps": "OPPS Addendum B",
    "asc": "ASC Addendum AA",
    "ascbb": "ASC Addendum BB",
}

NO_TABLE = "no fee table for this type of claim is held"
UNKNOWN = Reason.NO_TABLE | Reason.NOT_HELD
"""Reasons for which a facility may be paid what is not shown."""


def quote(
    lines: Lines,
    written: Sequence[Sequence[str]],
    schedules: Schedules,
    *,
    deductible_left: int = 0,
    at: Place = NOWHERE,
    claim_type: ClaimType | None = None,
) -> Quote:
    """Price the lines of one claim; `written` are the modifiers of each line as they were given.

    `at` is the place of which the lines have locality and wage index: it tells how they were found. Without a claim
    type the practitioner's and the facility's amounts are told, by place of service.
    """
    place = int(lines.place[0])
    professional = price(lines, schedules)
    facility: FacilityPriced | None = None
    if claim_type == "asc" or (claim_type is None and place == ASC):
        facility = price_asc(lines, schedules)
    elif claim_type == "outpatient" or (claim_type is None and place in OUTPATIENT_DEPARTMENTS):
        facility = price_opps(lines, schedules)
    of_practitioner = claim_type in (None, "professional")
    allowed = professional.allowed if of_practitioner else np.full(len(lines), NONE)
    copay = np.full(len(lines), NONE)
    if facility:
        allowed, copay = np.concatenate([allowed, facility.allowed]), np.concatenate([copay, facility.copay])
    times = 2 if facility else 1
    parts = shares(
        allowed,
        np.tile(lines.claim, times),
        np.tile(lines.date, times),
        copay,
        deductible_left,
        np.tile(preventive.coinsurance(lines), times),
        np.tile(preventive.is_exempt(lines), times),
    )
    found = []
    for line in range(len(lines)):
        keep = of_practitioner and (professional.row[line] >= 0 or facility is None or facility.row[line] < 0)
        if keep:
            applied = of_professional(lines, professional, schedules, at, line)
            found.append(_professional(lines, written, professional, schedules, parts, line, applied))
        if facility and (facility.row[line] >= 0 or facility.reasons[line] & UNKNOWN or not keep):
            applied = of_facility_place(lines, facility, at, line)
            found.append(_facility(lines, written, facility, schedules, parts, line, applied))
        if not of_practitioner and facility is None:
            found.append(_unpriced(lines, written, line))
    amounts = [(one.allowed, one.payer, one.patient) for one in found]
    complete = (
        all(one.allowed is not None for one in found) and not (professional.reasons & int(Reason.BY_REPORT)).any()
    )
    # What is packaged into a line without an amount adds up to nothing that anybody is paid.
    priced = any(one.allowed is not None and (complete or _cents(one.allowed)) for one in found)
    total, payer, patient = (dollars(sum(_cents(row[i]) for row in amounts)) if priced else None for i in range(3))
    day = EPOCH + dt.timedelta(days=int(lines.date[0]))
    where = lines.localities[0] if lines.localities else None
    found = [replace(one, service_date=EPOCH + dt.timedelta(days=int(lines.date[one.line]))) for one in found]
    return Quote(place, day, where, found, total, payer, patient, complete, at.said)


def _cents(amount: str | None) -> int:
    return int(amount.replace(".", "")) if amount else 0


def _unpriced(lines: Lines, written: Sequence[Sequence[str]], line: int) -> QuotedLine:
    """A line of a claim for which there is no fee table."""
    return QuotedLine(
        line, lines.code_at(line), int(lines.units[line]), list(written[line]), "facility", None, None, None, None,
        NO_TABLE, "none", None, [],
    )  # fmt: skip


def _professional(
    lines: Lines,
    written: Sequence[Sequence[str]],
    priced: Priced,
    schedules: Schedules,
    parts: Shares,
    line: int,
    applied: Applied,
) -> QuotedLine:
    steps = of_pfs(lines, priced, schedules, line)
    status = "" if priced.row[line] < 0 else str(schedules.table("pfs").columns["status"][int(priced.row[line])])
    return _line(
        lines, written, "professional", "pfs", priced.release, priced.reasons, steps, parts, line, line, schedules,
        priced.allowed, status, applied,
    )  # fmt: skip


def _facility(
    lines: Lines,
    written: Sequence[Sequence[str]],
    priced: FacilityPriced,
    schedules: Schedules,
    parts: Shares,
    line: int,
    applied: Applied,
) -> QuotedLine:
    steps = of_facility(lines, priced, schedules, line)
    return _line(
        lines, written, "facility", priced.table_of(line), priced.release, priced.reasons, steps, parts, line,
        len(lines) + line, schedules, priced.allowed, "", applied,
    )  # fmt: skip


def _line(
    lines: Lines, written: Sequence[Sequence[str]], component: str, kind: str, release: Ints, reasons: Ints,
    steps: list[str], parts: Shares, line: int, at: int, schedules: Schedules, allowed: Ints, status: str,
    applied: Applied,
) -> QuotedLine:  # fmt: skip
    number = int(release[line])
    mask = int(reasons[line])
    sentences = words(mask)
    if mask & Reason.STATUS:
        meaning = STATUS_WORDS.get(status, "see CMS's list of status indicators")
        sentences = [f"{text} {status}: {meaning}" if "by its status" in text else text for text in sentences]
    elif status in ("R", "T"):
        sentences.append(f"status {status}: {STATUS_WORDS[status]}")

    def amount(values: Ints, index: int) -> str | None:
        return None if values[index] == NONE else dollars(int(values[index]))

    return QuotedLine(
        line=line,
        code=lines.code_at(line),
        units=int(lines.units[line]),
        modifiers=list(written[line]),
        component=component,
        allowed=amount(allowed, line),
        payer=amount(parts.payer, at),
        patient=amount(parts.patient, at),
        sequestration=amount(parts.withheld, at),
        why="; ".join(sentences) or None,
        table=TITLES[kind],
        release=schedules.table(kind).releases[number].name if number >= 0 else None,
        derivation=steps,
        place=applied.place,
        place_found=applied.found,
    )
