"""The column of a list of codes: for what is known of the list, which rules may accept it and which surely do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_, or_

from clausal.facts.knowledge import Knowledge, Listed
from clausal.facts.vocabulary import Fact
from clausal.rules.kinds import Kinds
from clausal.rules.masks import bits, fold, mask_of
from clausal.rules.model import Test
from clausal.rules.options import Lists

MOST_KEPT = 100_000
"""How many codes, or lists of codes, a column keeps the masks of once it has worked them out."""


class ListColumn:
    """A list of codes, tested by membership: which kinds of code each rule wants, and which it forbids.

    A code that is only a heading (I73.0) means one or more codes under it, be they named in tests or not.
    """

    def __init__(self, fact: Fact, tests: Sequence[Test | None]) -> None:
        self.fact = fact.name
        self.kinds = Kinds(fact, [() if test is None else (test,) for test in tests])
        self._everything = (1 << len(tests)) - 1
        self._breakable = mask_of(forbidden != 0 for forbidden in self.kinds.forbidden)
        self._has_headings = fact.system == "icd-10-cm" and not fact.values
        self._known: dict[str, tuple[int, int]] = {}
        self._masks_known: dict[tuple[frozenset[str], bool], tuple[int, int]] = {}
        self._options_known: dict[tuple[frozenset[str], bool], Lists] = {}
        self._unknown = self._masks(frozenset(), is_complete=False)
        self._any = Lists.unknown(self.kinds)
        self._none = Lists(self.kinds, 0, 0, 0)

    def kind(self, code: str) -> tuple[int, int]:
        """What tells codes apart here: the kind of a code as a mask, or the kinds that a heading may mean."""
        found = self._known.get(code)
        if found is None:
            under = self.kinds.under(code) if self._has_headings else 0
            kind = None if under else self.kinds.kind_of(code)
            found = 0 if kind is None else 1 << kind, under
            if len(self._known) < MOST_KEPT:
                self._known[code] = found
        return found

    def masks(self, knowledge: Knowledge | None) -> tuple[int, int]:
        if knowledge is None:
            return self._unknown
        assert isinstance(knowledge, Listed)
        key = knowledge.codes, knowledge.complete
        found = self._masks_known.get(key)
        if found is None:
            found = self._masks(knowledge.codes, is_complete=knowledge.complete)
            if len(self._masks_known) < MOST_KEPT:
                self._masks_known[key] = found
        return found

    def _masks(self, codes: frozenset[str], *, is_complete: bool) -> tuple[int, int]:
        kinds = self.kinds
        held, headings = self._read(codes)
        met, broken = self._effect(held)
        unmet = kinds.clauses & ~met
        if is_complete and not headings:
            holding = self._everything & ~broken & ~fold(unmet, kinds.width)
            return holding, holding
        surely, hopeless = self._meant(headings)
        if is_complete:
            reach, breakable = self._effect(reduce(or_, headings))
        else:
            reach, breakable = kinds.clauses, self._breakable
        may = self._everything & ~kinds.impossible & ~broken & ~hopeless & ~fold(unmet & ~reach, kinds.width)
        return may, may & ~breakable & ~fold(unmet & ~surely, kinds.width)

    def _read(self, codes: Iterable[str]) -> tuple[int, list[int]]:
        """The kinds that a list holds, and for each heading in it the kinds that it may mean."""
        held, headings = 0, []
        for code in codes:
            kind, under = self.kind(code)
            held |= kind
            if under:
                headings.append(under)
        return held, headings

    def _effect(self, kinds: int) -> tuple[int, int]:
        """The clauses that codes of some kinds meet, and the rules that they break."""
        met = broken = 0
        for kind in bits(kinds):
            met |= self.kinds.meets[kind]
            broken |= self.kinds.forbids[kind]
        return met, broken

    def _meant(self, headings: Iterable[int]) -> tuple[int, int]:
        """The clauses that headings meet whatever they mean, and the rules that they break whatever they mean."""
        surely = hopeless = 0
        for under in headings:
            surely |= reduce(and_, (self.kinds.meets[kind] for kind in bits(under)))
            hopeless |= reduce(and_, (self.kinds.forbids[kind] for kind in bits(under)))
        return surely, hopeless

    def options(self, knowledge: Knowledge | None) -> Lists:
        if knowledge is None:
            return self._any
        assert isinstance(knowledge, Listed)
        key = knowledge.codes, knowledge.complete
        found = self._options_known.get(key)
        if found is None:
            found = self._options(knowledge)
            if len(self._options_known) < MOST_KEPT:
                self._options_known[key] = found
        return found

    def _options(self, knowledge: Listed) -> Lists:
        held, headings = self._read(knowledge.codes)
        if knowledge.complete and not headings:
            return self._none
        free = (reduce(or_, headings) if knowledge.complete else self.kinds.every) & ~held
        pending = self.kinds.clauses & ~self._effect(held)[0] & ~self._meant(headings)[0]
        meant = tuple(under for under in headings if not under & held)
        return Lists(self.kinds, self.masks(knowledge)[0], free, pending, meant).among(self.kinds.tested)
