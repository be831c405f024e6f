"""The remittance (835): what is paid for each line, and why not more; every sum is checked before it is written."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

from clausal.exchange.x12.problem import Interchange
from clausal.exchange.x12.values import dollars, quantity
from clausal.exchange.x12.writing import Element, clean, gs, isa, segment

VERSION = "005010X221A1"
GROUPS = ("CO", "PR", "OA", "PI")
MOST_REASONS = 6
"""Reasons in one CAS."""
_IN_MEMORY = 1 << 20


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

    `id_qualifier` tells what `id` is: XX an NPI, FI a tax number, XV a health plan number. `address` is the street
    lines followed by city, state and zip, as the column `payee_address` has it; or empty.
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


def malformed(claim: RemittedClaim) -> list[str]:
    """What a claim lacks to be written; empty where it lacks nothing."""
    found = [] if clean(claim.control_number) else ["the claim has no control number"]
    found += [] if clean(claim.patient.last_name) else ["the patient has no name"]
    for number, line in enumerate(claim.lines, 1):
        if not line.code and not line.revenue_code:
            found.append(f"line {number}: neither code nor revenue code")
    for one in (*claim.adjustments, *(one for line in claim.lines for one in line.adjustments)):
        if one.group not in GROUPS or not clean(one.carc):
            found.append(f"'{one.group}-{one.carc}' is no adjustment: expected a group of {', '.join(GROUPS)}, a CARC")
    return found


class RemittanceWriter:
    """Writes an 835 claim by claim; successive claims of one payer and payee share a transaction.

    Only one transaction is held, and that in a temporary file once it is long, since its total comes first. `when` is
    the time of writing, `control_number` ISA13 and GS06.

    The file tells what would be paid and moves no money. A transaction that comes to nothing is a notice only (BPR01 H,
    BPR04 NON), as the guide wants; another is remittance information (BPR01 I) with payment by check (BPR04 CHK): no
    account, no funds to transfer, and the trace number of TRN02 in the place of a check's. Less than nothing is carried
    forward (PLB, FB).
    """

    def __init__(
        self, out: BinaryIO, sender: str, receiver: str, when: dt.datetime, control_number: int = 1, usage: str = "P"
    ) -> None:
        self._out = out
        self._when = when
        self._control = control_number
        self._parties: tuple[Party, Party] | None = None
        self._body = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        self._segments = 0
        self._total = 0
        self._transactions = 0
        self._closed = False
        interchange = Interchange("ZZ", sender, "ZZ", receiver, f"{control_number:09}", "00501", usage)
        self._out.write(isa(interchange, when, control_number))
        self._out.write(gs("HP", sender, receiver, when, control_number, VERSION))

    def __enter__(self) -> RemittanceWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def claim(self, payer: Party, payee: Party, claim: RemittedClaim) -> None:
        """Write a claim. Raises ValueError, with nothing written, where its sums do not agree or it lacks something."""
        if wrong := unbalanced(claim) + malformed(claim):
            raise ValueError(f"claim {claim.control_number}: {'; '.join(wrong)}")
        if self._parties != (payer, payee):
            self._end_transaction()
            self._parties = payer, payee
        self._total += claim.paid
        self._claim(claim)
        for line in claim.lines:
            self._line(line)

    def close(self) -> None:
        """End the last transaction, the group and the interchange."""
        if self._closed:
            return
        self._end_transaction()
        self._body.close()
        self._out.write(segment("GE", str(self._transactions), str(self._control)))
        self._out.write(segment("IEA", "1", f"{self._control:09}"))
        self._closed = True

    def _write(self, *elements: Element) -> None:
        """A segment of the body."""
        self._segments += 1
        self._body.write(segment(*elements))

    def _claim(self, claim: RemittedClaim) -> None:
        every = (*claim.adjustments, *(one for line in claim.lines for one in line.adjustments))
        share = sum(one.amount for one in every if one.group == "PR")
        self._write(
            "CLP",
            claim.control_number,
            claim.status_code,
            dollars(claim.charge),
            dollars(claim.paid),
            dollars(share) if share else "",
            claim.claim_filing,
            claim.payer_control_number,
            claim.facility_code,
            claim.frequency,
        )
        self._adjustments(claim.adjustments)
        self._person("QC", claim.patient)
        if claim.subscriber:
            self._person("IL", claim.subscriber)

    def _person(self, kind: str, person: Person) -> None:
        number = ("MI", person.id) if clean(person.id) else ()
        self._write("NM1", kind, "1", person.last_name, person.first_name, "", "", "", *number)

    def _line(self, line: RemittedLine) -> None:
        procedure = ("HC", line.code, *line.modifiers) if line.code else ("NU", line.revenue_code or "")
        self._write(
            "SVC",
            procedure,
            dollars(line.charge),
            dollars(line.paid),
            (line.revenue_code or "") if line.code else "",
            quantity(line.paid_units),
            "",
            quantity(line.units) if line.units != line.paid_units else "",
        )
        if line.service_date_end is None:
            self._write("DTM", "472", f"{line.service_date:%Y%m%d}")
        else:
            self._write("DTM", "150", f"{line.service_date:%Y%m%d}")
            self._write("DTM", "151", f"{line.service_date_end:%Y%m%d}")
        self._adjustments(line.adjustments)
        if clean(line.control_number):
            self._write("REF", "6R", line.control_number)
        if line.allowed is not None:
            self._write("AMT", "B6", dollars(line.allowed))
        for remark in line.remarks:
            self._write("LQ", "HE", remark)

    def _adjustments(self, adjustments: tuple[Adjustment, ...]) -> None:
        """By group, six reasons a segment."""
        for group in GROUPS:
            of_group = [one for one in adjustments if one.group == group and one.amount]
            for start in range(0, len(of_group), MOST_REASONS):
                texts: list[str] = []
                for one in of_group[start : start + MOST_REASONS]:
                    texts += [one.carc, dollars(one.amount), "" if one.quantity is None else str(one.quantity)]
                self._write("CAS", group, *texts)

    def _end_transaction(self) -> None:
        """Write the transaction that is held: what comes before the claims, the claims, what comes after."""
        if self._parties is None:
            return
        payer, payee = self._parties
        self._transactions += 1
        control = f"{self._transactions:04}"
        head = [
            segment("ST", "835", control),
            *self._payment(payer),
            *_payer(payer),
            *_payee(payee),
            segment("LX", "1"),
        ]
        tail = self._carried_forward(payee)
        for one in head:
            self._out.write(one)
        self._body.seek(0)
        shutil.copyfileobj(self._body, self._out)
        for one in tail:
            self._out.write(one)
        self._out.write(segment("SE", str(len(head) + self._segments + len(tail) + 1), control))
        self._begin_body()

    def _begin_body(self) -> None:
        self._body.seek(0)
        self._body.truncate()
        self._parties, self._segments, self._total = None, 0, 0

    @property
    def _trace(self) -> str:
        return f"{self._control:09}{self._transactions:04}"

    def _payment(self, payer: Party) -> list[bytes]:
        total = max(self._total, 0)
        how = ("I", "CHK") if total else ("H", "NON")
        day = f"{self._when:%Y%m%d}"
        origin = f"1{payer.tax_id}" if payer.tax_id else f"1{payer.id}"
        return [
            segment("BPR", how[0], dollars(total), "C", how[1], *[""] * 11, day),
            segment("TRN", "1", self._trace, origin),
            segment("DTM", "405", day),
        ]

    def _carried_forward(self, payee: Party) -> list[bytes]:
        if self._total >= 0:
            return []
        year_end = f"{self._when:%Y}1231"
        return [segment("PLB", payee.id or payee.tax_id, year_end, ("FB", self._trace), dollars(self._total))]


def _payer(payer: Party) -> list[bytes]:
    plan = ("XV", payer.id) if payer.id_qualifier == "XV" else ()
    number = [segment("REF", "2U", payer.id)] if payer.id and not plan else []
    return [segment("N1", "PR", payer.name, *plan), *_address(payer), *number, segment("PER", "BL", payer.name)]


def _payee(payee: Party) -> list[bytes]:
    qualifier, number = (payee.id_qualifier, payee.id) if payee.id else ("FI", payee.tax_id)
    tax = [segment("REF", "TJ", payee.tax_id)] if payee.tax_id and qualifier != "FI" else []
    return [segment("N1", "PE", payee.name, qualifier, number), *_address(payee), *tax]


def _address(party: Party) -> list[bytes]:
    if len(party.address) < 3:
        return []
    street = [text for text in party.address[:-3] if clean(text)][:2]
    return [*([segment("N3", *street)] if street else []), segment("N4", *party.address[-3:])]
