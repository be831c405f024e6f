"""Every line that changes, as a row of a CSV file: its region, its facts without those of the patient, its amounts."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from clausal.claims.changed import BESIDE, OTHER
from clausal.claims.counted import Amounts
from clausal.claims.whole import decoded
from clausal.columns.conclusion import Conclusion
from clausal.documents.library import Library
from clausal.facts.vocabulary import IDENTIFIER, Fact
from clausal.files import private

MONEY = ("charge", "paid_before", "paid_after")
CONCLUDED = ("status", "finding", "rule", "clauses")
NAMED = {OTHER: "other tables", BESIDE: "paid otherwise beside others"}
"""What stands for a region where there is none."""


class ChangedLines:
    """Writes the rows in the order of the file; what stood in it is replaced."""

    def __init__(self, path: Path, library: Library) -> None:
        self._facts = library.vocabulary.facts
        self._out = private(path).open("w", encoding="utf-8", newline="")
        self._writer: csv.DictWriter[str] | None = None

    def rows(
        self,
        batch: pa.RecordBatch,
        which: npt.NDArray[np.integer[Any]],
        region: npt.NDArray[np.integer[Any]],
        conclusions: Sequence[tuple[Conclusion, Conclusion]],
        amounts: Mapping[str, Amounts],
    ) -> list[dict[str, Any]]:
        """The rows of some lines of a batch; `region`, `conclusions` and `amounts` are in their order."""
        some = batch.take(pa.array(which))
        told = [name for name in some.schema.names if name in self._facts and not is_of_patient(self._facts[name])]
        names = [name for name in ("claim_id", "line") if name in some.schema.names]
        columns = {name: decoded(some.column(name)).to_pylist() for name in (*names, *told)}
        found = []
        for at in range(len(which)):
            number = int(region[at])
            row: dict[str, Any] = {"region": NAMED.get(number, number)}
            row |= {name: _cell(values[at]) for name, values in columns.items()}
            for side, conclusion in zip(("before", "after"), conclusions[at], strict=True):
                row |= {f"{name}_{side}": getattr(conclusion, name) for name in CONCLUDED}
            found.append(row | {name: _money(amounts[name], at) for name in MONEY})
        return found

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows to the file."""
        if rows and self._writer is None:
            self._writer = csv.DictWriter(self._out, list(rows[0]), lineterminator="\r\n")
            self._writer.writeheader()
        if self._writer is not None:
            self._writer.writerows(rows)

    def close(self) -> None:
        """Let go of the file."""
        self._out.close()


def is_of_patient(fact: Fact) -> bool:
    """Whether a fact is of the patient, or could tell who that is."""
    return fact.is_personal or fact.system == IDENTIFIER


def _cell(value: Any) -> Any:
    return " ".join(map(str, value)) if isinstance(value, list) else value


def _money(amount: Amounts, at: int) -> str:
    """Dollars; empty where the line has no such amount."""
    if amount.known is not None and not amount.known[at]:
        return ""
    return f"{round(float(amount.cents[at])) / 100:.2f}"
