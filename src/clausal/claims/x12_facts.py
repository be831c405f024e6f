"""Claims of an X12 file as lines of a claim file: with what the segments tell of facts, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import pyarrow as pa

from clausal.exchange.x12.acknowledge import AcknowledgmentWriter
from clausal.exchange.x12.block import UTF_8
from clausal.exchange.x12.columns import SCHEMA as READ
from clausal.exchange.x12.problem import ClaimProblem, GroupEnd, Transaction
from clausal.exchange.x12.read837 import Reader837
from clausal.problems import PROBLEM

CENTS = ("charge", "primary_coinsurance", "primary_deductible")
FACTS = pa.schema(
    [
        ("primary_coinsurance", pa.int64()),
        ("primary_deductible", pa.int64()),
        ("primary_medicare_covers", pa.bool_()),
        ("pcp_authorized", pa.bool_()),
        ("patient", pa.string()),
    ]
)
SCHEMA = pa.schema([*READ, *FACTS, (PROBLEM, pa.string())])
DEDUCTIBLE = ("PR-1",)
LEFT_TO_PAY = ("PR-2", "PR-3")
"""Coinsurance and copayment."""
VOID = "8"
OF_THE_PATIENT = ("PR-1", "PR-2", "PR-3")


@dataclass
class Received:
    """What is met in an X12 file: problems to be told, and transactions that turn out wrong only at their end."""

    acknowledgment: AcknowledgmentWriter | None = None
    on_problem: Callable[[ClaimProblem], None] = lambda _: None
    refused: frozenset[tuple[str, str]] = frozenset()
    """Transactions (ISA13, ST02) that an earlier reading found wrong: their claims are not to be decided."""
    encoding: str = UTF_8
    """In which the text of the file is."""
    wrong: set[tuple[str, str]] = field(default_factory=set)

    def problem(self, problem: ClaimProblem) -> None:
        if self.acknowledgment:
            self.acknowledgment.problem(problem)
        self.on_problem(problem)

    def transaction(self, transaction: Transaction) -> None:
        if self.acknowledgment:
            self.acknowledgment.transaction(transaction)
        if transaction.status == "R" and transaction.claims:
            self.wrong.add((transaction.header.group.interchange.control, transaction.header.control))

    def group(self, group: GroupEnd) -> None:
        if self.acknowledgment:
            self.acknowledgment.group(group)

    def batches(self, file: BinaryIO, name: str) -> Iterator[pa.RecordBatch]:
        """The claims of a file, which is in an encoding of X12 (`block.is_encoding`)."""
        reader = Reader837(
            file,
            name,
            on_problem=self.problem,
            on_transaction=self.transaction,
            on_group=self.group,
            encoding=self.encoding,
        )
        for batch in reader:
            yield self._with_facts(batch)

    def _with_facts(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        given = [_reasons(text) for text in batch.column("primary_adjustments").to_pylist()]
        paid = batch.column("primary_paid").to_pylist()
        medicare = batch.column("primary_medicare").to_pylist()
        one_payer = [len((text or "").split()) == 1 for text in batch.column("primary_payer_id").to_pylist()]
        told = [one and amount is not None for one, amount in zip(one_payer, paid, strict=True)]
        answers = [reasons if is_told else None for reasons, is_told in zip(given, told, strict=True)]
        columns = [
            pa.array([_sum(answer, LEFT_TO_PAY) for answer in answers], pa.int64()),
            pa.array([_sum(answer, DEDUCTIBLE) for answer in answers], pa.int64()),
            pa.array([_covers(*of_line) for of_line in zip(medicare, told, paid, given, strict=True)], pa.bool_()),
            pa.array([True if one else None for one in batch.column("referral").to_pylist()], pa.bool_()),
            pa.array(_patients(batch), pa.string()),
            pa.array(self._refusals(batch), pa.string()),
        ]
        return pa.RecordBatch.from_arrays([*batch.columns, *columns], schema=SCHEMA)

    def _refusals(self, batch: pa.RecordBatch) -> list[str | None]:
        """Why lines are not to be decided: their transaction is wrong, or their claim a void."""
        names = ("isa_control", "st_control", "frequency")
        return [self._refusal(*row) for row in zip(*(batch.column(name).to_pylist() for name in names), strict=True)]

    def _refusal(self, isa: str, st: str, frequency: str | None) -> str | None:
        if (isa, st) in self.refused:
            return f"ST {st}: its transaction is rejected as a whole"
        if frequency == VOID:
            return "a void of an earlier claim (frequency 8): there is nothing to decide"
        return None


def _patients(batch: pa.RecordBatch) -> list[str | None]:
    """What tells patients apart: the member's number, and of a dependent the first name and the birth date too."""
    names = ("member_id", "subscriber_first_name", "patient_first_name", "date_of_birth")
    found: list[str | None] = []
    for member, subscriber, patient, born in zip(*(batch.column(name).to_pylist() for name in names), strict=True):
        if not member:
            found.append(None)
        elif not patient or patient == subscriber:
            found.append(member)
        else:
            found.append(f"{member} {patient.upper()} {born or ''}".strip())
    return found


def _reasons(text: str | None) -> dict[str, int]:
    """`CO-45:12.00 PR-2:3.00` as cents by group and reason."""
    found: dict[str, int] = {}
    for part in (text or "").split():
        reason, _, amount = part.partition(":")
        found[reason] = found.get(reason, 0) + round(float(amount) * 100)
    return found


def _sum(reasons: dict[str, int] | None, which: tuple[str, ...]) -> int | None:
    """What some reasons come to in an earlier payer's answer; None without one."""
    return None if reasons is None else sum(reasons.get(reason, 0) for reason in which)


def _covers(medicare: bool | None, is_told: bool, paid: int | None, reasons: dict[str, int]) -> bool | None:
    """Whether Medicare, the one earlier payer, covers a line: it pays, or leaves an amount to the patient by its rules.

    A line that it does not pay, for a reason that leaves the patient no share, is not covered. Without its answer, or
    where several payers answered and what each said is not told apart, nothing is known.
    """
    if not medicare or not is_told or paid is None:
        return None
    if paid > 0 or any(reason in reasons for reason in OF_THE_PATIENT):
        return True
    return False if reasons else None
