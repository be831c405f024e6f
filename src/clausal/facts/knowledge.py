"""What is known of a fact in a case: the values it can still have, and where that comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

Number: TypeAlias = int | Decimal
Point: TypeAlias = Number | dt.date
"""A value of a fact whose values have an order."""
Value: TypeAlias = str | bool | int | Decimal | dt.date


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a piece of knowledge comes from: a field of the case, or a rule that inferred it."""

    text: str
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Possible:
    """A fact that has one of these values; one value means the fact is known."""

    values: frozenset[Value]
    origin: Origin

    def only(self) -> Value | None:
        """The value, where just one is left."""
        return next(iter(self.values)) if len(self.values) == 1 else None


@dataclass(frozen=True, slots=True)
class Range:
    """A number or a date that lies between two bounds, both included; None is no bound, and one is given at least."""

    low: Point | None
    high: Point | None
    origin: Origin

    def holds(self, value: Point) -> bool:
        """Whether the fact can have a value."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class Listed:
    """A set of codes that the case lists; only where `complete` can a code be known to be absent."""

    codes: frozenset[str]
    complete: bool
    origin: Origin


Knowledge: TypeAlias = Possible | Range | Listed
State: TypeAlias = Mapping[str, Knowledge]
"""What is known of each fact; a fact that is not in it is unknown."""


def known(value: Value, origin: str = "case") -> Possible:
    return Possible(frozenset([value]), Origin(origin))


def between(low: Point | None, high: Point | None, origin: Origin) -> Possible | Range | None:
    """What is known of a fact that lies between two bounds: its value where they are one, nothing without bounds."""
    if low is None and high is None:
        return None
    return Possible(frozenset([low]), origin) if low is not None and low == high else Range(low, high, origin)


def only(state: State, fact: str) -> Value | None:
    """The value of a fact, where just one is left."""
    found = state.get(fact)
    return found.only() if isinstance(found, Possible) else None


def ends(knowledge: Knowledge | None) -> tuple[Point | None, Point | None]:
    """The least and the greatest number or date that a fact can have; None where there is no bound."""
    if isinstance(knowledge, Range):
        return knowledge.low, knowledge.high
    if isinstance(knowledge, Possible):
        return min(knowledge.values), max(knowledge.values)  # type: ignore[return-value]
    return None, None


def values_of(knowledge: Knowledge) -> Hashable:
    """What is known, without where it comes from."""
    if isinstance(knowledge, Possible):
        return knowledge.values
    return (knowledge.low, knowledge.high) if isinstance(knowledge, Range) else (knowledge.codes, knowledge.complete)


def meet(one: Possible | Range, other: Possible | Range) -> Possible | Range | None:
    """What is left of a fact of which two things are known; None where nothing is.

    The origin is that of the one that leaves no more than the other, and else of both.
    """
    if isinstance(one, Range) and isinstance(other, Range):
        lows = [end for end in (one.low, other.low) if end is not None]
        highs = [end for end in (one.high, other.high) if end is not None]
        low, high = max(lows, default=None), min(highs, default=None)
        if low is not None and high is not None and low > high:  # type: ignore[operator]
            return None
        origin = _origin((low, high), (one.low, one.high), (other.low, other.high), one.origin, other.origin)
        return between(low, high, origin)
    first, second = (one, other) if isinstance(one, Possible) else (other, one)
    assert isinstance(first, Possible)
    if isinstance(second, Range):
        values = frozenset(value for value in first.values if second.holds(value))  # type: ignore[arg-type]
        return (
            first if values == first.values else Possible(values, both(first.origin, second.origin)) if values else None
        )
    assert isinstance(second, Possible)
    values = first.values & second.values
    if not values:
        return None
    origin = _origin(values, one.values, other.values, one.origin, other.origin)  # type: ignore[union-attr]
    return Possible(values, origin)


def _origin(left: object, one: object, other: object, of_one: Origin, of_other: Origin) -> Origin:
    return of_one if left == one else of_other if left == other else both(of_one, of_other)


def both(one: Origin, other: Origin) -> Origin:
    """Where knowledge comes from that neither of two sources gives alone."""
    if one == other:
        return one
    return Origin(f"{one.text}, {other.text}", tuple(dict.fromkeys((*one.clauses, *other.clauses))))


def describe(knowledge: Knowledge | None) -> str:
    """In words: `unknown`, `radiofrequency or chemical`, `3 or more`, `M17.11, E11.42`."""
    if knowledge is None:
        return "unknown"
    if isinstance(knowledge, Listed):
        listed = ", ".join(sorted(knowledge.codes)) or "none"
        return listed if knowledge.complete else f"{listed} (there may be more)"
    if isinstance(knowledge, Range):
        return span(knowledge.low, knowledge.high)
    return " or ".join(sorted(word(v) for v in knowledge.values))


def span(low: Point | None, high: Point | None) -> str:
    """Two bounds in words, both included: `3 to 5`, `3 or more`, `2024-05-01 or before`."""
    if low is not None and high is not None:
        return f"{word(low)} to {word(high)}"
    is_date = isinstance(low if low is not None else high, dt.date)
    if low is not None:
        return f"{word(low)} or {'after' if is_date else 'more'}"
    return f"{word(high)} or {'before' if is_date else 'less'}"  # type: ignore[arg-type]


def word(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, dt.date) else str(value)
