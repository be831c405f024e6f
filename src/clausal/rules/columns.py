"""The columns of a compiled table: for what is known of one fact, which rules may accept it and which surely do.

A mask is an integer whose bit i stands for rule i.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from clausal.facts.knowledge import Knowledge, Possible, Range
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import DIAGNOSIS, Fact
from clausal.rules.codes import REST, Signatures
from clausal.rules.lists import MOST_KEPT, ListColumn
from clausal.rules.masks import mask_of
from clausal.rules.model import Between, Holds, Test, Within
from clausal.rules.options import Classes, Options


class Column(Protocol):
    """One fact of a compiled table."""

    fact: str

    def masks(self, knowledge: Knowledge | None) -> tuple[int, int]:
        """`(may, must)`: rules that accept some, and all, of the values the fact can still have."""

    def options(self, knowledge: Knowledge | None) -> Options:
        """What the fact can still be, as far as the rules that may accept it tell."""


def _fold(masks: Iterable[int], everything: int) -> tuple[int, int]:
    may, must = 0, everything
    for mask in masks:
        may |= mask
        must &= mask
    return may, must


def _classes(masks: Iterable[int]) -> Classes:
    return Classes(tuple(sorted(set(masks))))


MOST_READ = 2_000
"""Of how many sets of values a column keeps what it has read."""
_NONE = ValueSet(frozenset())


class _ValueColumn:
    """A fact with single values, each of which some rules accept."""

    _everything: int
    _any: Classes
    """What the fact can be while nothing is known of it."""
    _unknown: tuple[int, int]

    def __init__(self, fact: Fact) -> None:
        self.fact = fact.name
        self._read: dict[frozenset[Any], tuple[int, int]] = {}

    def masks(self, knowledge: Knowledge | None) -> tuple[int, int]:
        if knowledge is None:
            return self._unknown
        if isinstance(knowledge, Possible):
            found = self._read.get(knowledge.values)
            if found is not None:
                return found
        found = _fold(self._met(knowledge), self._everything)
        if isinstance(knowledge, Possible) and len(self._read) < MOST_READ:
            self._read[knowledge.values] = found
        return found

    def options(self, knowledge: Knowledge | None) -> Classes:
        return self._any if knowledge is None else _classes(self._met(knowledge))

    def _met(self, knowledge: Knowledge) -> Iterable[int]:
        """The masks of the values that the fact can have."""
        raise NotImplementedError


class NamedColumn(_ValueColumn):
    """A choice, a flag or a single code: values by name, and one class for all codes that no rule names."""

    def __init__(self, fact: Fact, tests: Sequence[Test | None]) -> None:
        super().__init__(fact)
        self._untested = mask_of(test is None for test in tests)
        self._negated = mask_of(isinstance(test, Within) and test.negated for test in tests)
        self.sets = [test.values if isinstance(test, Within) else _NONE for test in tests]
        """The values that each rule names, be it to leave them out."""
        self._signatures = Signatures(self.sets)
        self._everything = (1 << len(tests)) - 1
        named: set[Any] = {True, False} if fact.type == "flag" else set(fact.values)
        is_open = not named
        prefixes: set[str] = set()
        for test in tests:
            if isinstance(test, Within):
                mentioned = test.values.mentioned()
                named |= mentioned.exact
                prefixes |= set(mentioned.prefixes)
        self._named: dict[Any, int] = {value: self._of(value) for value in named}
        unnamed = [self._of(REST)] if is_open else []
        unnamed.extend(self._of(prefix + REST) for prefix in prefixes)
        self._any = _classes([*unnamed, *self._named.values()])
        self._unknown = _fold(self._any.masks, self._everything)
        self._has_headings = is_open and fact.system == DIAGNOSIS
        self._texts = sorted({*map(str, named), *(prefix + REST for prefix in prefixes)}) if self._has_headings else []

    def _of(self, value: Any) -> int:
        return self._untested | self._signatures.of(value) ^ self._negated

    def mask(self, value: Any) -> int:
        found = self._named.get(value)
        if found is None:
            found = self._of(value)
            if len(self._named) < MOST_KEPT:
                self._named[value] = found
        return found

    def _met(self, knowledge: Knowledge) -> Iterable[int]:
        assert isinstance(knowledge, Possible)
        if self._has_headings:
            return (mask for value in knowledge.values for mask in self._meant(str(value)))
        return map(self.mask, knowledge.values)

    def _meant(self, code: str) -> Iterable[int]:
        """The masks of the codes that a diagnosis may mean."""
        meant = self._signatures.meant(code, self._texts)
        return [self._untested | one ^ self._negated for one in meant] if meant else [self.mask(code)]


class OrderedColumn(_ValueColumn):
    """A number or a date: the points that tests name, and the intervals between them."""

    def __init__(self, fact: Fact, tests: Sequence[Test | None]) -> None:
        super().__init__(fact)
        self._everything = (1 << len(tests)) - 1
        points: set[Any] = set()
        for test in tests:
            if isinstance(test, Within):
                points |= test.values.exact
            elif isinstance(test, Between):
                points |= {bound for bound in (test.low, test.high) if bound is not None}
        self.points: list[Any] = sorted(points)
        samples = _samples(self.points, fact)
        self._masks = [
            None
            if sample is None
            else mask_of(t is None or (not isinstance(t, Holds) and t.accepts(sample)) for t in tests)
            for sample in samples
        ]
        self._any = _classes(mask for mask in self._masks if mask is not None)
        self._unknown = _fold(self._any.masks, self._everything)

    def place(self, value: Any) -> int:
        """The number of the class of a value; classes are numbered in order."""
        index = bisect_left(self.points, value)
        return 2 * index + (index < len(self.points) and self.points[index] == value)

    def mask(self, value: Any) -> int:
        found = self._masks[self.place(value)]
        assert found is not None
        return found

    def _met(self, knowledge: Knowledge) -> Iterable[int]:
        """Of a range the masks of all classes from the one end's to the other's."""
        if isinstance(knowledge, Range):
            low = 0 if knowledge.low is None else self.place(knowledge.low)
            high = len(self._masks) - 1 if knowledge.high is None else self.place(knowledge.high)
            return (mask for mask in self._masks[low : high + 1] if mask is not None)
        assert isinstance(knowledge, Possible)
        return map(self.mask, knowledge.values)


def _samples(points: Sequence[Any], fact: Fact) -> list[Any]:
    """A value for each class: below the first point, that point, between it and the next, ...; None: no value there."""
    if fact.type == "date":
        step: Any = dt.timedelta(days=1)
    else:
        step = 1 if fact.whole else Decimal("0.000001")
    if not points:
        return [fact.at_least or 0] if fact.type == "number" else [dt.date(2000, 1, 1)]
    samples: list[Any] = [_beside(points[0], -step, fact)]
    for index, point in enumerate(points):
        samples.append(_inside(point, fact))
        after = _beside(point, step, fact)
        is_last = index + 1 == len(points)
        samples.append(after if is_last or (after is not None and after < points[index + 1]) else None)
    return samples


def _beside(point: Any, step: Any, fact: Fact) -> Any:
    """The value beside a point; None where there is none."""
    try:
        return _inside(point + step, fact)
    except OverflowError:
        return None


def _inside(value: Any, fact: Fact) -> Any:
    """The value, or None where the fact's bounds rule it out."""
    low, high = fact.at_least, fact.at_most
    return None if (low is not None and value < low) or (high is not None and value > high) else value


def column_for(fact: Fact, tests: Sequence[Test | None]) -> Column:
    """The column for a fact, given each rule's test of it (None where a rule does not test it)."""
    kinds: Mapping[str, type[Any]] = {"codes": ListColumn, "number": OrderedColumn, "date": OrderedColumn}
    column: Column = kinds.get(fact.type, NamedColumn)(fact, tests)
    return column
