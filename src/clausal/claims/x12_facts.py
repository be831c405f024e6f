"""Claims of an X12 file as lines of a claim file: with what the segments tell of facts, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import pyarrow as pa

from clausal.claims.prepare import PROBLEM
from clausal.claims.x12.acknowledge import AcknowledgmentWriter
from clausal.claims.x12.columns import SCHEMA as READ
from clausal.claims.x12.problem import ClaimProblem, GroupEnd, Transaction
from clausal.claims.x12.read837 import Reader837

CENTS = ("charge", "primary_coinsurance", "primary_deductible")
FACTS = pa.schema(
    [
        ("primary_coinsurance", pa.int64()),
        ("primary_deductible", pa.int64()),
        ("primary_medicare_covers", pa.bool_()),
        ("pcp_authorized", pa.bool_()),
    ]
)
SCHEMA = pa.schema([*READ, *FACTS, (PROBLEM, pa.string())])
DEDUCTIBLE, COINSURANCE = "PR-1", "PR-2"
OF_THE_PATIENT = ("PR-1", "PR-2", "PR-3")


@dataclass
class Received:
    """What is met in an X12 file: problems to be told, and transactions that turn out wrong only at their end."""

    acknowledgment: AcknowledgmentWriter | None = None
    on_problem: Callable[[ClaimProblem], None] = lambda _: None
    refused: frozenset[tuple[str, str]] = frozenset()
    """Transactions (ISA13, ST02) that an earlier reading found wrong: their claims are not to be decided."""
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
        """The claims of a file."""
        reader = Reader837(
            file,
            name,
            on_problem=self.problem,
            on_transaction=self.transaction,
            on_group=self.group,
        )
        for batch in reader:
            yield self._with_facts(batch)

    def _with_facts(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        given = [_reasons(text) for text in batch.column("primary_adjustments").to_pylist()]
        paid = batch.column("primary_paid").to_pylist()
        medicare = batch.column("primary_medicare").to_pylist()
        columns = [
            pa.array([one.get(COINSURANCE) for one in given], pa.int64()),
            pa.array([one.get(DEDUCTIBLE) for one in given], pa.int64()),
            pa.array([_covers(*of_line) for of_line in zip(medicare, paid, given, strict=True)], pa.bool_()),
            pa.array([True if one else None for one in batch.column("referral").to_pylist()], pa.bool_()),
            pa.array(self._refusals(batch), pa.string()),
        ]
        return pa.RecordBatch.from_arrays([*batch.columns, *columns], schema=SCHEMA)

    def _refusals(self, batch: pa.RecordBatch) -> list[str | None]:
        if not self.refused:
            return [None] * batch.num_rows
        keys = zip(batch.column("isa_control").to_pylist(), batch.column("st_control").to_pylist(), strict=True)
        return [
            f"its transaction {st} is rejected as a whole" if (isa, st) in self.refused else None for isa, st in keys
        ]


def _reasons(text: str | None) -> dict[str, int]:
    """`CO-45:12.00 PR-2:3.00` as cents by group and reason."""
    found: dict[str, int] = {}
    for part in (text or "").split():
        reason, _, amount = part.partition(":")
        found[reason] = found.get(reason, 0) + round(float(amount) * 100)
    return found


def _covers(medicare: bool | None, paid: int | None, reasons: dict[str, int]) -> bool | None:
    """Whether Medicare, the earlier payer, covers a line: it pays, or leaves an amount to the patient by its rules.

    A line that it does not pay, for a reason that leaves the patient no share, is not covered; without its answer
    nothing is known.
    """
    if not medicare or paid is None:
        return None
    if paid > 0 or any(reason in reasons for reason in OF_THE_PATIENT):
        return True
    return False if reasons else None
