"""Facts that are computed from others, by a short closed list of functions.

Each is monotone in each of its arguments: of arguments that are narrowed only, the ends of the result are known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from clausal.facts.knowledge import Knowledge, Origin, Possible, Range, State, between, ends
from clausal.facts.periods import PERIODS

Bound: TypeAlias = int | Decimal | dt.date
Bounds: TypeAlias = tuple[Any, Any]
"""The least and the greatest value; None where there is no bound."""

COUNT, MINUS, PERCENT_LESS = "count", "minus", "percent_less"
FUNCTIONS = (*PERIODS, MINUS, PERCENT_LESS, COUNT)


@dataclass(frozen=True, slots=True)
class Computed:
    """A function of other facts: `count` of flags, how many of them are so; every other one of two facts.

    A period runs from the first day to the second; `minus` is the first number less the second, and `percent_less` how
    many percent the second is less than the first.
    """

    function: str
    of: tuple[str, ...]

    def __str__(self) -> str:
        """In words: `full years from date of birth to service date`."""
        names = [name.replace("_", " ") for name in self.of]
        if self.function in PERIODS:
            return f"{self.function.replace('_', ' ')} from {names[0]} to {names[1]}"
        if self.function == MINUS:
            return f"{names[0]} less {names[1]}"
        if self.function == PERCENT_LESS:
            return f"percent by which {names[1]} is less than {names[0]}"
        return f"how many of {', '.join(names)}"


def compute(computed: Computed, state: State, within: Mapping[str, Bounds]) -> Possible | Range | None:
    """What is known of a computed fact. `within` are the bounds of each fact, that it has whatever is known of it."""
    sources = [state.get(name) for name in computed.of]
    origin = Origin(str(computed), _clauses(sources))
    if computed.function == COUNT:
        return between(*counted(sources), origin)
    first, second = (_narrowed(ends(one), within[name]) for name, one in zip(computed.of, sources, strict=True))
    low, high = span_of(computed.function, first, second)
    return between(low, high, origin)


def counted(flags: Sequence[Knowledge | None]) -> tuple[int, int]:
    """How many flags are surely so, and how many may be."""
    may = [flag is None or (isinstance(flag, Possible) and True in flag.values) for flag in flags]
    sure = [isinstance(flag, Possible) and flag.only() is True for flag in flags]
    return sum(sure), sum(may)


def span_of(function: str, first: Bounds, second: Bounds) -> Bounds:
    """The ends of a function of two facts, given theirs."""
    if function in PERIODS:
        period: Callable[[Any, Any], int] = PERIODS[function]
        return _of(period, first[1], second[0]), _of(period, first[0], second[1])
    if function == MINUS:
        return _of(_minus, first[0], second[1]), _of(_minus, first[1], second[0])
    return _percents(first, second)


def _minus(one: Any, other: Any) -> Any:
    return one - other


def percent_less(more: Decimal | int, less: Decimal | int) -> Decimal | int:
    """How many percent one number is less than another; 0 of nothing, which cannot grow less."""
    if more <= 0:
        return 0
    percent = Decimal(100) * (Decimal(more) - Decimal(less)) / Decimal(more)
    return int(percent) if percent == percent.to_integral_value() else percent


def _percents(first: Bounds, second: Bounds) -> Bounds:
    """The ends of `percent_less` of two facts, neither of which is less than nothing."""
    (least, most), (low, high) = first, second
    if least is not None and least > 0:
        lowest, of_nothing = _of(percent_less, least, high), []
    else:
        lowest, of_nothing = (0 if most == 0 else None), [0]
    highest = 100 if most is None else percent_less(most, low)
    return lowest, max([highest, *of_nothing])


def _of(function: Callable[[Any, Any], Any], one: Any, other: Any) -> Any:
    return None if one is None or other is None else function(one, other)


def _narrowed(found: Bounds, within: Bounds) -> Bounds:
    low, high = found
    return within[0] if low is None else low, within[1] if high is None else high


def _clauses(sources: Sequence[Knowledge | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clause for one in sources if one for clause in one.origin.clauses))
