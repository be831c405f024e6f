"""The acknowledgment of claims (277CA): each claim accepted or refused and why, with totals by provider and in all."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from clausal.exchange.x12.answering import Answers
from clausal.exchange.x12.characters import is_named, is_writable, words
from clausal.exchange.x12.claim import Billing, Claim
from clausal.exchange.x12.claim_status import ACCEPTED, RECEIVED, Status
from clausal.exchange.x12.heard import Correspondent, Heard
from clausal.exchange.x12.problem import Header
from clausal.exchange.x12.values import dollars
from clausal.exchange.x12.writing import Element, segment

VERSION = "005010X214"
UNKNOWN = "UNKNOWN"
"""A name or number that the guide wants, and that the claim does not give or X12 cannot write."""
NO_NUMBER = "0"
"""Stands for a claim's or a transaction's number that is missing, or that X12 cannot hold as it is."""
NAME, FIRST_NAME = 60, 35
MOST_STATUSES = 20
_IN_MEMORY = 1 << 20
_EPOCH = dt.date(1970, 1, 1)


@dataclass(slots=True)
class _Total:
    """Claims and their charges (cents), accepted and refused."""

    accepted: int = 0
    refused: int = 0
    accepted_amount: int = 0
    refused_amount: int = 0

    def add(self, amount: int, *, accepted: bool) -> None:
        if accepted:
            self.accepted += 1
            self.accepted_amount += amount
        else:
            self.refused += 1
            self.refused_amount += amount

    def segments(self, accepted: str, refused: str) -> list[tuple[Element, ...]]:
        """Quantities and amounts, under the qualifiers of a level; none where there are no such claims."""
        found: list[tuple[Element, ...]] = []
        found += [("QTY", accepted, str(self.accepted))] if self.accepted else []
        found += [("QTY", refused, str(self.refused))] if self.refused else []
        found += [("AMT", "YU", dollars(self.accepted_amount))] if self.accepted else []
        found += [("AMT", "YY", dollars(self.refused_amount))] if self.refused else []
        return found

    @property
    def amount(self) -> int:
        return self.accepted_amount + self.refused_amount


@dataclass
class _Held:
    """Segments that wait for what comes before them, in a temporary file once they are many."""

    file: BinaryIO = field(default_factory=lambda: _temporary())
    segments: int = 0

    def write(self, *elements: Element) -> None:
        self.segments += 1
        self.file.write(segment(*elements))

    def take(self, other: _Held) -> None:
        """All segments of another, which is then empty."""
        self.segments += other.segments
        other.move_to(self.file)

    def move_to(self, out: BinaryIO) -> None:
        self.file.seek(0)
        shutil.copyfileobj(self.file, out)
        self.clear()

    def clear(self) -> None:
        self.file.seek(0)
        self.file.truncate()
        self.segments = 0


def _temporary() -> BinaryIO:
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))


class ClaimAcknowledgmentWriter:
    """Writes a 277CA while a claim file is read: a transaction in answer to each that holds claims.

    Totals come before what they are of, so one transaction is held, in a temporary file once it is long. One that is
    rejected (`drop`), as a whole or because all of its claims are, is answered by the 999 alone. Claims of one billing
    provider (2000A) that stand together share a level.
    """

    def __init__(self, out: BinaryIO, when: dt.datetime, control_number: int = 1) -> None:
        self._answers = Answers(out, "HN", VERSION, when, control_number)
        self._when = when
        self._written = 0
        self._patients, self._providers = _Held(), _Held()
        self._first: Heard | None = None
        self._billing: Billing | None = None
        self._begin()

    def __enter__(self) -> ClaimAcknowledgmentWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def claim(self, heard: Heard, why: Sequence[Status] = ()) -> None:
        """A claim, with the reasons for which it is refused; one that was not accepted must have some."""
        if self._first is None:
            self._first = heard
        if self._billing is not heard.billing:
            self._end_provider()
            self._billing = heard.billing
            self._level += 1
            self._provider = self._level
        statuses = list(dict.fromkeys(why))[:MOST_STATUSES] or [ACCEPTED]
        for total in (self._of_provider, self._of_all):
            total.add(heard.claim.charge, accepted=not why)
        self._level += 1
        self._patient(heard, statuses, action="U" if why else "WQ")

    def end(self, header: Header) -> None:
        """The transaction has ended, and is not rejected."""
        if self._first is None:
            return
        self._end_provider()
        self._answers.enter(header.group)
        self._transaction(self._first)
        self._begin()

    def drop(self) -> None:
        """The transaction is rejected: nothing is said of its claims."""
        self._begin()

    def close(self) -> None:
        """End the interchange."""
        self._answers.close()
        for held in (self._patients, self._providers):
            held.file.close()

    def _begin(self) -> None:
        self._patients.clear()
        self._providers.clear()
        self._first = self._billing = None
        self._level, self._provider = 2, 0
        self._of_all, self._of_provider = _Total(), _Total()

    @property
    def _day(self) -> str:
        return f"{self._when:%Y%m%d}"

    def _patient(self, heard: Heard, statuses: Sequence[Status], action: str) -> None:
        claim, write = heard.claim, self._patients.write
        last = heard.patient.last_name if heard.patient else None
        first = heard.patient.first_name if heard.patient else None
        member = heard.subscriber.member_id if heard.subscriber else None
        write("HL", str(self._level), str(self._provider), "PT")
        names = _cut(last, NAME) or UNKNOWN, _cut(first, FIRST_NAME)
        write("NM1", "QC", "1", *names, "", "", "", "MI", _number(member, 80, 2) or UNKNOWN)
        write("TRN", "2", _number(claim.id, 50) or NO_NUMBER)
        amount = dollars(claim.charge)
        for status in statuses:
            entity = ("PR",) if status == ACCEPTED else ()
            write("STC", (status.category, status.code, *entity), self._day, action, amount)
        if number := _number(claim.references.get("D9"), 50):
            write("REF", "D9", number)
        if claim.bill_type and is_writable(claim.bill_type):
            write("REF", "BLT", claim.bill_type)
        write("DTP", "472", *self._dates(claim))

    def _dates(self, claim: Claim) -> tuple[str, str]:
        """When the services were; the guide wants a date, so a claim that has none has the day of the answer."""
        firsts = [day for line in claim.lines if (day := line.first_day) is not None]
        lasts = [day for line in claim.lines if (day := line.last_day) is not None]
        first = min(firsts) if firsts else claim.first_day
        last = max(lasts) if lasts else claim.last_day
        if first is None or last is None:
            return "D8", self._day
        if first == last:
            return "D8", _written(first)
        return "RD8", f"{_written(first)}-{_written(last)}"

    def _end_provider(self) -> None:
        """Write the level of the provider whose claims are held, and they."""
        billing, write = self._billing, self._providers.write
        if billing is None:
            return
        write("HL", str(self._provider), "2", "19", "1")
        npi, tax = _number(billing.npi, 80, 2), _number(billing.tax_id, 50, 2)
        qualifier, number = ("XX", npi) if npi else ("FI", tax or UNKNOWN)
        write("NM1", "85", "2", _cut(billing.name, NAME) or UNKNOWN, "", "", "", "", qualifier, number)
        write("TRN", "1", NO_NUMBER)
        write("STC", (*RECEIVED, "PR"), "", "WQ", dollars(self._of_provider.amount))
        if npi and tax:
            write("REF", "TJ", tax)
        for elements in self._of_provider.segments("QA", "QC"):
            write(*elements)
        self._providers.take(self._patients)
        self._billing, self._of_provider = None, _Total()

    def _transaction(self, heard: Heard) -> None:
        """Write the transaction: who answers whom, the totals, the providers that are held."""
        self._written += 1
        control = self._answers.begin()
        own = f"{self._day}{self._when:%H%M%S}{self._written:06}"
        group = heard.header.group
        head: list[tuple[Element, ...]] = [
            ("ST", "277", control, VERSION),
            ("BHT", "0085", "08", own, self._day, f"{self._when:%H%M}", "TH"),
            ("HL", "1", "", "20", "1"),
            ("NM1", "PR", "2", *_correspondent(heard.receiver, group.receiver)),
            ("TRN", "1", own),
            ("DTP", "050", "D8", self._day),
            ("DTP", "009", "D8", self._day),
            ("HL", "2", "1", "21", "1"),
            ("NM1", "41", "1" if heard.submitter.first_name else "2", *_correspondent(heard.submitter, group.sender)),
            ("TRN", "2", _number(heard.reference, 50) or NO_NUMBER),
            ("STC", (*RECEIVED, "PR"), self._day, "WQ", dollars(self._of_all.amount)),
            *self._of_all.segments("90", "AA"),
        ]
        out = self._answers.out
        for elements in head:
            out.write(segment(*elements))
        count = len(head) + self._providers.segments + 1
        self._providers.move_to(out)
        out.write(segment("SE", str(count), control))


def _correspondent(one: Correspondent, code: str) -> tuple[str, ...]:
    """A sender or receiver by name and number; by the code of the group where the transaction does not tell."""
    number = _number(one.id, 80, 2) or _number(code, 80, 2) or UNKNOWN
    return (_cut(one.name, NAME) or number, _cut(one.first_name, FIRST_NAME), "", "", "", "46", number)


def _cut(text: str | None, most: int) -> str:
    """A name in plain letters, of the length there is room for; empty where it has no plain letters."""
    return words(text)[:most].strip() if text and is_named(text) else ""


def _number(text: str | None, most: int, least: int = 1) -> str:
    """An identifier, exactly; empty where there is none, or where X12 cannot hold it."""
    return text if text and is_writable(text) and least <= len(text) <= most else ""


def _written(day: int) -> str:
    return f"{_EPOCH + dt.timedelta(days=day):%Y%m%d}"
