"""A piece of an 835: the claims of which every line is decided; the others wait, with what they need."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TextIO

import pyarrow as pa

from clausal.claims.payers import Payer, lacking, named
from clausal.claims.remit import parties, remitted, undecided
from clausal.claims.summary import Summary
from clausal.columns.kernel import claims_of
from clausal.exchange.x12.writable import parties_faults
from clausal.exchange.x12.write835 import RemittanceWriter, faults
from clausal.exchange.x12.writing import Parties


class RemittancePart:
    """Interchanges of an 835, one for each run of claims between the same parties, and the file of claims that wait.

    An interchange has the number of its first claim among all that are remitted (ISA13), so that no two have the same.
    """

    def __init__(
        self,
        path: Path,
        pending: Path,
        when: dt.datetime,
        number: int,
        summary: Summary,
        payers: Mapping[str, Payer] = MappingProxyType({}),
    ) -> None:
        self._out = path.open("wb")
        self._pending_path = pending
        self._pending: TextIO | None = None
        self._when = when
        self._number = number
        self._writer: RemittanceWriter | None = None
        self._between: Parties | None = None
        self._payers = payers
        self._summary = summary
        self._claims = 0

    def write(self, batch: pa.RecordBatch, results: pa.RecordBatch) -> None:
        rows = [{**given, **result} for given, result in zip(batch.to_pylist(), results.to_pylist(), strict=True)]
        first = [*claims_of(batch).first.tolist(), len(rows)]
        for start, end in itertools.pairwise(first):
            self._claim(rows[start:end])

    def _claim(self, rows: list[dict[str, Any]]) -> None:
        if all(row["problem"] for row in rows):
            return
        self._claims += 1
        why = undecided(rows)
        if why is not None:
            self._wait(rows, why)
            return
        try:
            payer, payee, claim = remitted(rows, f"{self._number}-{self._claims}")
            payer = named(payer, self._payers)
            between = parties(rows)
            if why := lacking(payer) or "; ".join(faults(payer, payee, claim) + parties_faults(between)):
                raise ValueError(why)
        except ValueError as error:
            self._wait(rows, str(error))
            return
        self._writer_between(between).claim(payer, payee, claim)
        self._summary.remitted_claims += 1

    def _writer_between(self, between: Parties) -> RemittanceWriter:
        """The writer of the interchange between two parties: the one that is open, or a new one."""
        if self._writer is None or self._between != between:
            if self._writer is not None:
                self._writer.close()
            self._between = between
            self._writer = RemittanceWriter(self._out, between, self._when, self._summary.remitted_claims + 1)
        return self._writer

    def _wait(self, rows: list[dict[str, Any]], why: str) -> None:
        if self._pending is None:
            self._pending = self._pending_path.open("w", encoding="utf-8")
        needs = list(dict.fromkeys(need for row in rows for need in (row["needs"] or "").split()))
        told = {"claim_id": rows[0]["claim_id"], "why": why, "needs": needs}
        self._pending.write(json.dumps(told) + "\n")
        self._summary.pending_claims += 1

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self.abandon()

    def abandon(self) -> None:
        self._out.close()
        if self._pending is not None:
            self._pending.close()
