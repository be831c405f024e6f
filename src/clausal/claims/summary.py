"""What came of a claim file in all: lines and dollars by status, finding, rule, edit and need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clausal.columns.arrays import indices

BY = {
    "status": ("charge", "allowed", "paid"),
    "finding": ("charge", "allowed", "paid"),
    "rule": ("charge",),
    "denial": ("charge",),
    "edits": ("charge",),
    "needs": ("charge",),
    "warnings": ("charge", "paid"),
    "readings": ("charge",),
    "invalid_codes": ("charge",),
    "price_note": (),
}
"""Columns that lines are counted by, each with the amounts that are summed."""
NONE = "-"
PAID_STATUSES = ("covered", "not-covered")
"""Statuses by which it is known what is paid; of lines of others nothing is, which is not the same as 0.00."""


@dataclass
class Counted:
    """Lines, and sums of their amounts in cents."""

    lines: int = 0
    charge: int = 0
    allowed: int = 0
    paid: int = 0


@dataclass
class Summary:
    """Counts over all lines, and by the values of some columns."""

    lines: int = 0
    claims: int = 0
    rejected: int = 0
    refused_claims: int = 0
    """Claims of an X12 file that are not whole or not readable, and of which no line was decided."""
    envelope_problems: int = 0
    """What is wrong with an X12 file around its transactions (no end, other counts): claims may be missing."""
    pending_claims: int = 0
    remitted_claims: int = 0
    by: dict[str, dict[str, Counted]] = field(default_factory=lambda: {name: {} for name in BY})

    def add(self, batch: pa.RecordBatch, claims: int) -> None:
        """Count a batch of results."""
        self.lines += batch.num_rows
        self.claims += claims
        amounts = {name: cents_of(batch.column(name)).astype(np.float64) for name in ("charge", "allowed", "paid")}
        for name, counted_amounts in BY.items():
            column = batch.column(name)
            index = indices(column)
            words = [*column.dictionary.to_pylist(), NONE]
            lines = np.bincount(index, minlength=len(words))
            sums = {of: np.bincount(index, amounts[of], len(words)) for of in counted_amounts}
            for number in np.flatnonzero(lines).tolist():
                of_word = {of: round(float(sums[of][number])) for of in counted_amounts}
                self.count(name, words[number], Counted(int(lines[number]), **of_word))
        self.rejected = self.by["status"].get("rejected", Counted()).lines

    def join(self, other: Summary) -> None:
        """Add the counts of another."""
        for name in set(vars(self)) - {"by"}:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, found in other.by.items():
            for word, counted in found.items():
                self.count(name, word, counted)

    def count(self, name: str, word: str, counted: Counted) -> None:
        """Add to the counts of one value of one column."""
        so_far = self.by[name].setdefault(word, Counted())
        for of, value in vars(counted).items():
            setattr(so_far, of, getattr(so_far, of) + value)

    @property
    def is_whole(self) -> bool:
        """Whether each line of the file was read."""
        return not (self.rejected or self.refused_claims or self.envelope_problems)

    def as_json(self) -> dict[str, Any]:
        """Plain data, to be kept and read again."""
        by = {name: {value: vars(one) for value, one in found.items()} for name, found in self.by.items()}
        return {**{key: value for key, value in vars(self).items() if key != "by"}, "by": by}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Summary:
        by = {name: {value: Counted(**one) for value, one in found.items()} for name, found in data["by"].items()}
        return cls(**{**data, "by": by})

    def needs(self) -> dict[str, int]:
        """How many lines need each fact; a line that needs two counts with both."""
        return self._each("needs")

    def warnings(self) -> dict[str, int]:
        """How many lines each warning is about."""
        return self._each("warnings")

    def readings(self) -> dict[str, int]:
        """How many lines rest on each reading of ours."""
        return self._each("readings")

    def invalid_codes(self) -> dict[str, int]:
        """How many lines have each code that is not known to be billable on their date of service."""
        return self._each("invalid_codes")

    def _each(self, column: str) -> dict[str, int]:
        """Lines by each word of a column whose words are separated by blanks, the most frequent first."""
        found: dict[str, int] = {}
        for words, counted in self.by[column].items():
            for word in words.split() if words != NONE else ():
                found[word] = found.get(word, 0) + counted.lines
        return dict(sorted(found.items(), key=lambda one: -one[1]))


def cents_of(dollars: pa.Array) -> npt.NDArray[np.int64]:
    """Dollars of two places as whole cents; nothing is 0."""
    if pa.types.is_null(dollars.type):
        return np.zeros(len(dollars), dtype=np.int64)
    if dollars.null_count:
        dollars = pc.fill_null(dollars, 0)
    wide = np.frombuffer(dollars.buffers()[1], dtype=np.int64).reshape(-1, 2)
    return wide[dollars.offset : dollars.offset + len(dollars), 0]
