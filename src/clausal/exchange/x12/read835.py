"""Read a remittance (835) back into values, and check that it balances: line, claim and transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import BinaryIO

from clausal.exchange.x12.remittance import Adjustment, Party, Person, RemittedClaim, RemittedLine, unbalanced
from clausal.exchange.x12.syntax import Fault, Segment, segments
from clausal.exchange.x12.values import cents, day, dollars, units
from clausal.problems import Place, Problem

NOBODY = Party("")
_EPOCH = dt.date(1970, 1, 1)


@dataclass(slots=True)
class Remittance:
    """One transaction: its total (BPR02) and what is taken off by provider (PLB), in cents; what was wrong in it."""

    control: str
    file: str
    total: int = 0
    withheld: int = 0
    payer: Party = NOBODY
    payee: Party = NOBODY
    claims: list[RemittedClaim] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    complete: bool = False

    def note(self, place: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(Place(self.file, path=place), message, hint))


def balance(stream: BinaryIO, name: str = "835") -> list[Problem]:
    """All that does not add up or cannot be read in a remittance file; empty where all of it balances."""
    found: list[Problem] = []
    count = 0
    for remittance in read_remittances(stream, name, found):
        count += 1
        found += remittance.problems
        found += _problems(remittance)
    if not count:
        found.append(Problem(Place(name), "no remittance in this file", "expected an 835"))
    return found


def _problems(remittance: Remittance) -> Iterator[Problem]:
    for claim in remittance.claims:
        where = Place(remittance.file, path=f"ST {remittance.control}, claim {claim.control_number}")
        for message in unbalanced(claim):
            yield Problem(where, message)
    paid = sum(claim.paid for claim in remittance.claims) - remittance.withheld
    if remittance.total != paid:
        message = f"BPR02 is {dollars(remittance.total)}, the claims less PLB make {dollars(paid)}"
        yield Problem(Place(remittance.file, path=f"ST {remittance.control}"), message)


def read_remittances(stream: BinaryIO, name: str, faults: list[Problem] | None = None) -> Iterator[Remittance]:
    """The transactions of an 835 file one by one; what is no X12 goes to `faults`. Other transactions are left out."""
    reading: _Reading | None = None
    for one in segments(stream):
        if isinstance(one, Fault):
            if faults is not None:
                faults.append(Problem(Place(name, path=f"byte {one.offset}"), one.message, one.hint))
            continue
        if reading and one.tag in ("ST", "GE", "IEA", "ISA", "GS"):
            yield reading.end(None)
            reading = None
        if one.tag == "ST" and _at(one, 1) == "835":
            reading = _Reading(Remittance(_at(one, 2), name))
        elif reading and one.tag == "SE":
            yield reading.end(one)
            reading = None
        elif reading:
            reading.take(one)
    if reading:
        yield reading.end(None)


def _at(one: Segment, index: int) -> str:
    return one.elements[index] if index < len(one.elements) else ""


class _Reading:
    """A transaction as it is read: the claim and the line at hand as what their segments say."""

    def __init__(self, remittance: Remittance) -> None:
        self.remittance = remittance
        self.party = ""
        self.claim: dict[str, Segment] = {}
        self.line: dict[str, Segment] = {}
        self.claim_adjustments: list[Adjustment] = []
        self.line_adjustments: list[Adjustment] = []
        self.remarks: list[str] = []
        self.lines: list[RemittedLine] = []

    def take(self, one: Segment) -> None:
        """A segment between ST and SE."""
        if one.tag == "CLP":
            self._end_claim()
            self.claim["CLP"] = one
        elif one.tag == "SVC":
            self._end_line()
            self.line["SVC"] = one
        elif one.tag == "PLB":
            self._end_claim()
            self._head(one)
        elif not self.claim:
            self._head(one)
        elif one.tag == "CAS":
            (self.line_adjustments if self.line else self.claim_adjustments).extend(self._adjustments(one))
        elif one.tag == "LQ":
            self.remarks += [_at(one, 2)] if self.line else []
        elif one.tag in ("DTM", "REF", "AMT", "NM1"):
            (self.line if self.line else self.claim).setdefault(f"{one.tag} {_at(one, 1)}", one)

    def end(self, trailer: Segment | None) -> Remittance:
        """The transaction, complete if its SE counts it right."""
        self._end_claim()
        remittance = self.remittance
        remittance.complete = trailer is not None
        if trailer is None:
            remittance.note(f"ST {remittance.control}", "the transaction has no SE", "is the file complete?")
        elif _at(trailer, 1) != str(trailer.number) or _at(trailer, 2) != remittance.control:
            message = f"SE counts '{_at(trailer, 1)}' segments of '{_at(trailer, 2)}', there are {trailer.number}"
            remittance.note(f"ST {remittance.control}", message)
        return remittance

    def _amount(self, one: Segment, index: int) -> int:
        text = _at(one, index)
        amount = cents(text)
        if amount is None:
            self._note(one, index, f"'{text}' is no amount" if text else "no amount is given where there must be one")
        return amount or 0

    def _note(self, one: Segment, index: int, message: str) -> None:
        place = f"ST {self.remittance.control}, segment {one.number} ({one.tag}{index:02})"
        self.remittance.note(place, message)

    def _head(self, one: Segment) -> None:
        remittance = self.remittance
        if one.tag == "BPR":
            remittance.total = self._amount(one, 2)
        elif one.tag == "PLB":
            remittance.withheld += sum(self._amount(one, index) for index in range(4, len(one.elements), 2))
        elif one.tag == "N1":
            self.party = _at(one, 1)
            self._set(Party(_at(one, 2), _at(one, 4), _at(one, 3), _at(one, 4) if _at(one, 3) == "FI" else ""))
        elif one.tag in ("N3", "N4"):
            self._set_address(one)
        elif one.tag == "REF":
            self._set_reference(_at(one, 1), _at(one, 2))

    def _set_reference(self, qualifier: str, number: str) -> None:
        payer, payee = self.remittance.payer, self.remittance.payee
        if qualifier == "TJ" and self.party == "PE":
            self.remittance.payee = replace(payee, tax_id=number)
        elif qualifier == "2U" and self.party == "PR" and not payer.id:
            self.remittance.payer = replace(payer, id=number)

    def _set(self, party: Party) -> None:
        if self.party == "PR":
            self.remittance.payer = party
        elif self.party == "PE":
            self.remittance.payee = party

    def _set_address(self, one: Segment) -> None:
        old = self.remittance.payer if self.party == "PR" else self.remittance.payee
        last = ("", "", "") if one.tag == "N3" else (_at(one, 1), _at(one, 2), _at(one, 3))
        street = tuple(one.elements[1:]) if one.tag == "N3" else old.address[:-3]
        self._set(replace(old, address=(*street, *last)))

    def _adjustments(self, one: Segment) -> Iterator[Adjustment]:
        for index in range(2, len(one.elements), 3):
            if not _at(one, index) and not _at(one, index + 1):
                continue
            count = units(_at(one, index + 2)) if _at(one, index + 2) else None
            amount = self._amount(one, index + 1)
            yield Adjustment(_at(one, 1), _at(one, index), amount, None if count is None else int(count))

    def _end_line(self) -> None:
        svc = self.line.get("SVC")
        if svc:
            self.lines.append(self._line(svc))
        self.line, self.line_adjustments, self.remarks = {}, [], []

    def _line(self, svc: Segment) -> RemittedLine:
        parts = _at(svc, 1).split(svc.delimiters.component)
        is_revenue = parts[0] == "NU"
        paid_units = units(_at(svc, 5) or "1")
        if paid_units is None:
            self._note(svc, 5, f"'{_at(svc, 5)}' is no number of units")
            paid_units = Decimal(0)
        first, last = self._date("472", "150"), self._date("151")
        if first is None:
            first = self._date("232", of_claim=True) or _EPOCH
        return RemittedLine(
            code=None if is_revenue else "".join(parts[1:2]),
            revenue_code=(parts[1] if is_revenue and len(parts) > 1 else _at(svc, 4)) or None,
            modifiers=tuple(filter(None, parts[2:6])),
            units=units(_at(svc, 7)) or paid_units if _at(svc, 7) else paid_units,
            paid_units=paid_units,
            charge=self._amount(svc, 2),
            paid=self._amount(svc, 3),
            adjustments=tuple(self.line_adjustments),
            remarks=tuple(self.remarks),
            service_date=first,
            control_number=_at(self.line["REF 6R"], 2) if "REF 6R" in self.line else "",
            allowed=self._amount(self.line["AMT B6"], 2) if "AMT B6" in self.line else None,
            service_date_end=last,
        )

    def _date(self, *qualifiers: str, of_claim: bool = False) -> dt.date | None:
        held = self.claim if of_claim else self.line
        for qualifier in qualifiers:
            one = held.get(f"DTM {qualifier}")
            number = day(_at(one, 2)) if one else None
            if one and number is None:
                self._note(one, 2, f"'{_at(one, 2)}' is no date")
            if number is not None:
                return _EPOCH + dt.timedelta(number)
        return None

    def _end_claim(self) -> None:
        self._end_line()
        clp = self.claim.get("CLP")
        if clp:
            self.remittance.claims.append(self._claim(clp))
        self.claim, self.claim_adjustments, self.lines = {}, [], []

    def _claim(self, clp: Segment) -> RemittedClaim:
        return RemittedClaim(
            control_number=_at(clp, 1),
            status_code=_at(clp, 2),
            claim_filing=_at(clp, 6),
            payer_control_number=_at(clp, 7),
            charge=self._amount(clp, 3),
            paid=self._amount(clp, 4),
            patient=self._person("QC") or Person(""),
            lines=tuple(self.lines),
            adjustments=tuple(self.claim_adjustments),
            facility_code=_at(clp, 8),
            frequency=_at(clp, 9),
            subscriber=self._person("IL"),
        )

    def _person(self, kind: str) -> Person | None:
        one = self.claim.get(f"NM1 {kind}")
        return Person(_at(one, 3), _at(one, 4), _at(one, 9)) if one else None
