"""What every entry of an evidence file is made of: its place, the clauses it comes from, and numbers as printed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from clausal.problems import Place


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is printed: its value, and how many decimals are given."""

    value: Decimal
    decimals: int

    @property
    def half(self) -> Decimal:
        """Half a unit of the last decimal: how far the exact value can lie from it."""
        return Decimal(1).scaleb(-self.decimals) / 2

    @property
    def low(self) -> Decimal:
        return self.value - self.half

    @property
    def high(self) -> Decimal:
        return self.value + self.half

    def __str__(self) -> str:
        return f"{self.value:.{self.decimals}f}"


@dataclass(frozen=True)
class Entry:
    """An entry of an evidence file: where it stands, and the clauses that it comes from."""

    place: Place
    cites: tuple[str, ...] = ()
