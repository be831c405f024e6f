"""A claim as it is read: what its segments say, and the rows that come of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from clausal.exchange.x12.columns import Row

Value = TypeVar("Value")

SEQUENCE = "PSTABCDEFGHU"
"""Payers in the order in which they are responsible (SBR01); the last is `not known`."""


class Address:
    """Where a party is: street lines, city, state and zip."""

    def __init__(self) -> None:
        self.street: list[str] = []
        self.city = ""
        self.state = ""
        self.zip = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """As the column `payee_address` has it."""
        return (*self.street, self.city, self.state, self.zip)


class Billing:
    """A billing provider (2000A): who is paid, and where."""

    name: str | None = None
    npi: str | None = None
    tax_id: str | None = None
    specialty: str | None = None
    named = False

    def __init__(self) -> None:
        self.address = Address()
        self.pay_to: Address | None = None


class Subscriber:
    """A subscriber (2000B) and the payer the claim goes to."""

    sequence: str | None = None
    group_number: str | None = None
    filing: str | None = None
    last_name: str | None = None
    first_name: str | None = None
    member_id: str | None = None
    payer_id: str | None = None
    payer_name: str | None = None
    payer_tax_id: str | None = None
    payer_address: Address | None = None
    date_of_birth: int | None = None
    sex: str | None = None
    named = False


class Patient:
    """A patient who is not the subscriber (2000C)."""

    last_name: str | None = None
    first_name: str | None = None
    date_of_birth: int | None = None
    sex: str | None = None
    named = False


class OtherPayer:
    """Another payer of the claim (2320), and what it paid (cents) if it has."""

    paid: int | None = None
    payer_id: str | None = None

    def __init__(self, sequence: str, filing: str) -> None:
        self.sequence = sequence
        self.filing = filing
        self.adjustments: list[str] = []


class Payment:
    """What an earlier payer did with a line (2430): paid and adjusted, in cents."""

    adjusted = 0

    def __init__(self, payer: str, amount: int) -> None:
        self.payer = payer
        self.amount = amount


class Adjusted(NamedTuple):
    """Why an earlier payer paid less; the amount in cents."""

    group: str
    reason: str
    amount: int

    @property
    def text(self) -> str:
        """As the columns have it: `CO-45:12.00`."""
        sign = "-" if self.amount < 0 else ""
        return f"{self.group}-{self.reason}:{sign}{abs(self.amount) // 100}.{abs(self.amount) % 100:02}"


class Rendering:
    """Who renders a service (2310B, 2420A and their like), with the code of the specialty."""

    npi: str | None = None
    specialty: str | None = None


class Line:
    """A service line (2400); `charge` and what an earlier payer paid for it are in cents."""

    control: str | None = None
    first_day: int | None = None
    last_day: int | None = None
    code: str | None = None
    revenue_code: str | None = None
    units: int | None = None
    quantity: str | None = None
    """What is given where it is no whole number of units, with its unit."""
    modifiers: tuple[str, ...] = ()
    charge: int | None = None
    place: str | None = None
    pointers: tuple[int, ...] = ()
    rendering: Rendering | None = None
    facility: Address | None = None
    authorization: str | None = None
    referral: str | None = None

    paid: Sequence[Payment] = ()
    adjustments: Sequence[str] = ()
    attachments: Sequence[str] = ()
    notes: Sequence[str] = ()

    def __init__(self, number: int, at: int) -> None:
        self.number = number
        self.at = at


class Claim:
    """A claim (2300) with its lines; `charge` is in cents."""

    charge = 0
    place: str | None = None
    bill_type: str | None = None
    kind = "professional"
    frequency = ""
    first_day: int | None = None
    last_day: int | None = None
    rendering: Rendering | None = None
    facility: Address | None = None
    refused = False
    attachments: Sequence[str] = ()
    notes: Sequence[str] = ()

    def __init__(self, identifier: str, ordinal: int, at: int) -> None:
        self.id = identifier
        self.ordinal = ordinal
        self.at = at
        self.diagnoses: list[str] = []
        self.further: list[str] = []
        self.references: dict[str, str] = {}
        self.others: list[OtherPayer] = []
        self.lines: list[Line] = []
        self.pointed: dict[tuple[int, ...], tuple[tuple[str, ...], tuple[str, ...]]] = {}
        """For the pointers of a line, its diagnoses and the claim's others; filled when rows are made."""


def added(values: Sequence[Value], one: Value) -> list[Value]:
    """A list with one more value. Most lines have no notes and no payments: their list is made with the first."""
    if isinstance(values, list):
        values.append(one)
        return values
    return [one]


def institutional_kind(bill_type: str) -> str:
    """The claim type of a type of bill: `asc` for 83x, `outpatient` for 13x, 14x and 85x, else `institutional`."""
    return {"83": "asc", "13": "outpatient", "14": "outpatient", "85": "outpatient"}.get(bill_type[:2], "institutional")


def earlier_payers(claim: Claim, own: str | None) -> list[OtherPayer]:
    """The payers responsible before the one the claim goes to, in their order."""
    rank = SEQUENCE.find(own or "P")
    before = [other for other in claim.others if SEQUENCE.find(other.sequence) < rank]
    return sorted(before, key=lambda other: SEQUENCE.find(other.sequence))


def claim_row(
    claim: Claim, key: str, billing: Billing, subscriber: Subscriber, patient: Subscriber | Patient, controls: Row
) -> Row:
    """The values of CLAIM_COLUMNS; `controls` are its last ones, of its envelope."""
    earlier = earlier_payers(claim, subscriber.sequence)
    paid = [other.paid for other in earlier if other.paid is not None]
    payer_address = subscriber.payer_address
    return (
        claim.id,
        key,
        claim.kind,
        claim.bill_type,
        subscriber.payer_id,
        subscriber.payer_name,
        subscriber.payer_tax_id,
        payer_address.lines if payer_address and (payer_address.street or payer_address.city) else None,
        subscriber.filing,
        subscriber.sequence,
        subscriber.group_number,
        subscriber.member_id,
        subscriber.last_name,
        subscriber.first_name,
        patient.last_name,
        patient.first_name,
        patient.date_of_birth,
        patient.sex,
        billing.npi,
        billing.name,
        billing.tax_id,
        (billing.pay_to or billing.address).lines,
        claim.frequency,
        claim.charge,
        " ".join(other.payer_id or "-" for other in earlier) or None,
        sum(paid) if paid else None,
        " ".join(text for other in earlier for text in other.adjustments) or None,
        any(other.filing in ("MA", "MB") for other in earlier),
        claim.references.get("F8"),
        *controls,
    )


def line_rows(claim: Claim, billing: Billing) -> tuple[Row, ...]:
    """For each line the values of LINE_COLUMNS: its own, or the claim's where it says nothing."""
    place_of_claim = claim.facility or billing.address
    authorization, referral = claim.references.get("G1"), claim.references.get("9F")
    rows = []
    for line in claim.lines:
        place = line.facility or place_of_claim
        rendering = line.rendering or claim.rendering
        specialty = rendering.specialty if rendering else billing.specialty
        first, last = line.first_day, line.last_day
        if first is None:
            first, last = claim.first_day, claim.last_day
        rows.append(
            (
                line.number,
                line.control,
                first,
                last if last != first else None,
                line.code,
                line.revenue_code,
                line.units,
                line.quantity,
                line.modifiers,
                line.charge,
                line.place or claim.place,
                *_diagnoses(claim, line.pointers),
                place.state or None,
                place.zip or None,
                (rendering and rendering.npi) or (claim.rendering and claim.rendering.npi) or billing.npi,
                specialty,
                line.authorization or authorization,
                line.referral or referral,
                sum(payment.amount for payment in line.paid) if line.paid else None,
                " ".join(line.adjustments) if line.adjustments else None,
                _joined(" ", claim.attachments, line.attachments),
                _joined("; ", claim.notes, line.notes),
            )
        )
    return tuple(rows)


def _diagnoses(claim: Claim, pointers: tuple[int, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The diagnoses a line points to (all of the claim's where it points to none), and the claim's others."""
    known = claim.pointed.get(pointers)
    if known is None:
        chosen = tuple([claim.diagnoses[pointer - 1] for pointer in pointers] if pointers else claim.diagnoses)
        others = tuple(dict.fromkeys(code for code in claim.diagnoses + claim.further if code not in chosen))
        known = claim.pointed[pointers] = chosen, others
    return known


def _joined(between: str, of_claim: Sequence[str], of_line: Sequence[str]) -> str | None:
    return between.join((*of_claim, *of_line)) if of_claim or of_line else None
