"""What is concluded of a line, each distinct conclusion once."""

from __future__ import annotations

from dataclasses import dataclass

ALL = "all"
"""What `needs_are`: with all of them known, the line is decided, whatever they are."""
FIRST = "first"
"""What `needs_are`: their answers can raise other questions."""
WAITS = ("open", "conditional")
"""The statuses of lines that wait for what they need."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What is concluded of a line. `clauses`, `rarc` and `needs` are joined by blanks, and empty where there are none.

    `group_code`, `carc` and `rarc` are X12's codes for the first reason of denial: who bears the amount, why, remarks.
    `needs_are` tells of a line that waits whether all of its needs are known: ALL, or FIRST; it is empty for others.
    """

    status: str
    finding: str | None
    rule: str | None
    clauses: str
    denial: str | None
    denial_kind: str | None
    group_code: str | None
    carc: str | None
    rarc: str
    needs: str
    needs_are: str
    warnings: str
    readings: str
    authorization: str
    """`required`, `not-required`, `open` or `not-said`."""
    decided_by: str | None
    documents: str
    """The documents that are surely to be sent, joined by blanks."""
    approved: str | None


class Conclusions:
    """The distinct conclusions met so far; a line's conclusion is an index of `met`. One thread may add at a time."""

    def __init__(self) -> None:
        self.met: list[Conclusion] = []
        self._index: dict[Conclusion, int] = {}

    def number(self, conclusion: Conclusion) -> int:
        """The index of a conclusion."""
        found = self._index.get(conclusion)
        if found is None:
            self.met.append(conclusion)
            found = self._index[conclusion] = len(self.met) - 1
        return found
