"""The columns of a compiled table: for what is known of one fact, which rules may accept it and which surely do.

A mask is an integer whose bit i stands for rule i.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any, Protocol

from clausal.facts.knowledge import Knowledge, Listed, Possible, word
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.rules.model import Between, Holds, Test, Within

MOST_KEPT = 100_000
"""How many codes, or lists of codes, a column keeps the masks of once it has worked them out."""
MOST_COMBINED = 6
"""Up to how many kinds of code every combination is tried as a possible list."""


class Column(Protocol):
    """One fact of a compiled table."""

    fact: str

    def masks(self, knowledge: Knowledge | None) -> tuple[int, int]:
        """`(may, must)`: rules that accept some, and all, of the values the fact can still have."""

    def options(self, knowledge: Knowledge | None) -> list[int]:
        """The distinct masks of the values the fact can still have."""

    def sample(self, mask: int) -> str:
        """A value of which just these rules' tests hold, in words."""


def _mask(bits: Iterable[bool]) -> int:
    return sum(1 << index for index, bit in enumerate(bits) if bit)


def _fold(masks: Iterable[int], everything: int) -> tuple[int, int]:
    may, must = 0, everything
    for mask in masks:
        may |= mask
        must &= mask
    return may, must


class NamedColumn:
    """A choice, a flag or a single code: values by name, and one class for all codes that no rule names."""

    def __init__(self, fact: Fact, tests: Sequence[Test | None]) -> None:
        self.fact = fact.name
        self._tests = tests
        self._everything = (1 << len(tests)) - 1
        named: set[Any] = {True, False} if fact.type == "flag" else set(fact.values)
        is_open = not named
        prefixes: set[str] = set()
        for test in tests:
            if isinstance(test, Within):
                named |= test.values.exact
                prefixes |= set(test.values.prefixes)
        self._named: dict[Any, int] = {value: self._of(value) for value in named}
        self._samples: dict[int, Any] = {self._of("any other"): "any other"} if is_open else {}
        self._samples.update((self._of(prefix), prefix) for prefix in prefixes)
        self._samples.update((mask, value) for value, mask in self._named.items())
        self._classes = sorted(self._samples)
        self._unknown = _fold(self._classes, self._everything)

    def _of(self, value: Any) -> int:
        return _mask(test is None or (isinstance(test, Within) and test.accepts(value)) for test in self._tests)

    def mask(self, value: Any) -> int:
        found = self._named.get(value)
        if found is None:
            found = self._of(value)
            if len(self._named) < MOST_KEPT:
                self._named[value] = found
        return found

    def masks(self, knowledge: Knowledge | None) -> tuple[int, int]:
        if knowledge is None:
            return self._unknown
        assert isinstance(knowledge, Possible)
        values = knowledge.values
        if len(values) == 1:
            (value,) = values
            mask = self.mask(value)
            return mask, mask
        return _fold(map(self.mask, values), self._everything)

    def options(self, knowledge: Knowledge | None) -> list[int]:
        if knowledge is None:
            return self._classes
        assert isinstance(knowledge, Possible)
        return sorted({self.mask(value) for value in knowledge.values})

    def sample(self, mask: int) -> str:
        return word(self._samples[mask])


class OrderedColumn:
    """A number or a date: the points that tests name, and the intervals between them."""

    def __init__(self, fact: Fact, tests: Sequence[Test | None]) -> None:
        self.fact = fact.name
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
            else _mask(t is None or (not isinstance(t, Holds) and t.accepts(sample)) for t in tests)
            for sample in samples
        ]
        self._samples = {m: s for m, s in zip(self._masks, samples, strict=True) if m is not None}
        self._classes = sorted(self._samples)
        self._unknown = _fold(self._classes, self._everything)

    def mask(self, value: Any) -> int:
        index = bisect_left(self.points, value)
        exact = index < len(self.points) and self.points[index] == value
        found = self._masks[2 * index + 1 if exact else 2 * index]
        assert found is not None
        return found

    def masks(self, knowledge: Knowledge | None) -> tuple[int, int]:
        if knowledge is None:
            return self._unknown
        assert isinstance(knowledge, Possible)
        return _fold(map(self.mask, knowledge.values), self._everything)

    def options(self, knowledge: Knowledge | None) -> list[int]:
        if knowledge is None:
            return self._classes
        assert isinstance(knowledge, Possible)
        return sorted({self.mask(value) for value in knowledge.values})

    def sample(self, mask: int) -> str:
        return word(self._samples[mask])


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


class ListColumn:
    """A list of codes, tested by membership: which rules each code satisfies or breaks.

    A code that is only a heading (I73.0) may mean any code under it: it satisfies and breaks nothing for certain.
    """

    def __init__(self, fact: Fact, tests: Sequence[Test | None]) -> None:
        self.fact = fact.name
        self._tests = [test if isinstance(test, Holds) else None for test in tests]
        self._everything = (1 << len(tests)) - 1
        self._untested = _mask(test is None for test in self._tests)
        self._needs_any = _mask(t is not None and t.any_of is not None for t in self._tests)
        self._needs_other = _mask(t is not None and t.any_other_than is not None for t in self._tests)
        self._forbids = _mask(t is not None and t.none_of is not None for t in self._tests)
        self._all_of = [(1 << i, t) for i, t in enumerate(self._tests) if t is not None and t.all_of is not None]
        self._has_headings = fact.system == "icd-10-cm"
        self._known: dict[str, tuple[int, int, int]] = {}
        self._headings: dict[str, tuple[str, ...]] = {}
        self._lists_known: dict[tuple[frozenset[str], bool], tuple[int, int]] = {}
        self._options_known: dict[tuple[frozenset[str], bool] | None, list[int]] = {}
        self._samples = self._sample_codes(tuple(fact.values))

    def _code(self, code: str) -> tuple[int, int, int]:
        """Rules whose any_of the code satisfies, whose none_of it breaks, whose any_other_than it satisfies."""
        found = self._known.get(code)
        if found is None:
            tests = self._tests
            hit = _mask(t is not None and t.any_of is not None and code in t.any_of for t in tests)
            broken = _mask(t is not None and t.none_of is not None and code in t.none_of for t in tests)
            other = _mask(
                t is not None and t.any_other_than is not None and code not in t.any_other_than for t in tests
            )
            found = hit, broken, other
            if len(self._known) < MOST_KEPT:
                self._known[code] = found
        return found

    def kind(self, code: str) -> Hashable:
        """What tells codes apart here: lists of codes of the same kinds have the same masks and options."""
        part = tuple(_part_of(test.all_of, code) for _, test in self._all_of)
        return self._code(code), part, self._under(code) if self._has_headings else ()

    def _of(self, codes: frozenset[str]) -> int:
        """The rules that accept just this list."""
        hit = broken = other = 0
        for code in codes:
            one, two, three = self._code(code)
            hit |= one
            broken |= two
            other |= three
        complete = self._everything
        for bit, test in self._all_of:
            if not Holds(all_of=test.all_of).accepts(codes):
                complete &= ~bit
        satisfied = (hit | ~self._needs_any) & (other | ~self._needs_other)
        return satisfied & ~broken & complete & self._everything

    def masks(self, knowledge: Knowledge | None) -> tuple[int, int]:
        if knowledge is None:
            return self._everything, self._untested
        assert isinstance(knowledge, Listed)
        key = knowledge.codes, knowledge.complete
        found = self._lists_known.get(key)
        if found is None:
            found = self._masks(knowledge)
            if len(self._lists_known) < MOST_KEPT:
                self._lists_known[key] = found
        return found

    def _masks(self, knowledge: Listed) -> tuple[int, int]:
        if self._has_headings and (meant := self._meant(knowledge.codes)):
            may, must = _fold(map(self._of, meant), self._everything)
        else:
            may = must = self._of(knowledge.codes)
        if knowledge.complete:
            return may, must
        broken = 0
        for code in knowledge.codes:
            broken |= self._code(code)[1]
        return self._everything & ~broken, must & ~self._forbids

    def _meant(self, codes: frozenset[str]) -> list[frozenset[str]]:
        """The lists that a list with headings in it may mean; none where it has no heading."""
        vague = {code: under for code in codes if (under := self._under(code))}
        if not vague:
            return []
        plain = codes - set(vague)
        some = [plain | {one} for under in vague.values() for one in under]
        return [codes, *some, plain.union(*vague.values())]

    def _under(self, code: str) -> tuple[str, ...]:
        """The values of tested sets that stand under a code; none for a code that is no heading of them."""
        found = self._headings.get(code)
        if found is None:
            sets = [v for t in self._tests if t for v in (t.any_of, t.none_of, t.all_of) if v is not None]
            under = [one for values in sets if values.is_vague(code) for one in _under(values, code)]
            found = tuple(dict.fromkeys(under))
            if len(self._headings) < MOST_KEPT:
                self._headings[code] = found
        return found

    def options(self, knowledge: Knowledge | None) -> list[int]:
        key = (knowledge.codes, knowledge.complete) if isinstance(knowledge, Listed) else None
        found = self._options_known.get(key)
        if found is None:
            found = sorted({self._of(codes) for codes in self._possible(knowledge)})
            if len(self._options_known) < MOST_KEPT:
                self._options_known[key] = found
        return found

    def _possible(self, knowledge: Knowledge | None) -> Iterable[frozenset[str]]:
        """Lists that the fact can still be, at least one for each way the tests can come out."""
        if not isinstance(knowledge, Listed):
            return self._lists(frozenset())
        if knowledge.complete:
            return (self._meant(knowledge.codes) if self._has_headings else []) or [knowledge.codes]
        return self._lists(knowledge.codes)

    def sample(self, mask: int) -> str:
        found = next(codes for codes in self._lists(frozenset()) if self._of(codes) == mask)
        return " with ".join(sorted(found)) or "none of the codes named"

    def _lists(self, base: frozenset[str]) -> Iterable[frozenset[str]]:
        """Lists that hold `base` and more, at least one for each way the tests can come out."""
        kinds = self._samples
        sizes = range(len(kinds) + 1) if len(kinds) <= MOST_COMBINED else (0, 1, 2, len(kinds))
        return (base.union(*chosen) for size in sizes for chosen in combinations(kinds, size))

    def _sample_codes(self, closed: tuple[str, ...]) -> list[frozenset[str]]:
        """One code of each kind that the tests tell apart; each code of an all_of set is a kind of its own."""
        sets = [
            values
            for t in self._tests
            if t
            for values in (t.any_of, t.none_of, t.all_of, t.any_other_than)
            if values is not None
        ]
        codes = closed or tuple(code for values in sets for code in (*map(str, values.exact), *values.prefixes))
        if not closed and self._needs_other:
            codes = (*codes, "any other code")
        by_kind: dict[Any, frozenset[str]] = {}
        for code in codes:
            wanted = any(code in t.all_of for _, t in self._all_of if t.all_of is not None)
            by_kind.setdefault((self._code(code), code if wanted else ""), frozenset([code]))
        return list(by_kind.values())


def _part_of(values: ValueSet | None, code: str) -> Hashable:
    """Which of the values that must all be listed a code makes up for."""
    assert values is not None
    return code if code in values.exact else None, tuple(
        prefix for prefix in values.prefixes if code.startswith(prefix)
    )


def _under(values: ValueSet, code: str) -> list[str]:
    """The values of a set that stand under a heading."""
    return sorted(v for v in (*map(str, values.exact), *values.prefixes) if v.startswith(code))


def column_for(fact: Fact, tests: Sequence[Test | None]) -> Column:
    """The column for a fact, given each rule's test of it (None where a rule does not test it)."""
    kinds: Mapping[str, type[Any]] = {"codes": ListColumn, "number": OrderedColumn, "date": OrderedColumn}
    column: Column = kinds.get(fact.type, NamedColumn)(fact, tests)
    return column
