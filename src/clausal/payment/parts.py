"""How the amount of a line is put together: so many units at so much each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clausal.payment.money import dollars
from clausal.schedules.lines import Ints


@dataclass(frozen=True)
class Part:
    """Of each of some lines so many units, each worth so many cents, and what that is in words (empty: in full)."""

    label: str
    count: Ints
    worth: Ints


@dataclass(frozen=True)
class Parts:
    """The parts of the amounts of some lines; a line stands in one such value at most."""

    line: Ints
    of: tuple[Part, ...]

    def total(self) -> Ints:
        """The amount of each of the lines, in cents."""
        return sum((part.count * part.worth for part in self.of), start=np.zeros(len(self.line), dtype=np.int64))


def in_words(several: Sequence[Parts], line: int) -> str:
    """The sum for one line, as `1 x 248.32 + 2 x 124.16 (50 percent)`; empty where it is one unit in full, or none."""
    for parts in several:
        at = np.flatnonzero(parts.line == line)
        if len(at):
            return _sum(parts, int(at[0]))
    return ""


def _sum(parts: Parts, at: int) -> str:
    terms = [(part.label, int(part.count[at]), int(part.worth[at])) for part in parts.of if part.count[at]]
    if not terms or (len(terms) == 1 and terms[0][:2] == ("", 1)):
        return ""
    return " + ".join(f"{count} x {dollars(worth)}" + (f" ({label})" if label else "") for label, count, worth in terms)
