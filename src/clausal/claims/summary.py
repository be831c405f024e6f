"""What came of a claim file in all: lines and dollars by status, finding, rule, edit and need; rejects by reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clausal.amounts import DASH
from clausal.claims.counted import OTHERS, Amounts, Counted, counted
from clausal.claims.reasons import Reasons, reason_of, refusal_of
from clausal.claims.settling import Waiting
from clausal.columns.arrays import indices
from clausal.exchange.x12.problem import ClaimProblem
from clausal.problems import PROBLEM

BY = {
    "status": ("charge", "allowed", "paid"),
    "finding": ("charge", "allowed", "paid"),
    "rule": ("charge",),
    "denial": ("charge",),
    "edits": ("charge",),
    "warnings": ("charge", "paid"),
    "readings": ("charge",),
    "invalid_codes": ("charge",),
    "price_note": (),
}
"""Columns that lines are counted by, each with the amounts that are summed."""
AMOUNTS = ("charge", "allowed", "paid")
NONE = DASH
"""Counts the lines for which a column says nothing."""
FORM = 3
"""The form of a kept summary; one of another is not read. The second did not tell why lines are rejected."""
MOST_WORDS = 4096
"""Values of a column, and things needed, that are told apart; what comes after them is counted as OTHERS."""
NEEDED = ("charge", "allowed")
"""Amounts that are summed of lines by what they need."""


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
    waiting: Waiting = field(default_factory=Waiting)
    rejects: Reasons = field(default_factory=Reasons)
    """Why lines are rejected, counted in lines."""
    refusals: Reasons = field(default_factory=Reasons)
    """What is wrong with an X12 file that claims are refused for, or may be missing for, counted in problems."""

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
        self._need(batch, {of: amounts[of] for of in NEEDED})
        self._reject(batch)
        self.rejected = self.by["status"].get("rejected", Counted()).lines

    def join(self, other: Summary) -> None:
        """Add the counts of another."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, found in other.by.items():
            for word, one in found.items():
                self.count(name, word, one)
        for kind, needs, one in other.waiting:
            self.need(needs, kind, one)
        self.rejects.join(other.rejects)
        self.refusals.join(other.refusals)

    def count(self, name: str, word: str, one: Counted) -> None:
        """Add to the counts of one value of one column."""
        _count(self.by[name], word, one)

    def need(self, needs: str, needs_are: str, one: Counted) -> None:
        """Add to the counts of lines that need the same, or nothing (NONE)."""
        _count(self.waiting.of(needs_are), needs, one)

    def reject(self, problem: str, lines: int, example: str) -> None:
        """Count rejected lines with what is wrong in them, and where one of them is."""
        self.rejects.add(reason_of(problem), lines, example)

    def refuse(self, problems: Iterable[ClaimProblem]) -> None:
        """Count problems of an X12 file, and the claims that are refused for them."""
        found = list(problems)
        self.refused_claims += len({(one.st_control, one.claim_id) for one in found if one.fatal})
        self.envelope_problems += sum(not one.fatal for one in found)
        for one in found:
            self.refusals.add(refusal_of(one), 1, one.path)

    def _need(self, batch: pa.RecordBatch, amounts: Mapping[str, Amounts]) -> None:
        """Count lines by all that they need."""
        are, needs = batch.column("needs_are"), batch.column("needs")
        kinds, words = [*are.dictionary.to_pylist(), ""], [*needs.dictionary.to_pylist(), NONE]
        group = indices(are).astype(np.int64) * len(words) + indices(needs)
        for number, one in counted(group, len(kinds) * len(words), amounts):
            self.need(words[number % len(words)], kinds[number // len(words)], one)

    def _reject(self, batch: pa.RecordBatch) -> None:
        """Count the lines that could not be read, by what is wrong."""
        problems = batch.column(PROBLEM)
        if problems.null_count == batch.num_rows:
            return
        encoded = problems.dictionary_encode()
        of = indices(encoded)
        texts = encoded.dictionary.to_pylist()
        _, first, lines = np.unique(of, return_index=True, return_counts=True)
        for at, count in sorted(zip(first.tolist(), lines.tolist(), strict=True)):
            if of[at] < len(texts):
                claim, line = batch.column("claim_id")[at].as_py(), batch.column("line")[at].as_py()
                self.reject(texts[of[at]], count, where(claim, line))

    @property
    def is_whole(self) -> bool:
        """Whether each line of the file was read."""
        return not (self.rejected or self.refused_claims or self.envelope_problems)

    def as_json(self) -> dict[str, Any]:
        """Plain data, to be kept and read again."""
        by = {name: {value: one.as_json() for value, one in found.items()} for name, found in self.by.items()}
        by["needs"] = {needs: one.as_json() for needs, one in self.waiting.needs().items()}
        waiting = self.waiting.as_json()
        counts = {name: getattr(self, name) for name in COUNTS}
        rejects, refusals = self.rejects.as_json(), self.refusals.as_json()
        return {**counts, "by": by, "waiting": waiting, "rejects": rejects, "refusals": refusals}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Summary:
        """A summary that was kept; raises ValueError, KeyError, TypeError or AttributeError where it is none."""
        if any(type(data[name]) is not int for name in COUNTS) or data["by"].keys() != {*BY, "needs"}:
            raise ValueError("counts are whole numbers, by the columns that lines are counted by")
        by = {name: {value: Counted.of_json(one) for value, one in data["by"][name].items()} for name in BY}
        waiting = Waiting.of_json(data["waiting"])
        counts = {name: data[name] for name in COUNTS}
        rejects, refusals = (Reasons.of_json(data[name]) for name in ("rejects", "refusals"))
        return cls(**counts, by=by, waiting=waiting, rejects=rejects, refusals=refusals)

    def edits(self) -> dict[str, Counted]:
        """Each edit with the lines that fail it, the most frequent first; a line that fails two counts with both."""
        return _sums(self.by["edits"])

    def needs(self) -> dict[str, int]:
        """How many lines need each fact; a line that needs two counts with both."""
        return {name: one.lines for name, one in _sums(self.waiting.needs()).items()}

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
        return {word: one.lines for word, one in _sums(self.by[column]).items()}


COUNTS = ("lines", "claims", "rejected", "refused_claims", "envelope_problems", "pending_claims", "remitted_claims")
"""What is counted of a file as a whole."""


def where(claim: str | None, line: int | None) -> str:
    """A line of a claim file, as its rejects name it."""
    return f"claim {claim or '(none)'}, line {line or '(none)'}"


def _count(found: dict[str, Counted], word: str, one: Counted) -> None:
    """Add to the counts of a word, or of all others where too many are told apart already."""
    if word not in found and len(found) >= MOST_WORDS:
        word = OTHERS
    found.setdefault(word, Counted()).add(one)


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


def _sums(found: Mapping[str, Counted]) -> dict[str, Counted]:
    """Counts by each word of values whose words are separated by blanks, the most frequent first."""
    of_word: dict[str, Counted] = {}
    for words, one in found.items():
        for word in words.split() if words != NONE else ():
            of_word.setdefault(word, Counted()).add(one)
    return dict(sorted(of_word.items(), key=lambda one: (-one[1].lines, one[0])))
