"""Which whole numbers can stand behind a percentage."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from clausal.evidence.model import Figure

FEWER = 5
"""By how many a base may be too large for a hint that somebody may be missing."""


def rounds_to(count: int, of: int, percent: Figure) -> bool:
    """Whether `count` of `of`, as a percentage, is printed so: halves rounded up or to even."""
    exact = Decimal(count) * 100 / of
    unit = Decimal(1).scaleb(-percent.decimals)
    return any(exact.quantize(unit, rounding) == percent.value for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN))


def cut_off_to(count: int, of: int, percent: Figure) -> bool:
    """Whether it is printed so with its further decimals cut off."""
    exact = Decimal(count) * 100 / of
    unit = Decimal(1).scaleb(-percent.decimals)
    return exact.quantize(unit, ROUND_DOWN) == percent.value and percent.decimals > 0


def counts_for(percent: Figure, of: int) -> list[int]:
    """The counts that a percentage of so many can stand for; none if it is impossible."""
    if of <= 0:
        return []
    middle = int(percent.value * of / 100)
    return [count for count in range(max(0, middle - 1), min(of, middle + 2) + 1) if rounds_to(count, of, percent)]


def nearest(percent: Figure, of: int) -> str:
    """The counts on both sides, as percentages: `16 would be 61.5, 17 would be 65.4`."""
    middle = int(percent.value * of / 100)
    shown = [count for count in (middle, middle + 1) if 0 <= count <= of]
    return ", ".join(f"{count} would be {Decimal(count) * 100 / of:.{max(percent.decimals, 1)}f}" for count in shown)


def smaller_base(percent: Figure, of: int) -> tuple[int, int] | None:
    """The next smaller base, with a count, that the percentage would fit."""
    for base in range(of - 1, max(of - 1 - FEWER, 0), -1):
        if fitting := counts_for(percent, base):
            return fitting[0], base
    return None
