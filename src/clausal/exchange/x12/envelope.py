"""The envelope of a claim file: interchanges, groups and transactions opened and closed, their counts checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from clausal.exchange.x12.block import Delimiters
from clausal.exchange.x12.body import Body
from clausal.exchange.x12.problem import Fatal, Group, GroupEnd, Header, Interchange, Transaction
from clausal.exchange.x12.seen import Seen
from clausal.exchange.x12.syntax import ISA_WIDTHS

FORMS = {"005010X222": "professional", "005010X223": "institutional"}
"""The implementation guides that are read, by the start of their names; their addenda are too."""
ADDENDA = ("", "A1", "A2", "A3")

Elements = list[str]


def form_of(version: str) -> str | None:
    """`professional` or `institutional` for a guide that is read, else None."""
    return FORMS.get(version[:10]) if version[10:] in ADDENDA else None


class Reading(Protocol):
    """What the envelope asks of the reader of a file."""

    @property
    def body(self) -> Body | None:
        """What reads the transaction that is open."""

    def begin_transaction(self) -> None:
        """The segment at hand is an ST."""

    def begin_body(self, header: Header, form: str, component: str) -> None:
        """What follows is to be read as claims."""

    def end_body(self) -> Body | None:
        """What has read the transaction, which has ended."""

    def position(self) -> int:
        """The number of the segment at hand in its transaction, from 1."""

    def report(
        self,
        message: str,
        hint: str = "",
        *,
        fatal: Fatal | None = None,
        tag: str | None = None,
        number: int | None = None,
        element: int | None = None,
        segment_code: str = "",
        transaction_code: str = "",
        group_code: str = "",
    ) -> None:
        """Hand on a problem."""

    def ended(self, transaction: Transaction) -> None:
        """A transaction has ended."""

    def group_ended(self, group: GroupEnd) -> None:
        """A group has ended."""


class Envelope:
    """Where the reader is: in which interchange, group and transaction, and what was counted in each.

    Each method takes a segment of the envelope, padded with empty elements, and the delimiters in force.
    """

    def __init__(self, reader: Reading) -> None:
        self.reader = reader
        self.interchange: Interchange | None = None
        self.group: Group | None = None
        self.header: Header | None = None
        self.problems = 0
        """Reported since the transaction began."""
        self._interchanges = Seen()
        self._transactions = Seen()
        self._skips = False
        self._strays = False
        self._groups = 0
        self._received = self._accepted = 0
        self._noted = False
        self._group_codes: list[str] = []
        self._codes: list[str] = []

    def isa(self, e: Elements, _: Delimiters) -> None:
        self._end_interchange()
        fields = [text.strip() for text in e]
        self.interchange = Interchange(fields[5], fields[6], fields[7], fields[8], fields[13], fields[12], fields[15])
        self._transactions, self._groups, self._strays = Seen(), 0, False
        self._skips = not self._interchanges.add(fields[13])
        if self._skips:
            message = f"a second interchange {fields[13]} in this file"
            self.reader.report(message, "it is skipped: was it sent twice?", fatal="interchange", element=13)
        elif tuple(map(len, e[1:16])) != ISA_WIDTHS:
            self.reader.report("the fields of the ISA are not padded to their width", "it is read nevertheless")

    def gs(self, e: Elements, _: Delimiters) -> None:
        if self.interchange is None or self._skips:
            return
        self._end_group()
        self.group = group = Group(
            self.interchange, e[1].strip(), e[2].strip(), e[3].strip(), e[6].strip(), e[8].strip()
        )
        self._groups += 1
        self._received = self._accepted = 0
        self._noted, self._strays, self._group_codes = False, False, []
        if group.functional_id != "HC":
            self._fault_group("1", f"a group of kind '{group.functional_id}', not of claims", "expected HC", 1)
        elif form_of(group.version) is None:
            message = f"version '{group.version}' is not read"
            self._fault_group("2", message, f"expected {' or '.join(FORMS)} and their addenda", 8)

    def _fault_group(self, code: str, message: str, hint: str, element: int | None = None) -> None:
        self._group_codes.append(code)
        self.reader.report(message, hint, element=element, group_code=code)

    def st(self, e: Elements, delimiters: Delimiters) -> None:
        if self.interchange is None or self._skips:
            return
        self._end_transaction_without_trailer()
        if self.group is None:
            self.stray(e)
            return
        self.reader.begin_transaction()
        self.header = header = Header(self.group, e[1], e[2], e[3] or self.group.version)
        self._received += 1
        self._codes, self.problems, self._strays = [], 0, False
        form = form_of(header.version) if self.group.functional_id == "HC" else None
        if e[1] != "837" or form is None:
            message = f"a transaction {e[1]} of version '{header.version}' is not read"
            self._fault("1", message, f"expected an 837 of {' or '.join(FORMS)}", 1 if e[1] != "837" else 3)
        elif not e[2]:
            self._fault("7", "the transaction has no control number", "number it in ST02 and SE02", 2)
        elif not self._transactions.add(e[2]):
            message = f"a second transaction {e[2]} in interchange {self.interchange.control}"
            self._fault("23", message, "number transactions uniquely in an interchange", 2)
        else:
            if header.version != self.group.version and "2" not in self._group_codes:
                message = f"the transaction is of version '{header.version}', its group of '{self.group.version}'"
                self.reader.report(message, "it is read as the transaction says", element=3, segment_code="8")
            self.reader.begin_body(header, form, delimiters.component)

    def _fault(self, code: str, message: str, hint: str, element: int | None = None, tag: str | None = None) -> None:
        """Reject the transaction."""
        self._codes.append(code)
        number = self.reader.position() if tag else None
        self.reader.report(
            message, hint, fatal="transaction", element=element, transaction_code=code, tag=tag, number=number
        )

    def se(self, e: Elements, _: Delimiters) -> None:
        if self.header is None:
            self.stray(e)
            return
        if self.reader.body:
            self.reader.body.end_claim()
        counted = self.reader.position()
        if not _is_number(e[1], counted):
            message = f"SE counts '{e[1]}' segments, there are {counted}"
            self._fault("4", message, "was a segment lost? send the transaction again", 1)
        if e[2] != self.header.control:
            self._fault("3", f"SE closes '{e[2]}', ST opened '{self.header.control}'", "the two must be equal", 2)
        self._end_transaction(counted)

    def _end_transaction_without_trailer(self) -> None:
        if self.header is None:
            return
        if self.reader.body:
            self.reader.body.cut("its transaction has no SE")
        self._fault("2", "the transaction has no SE", "is the file complete? send the transaction again", tag="SE")
        self._end_transaction(self.reader.position())

    def _end_transaction(self, counted: int) -> None:
        if self.header is None:
            return
        body = self.reader.end_body()
        claims, refused = (body.claims, body.refused) if body else (0, 0)
        ended = Transaction(self.header, counted, claims, refused, self.problems, tuple(self._codes))
        self._accepted += ended.status != "R"
        self._noted = self._noted or ended.status == "E"
        self.header = None
        self.reader.ended(ended)

    def ge(self, e: Elements, _: Delimiters) -> None:
        if self.group is None:
            self.stray(e)
            return
        self._end_transaction_without_trailer()
        if not _is_number(e[1], self._received):
            message = f"GE counts '{e[1]}' transactions, there are {self._received}"
            self._fault_group("5", message, "was a transaction lost?", 1)
        if e[2] != self.group.control:
            message = f"GE closes '{e[2]}', GS opened '{self.group.control}'"
            self._fault_group("4", message, "the two must be equal", 2)
        self._close_group(int(e[1]) if e[1].isascii() and e[1].isdecimal() and len(e[1]) <= 6 else self._received)

    def _end_group(self) -> None:
        self._end_transaction_without_trailer()
        if self.group is not None:
            self._fault_group("3", "the group has no GE", "is the file complete?")
            self._close_group(self._received)

    def _close_group(self, claimed: int) -> None:
        if self.group is None:
            return
        codes = tuple(dict.fromkeys(self._group_codes))
        ended = GroupEnd(self.group, claimed, self._received, self._accepted, codes, self._noted)
        self.group = None
        self.reader.group_ended(ended)

    def iea(self, e: Elements, _: Delimiters) -> None:
        if self.interchange is None:
            self.stray(e)
            return
        self._end_group()
        if not self._skips:
            if not _is_number(e[1], self._groups):
                message = f"IEA counts '{e[1]}' groups, there are {self._groups}"
                self.reader.report(message, "was a group lost?", element=1)
            if e[2].strip() != self.interchange.control:
                message = f"IEA closes '{e[2]}', ISA opened '{self.interchange.control}'"
                self.reader.report(message, "the two must be equal", element=2)
        self.interchange = None

    def _end_interchange(self) -> None:
        self._end_group()
        if self.interchange is not None and not self._skips:
            self.reader.report("the interchange has no IEA", "is the file complete?", tag="IEA", number=0)
        self.interchange = None

    def end_file(self) -> None:
        """The file has ended; whatever is open was cut off."""
        self._end_interchange()

    def stray(self, e: Elements) -> None:
        """A segment outside any transaction, or of one that is not read."""
        if self.header is None and not self._skips and not self._strays:
            self._strays = True
            self.reader.report(f"'{e[0][:3]}' stands outside a transaction", "it is skipped, with what follows it")


def _is_number(text: str, number: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) == number


ENVELOPE: dict[str, Callable[[Envelope, Elements, Delimiters], None]] = {
    "ISA": Envelope.isa,
    "GS": Envelope.gs,
    "ST": Envelope.st,
    "SE": Envelope.se,
    "GE": Envelope.ge,
    "IEA": Envelope.iea,
}
"""What reads each segment of the envelope."""
