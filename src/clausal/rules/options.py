"""What a fact can still be in a case, as far as some rules tell: one of some classes of values, or one of some lists.

Options of one fact that are equal lead to the same answers, whatever else is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from clausal.rules.kinds import Kinds
from clausal.rules.masks import bits, fold, repeated


@dataclass(frozen=True, slots=True)
class Classes:
    """One value of several: for each class of values that are still possible the mask of the rules that accept it."""

    masks: tuple[int, ...]

    @property
    def is_open(self) -> bool:
        """Whether the rules tell apart what the fact can be."""
        return len(self.masks) > 1

    def among(self, rules: int) -> Classes:
        """The same as far as some rules tell."""
        return Classes(tuple(sorted({mask & rules for mask in self.masks})))

    def tried(self, rules: int, most: int) -> Iterator[int]:
        """For up to `most` classes, spread evenly, which of some rules accept them."""
        step = -(-len(self.masks) // most)
        return (mask & rules for mask in self.masks[::step])


@dataclass(frozen=True, slots=True)
class Lists:
    """A list that holds some kinds of code for certain, lacks others for certain, and may hold those that are `free`.

    Of each of `headings`, kinds that a code listed may mean, it holds at least one. As far as some rules tell.
    """

    kinds: Kinds
    rules: int
    """The rules that tell."""
    free: int
    """The kinds on which it depends whether some of the rules hold."""
    pending: int
    """The clauses of the rules that only a free kind can meet."""
    headings: tuple[int, ...] = ()

    @classmethod
    def unknown(cls, kinds: Kinds) -> Lists:
        """Any list at all."""
        rules = kinds.tested & ~kinds.impossible
        return cls(kinds, rules, kinds.every, kinds.clauses).among(rules)

    @property
    def is_open(self) -> bool:
        """Whether the rules tell apart what the list can be."""
        return self.free != 0

    @property
    def depth(self) -> int:
        """How many clauses a rule, or what is given of the list, has at most."""
        return max(self.kinds.depth, len(self.headings))

    def among(self, rules: int) -> Lists:
        """The same as far as some rules tell."""
        kinds, rules = self.kinds, self.rules & rules
        if not self.free or not rules:
            return Lists(kinds, rules, 0, 0)
        pending = self.pending & repeated(rules, kinds.width, kinds.depth)
        free = 0
        for rule in bits(rules):
            free |= self._bearing(rule, pending)
        free &= self.free
        # One of a heading's kinds on which nothing depends may always be the one that is meant.
        headings = tuple(sorted({one for one in self.headings if not one & ~free}))
        return Lists(kinds, rules, free, pending, headings)

    def _bearing(self, rule: int, pending: int) -> int:
        """The kinds that can still break a rule, or meet what it asks for."""
        found = self.kinds.forbidden[rule]
        for at, wanted in enumerate(self.kinds.wanted[rule]):
            if pending >> at * self.kinds.width + rule & 1:
                found |= wanted
        return found

    def in_order(self) -> Iterator[int]:
        """The free kinds, those that bear on the first rule first: where the first decides, diagrams stay small."""
        left = self.free
        for rule in bits(self.rules):
            if not left:
                return
            now = self._bearing(rule, self.pending) & left
            left &= ~now
            yield from bits(now)

    def met(self, kind: int) -> int:
        """The clauses that a code of a kind meets, what is given of the list among them as a rule of its own."""
        width = self.kinds.width
        found = self.kinds.meets[kind] & self.pending
        for at, meant in enumerate(self.headings):
            found |= (meant >> kind & 1) << at * width + width - 1
        return found

    def tried(self, rules: int, most: int) -> Iterator[int]:
        """Which of some rules accept the shortest list, and the shortest lists for up to `most` of the rules."""
        yield self._accepting(rules, 0)
        for rule in islice(bits(rules & self.rules), most):
            wanted = 0
            for at, kinds in enumerate(self.kinds.wanted[rule]):
                if self.pending >> at * self.kinds.width + rule & 1:
                    wanted |= _lowest(kinds & self.free)
            yield self._accepting(rules, wanted, self.kinds.forbidden[rule])

    def _accepting(self, rules: int, held: int, avoided: int = 0) -> int:
        """The rules that accept the list with some of the free kinds, and what its headings mean at least."""
        for meant in self.headings:
            if not meant & held:
                held |= _lowest(meant & ~avoided or meant)
        met = broken = 0
        for kind in bits(held):
            met |= self.kinds.meets[kind]
            broken |= self.kinds.forbids[kind]
        return rules & ~broken & ~fold(self.pending & ~met, self.kinds.width)


def _lowest(mask: int) -> int:
    return mask & -mask


Options: TypeAlias = Classes | Lists
