"""How amounts of money are told: dollars, a dash where there is none, and of a sum how many lines it is of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

DASH = "-"
"""Stands where there is no amount (no published fee, not decided, not charged), which is never 0.00."""


def told(amount: str | None) -> str:
    """Dollars as decimal text, or a dash."""
    return DASH if amount is None else amount


@dataclass
class Sum:
    """A sum of amounts in cents, and how many lines it is of: those without an amount add nothing and do not count."""

    cents: int = 0
    lines: int = 0

    @classmethod
    def of(cls, amounts: Iterable[str | None]) -> Sum:
        """The sum of dollars as decimal text with two places, of lines of which some have none."""
        cents = [int(amount.replace(".", "")) for amount in amounts if amount is not None]
        return cls(sum(cents), len(cents))

    def add(self, other: Sum) -> None:
        self.cents += other.cents
        self.lines += other.lines

    @property
    def known(self) -> int | None:
        """The cents; None where no line has an amount."""
        return self.cents if self.lines else None

    def dollars(self, *, sign: bool = False, places: int = 2, grouped: bool = True) -> str:
        """The sum in dollars, thousands apart by commas; a dash where no line has an amount."""
        if not self.lines:
            return DASH
        return f"{self.cents / 100:{'+' if sign else ''}{',' if grouped else ''}.{places}f}"

    def share(self, lines: int) -> str:
        """Of how many of some lines the sum is, as in `3 of 5 lines`; empty where it is of all, or of none."""
        return f"{self.lines:,} of {lines:,} lines" if 0 < self.lines < lines else ""

    def told(self, lines: int, *, sign: bool = False) -> str:
        """The sum in dollars, and of how many of the lines it is where not of all: `248.32 (3 of 5 lines)`."""
        share = self.share(lines)
        return f"{self.dollars(sign=sign)} ({share})" if share else self.dollars(sign=sign)
