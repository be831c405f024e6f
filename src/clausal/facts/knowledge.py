"""What is known of a fact in a case: the set of values it can still have, and where that comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

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
class Listed:
    """A set of codes that the case lists; only where `complete` can a code be known to be absent."""

    codes: frozenset[str]
    complete: bool
    origin: Origin


Knowledge: TypeAlias = Possible | Listed
State: TypeAlias = Mapping[str, Knowledge]
"""What is known of each fact; a fact that is not in it is unknown."""


def known(value: Value, origin: str = "case") -> Possible:
    return Possible(frozenset([value]), Origin(origin))


def only(state: State, fact: str) -> Value | None:
    """The value of a fact, where just one is left."""
    found = state.get(fact)
    return found.only() if isinstance(found, Possible) else None


def describe(knowledge: Knowledge | None) -> str:
    """In words: `unknown`, `radiofrequency or chemical`, `M17.11, E11.42`."""
    if knowledge is None:
        return "unknown"
    if isinstance(knowledge, Listed):
        listed = ", ".join(sorted(knowledge.codes)) or "none"
        return listed if knowledge.complete else f"{listed} (there may be more)"
    return " or ".join(sorted(word(v) for v in knowledge.values))


def word(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, dt.date) else str(value)
