"""Why lines and claims were not read, counted by reason: what is wrong without the row's own value, and one place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clausal.exchange.x12.problem import ClaimProblem

MOST_REASONS = 100
"""How many reasons are told apart; what comes after them is counted as OTHER."""
OTHER = "other reasons"
LONGEST = 120
"""Letters of a reason."""
OWN = "…"
"""Stands where a row has its own value."""
_QUOTED = re.compile(r"'.*?'(?=[\s;,:.?)]|\Z)", re.DOTALL)
_TEXT_OF_ROW = re.compile(r"((?:columns|JSON)): .*", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w.,-])(?<!at most )(?<!more than )(?<!frequency )-?\d[\d.,]*(?![\w-])")
_EXAMPLE = re.compile(r"(?= (?:such )?as (?:in )?)")


@dataclass
class Reason:
    """How often a reason was met, and where first."""

    count: int
    example: str


class Reasons:
    """Reasons with their counts, bounded in number: MOST_REASONS, and all others as one."""

    def __init__(self, found: Mapping[str, Reason] | None = None) -> None:
        self._found = dict(found or {})

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[tuple[str, Reason]]:
        """The reasons, the most frequent first."""
        yield from sorted(self._found.items(), key=lambda one: (one[0] == OTHER, -one[1].count, one[0]))

    def add(self, reason: str, count: int, example: str) -> None:
        """Count a reason; of its examples the first is kept."""
        if reason not in self._found and len(self._found) >= MOST_REASONS:
            reason = OTHER
        self._found.setdefault(reason, Reason(0, example)).count += count

    def join(self, other: Reasons) -> None:
        """Add the counts of others, which were met later."""
        for reason, one in other._found.items():
            self.add(reason, one.count, one.example)

    def as_json(self) -> list[dict[str, Any]]:
        """Plain data, the most frequent first."""
        return [{"reason": reason, "count": one.count, "example": one.example} for reason, one in self]

    @classmethod
    def of_json(cls, data: list[dict[str, Any]]) -> Reasons:
        return cls({one["reason"]: Reason(one["count"], one["example"]) for one in data})


def reason_of(problem: str) -> str:
    """A problem without what is the row's own: values in quotes, numbers, text of the row, and the hint."""
    text = _TEXT_OF_ROW.sub(r"\1", _QUOTED.sub(OWN, problem)).partition(";")[0]
    said, *example = _EXAMPLE.split(text, maxsplit=1)
    return "".join([_NUMBER.sub(OWN, said), *example]).strip()[:LONGEST]


def refusal_of(problem: ClaimProblem) -> str:
    """The same of a problem of an X12 file, with the element, or the segment, that it is about."""
    element = f"{problem.tag}{problem.element:02}" if problem.tag and problem.element else problem.tag
    said = reason_of(problem.message)
    return f"{element}: {said}" if element else said
