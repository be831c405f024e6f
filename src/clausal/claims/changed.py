"""What changes in a claim file from one reading of policy to another: lines and money, by what changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clausal.columns.conclusion import Conclusion

DIMENSIONS = ("plan", "code", "month")


@dataclass
class Counted:
    """Lines, and in cents what they are charged and paid on both sides; `undecided` lines have no payment on one."""

    lines: int = 0
    charge: int = 0
    paid_before: int = 0
    paid_after: int = 0
    undecided: int = 0

    def add(self, other: Counted) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


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
class Impact:
    """What changes in a claim file."""

    lines: int = 0
    claims: int = 0
    charge: int = 0
    unreadable_before: int = 0
    unreadable_after: int = 0
    unreadable: int = 0
    """Lines of claims that one side, or both, could not read; they are left out."""
    refused_claims: int = 0
    """Claims of an X12 file that are not whole or not readable; they are left out."""
    envelope_problems: int = 0
    """What is wrong with an X12 file around its transactions: claims may be missing."""
    changed: Counted = field(default_factory=Counted)
    resting: Counted = field(default_factory=Counted)
    """Lines whose answer stays and rests on another rule or other clauses."""
    asking: Counted = field(default_factory=Counted)
    """Lines whose answer stays, and that need other facts."""
    pairs: dict[tuple[Conclusion, Conclusion], Counted] = field(default_factory=dict)
    by: dict[str, dict[str, Counted]] = field(default_factory=lambda: {name: {} for name in DIMENSIONS})
    samples: list[Sample] = field(default_factory=list)
    seconds: float = 0.0

    def transitions(self, of: Callable[[Conclusion], str]) -> dict[tuple[str, str], Counted]:
        """Changed lines by something of the conclusion before and after."""
        found: dict[tuple[str, str], Counted] = {}
        for (before, after), counted in self.pairs.items():
            found.setdefault((of(before), of(after)), Counted()).add(counted)
        return found

    def by_clause(self) -> dict[str, tuple[Counted, Counted]]:
        """For each clause the changed lines whose answer rests on it before, and those whose answer does after."""
        found: dict[str, tuple[Counted, Counted]] = {}
        for conclusions, counted in self.pairs.items():
            for at, conclusion in enumerate(conclusions):
                for clause in conclusion.clauses.split():
                    found.setdefault(clause, (Counted(), Counted()))[at].add(counted)
        return found
