"""What came of a claim file in all: lines and dollars by status, finding, rule, edit and need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clausal.amounts import DASH
from clausal.claims.counted import Amounts, Counted, counted
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
AMOUNTS = ("charge", "allowed", "paid")
NONE = DASH
"""Counts the lines for which a column says nothing."""
FORM = 2
"""The form of a kept summary; one of another is not read. The first did not tell how many lines have an amount."""


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
        amounts = {name: _amounts(batch.column(name)) for name in AMOUNTS}
        for name, summed in BY.items():
            column = batch.column(name)
            words = [*column.dictionary.to_pylist(), NONE]
            for number, one in counted(indices(column), len(words), {of: amounts[of] for of in summed}):
                self.count(name, words[number], one)
        self.rejected = self.by["status"].get("rejected", Counted()).lines

    def join(self, other: Summary) -> None:
        """Add the counts of another."""
        for name in set(vars(self)) - {"by"}:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, found in other.by.items():
            for word, one in found.items():
                self.count(name, word, one)

    def count(self, name: str, word: str, one: Counted) -> None:
        """Add to the counts of one value of one column."""
        self.by[name].setdefault(word, Counted()).add(one)

    @property
    def is_whole(self) -> bool:
        """Whether each line of the file was read."""
        return not (self.rejected or self.refused_claims or self.envelope_problems)

    def as_json(self) -> dict[str, Any]:
        """Plain data, to be kept and read again."""
        by = {name: {value: one.as_json() for value, one in found.items()} for name, found in self.by.items()}
        return {**{key: value for key, value in vars(self).items() if key != "by"}, "by": by}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Summary:
        """A summary that was kept; raises ValueError, KeyError, TypeError or AttributeError where it is none."""
        counts = [one.name for one in fields(cls) if isinstance(one.default, int)]
        if any(type(data[name]) is not int for name in counts) or data["by"].keys() != BY.keys():
            raise ValueError("counts are whole numbers, by the columns that lines are counted by")
        by = {name: {value: Counted.of_json(one) for value, one in found.items()} for name, found in data["by"].items()}
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
        for words, one in self.by[column].items():
            for word in words.split() if words != NONE else ():
                found[word] = found.get(word, 0) + one.lines
        return dict(sorted(found.items(), key=lambda one: -one[1]))


def _amounts(dollars: pa.Array) -> Amounts:
    """A column of dollars with two places."""
    if dollars.null_count == len(dollars):
        return Amounts(np.zeros(len(dollars)), np.zeros(len(dollars)))
    known = None
    if dollars.null_count:
        known = dollars.is_valid().to_numpy(zero_copy_only=False).astype(np.float64)
        dollars = pc.fill_null(dollars, 0)
    # A decimal of 128 bits is two words, the lower first; dollars of 12 digits fill the lower one.
    wide = np.frombuffer(dollars.buffers()[1], dtype=np.int64).reshape(-1, 2)
    return Amounts(wide[dollars.offset : dollars.offset + len(dollars), 0].astype(np.float64), known)
