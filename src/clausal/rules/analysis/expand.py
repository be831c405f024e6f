"""Write out derived facts: a rule that tests one becomes rules that test what it is derived from."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clausal.facts.knowledge import word
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.rules.analysis.diff import Stated, stated
from clausal.rules.analysis.regions import Box, Regions
from clausal.rules.analysis.space import Space, Tests, Values
from clausal.rules.kinds import Cube, Kinds, Side
from clausal.rules.masks import bits
from clausal.rules.model import Between, Holds, Table, Test, Within
from clausal.rules.walk import Outcome, Walk, firsts

_CLOSED = ("choice", "flag")
"""Types of facts of which all values are known: of several that are left, each is followed."""


@dataclass(frozen=True)
class _Derived:
    """Where a derived fact has a value, or one of several: conjunctions of tests, with the clauses they rest on.

    The value of a list is the codes on it; of several values one stays to be told by the fact itself.
    """

    values: frozenset[Any]
    tests: Tests
    cites: tuple[str, ...]


class WritingOut:
    """Writes out derived facts, given the tables that derive each; what it finds of a fact it finds once."""

    def __init__(self, deriving: Mapping[str, Sequence[Table]], facts: Mapping[str, Fact]) -> None:
        self._deriving, self._facts = deriving, facts
        self._found: dict[str, tuple[list[_Derived] | None, set[str]]] = {}

    def expanded(self, rules: Sequence[Stated], wanted: frozenset[str]) -> tuple[list[Stated], set[str], set[str]]:
        """The rules with derived facts written out, the facts for which that was done, and those where it cannot be.

        It can be for lists, and for other facts that have one value in every case; inner derived facts are written out
        too. Raises TooLarge.
        """
        done: set[str] = set()
        left: set[str] = set()
        for fact in sorted(wanted):
            cases, inner_left = self._derived(fact)
            left |= inner_left
            if cases is None or not _is_told(self._facts[fact], cases):
                left.add(fact)
                continue
            rules = [one for rule in rules for one in _written_out(rule, self._facts[fact], cases)]
            done.add(fact)
        return list(rules), done, left

    def can_be(self, space: Space, box: Box, wanted: Iterable[str]) -> bool:
        """Whether a region has a case in which derived facts are what they are derived to be. Raises TooLarge."""
        known = {fact: cases for fact in wanted if (cases := self._derived(fact)[0]) is not None}
        return any(self._has_case(tests, known, list(known)) for tests in _as_tests(space, box))

    def _has_case(self, tests: Tests, known: Mapping[str, Sequence[_Derived]], waiting: Sequence[str]) -> bool:
        if Space(self._facts, [tests]).together(1) is None:
            return False
        if not waiting:
            return True
        fact, *others = waiting
        ways = _ways(tests, self._facts[fact], known[fact])
        return any(self._has_case(one, known, others) for one, _ in ways)

    def _derived(self, fact: str) -> tuple[list[_Derived] | None, set[str]]:
        """The regions in which a fact has its values (None: they cannot be told), and the facts left as they are."""
        if fact not in self._found:
            self._found[fact] = self._regions(fact)
        return self._found[fact]

    def _regions(self, fact: str) -> tuple[list[_Derived] | None, set[str]]:
        tables = self._deriving.get(fact, ())
        of = self._facts[fact]
        if not tables or (of.type not in ("codes", *_CLOSED) and (len(tables) > 1 or tables[0].hit == "collect")):
            return None, set()
        rules: list[Stated] = []
        telling: list[_Telling] = []
        left: set[str] = set()
        for table in tables:
            own, _, left_of_own = self.expanded(stated(table.rules), self._inner(table, fact))
            left |= left_of_own
            telling.append(_Telling(len(rules), len(own), table.hit == "collect"))
            rules.extend(own)
        space = Space(self._facts, [rule.tests for rule in rules])

        def early(alive: int, sure: int) -> tuple[int, Outcome | None]:
            return sum(one.worth(alive, sure) for one in telling), None

        steps = space.steps()
        walk = Walk(steps, lambda alive: _told(of, rules, telling, alive), early)
        regions: Mapping[Any, list[Box]] = Regions(space, steps, walk.root()).of(lambda _: True)
        found: list[_Derived] = []
        for (values, cites), boxes in regions.items():
            if values is None:
                return None, left
            conjunctions = (tests for box in boxes for tests in _as_tests(space, box))
            found.extend(_Derived(values, tests, cites) for tests in conjunctions)
        return found, left

    def _inner(self, table: Table, fact: str) -> frozenset[str]:
        """The facts tested by a table that are derived themselves and not stated."""
        names = {name for rule in table.rules for name in rule.when}
        return frozenset(
            name for name in names if name in self._deriving and self._facts[name].case is None and name != fact
        )


@dataclass(frozen=True)
class _Telling:
    """The rules of one table among those of several: from which on, how many, and whether all that hold count."""

    start: int
    count: int
    collects: bool

    @property
    def mask(self) -> int:
        return ((1 << self.count) - 1) << self.start

    def worth(self, alive: int, sure: int) -> int:
        """Of the rules alive those of the table that are worth following."""
        return alive & self.mask if self.collects else firsts(alive & self.mask, sure & self.mask)

    def holding(self, alive: int) -> list[int]:
        """Of the rules alive at the end those of the table that count."""
        own = alive & self.mask
        return list(bits(own if self.collects else own & -own))


def _told(
    of: Fact, rules: Sequence[Stated], telling: Iterable[_Telling], alive: int
) -> tuple[frozenset[Any] | None, tuple[str, ...]]:
    """The values that tables leave a fact (of a list: the codes on it), and the clauses; None where they tell none."""
    every = frozenset((True, False)) if of.type == "flag" else frozenset(of.values)
    holding = [[rules[at] for at in one.holding(alive)] for one in telling]
    each = [frozenset(value for one in some for value in one.rule.then["value"]) for some in holding]
    cites = tuple(dict.fromkeys(cite for some in holding for one in some for cite in one.cites))
    if of.type == "codes":
        return frozenset().union(*each), cites
    if of.type not in _CLOSED:
        return (each[0] if len(each[0]) == 1 else None), cites
    values = every.intersection(*filter(None, each))
    # Where sources contradict each other the fact counts as unknown.
    return values or every, cites


def _is_told(fact: Fact, cases: Sequence[_Derived]) -> bool:
    """Whether a fact has one value in every case: where it has not, it stays unknown, which no other facts say."""
    return fact.type == "codes" or all(len(case.values) == 1 for case in cases)


def _written_out(rule: Stated, fact: Fact, cases: Sequence[_Derived]) -> Iterable[Stated]:
    """A rule once for each region in which the fact has a value that it accepts."""
    if fact.name not in rule.tests:
        yield rule
        return
    for tests, cites in _ways(rule.tests, fact, cases):
        yield replace(rule, tests=tests, cites=tuple(dict.fromkeys((*rule.cites, *cites))))


def _ways(tests: Tests, fact: Fact, cases: Sequence[_Derived]) -> Iterable[tuple[Tests, tuple[str, ...]]]:
    """Tests once for each region in which a fact has a value that they accept, with the clauses that it rests on."""
    own = tests.get(fact.name, ())
    rest = {name: of_fact for name, of_fact in tests.items() if name != fact.name}
    for case in cases:
        kept = _kept(fact, own, case)
        if kept is not None:
            both = {name: (*rest.get(name, ()), *case.tests.get(name, ())) for name in (*rest, *case.tests)}
            yield ({**both, fact.name: kept} if kept else both), case.cites


def _kept(fact: Fact, tests: Sequence[Test], case: _Derived) -> tuple[Test, ...] | None:
    """What is left to test of a fact where it is derived: of several values one that is accepted; None: no value is."""
    if fact.type == "codes":
        return () if all(_accepts(test, case.values) for test in tests) else None
    values = frozenset(value for value in case.values if all(_accepts(test, value) for test in tests))
    if not values:
        return None
    if len(case.values) == 1:
        return ()
    return (Within(ValueSet(values), written=", ".join(map(word, sorted(values, key=str)))),)


def _accepts(test: Test, value: Any) -> bool:
    return bool(test.accepts(value))


def _as_tests(space: Space, box: Box) -> Iterable[Tests]:
    """A box as conjunctions of tests."""
    options: list[list[tuple[str, tuple[Test, ...]]]] = []
    for part, side in zip(space.parts, box.sides, strict=True):
        if side is not None:
            found = _of_list(part, side) if isinstance(part, Kinds) else _of_values(part, side)
            options.append([(part.fact.name, tests) for tests in found])
    for chosen in itertools.product(*options):
        yield dict(chosen)


def _of_values(part: Values, side: Side) -> Iterable[tuple[Test, ...]]:
    if part.fact.type in ("number", "date"):
        for low, high, low_in, high_in in part.spans(side):
            tests: list[Test] = [Between(low, high, low is not None and not low_in, high is not None and not high_in)]
            yield tuple(tests)
        return
    if part.is_code:
        yield (Within(part.codes_of(side)),)
        return
    inside = part.values(side)[0]
    yield (Within(ValueSet(frozenset(inside)), written=", ".join(map(str, inside))),)


def _of_list(part: Kinds, side: Side) -> Iterable[tuple[Test, ...]]:
    cube: Cube
    for cube in side:
        tests = [Holds(any_of=part.codes_of(kind)) for kind in sorted(cube.has)]
        tests.extend(Holds(none_of=part.codes_of(kind)) for kind in sorted(cube.lacks))
        yield tuple(tests)
