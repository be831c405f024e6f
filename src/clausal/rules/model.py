"""Decision tables as values: tests, rules, tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from clausal.facts.knowledge import Value, word
from clausal.facts.value_set import ValueSet
from clausal.problems import Place

HitPolicy = Literal["first", "unique", "collect"]
Form = Literal["test", "all", "any", "at_least"]
"""How a criterion is made: a test of facts, or criteria of which all, any, or at least some number are met."""
HIT_POLICIES = ("first", "unique", "collect")
SERVICE_DATE = "service_date"
"""The fact that dates of force are tested against."""


@dataclass(frozen=True, slots=True)
class Within:
    """The value is in the set (or, negated, is not)."""

    values: ValueSet
    negated: bool = False
    written: str = ""

    def accepts(self, value: Value) -> bool:
        return (value in self.values) != self.negated

    def __str__(self) -> str:
        text = self.written or ", ".join(self.values.entries())
        return f"not {text}" if self.negated else text


@dataclass(frozen=True, slots=True)
class Between:
    """The number or date lies between two bounds, both included unless `above` or `below`; None is no bound."""

    low: Any = None
    high: Any = None
    above: bool = False
    """The value is above the low bound, not at it."""
    below: bool = False
    """The value is below the high bound, not at it."""

    def accepts(self, value: Any) -> bool:
        if self.low is not None and (value <= self.low if self.above else value < self.low):
            return False
        return self.high is None or (value < self.high if self.below else value <= self.high)

    def __str__(self) -> str:
        if self.above or self.below:
            low = "" if self.low is None else f"above {word(self.low)}" if self.above else f"{word(self.low)} or more"
            high = "" if self.high is None else f"{'below ' if self.below else 'up to '}{word(self.high)}"
            return " and ".join(part for part in (low, high) if part)
        if self.low is not None and self.high is not None:
            return f"{word(self.low)} to {word(self.high)}"
        return f"{word(self.low)} or more" if self.low is not None else f"{word(self.high)} or less"


@dataclass(frozen=True, slots=True)
class Holds:
    """A list of codes holds any of a set, all of it, none of it, a code outside it, a code of each of several sets.

    Each that is given must be true. That at least n of m sets are met is a code of each union of m - n + 1 of them.
    """

    any_of: ValueSet | None = None
    all_of: ValueSet | None = None
    none_of: ValueSet | None = None
    any_other_than: ValueSet | None = None
    written: str = ""
    each_of: tuple[ValueSet, ...] = ()

    def accepts(self, codes: frozenset[str]) -> bool:
        """Read a complete list of codes."""
        if self.any_of is not None and not any(code in self.any_of for code in codes):
            return False
        if self.none_of is not None and any(code in self.none_of for code in codes):
            return False
        if self.any_other_than is not None and all(code in self.any_other_than for code in codes):
            return False
        if not all(any(code in values for code in codes) for values in self.each_of):
            return False
        return self.all_of is None or all(any(code in part for code in codes) for part in self.all_of.parts())

    def __str__(self) -> str:
        return self.written


Test: TypeAlias = Within | Between | Holds


@dataclass(frozen=True, slots=True)
class Force:
    """From and to which date of service a rule is in force, both included."""

    start: dt.date | None = None
    end: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a rule reads into a document that does not say it in so many words, and the clauses that support that."""

    says: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A dated, cited rule: a conjunction of tests, one per fact, and a conclusion."""

    name: str
    when: Mapping[str, Test]
    then: Mapping[str, Any]
    cites: tuple[str, ...]
    force: Force
    place: Place
    about: str = ""
    reading: Interpretation | None = None
    """Where the rule is our reading of the document: told with every answer that rests on it."""


@dataclass(frozen=True)
class Criterion:
    """A criterion of a table of criteria: the flag that tells whether it is met, and the criteria that it is made of.

    `form` is `test`, or of how many of the criteria `of` it is made: `all`, `any`, or `at_least`, then `number`.
    """

    name: str
    fact: str
    form: Form
    cites: tuple[str, ...]
    about: str = ""
    of: tuple[Criterion, ...] = ()
    number: int = 0

    @property
    def own(self) -> tuple[str, ...]:
        """The clauses that it rests on itself: none, where it has them from the criteria that it is made of."""
        inner = dict.fromkeys(cite for one in self.of for cite in one.cites)
        return () if self.cites == tuple(inner) else self.cites

    @property
    def surely(self) -> tuple[str, ...]:
        """The clauses that it rests on wherever it is met: its own, and those of criteria that then have to be met."""
        inner = (cite for one in self.of for cite in one.surely) if self.form == "all" else ()
        return tuple(dict.fromkeys((*self.own, *inner)))


@dataclass(frozen=True)
class Table:
    """An ordered list of rules.

    `answers` says what the table is for (`fact`, `authority`, ...) and for which name of that kind.
    """

    name: str
    pack: str
    hit: HitPolicy
    answers: tuple[str, str]
    rules: tuple[Rule, ...]
    place: Place
    about: str = ""
    complete: bool = False
    """Whether the table says of itself that it speaks of every case."""
    each_fits: bool = False
    """Whether each rule that holds must leave something of what is known of the fact, not only all together."""
    criteria: tuple[Criterion, ...] = ()
    """The criteria that the table is made of, if it is one of criteria."""

    @property
    def id(self) -> str:
        return f"{self.pack}/{self.name}"
