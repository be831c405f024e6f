"""What a remittance (835) says: what is paid for each line, and why not more; and whether its sums agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from clausal.exchange.x12.values import dollars

GROUPS = ("CO", "PR", "OA", "PI")


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Why less is paid than charged: group, reason (CARC), amount in cents, units if they are cut."""

    group: str
    carc: str
    amount: int
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class RemittedLine:
    """What is paid for a service line; amounts in cents. `remarks` are RARCs, `allowed` the allowed amount if known."""

    code: str | None
    revenue_code: str | None
    modifiers: tuple[str, ...]
    units: Decimal | int
    paid_units: Decimal | int
    charge: int
    paid: int
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...]
    service_date: dt.date
    control_number: str
    allowed: int | None = None
    service_date_end: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A patient or subscriber."""

    last_name: str
    first_name: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class RemittedClaim:
    """What is paid for a claim, amounts in cents.

    `charge` is the sum of its lines' charges, `paid` that of what they are paid less the claim's own adjustments.
    `status_code` (CLP02) is 1 primary, 2 secondary, 3 tertiary, 4 denied, 19 primary and forwarded, 22 reversal.
    """

    control_number: str
    status_code: str
    claim_filing: str
    payer_control_number: str
    charge: int
    paid: int
    patient: Person
    lines: tuple[RemittedLine, ...]
    adjustments: tuple[Adjustment, ...] = ()
    facility_code: str = ""
    frequency: str = ""
    subscriber: Person | None = None
    """Where the patient is not the subscriber."""


@dataclass(frozen=True, slots=True)
class Party:
    """A payer or a payee.

    `id_qualifier` tells what `id` is: XX an NPI, FI a tax number, XV a health plan number of CMS; none is a payer's own
    number. `address` is street lines followed by city, state and zip, as the column `payee_address` has it; or empty.
    """

    name: str
    id: str = ""
    id_qualifier: str = ""
    tax_id: str = ""
    address: tuple[str, ...] = ()


def unbalanced(claim: RemittedClaim) -> list[str]:
    """Where the sums of a claim do not agree; empty where they do."""
    found = []
    for number, line in enumerate(claim.lines, 1):
        explained = line.paid + _sum(line.adjustments)
        if line.charge != explained:
            found.append(f"line {number}: {dollars(line.charge)} charged, {dollars(explained)} paid and adjusted")
    if claim.lines:
        charged = sum(line.charge for line in claim.lines)
        paid = sum(line.paid for line in claim.lines) - _sum(claim.adjustments)
    else:
        charged, paid = claim.charge, claim.charge - _sum(claim.adjustments)
    if claim.charge != charged:
        found.append(f"the claim charges {dollars(claim.charge)}, its lines {dollars(charged)}")
    if claim.paid != paid:
        found.append(f"the claim is paid {dollars(claim.paid)}, its lines and adjustments make {dollars(paid)}")
    return found


def _sum(adjustments: Iterable[Adjustment]) -> int:
    return sum(adjustment.amount for adjustment in adjustments)
