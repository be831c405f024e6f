"""Ranges of a quantity as a document prints them: open and closed bounds, units, gaps and overlaps of two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from clausal.evidence.entry import Figure

UNITS: Mapping[str, tuple[str, Decimal]] = {
    "hours": ("hours", Decimal(1)),
    "days": ("hours", Decimal(24)),
    "weeks": ("hours", Decimal(168)),
    "months": ("months", Decimal(1)),
    "years": ("months", Decimal(12)),
    "mm": ("mm", Decimal(1)),
    "cm": ("mm", Decimal(10)),
    "m": ("mm", Decimal(1000)),
    "mg": ("mg", Decimal(1)),
    "g": ("mg", Decimal(1000)),
    "kg": ("mg", Decimal(1_000_000)),
}
"""Units that can be turned into one another exactly: the one they are counted in, and how many of it they are."""
HOURS_OF_A_MONTH = Decimal("730.5")
ABOUT = Decimal("0.1")
"""How far days and months of one length may lie apart, as a share of it: 12 weeks for 3 months."""


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high` (None: no bound); an open bound is not itself included."""

    low: Figure | None = None
    high: Figure | None = None
    low_open: bool = False
    high_open: bool = False
    unit: str = ""

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        if self.low is not None and self.high is not None:
            if self.low.value == self.high.value and not (self.low_open or self.high_open):
                return f"{self.low}{unit}"
            low = f"above {self.low}" if self.low_open else f"{self.low}"
            return f"{low} {'and below' if self.high_open else 'to'} {self.high}{unit}"
        if self.low is not None:
            return f"{'above' if self.low_open else 'at least'} {self.low}{unit}"
        if self.high is not None:
            return f"{'below' if self.high_open else 'at most'} {self.high}{unit}"
        return "any"


@dataclass(frozen=True, slots=True)
class Edges:
    """A range in the unit that two ranges share, read twice.

    `low` and `high` are its bounds. `starts` and `ends` are those of whole steps of the figures as printed: the first
    value within, and the first one beyond. "50 to 74" ends before 75, whether or not there are values between.
    """

    low: Decimal
    high: Decimal
    low_open: bool
    high_open: bool
    starts: Decimal
    ends: Decimal
    step: Decimal

    @property
    def empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ranges in one unit; `factor` turns it back into the unit of the first, `slack` is what the turning loses."""

    one: Edges
    other: Edges
    factor: Decimal = Decimal(1)
    slack: Decimal = Decimal(0)


def pair(one: Range, other: Range) -> Pair | None:
    """Two ranges in one unit; None if their units cannot be compared. A unit that is left out is that of the other."""
    unit, other_unit = one.unit or other.unit, other.unit or one.unit
    base, factor = UNITS.get(unit, (unit, Decimal(1)))
    other_base, other_factor = UNITS.get(other_unit, (other_unit, Decimal(1)))
    slack = Decimal(0)
    if {base, other_base} == {"hours", "months"}:
        factor, other_factor = (
            f * HOURS_OF_A_MONTH if b == "months" else f for f, b in ((factor, base), (other_factor, other_base))
        )
        bounds = [
            bound.value * f for r, f in ((one, factor), (other, other_factor)) for bound in (r.low, r.high) if bound
        ]
        slack = max((abs(bound) for bound in bounds), default=Decimal(0)) * ABOUT
    elif base != other_base:
        return None
    return Pair(edges(one, factor), edges(other, other_factor), factor, slack)


def edges(one: Range, factor: Decimal = Decimal(1)) -> Edges:
    """The bounds of a range, in a unit of which its own is `factor`."""
    steps = [Decimal(1).scaleb(-bound.decimals) * factor for bound in (one.low, one.high) if bound is not None]
    step = min(steps, default=factor)
    low = one.low.value * factor if one.low else Decimal("-Infinity")
    high = one.high.value * factor if one.high else Decimal("Infinity")
    at_low = Decimal(1).scaleb(-one.low.decimals) * factor if one.low else step
    at_high = Decimal(1).scaleb(-one.high.decimals) * factor if one.high else step
    starts = low + at_low if one.low_open else low
    ends = high if one.high_open else high + at_high
    low_open, high_open = one.low_open and one.low is not None, one.high_open and one.high is not None
    return Edges(low, high, low_open, high_open, starts, ends, step)


def holds(one: Edges, other: Edges) -> bool:
    """Whether a range has all values of another."""
    low = one.low < other.low or (one.low == other.low and (other.low_open or not one.low_open))
    return low and (one.high > other.high or (one.high == other.high and (other.high_open or not one.high_open)))


def gap(before: Range, after: Range) -> str:
    """The values after one range and before another, in the unit of the first; nothing if they meet or overlap.

    There is a gap only if there is one both for whole steps of the printed figures and for values in between.
    """
    both = pair(before, after)
    if both is None or before.high is None or after.low is None:
        return ""
    one, other = both.one, both.other
    apart = other.low - one.high > both.slack
    touching = other.low == one.high and one.high_open and other.low_open and not both.slack
    if not (apart or touching) or one.ends >= other.starts:
        return ""
    return _values(one.ends, other.starts, both)


def overlap(first: Range, second: Range) -> str:
    """The values that two ranges share, where neither has all of the other; read in both ways, as `gap` is."""
    both = pair(first, second)
    if both is None or holds(both.one, both.other) or holds(both.other, both.one):
        return ""
    one, other = both.one, both.other
    low, low_open = max((one.low, one.low_open), (other.low, other.low_open))
    high, closed = min((one.high, not one.high_open), (other.high, not other.high_open))
    starts, ends = max(one.starts, other.starts), min(one.ends, other.ends)
    touching = high == low and closed and not low_open and not both.slack
    if not (high > low + both.slack or touching) or ends <= starts:
        return ""
    return _values(starts, ends, both)


def differ(one: Range, other: Range) -> bool:
    """Whether two statements of one range differ in a bound that both give, by whole steps and in between."""
    both = pair(one, other)
    if both is None:
        return False
    a, b = both.one, both.other
    low = (a.low, a.low_open) != (b.low, b.low_open) and a.starts != b.starts and abs(a.low - b.low) >= both.slack
    high = (a.high, a.high_open) != (b.high, b.high_open) and a.ends != b.ends and abs(a.high - b.high) >= both.slack
    return bool((one.low and other.low and low) or (one.high and other.high and high))


def _values(first: Decimal, beyond: Decimal, both: Pair) -> str:
    """`75`, or `75 to 79`: from a value to the step before another."""
    step = min(both.one.step, both.other.step)
    last = beyond - step
    shown = [_plain(value / both.factor) for value in (first, last)]
    return shown[0] if last <= first else f"{shown[0]} to {shown[1]}"


def _plain(value: Decimal) -> str:
    return f"{round(value, 4).normalize():f}"
