"""What changes in a claim file from one reading of policy to another: lines and money, by what changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from clausal.claims.counted import Counted
from clausal.columns.conclusion import Conclusion

DIMENSIONS = ("plan", "code", "month")


AMOUNTS = ("charge", "paid_before", "paid_after", "difference")
"""What is summed of lines that change; the difference is of those that have a payment on both sides."""

OTHER = 0
"""Stands for the lines that change by other tables than those of the document, or in no region of it."""
BESIDE = -1
"""Stands for lines that do not change and are paid otherwise for what changes beside them in their claim."""
SAMPLED_OF_REGION = 20
"""Of how many lines of a region a sample is kept."""


@dataclass(frozen=True)
class Sample:
    """A line that changes: its claim as a case, and which of the claim's lines it is, from 0."""

    claim_id: str
    line: int
    case: Mapping[str, Any]
    at: int
    before: Conclusion
    after: Conclusion
    like: Counted
    """All lines that change in the same way."""


@dataclass
class OfRegion:
    """What is counted of one region; `unsure` are the lines of which it is not known whether they lie in it."""

    counted: Counted = field(default_factory=lambda: Counted.none(AMOUNTS))
    claims: int = 0
    unsure: int = 0
    by: dict[str, dict[str, Counted]] = field(default_factory=lambda: {name: {} for name in DIMENSIONS})
    sampled: list[tuple[pa.RecordBatch, int, int, int]] = field(default_factory=list)
    """Claims with the position of a line in each, and the line's conclusions by number."""

    def add(self, other: OfRegion) -> None:
        """Add what another batch came to."""
        self.counted.add(other.counted)
        self.claims += other.claims
        self.unsure += other.unsure
        for name, words in other.by.items():
            for word, alike in words.items():
                self.by[name].setdefault(word, Counted()).add(alike)
        self.sampled.extend(other.sampled[: SAMPLED_OF_REGION - len(self.sampled)])


@dataclass
class Impact:
    """What changes in a claim file."""

    lines: int = 0
    claims: int = 0
    unreadable_before: int = 0
    unreadable_after: int = 0
    unreadable: int = 0
    """Lines of claims that one side, or both, could not read; they are left out."""
    refused_claims: int = 0
    """Claims of an X12 file that are not whole or not readable; they are left out."""
    envelope_problems: int = 0
    """What is wrong with an X12 file around its transactions: claims may be missing."""
    left: dict[str, int] = field(default_factory=dict)
    """Rows of the file that the mapping leaves out, by its condition."""
    changed: Counted = field(default_factory=lambda: Counted.none(AMOUNTS))
    """Lines that change, with the sums of `AMOUNTS`."""
    resting: Counted = field(default_factory=lambda: Counted.none(AMOUNTS[:1]))
    """Lines whose answer stays and rests on another rule or other clauses."""
    asking: Counted = field(default_factory=lambda: Counted.none(AMOUNTS[:1]))
    """Lines whose answer stays, and that need other facts."""
    pairs: dict[tuple[Conclusion, Conclusion], Counted] = field(default_factory=dict)
    by: dict[str, dict[str, Counted]] = field(default_factory=lambda: {name: {} for name in DIMENSIONS})
    samples: list[Sample] = field(default_factory=list)
    by_region: dict[int, OfRegion] = field(default_factory=dict)
    """Changed lines by region, where these were given; with all others they add up to `changed`."""
    samples_by_region: dict[int, list[Sample]] = field(default_factory=dict)
    seconds: float = 0.0

    def transitions(self, of: Callable[[Conclusion], str]) -> dict[tuple[str, str], Counted]:
        """Changed lines by something of the conclusion before and after."""
        found: dict[tuple[str, str], Counted] = {}
        for (before, after), one in self.pairs.items():
            found.setdefault((of(before), of(after)), Counted()).add(one)
        return found

    def by_clause(self) -> dict[str, tuple[Counted, Counted]]:
        """For each clause the changed lines whose answer rests on it before, and those whose answer does after."""
        found: dict[str, tuple[Counted, Counted]] = {}
        for conclusions, one in self.pairs.items():
            for at, conclusion in enumerate(conclusions):
                for clause in conclusion.clauses.split():
                    found.setdefault(clause, (Counted.none(AMOUNTS), Counted.none(AMOUNTS)))[at].add(one)
        return found
