"""From decided lines to what an 835 says of a claim: what is paid, and for what reasons the rest is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from clausal.columns.schema import COMPLEMENTS, REJECTED, Column
from clausal.exchange.x12.remittance import Adjustment, Party, Person, RemittedClaim, RemittedLine
from clausal.exchange.x12.writing import Parties

FEE_SCHEDULE, DEDUCTIBLE, COINSURANCE, SEQUESTRATION, EARLIER_PAYER = "45", "1", "2", "253", "23"
"""Reasons (CARC) of what a fee schedule, the patient's shares, sequestration and an earlier payer leave unpaid."""
DENIED, PRIMARY, SECONDARY, TERTIARY = "4", "1", "2", "3"
REPLACEMENT = "7"

COLUMNS = (
    Column("payer_name", pa.string(), "The payer, as an 835 names it.", required=True),
    Column("payer_id", pa.string(), "The payer's identification."),
    Column("payer_tax_id", pa.string(), "The payer's tax number, nine digits; a payer file goes before it."),
    Column("payer_address", pa.list_(pa.string()), "The payer's street lines, then city, state and ZIP code."),
    Column("payer_sequence", pa.string(), "P, S or T: whether the payer is the first, second or third."),
    Column("claim_filing", pa.string(), "Claim filing indicator (HM, MB, 12 ...)."),
    Column("payee_name", pa.string(), "Who is paid.", required=True),
    Column("payee_npi", pa.string(), "The payee's national provider identifier."),
    Column("payee_tax_id", pa.string(), "The payee's tax number."),
    Column("payee_address", pa.list_(pa.string()), "Street lines, then city, state and ZIP code."),
    Column("patient_last_name", pa.string(), "The patient.", required=True),
    Column("patient_first_name", pa.string(), "The patient."),
    Column("subscriber_last_name", pa.string(), "The subscriber, where another than the patient."),
    Column("subscriber_first_name", pa.string(), "The subscriber."),
    Column("member_id", pa.string(), "The member's identification."),
    Column("frequency", pa.string(), "Claim frequency code."),
    Column("bill_type", pa.string(), "Type of bill of an institutional claim."),
    Column("revenue_code", pa.string(), "Revenue code of an institutional line."),
    Column("line_control_number", pa.string(), "The provider's number of the line."),
    Column("service_date_end", pa.date32(), "Last day of the service, if it has several."),
    Column("isa_sender_qualifier", pa.string(), "Qualifier of the sender of the claims (ISA05), who is answered."),
    Column("isa_sender", pa.string(), "The sender of the claims (ISA06); the payee's number where it is not told."),
    Column("isa_receiver_qualifier", pa.string(), "Qualifier of their receiver (ISA07), who answers."),
    Column("isa_receiver", pa.string(), "Their receiver (ISA08); the payer's number where it is not told."),
    Column("gs_sender", pa.string(), "The sender in the group (GS02)."),
    Column("gs_receiver", pa.string(), "The receiver in the group (GS03)."),
    Column("usage", pa.string(), "P production, T test (ISA15): a test is answered by a test."),
)
"""Columns of a claim file that an 835 takes up, besides the charge."""

Row = Mapping[str, Any]


def undecided(rows: Sequence[Row]) -> str | None:
    """Why a claim cannot be remitted yet; None where it can. `rows` are its lines, input and result together."""
    for row in rows:
        line = f"line {row['line']}"
        if row["status"] == REJECTED:
            return f"{line} is rejected"
        if row["status"] not in ("covered", "not-covered"):
            needs = f": needs {row['needs']}" if row.get("needs") else ""
            return f"{line} is {row['status']}{needs}"
        if row["status"] == "not-covered" and row.get("needs"):
            return f"{line} is not covered, but its reason is not settled: needs {row['needs']}"
        if row["paid"] is None:
            why = row.get("price_note") if row["allowed"] is None else "its amount hangs on lines that are not paid"
            return f"{line} is covered, but has no amount: {why}"
        if row.get("charge") is None:
            return f"{line} has no charge"
        if row["paid"] > row["charge"]:
            return f"{line} would be paid {row['paid']}, more than its charge"
        if row["finding"] == COMPLEMENTS and not (row["carc"] or row["edits"]):
            if _left(row) is None:
                return f"{line}: the deductible that the earlier payer left is not known, and the code has no fee"
            if row["paid"] and _earlier(row) < 0:
                return f"{line}: what the earlier payer left is more than the charge"
    first = rows[0]
    if first.get("frequency") == REPLACEMENT:
        return "the claim replaces an earlier one (frequency 7)"
    if not (first.get("payee_npi") or first.get("payee_tax_id")):
        return "the payee has no identification"
    return None if first.get("payer_id") else "the payer has no identification"


def _left(row: Row) -> Any:
    """The deductible that an earlier payer left of a line: what it says, or else by Medicare's tables; or None."""
    given = row.get("primary_deductible")
    return given if given is not None else row["deductible"]


def _earlier(row: Row) -> int:
    """What an earlier payer accounts for of a line's charge, in cents."""
    return _cents(row["charge"]) - _cents(row["paid"]) - _cents(_left(row))


def remitted(rows: Sequence[Row], number: str) -> tuple[Party, Party, RemittedClaim]:
    """Payer, payee and what is remitted for a claim of which every line is decided; `number` is the payer's own."""
    first = rows[0]
    lines = tuple(_line(row) for row in rows)
    paid = sum(line.paid for line in lines)
    denied = all(row["carc"] or row["edits"] for row in rows)
    status = {"S": SECONDARY, "T": TERTIARY}.get(first.get("payer_sequence") or "P", PRIMARY)
    bill = first.get("bill_type") or ""
    patient = Person(first["patient_last_name"], first.get("patient_first_name") or "", first.get("member_id") or "")
    subscriber = Person(
        first.get("subscriber_last_name") or "", first.get("subscriber_first_name") or "", first.get("member_id") or ""
    )
    is_patient = (subscriber.last_name, subscriber.first_name) == (patient.last_name, patient.first_name)
    claim = RemittedClaim(
        control_number=first["claim_id"],
        status_code=DENIED if denied else status,
        claim_filing=first.get("claim_filing") or "ZZ",
        payer_control_number=number,
        charge=sum(line.charge for line in lines),
        paid=paid,
        patient=patient,
        lines=lines,
        facility_code=bill[:2] or first.get("place_of_service") or "",
        frequency=bill[2:3] or first.get("frequency") or "",
        subscriber=None if is_patient or not subscriber.last_name else subscriber,
    )
    payer = Party(
        first["payer_name"],
        first.get("payer_id") or "",
        tax_id=first.get("payer_tax_id") or "",
        address=tuple(first.get("payer_address") or ()),
    )
    payee = Party(
        first["payee_name"],
        first.get("payee_npi") or "",
        "XX" if first.get("payee_npi") else "",
        first.get("payee_tax_id") or "",
        tuple(first.get("payee_address") or ()),
    )
    return payer, payee, claim


def parties(rows: Sequence[Row]) -> Parties:
    """Between whom the remittance of a claim goes: the receiver and the sender of the claims; a test stays one."""
    first = rows[0]
    return Parties(
        first.get("isa_receiver") or first.get("payer_id") or "PAYER",
        first.get("isa_sender") or first.get("payee_npi") or "PAYEE",
        first.get("isa_receiver_qualifier") or "ZZ",
        first.get("isa_sender_qualifier") or "ZZ",
        first.get("gs_receiver") or "",
        first.get("gs_sender") or "",
        first.get("usage") or "P",
    )


def _line(row: Row) -> RemittedLine:
    charge, paid = _cents(row["charge"]), _cents(row["paid"])
    adjustments, remarks = _adjustments(row, charge)
    units = row.get("units") or _given(row.get("quantity")) or 1
    is_fee = row["allowed"] is not None and row["status"] == "covered" and not row["edits"] and not row["carc"]
    return RemittedLine(
        code=row.get("code"),
        revenue_code=row.get("revenue_code"),
        modifiers=tuple(row.get("modifiers") or ()),
        units=units,
        paid_units=units if paid else 0,
        charge=charge,
        paid=paid,
        adjustments=tuple(one for one in adjustments if one.amount),
        remarks=tuple(remarks),
        service_date=row["service_date"],
        service_date_end=row.get("service_date_end"),
        control_number=row.get("line_control_number") or str(row["line"]),
        allowed=_cents(row["allowed"]) if is_fee else None,
    )


def _given(quantity: str | None) -> Decimal | None:
    """The number of a quantity with its unit, `21.5 UN`; None where there is none."""
    try:
        found = Decimal((quantity or "").split()[0])
    except (InvalidOperation, IndexError):
        return None
    return found if found.is_finite() and 0 <= found < 10**9 else None


def _adjustments(row: Row, charge: int) -> tuple[list[Adjustment], list[str]]:
    """Reasons that make up for the difference of charge and payment, and remarks."""
    if row["carc"]:
        return [Adjustment(row["group_code"] or "CO", row["carc"], charge)], (row["rarc"] or "").split()
    if row["edits"]:
        return [Adjustment("CO", row["edit_carc"], charge)], (row["edit_rarc"] or "").split()
    if row["finding"] == COMPLEMENTS:
        left = Adjustment("PR", DEDUCTIBLE, _cents(_left(row)))
        return [Adjustment("OA", EARLIER_PAYER, _earlier(row)), left], []
    deductible = _cents(row["deductible"])
    return [
        Adjustment("CO", FEE_SCHEDULE, charge - _cents(row["allowed"])),
        Adjustment("PR", DEDUCTIBLE, deductible),
        Adjustment("PR", COINSURANCE, _cents(row["patient"]) - deductible),
        Adjustment("CO", SEQUESTRATION, _cents(row["withheld"])),
    ], []


def _cents(amount: Any) -> int:
    """Dollars as a decimal, or cents, as cents. Raises ValueError where there is no amount: none is never 0.00."""
    if amount is None:
        raise ValueError("a line has no amount")
    return amount if isinstance(amount, int) else int(amount.scaleb(2))
