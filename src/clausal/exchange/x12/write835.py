"""Write a remittance (835): each claim is checked first, so that the file is valid and balances."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from typing import BinaryIO

from clausal.exchange.x12.characters import words
from clausal.exchange.x12.remittance import (
    GROUPS,
    Adjustment,
    Party,
    Person,
    RemittedClaim,
    RemittedLine,
    unbalanced,
)
from clausal.exchange.x12.values import dollars, quantity
from clausal.exchange.x12.writable import (
    CITY,
    FILING,
    FIRST_NAME,
    NAME,
    OTHER_FILING,
    STREET,
    address_faults,
    tax_number,
    unwritable,
)
from clausal.exchange.x12.writing import Element, Parties, gs, isa, segment

VERSION = "005010X221A1"
MOST_REASONS = 6
"""Reasons in one CAS."""
_IN_MEMORY = 1 << 20


def faults(payer: Party, payee: Party, claim: RemittedClaim) -> list[str]:
    """Why a claim cannot be written: its sums do not agree, X12 cannot hold a value, something is missing."""
    return unbalanced(claim) + unwritable(payer, payee, claim)


class RemittanceWriter:
    """Writes an 835 claim by claim; successive claims of one payer and payee share a transaction.

    Only one transaction is held, and that in a temporary file once it is long, since its total comes first. `when` is
    the time of writing, `control_number` ISA13 and GS06.

    The file tells what would be paid and moves no money. A transaction that comes to nothing is a notice only (BPR01 H,
    BPR04 NON), as the guide wants; another is remittance information (BPR01 I) with payment by check (BPR04 CHK): no
    account, no funds to transfer, and the trace number of TRN02 in the place of a check's. Less than nothing is carried
    forward (PLB, FB).
    """

    def __init__(self, out: BinaryIO, between: Parties, when: dt.datetime, control_number: int = 1) -> None:
        self._out = out
        self._when = when
        self._control = control_number
        self._parties: tuple[Party, Party] | None = None
        self._body = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        self._segments = 0
        self._total = 0
        self._transactions = 0
        self._closed = False
        self._out.write(isa(between, when, control_number))
        self._out.write(gs("HP", between, when, control_number, VERSION))

    def __enter__(self) -> RemittanceWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def claim(self, payer: Party, payee: Party, claim: RemittedClaim) -> None:
        """Write a claim. Raises ValueError, with nothing written, where its sums do not agree or X12 cannot hold it."""
        if wrong := faults(payer, payee, claim):
            raise ValueError("; ".join(wrong))
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
            claim.claim_filing if claim.claim_filing in FILING else OTHER_FILING,
            claim.payer_control_number,
            claim.facility_code,
            claim.frequency,
        )
        self._adjustments(claim.adjustments)
        self._person("QC", claim.patient)
        if claim.subscriber and claim.subscriber.id:
            self._person("IL", claim.subscriber)

    def _person(self, kind: str, person: Person) -> None:
        """A patient, or an insured person, who is told by a number alone (NM109 must be there)."""
        number = ("MI", person.id) if person.id else ()
        names = _cut(person.last_name, NAME), _cut(person.first_name, FIRST_NAME)
        self._write("NM1", kind, "1", *names, "", "", "", *number)

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
        if line.control_number:
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
        """How much is paid and by whom; TRN03 names the payer by `1` and its tax number."""
        total = max(self._total, 0)
        how = ("I", "CHK") if total else ("H", "NON")
        day = f"{self._when:%Y%m%d}"
        return [
            segment("BPR", how[0], dollars(total), "C", how[1], *[""] * 11, day),
            segment("TRN", "1", self._trace, f"1{tax_number(payer.tax_id)}"),
            segment("DTM", "405", day),
        ]

    def _carried_forward(self, payee: Party) -> list[bytes]:
        if self._total >= 0:
            return []
        year_end = f"{self._when:%Y}1231"
        return [segment("PLB", payee.id or payee.tax_id, year_end, ("FB", self._trace), dollars(self._total))]


def _payer(payer: Party) -> list[bytes]:
    """XV is CMS's plan number, so a payer's own number stands in REF*2U."""
    name = _cut(payer.name, NAME)
    plan = ("XV", payer.id) if payer.id_qualifier == "XV" else ()
    number = [segment("REF", "2U", payer.id)] if payer.id and not plan else []
    return [segment("N1", "PR", name, *plan), *_address(payer), *number, segment("PER", "BL", name)]


def _payee(payee: Party) -> list[bytes]:
    """An address that cannot be written is left out: of a payee it need not be there."""
    qualifier, number = (payee.id_qualifier, payee.id) if payee.id else ("FI", payee.tax_id)
    tax = [segment("REF", "TJ", payee.tax_id)] if payee.tax_id and qualifier != "FI" else []
    address = [] if address_faults(payee.address) else _address(payee)
    return [segment("N1", "PE", _cut(payee.name, NAME), qualifier, number), *address, *tax]


def _address(party: Party) -> list[bytes]:
    *lines, city, state, code = party.address
    street = [_cut(text, STREET) for text in lines if words(text)][:2]
    return [segment("N3", *street), segment("N4", _cut(city, CITY), state, code)]


def _cut(text: str, most: int) -> str:
    """A name or a street in plain letters, of the length that there is room for."""
    return words(text)[:most].strip()
