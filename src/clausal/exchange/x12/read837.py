"""Read a file of claims (837P, 837I) as batches of service lines, with all that is wrong with it reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

import pyarrow as pa

from clausal.exchange.x12.block import MARK, UTF_8, Block, Delimiters, Unreadable
from clausal.exchange.x12.body import Body
from clausal.exchange.x12.claim import Claim
from clausal.exchange.x12.columns import Row, batch_of
from clausal.exchange.x12.envelope import ENVELOPE, Envelope
from clausal.exchange.x12.heard import Heard, OnClaim
from clausal.exchange.x12.problem import ClaimProblem, Fatal, GroupEnd, Header, Transaction
from clausal.exchange.x12.syntax import CHUNK, Fault, blocks

MOST_SEGMENTS = 50_000
"""Segments of one claim, at most; checked at each block."""

Elements = list[str]


def ignore(_: object) -> None:
    """Take no notice."""


class Reader837:
    """Iterates over a file's claims as record batches (`columns.SCHEMA`) of whole claims, `batch_claims` at most.

    Memory does not grow with the file: problems, transactions and groups are handed to callbacks as they are found.
    Nothing is raised for what the file says. A claim with a fatal problem is left out; the others go on.

    A transaction may turn out wrong only at its end (its SE is missing, or counts other segments), when claims of it
    have been handed on. It is then acknowledged as rejected (`Transaction.status`), and whoever holds its claims (same
    `isa_control`, `st_control`) must not act on them. The callback for a transaction is always called before the batch
    with its last claims is yielded.

    Texts are in `encoding` (`block.is_encoding`). A segment with a byte that it has not, or longer than the limit, is
    refused where it stands, and with it the claim or level that it belongs to.
    """

    def __init__(
        self,
        stream: BinaryIO,
        name: str,
        batch_claims: int = 2000,
        *,
        on_problem: Callable[[ClaimProblem], None] = ignore,
        on_transaction: Callable[[Transaction], None] = ignore,
        on_group: Callable[[GroupEnd], None] = ignore,
        on_claim: OnClaim | None = None,
        chunk: int = CHUNK,
        encoding: str = UTF_8,
    ) -> None:
        self.name = name
        self._encoding = encoding
        self._stream = stream
        self._batch_claims = max(batch_claims, 1)
        self._on_problem = on_problem
        self._on_transaction = on_transaction
        self._on_group = on_group
        self._on_claim = on_claim
        self._chunk = chunk
        self._claims: list[Row] = []
        self._lines: list[tuple[Row, ...]] = []
        self._block: Block | None = None
        self._at = 0
        self._envelope = Envelope(self)
        self._body: Body | None = None
        self._start = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for block in blocks(self._stream, self._chunk, self._encoding):
            if isinstance(block, Fault):
                self._fault(block)
                continue
            self._block = block
            self._read(block)
            if self._body:
                self._body.bound(MOST_SEGMENTS)
            while len(self._claims) > self._batch_claims:
                yield self._batch()
        self._envelope.end_file()
        while self._claims:
            yield self._batch()

    def _read(self, block: Block) -> None:
        """The segments of a block, each to what reads it; this is the loop that has to be fast."""
        separator = block.delimiters.element
        body = self._body
        table = body.table if body else {}
        for self._at, text in enumerate(block.texts):
            elements = text.split(separator)
            entry = table.get(elements[0])
            if entry is None or body is None:
                self._other(elements, block.delimiters)
                body = self._body
                table = body.table if body else {}
                continue
            handler, most = entry
            if len(elements) > most and body.overlong(elements, most - 1):
                table = body.table
            elif handler:
                handler(body, elements)
                table = body.table

    def _other(self, elements: Elements, delimiters: Delimiters) -> None:
        """A segment of the envelope, or one that may not come here.

        A bare tag is what a stray terminator makes of a street (`ELM ST`), and no envelope.
        """
        if elements[0][:1] == MARK and self._block and (wrong := self._block.unreadable.get(self._at)):
            elements = self._unreadable(elements, wrong)
            if elements[0] not in ENVELOPE:
                return
        handler = ENVELOPE.get(elements[0])
        if handler and (len(elements) > 1 or self._body is None):
            handler(self._envelope, elements + [""] * (17 - len(elements)), delimiters)
        elif self._body:
            self._body.unexpected(elements)
        else:
            self._envelope.stray(elements)

    def _unreadable(self, elements: Elements, wrong: Unreadable) -> Elements:
        """Tell of a segment that cannot be read; its elements, with `?` in the place of what is not ASCII."""
        tag = _ascii(elements[0][1:])
        if tag not in ENVELOPE and self._body:
            readable = [tag, *(one if one.isascii() else "" for one in elements[1:])]
            self._body.unreadable(readable, wrong.message, wrong.hint, wrong.element or None)
        else:
            self.report(wrong.message, wrong.hint, tag=tag[:3], element=wrong.element or None)
        return [tag, *map(_ascii, elements[1:])]

    def _fault(self, fault: Fault) -> None:
        self.report(fault.message, fault.hint, offset=fault.offset, fatal="interchange" if fault.cuts else None)

    def _batch(self) -> pa.RecordBatch:
        count = self._batch_claims
        claims, lines = self._claims[:count], self._lines[:count]
        del self._claims[:count], self._lines[:count]
        return batch_of(claims, [row for rows in lines for row in rows], [len(rows) for rows in lines])

    # What the transaction and the envelope ask of the reader.

    def begin_body(self, header: Header, form: str, component: str) -> None:
        interchange = header.group.interchange
        self._body = body = Body(
            form,
            component,
            f"{interchange.control}.{header.control}",
            _controls(header),
            self.report,
            self._emit,
            self.position,
        )
        if self._on_claim:
            body.tell = lambda claim, accepted: self._heard(header, body, claim, accepted=accepted)

    def _heard(self, header: Header, body: Body, claim: Claim, *, accepted: bool) -> None:
        """Hand on a claim at its end, for an answer to it."""
        if self._on_claim:
            parties = body.submitter, body.receiver, body.reference, body.billing
            key = f"{body.prefix}.{claim.ordinal}"
            patient = body.patient or body.subscriber
            self._on_claim(Heard(header, key, *parties, body.subscriber, patient, claim, accepted))

    def begin_transaction(self) -> None:
        """The segment at hand is an ST."""
        self._start = self.place() - 1

    def end_body(self) -> Body | None:
        body, self._body = self._body, None
        return body

    @property
    def body(self) -> Body | None:
        return self._body

    def place(self) -> int:
        """The number in the file of the segment at hand, from 1."""
        return self._block.first + self._at if self._block else 0

    def position(self) -> int:
        """Its number in its transaction, from 1."""
        return (self._block.first if self._block else 0) + self._at - self._start

    def _emit(self, claim: Row, lines: tuple[Row, ...]) -> None:
        self._claims.append(claim)
        self._lines.append(lines)

    def ended(self, transaction: Transaction) -> None:
        self._on_transaction(transaction)

    def group_ended(self, group: GroupEnd) -> None:
        self._on_group(group)

    def report(
        self,
        message: str,
        hint: str = "",
        *,
        fatal: Fatal | None = None,
        tag: str | None = None,
        number: int | None = None,
        loop: str = "",
        element: int | None = None,
        claim_id: str | None = None,
        segment_code: str = "",
        element_code: str = "",
        transaction_code: str = "",
        group_code: str = "",
        offset: int | None = None,
        component: int | None = None,
        sound: bool = False,
    ) -> None:
        """Hand on a problem, with where it is: the segment at hand, or the one told."""
        envelope = self._envelope
        envelope.problems += not sound
        if offset is None and self._block and number is None:
            offset = self._block.offset_of(self._at)
        if tag is None and self._block:
            tag = self._block.texts[self._at].lstrip(MARK)[:3].split(self._block.delimiters.element)[0]
        if number is None:
            number = self.position() if envelope.header else 0
        self._on_problem(
            ClaimProblem(
                self.name,
                message,
                hint,
                fatal,
                envelope.interchange,
                envelope.group,
                envelope.header,
                tag or "",
                number,
                offset,
                loop,
                element,
                claim_id,
                segment_code,
                element_code,
                transaction_code,
                group_code,
                component,
                sound,
            )
        )


def _controls(header: Header) -> Row:
    """What the envelope says of each claim in it, as the last of the columns."""
    group, interchange = header.group, header.group.interchange
    return (
        interchange.control,
        group.control,
        header.control,
        header.version,
        interchange.sender_qualifier,
        interchange.sender,
        interchange.receiver_qualifier,
        interchange.receiver,
        group.sender,
        group.receiver,
        interchange.usage,
    )


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()
