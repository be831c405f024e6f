"""Kinds of code: a list of codes is cut into kinds that no rule tells apart, each of which it holds or lacks.

A test of a list is a conjunction of clauses, "holds a code of one of these kinds", and of kinds that it forbids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.rules.codes import CodeName, Signatures, named, way_of
from clausal.rules.masks import bits
from clausal.rules.model import Holds, Test


@dataclass(frozen=True, slots=True)
class Cube:
    """Lists of codes that hold a code of each of some kinds and none of others, by the kinds' numbers."""

    has: frozenset[int] = frozenset()
    lacks: frozenset[int] = frozenset()

    def __and__(self, other: Cube) -> Cube:
        return Cube(self.has | other.has, self.lacks | other.lacks)


Side: TypeAlias = frozenset[Any]
"""What a region asks of one fact: one of some classes (whole numbers), or a list in one of some `Cube`s."""


class Kinds:
    """A list of codes: `kinds[i]` names the codes of one kind. Sets of kinds and of clauses are masks.

    Clauses are numbered so that `masks.fold` makes rules of them; there is room for one rule more than there are: it
    stands for what is given of a list in a case (`options.Lists`).
    """

    def __init__(self, fact: Fact, tests: Sequence[Sequence[Test]]) -> None:
        self.fact = fact
        self.width = len(tests) + 1
        self.tested = sum(1 << index for index, row in enumerate(tests) if row)
        held = [(index, test) for index, row in enumerate(tests) for test in row if isinstance(test, Holds)]
        self._sets = list(dict.fromkeys(values for _, test in held for values in _asked(test)))
        self._signature = Signatures(self._sets)
        self.names = [CodeName(value) for value in fact.values] or named(self._sets)
        self._texts = sorted(name.sample for name in self.names if name.form != "other")
        by_signature: dict[int, list[CodeName]] = {}
        for name in self.names:
            by_signature.setdefault(self._signature.of(name.sample), []).append(name)
        self._number = {signature: kind for kind, signature in enumerate(by_signature)}
        self.kinds = list(by_signature.values())
        self.every = (1 << len(self.kinds)) - 1
        self.forbidden: list[int] = [0] * len(tests)
        """For each rule the kinds of which a list must hold none."""
        self.wanted: list[tuple[int, ...]] = [()] * len(tests)
        """For each rule its clauses, each as the kinds of which a list must hold one."""
        self._take(held)
        self.forbids: list[int] = [0] * len(self.kinds)
        """For each kind the rules that a list with a code of it breaks."""
        self.meets: list[int] = [0] * len(self.kinds)
        """For each kind the clauses that a code of it meets."""
        self.clauses = 0
        """Every clause there is."""
        self.impossible = 0
        """Rules that no list satisfies."""
        for index in bits(self.tested):
            self._turn(index)
        self.depth = max(map(len, self.wanted), default=0)
        """The most clauses that a rule has."""

    def _take(self, held: Sequence[tuple[int, Holds]]) -> None:
        """Each test as clauses. A kind that a rule forbids meets none of its clauses: it would break the rule."""
        members = dict.fromkeys(self._sets, 0)
        for signature, kind in self._number.items():
            for at in bits(signature):
                members[self._sets[at]] |= 1 << kind
        for index, test in held:
            if test.none_of is not None:
                self.forbidden[index] |= members[test.none_of]
        for index, test in held:
            wanted = [
                members[values] for values in (test.any_of, *_single(test.all_of), *test.each_of) if values is not None
            ]
            if test.any_other_than is not None:
                wanted.append(self.every & ~members[test.any_other_than])
            self.wanted[index] += tuple(kinds & ~self.forbidden[index] for kinds in wanted)

    def _turn(self, index: int) -> None:
        """Enter a rule under each kind that it is about."""
        for kind in bits(self.forbidden[index]):
            self.forbids[kind] |= 1 << index
        for at, kinds in enumerate(self.wanted[index]):
            clause = 1 << at * self.width + index
            self.clauses |= clause
            if not kinds:
                self.impossible |= 1 << index
            for kind in bits(kinds):
                self.meets[kind] |= clause

    def kind_of(self, code: str) -> int | None:
        """The kind of a code; None for one that a closed list of codes does not have."""
        return self._number.get(self._signature.of(code))

    def under(self, code: str) -> int:
        """The kinds that a code may mean which is only a heading over codes that tests tell apart; 0 for any other."""
        return sum(1 << self._number[signature] for signature in self._signature.meant(code, self._texts))

    def contains(self, side: Side, codes: Iterable[str]) -> bool:
        """Whether a complete list of codes lies in one of the cubes."""
        held = {self.kind_of(code) for code in codes}
        return any(cube.has <= held and not cube.lacks & held for cube in side)

    def sample(self, side: Side) -> list[str]:
        """The shortest list in one of the cubes."""
        cube = min(side, key=lambda one: (len(one.has), sorted(one.has)))
        names = [min(self.kinds[kind], key=lambda name: (name.form == "other", name)) for kind in sorted(cube.has)]
        return [name.shown(self.fact.system) for name in names]

    def side_of(self, rule: int) -> Side | None:
        """The lists that a rule accepts; None if it does not test the fact."""
        if not self.tested >> rule & 1:
            return None
        cubes = {Cube(lacks=frozenset(bits(self.forbidden[rule])))}
        for kinds in self.wanted[rule]:
            cubes = {cube & Cube(frozenset([kind])) for cube in cubes for kind in bits(kinds)}
        return frozenset(cubes)

    @staticmethod
    def both(side: Side, other: Side) -> Side:
        """What lies in both sides."""
        cubes = (one & two for one in side for two in other)
        return frozenset(cube for cube in cubes if not cube.has & cube.lacks)

    def codes_of(self, kind: int) -> ValueSet:
        """The codes of a kind, as a set that a test can ask for."""
        return ValueSet(frozenset(), (), (way_of(self.kinds[kind][0], self._sets),))


def _asked(test: Holds) -> Iterator[ValueSet]:
    """The sets that a test tells codes apart by."""
    for values in (test.any_of, test.none_of, test.any_other_than, *_single(test.all_of), *test.each_of):
        if values is not None:
            yield values


def _single(values: ValueSet | None) -> list[ValueSet]:
    """Each value of a set that must be listed in whole, as a set of its own."""
    return values.parts() if values is not None else []
