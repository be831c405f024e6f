"""The acknowledgment of a claim file (999): what of it was accepted, what was not, and where it is wrong."""

from __future__ import annotations

import datetime as dt
import re
from typing import BinaryIO

from clausal.exchange.x12.answering import Answers
from clausal.exchange.x12.characters import is_writable
from clausal.exchange.x12.problem import ClaimProblem, Group, GroupEnd, Header, Transaction
from clausal.exchange.x12.writing import Element, segment

VERSION = "005010X231A1"
NOT_ACKNOWLEDGED = frozenset({"FA"})
"""Groups that are acknowledgments themselves."""
MOST_OF_CONTEXT = 35
"""Characters of a claim's number in CTX01."""
_TAG = re.compile(r"[A-Z][A-Z0-9]{1,2}", re.ASCII)
_LOOP = re.compile(r"[0-9]{4}", re.ASCII)


class AcknowledgmentWriter:
    """Writes a 999 while a claim file is read: its methods are the reader's `on_problem`, `on_transaction`, `on_group`.

    Each functional group received is answered by a transaction of its own, each interchange by one in return, from its
    receiver to its sender. `when` is the time of writing, `control_number` the first ISA13, counted up from there.
    Nothing is kept but where the writer is. `close` ends the last interchange; a file without groups gets no answer.
    """

    def __init__(self, out: BinaryIO, when: dt.datetime, control_number: int = 1) -> None:
        self._answers = Answers(out, "FA", VERSION, when, control_number)
        self._header: Header | None = None
        self._segments = 0

    def __enter__(self) -> AcknowledgmentWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def problem(self, problem: ClaimProblem) -> None:
        """A problem of a segment; those of an envelope are told by the transaction and the group."""
        if problem.header is None or not problem.segment_code or not _is_acknowledged(problem.header.group):
            return
        self._enter(problem.header)
        tag = problem.tag[:3] if _TAG.fullmatch(problem.tag[:3]) else "ZZZ"
        loop = problem.loop[:4] if _LOOP.match(problem.loop) else ""
        self._write("IK3", tag, str(problem.number), loop, problem.segment_code)
        claim = problem.claim_id or ""
        if claim and is_writable(claim) and len(claim) <= MOST_OF_CONTEXT:
            self._write("CTX", ("CLM01", claim))
        if problem.element and problem.element_code:
            at = (str(problem.element), str(problem.component)) if problem.component else str(problem.element)
            self._write("IK4", at, "", problem.element_code)

    def transaction(self, transaction: Transaction) -> None:
        """A transaction ended."""
        if not _is_acknowledged(transaction.header.group):
            return
        self._enter(transaction.header)
        codes = transaction.codes or (("5",) if transaction.status != "A" else ())
        self._write("IK5", transaction.status, *codes[:5])
        self._header = None

    def group(self, group: GroupEnd) -> None:
        """A functional group ended."""
        if not _is_acknowledged(group.group):
            return
        self._enter_group(group.group)
        counts = (str(group.claimed), str(group.received), str(group.accepted))
        self._write("AK9", group.status, *counts, *group.codes[:5])
        self._write("SE", str(self._segments + 1), "0001")
        self._answers.end_group()

    def close(self) -> None:
        """End the interchange."""
        self._answers.close()

    def _write(self, *elements: Element) -> None:
        self._segments += 1
        self._answers.out.write(segment(*elements))

    def _enter(self, header: Header) -> None:
        if self._header is not header:
            self._enter_group(header.group)
            self._header = header
            self._write("AK2", header.set_id, header.control, header.version)

    def _enter_group(self, group: Group) -> None:
        if not self._answers.enter(group):
            return
        self._segments = 0
        self._answers.begin()
        self._write("ST", "999", "0001", VERSION)
        self._write("AK1", group.functional_id, group.control, group.version)


def _is_acknowledged(group: Group) -> bool:
    return group.functional_id not in NOT_ACKNOWLEDGED
