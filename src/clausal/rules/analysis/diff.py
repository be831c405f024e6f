"""What changes from one version of a table to another: every region of cases, exactly, with both readings."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clausal.facts.vocabulary import Fact
from clausal.rules.analysis.regions import Box, Regions, contains, find
from clausal.rules.analysis.space import Space, Tests
from clausal.rules.explain import conclusion, tests_of
from clausal.rules.model import SERVICE_DATE, HitPolicy, Rule
from clausal.rules.walk import Outcome, TooLarge, Walk, firsts


@dataclass(frozen=True)
class Stated:
    """A rule as it is compared: all tests of each fact, its conclusion, and the rules it rests on."""

    rule: Rule
    tests: Tests
    cites: tuple[str, ...]
    says: Hashable
    """What it concludes, as far as it is compared."""


@dataclass(frozen=True)
class Said:
    """What one version says of a region: the conclusion in words (None: nothing), its clauses and rules."""

    conclusion: str | None
    clauses: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """A region in which two versions differ; `rests` if only the clauses differ on which the conclusion rests."""

    box: Box
    before: Said
    after: Said
    rests: bool


@dataclass(frozen=True)
class Difference:
    """All regions in which two versions of a table differ."""

    space: Space
    changes: tuple[Change, ...]

    def changes_conclusion(self, values: Mapping[str, Any]) -> bool:
        """Whether the conclusion for a case (a value for each fact) differs."""
        return any(contains(self.space, one.box, values) for one in self.changes if not one.rests)


def stated(rules: Iterable[Rule]) -> list[Stated]:
    """Rules ready to be compared."""
    return [
        Stated(rule, {name: (test,) for name, test in tests_of(rule).items()}, rule.cites, says_of(rule))
        for rule in rules
    ]


def says_of(rule: Rule) -> Hashable:
    """A rule's conclusion, as something that can be compared."""
    return tuple(
        sorted((key, str(sorted(map(str, v))) if isinstance(v, frozenset) else str(v)) for key, v in rule.then.items())
    )


def on(rules: Iterable[Rule], day: dt.date) -> list[Rule]:
    """The rules that can hold for a service of a day, without their tests of the date."""
    kept = []
    for rule in rules:
        tests = tests_of(rule)
        dated = tests.get(SERVICE_DATE)
        if dated is not None and not dated.accepts(day):  # type: ignore[arg-type]
            continue
        when = {name: test for name, test in rule.when.items() if name != SERVICE_DATE}
        kept.append(replace(rule, when=when, force=type(rule.force)()))
    return kept


def difference(
    facts: Mapping[str, Fact], before: Sequence[Stated], after: Sequence[Stated], hit: tuple[HitPolicy, HitPolicy]
) -> Difference:
    """Compare two versions of a table; raises walk.TooLarge where they span too many regions."""
    both = [*before, *after]
    space = Space(facts, [one.tests for one in both])
    compare = _Comparison(space, both, len(before), hit)
    if "collect" not in hit:
        found = compare.first()
    elif hit == ("collect", "collect"):
        found = compare.collected()
    else:
        found = compare.mixed()
    order = [one.rule.name for one in both]
    changes = sorted(found, key=lambda one: _position(one, order))
    return Difference(space, tuple(changes))


def _position(change: Change, order: Sequence[str]) -> tuple[bool, int]:
    rules = (*change.after.rules, *change.before.rules)
    return change.rests, min((order.index(name) for name in rules), default=0)


class _Comparison:
    def __init__(self, space: Space, both: Sequence[Stated], count: int, hit: tuple[HitPolicy, HitPolicy]) -> None:
        self.space, self.both, self.count, self.hit = space, both, count, hit
        self.steps = space.steps()
        self.low = (1 << count) - 1
        self.high = space.everything & ~self.low
        numbers: dict[Hashable, int] = {}
        self._same = [numbers.setdefault(_identity(one), len(numbers)) for one in both]
        """Rules of one number are the same rule in both versions."""

    def first(self) -> list[Change]:
        """Of tables of which one rule decides: where another conclusion, or one resting on other clauses, is drawn."""

        def outcome(alive: int) -> Outcome:
            return self._told(alive & self.low), self._told(alive & self.high)

        def early(alive: int, sure: int) -> tuple[int, Outcome | None]:
            before = firsts(alive & self.low, sure & self.low)
            after = firsts(alive & self.high, sure & self.high)
            if self._numbers(before) == self._numbers(after):
                return 0, _SAME
            return before | after, None

        try:
            found = self._regions(outcome, early)
        except TooLarge:
            found = self._by_pair()
        changes: list[Change] = []
        for (before, after), boxes in found.items():
            rests = (before and before.says) == (after and after.says)
            changes.extend(Change(box, _said([before]), _said([after]), rests) for box in boxes)
        return changes

    def _by_pair(self) -> Mapping[Any, list[Box]]:
        """Regions as pairs of rules, less the cases that earlier rules decide: where plain boxes would be too many."""
        twin = self._twins()

        def possible(one: int | None, other: int | None) -> bool:
            """Where a rule holds its twin holds too, so that none behind that comes first on the other side."""
            if one is not None and one in twin and (other is None or other > twin[one]):
                return False
            return other is None or other not in twin or (one is not None and one <= twin[other])

        found: dict[Any, list[Box]] = {}
        for one in (*range(self.count), None):
            for other in (*range(self.count, len(self.both)), None):
                if one == other or not possible(one, other):
                    continue
                told = self._told(_bit(one)), self._told(_bit(other))
                box = self._pair(one, other) if told[0] != told[1] else None
                if box is not None:
                    found.setdefault(told, []).append(box)
        return found

    def _twins(self) -> dict[int, int]:
        """Rules of the same tests in both versions, each with the other; none if their order differs.

        Such rules hold both or neither, so where they keep their order two different ones never come first together.
        """
        waiting: dict[Hashable, list[int]] = {}
        for at in range(self.count, len(self.both)):
            waiting.setdefault(_tests(self.both[at]), []).append(at)
        pairs = []
        for at in range(self.count):
            if others := waiting.get(_tests(self.both[at])):
                pairs.append((at, others.pop(0)))
        if any(earlier[1] > later[1] for earlier, later in itertools.pairwise(pairs)):
            return {}
        return {one: other for pair in pairs for one, other in (pair, pair[::-1])}

    def _pair(self, one: int | None, other: int | None) -> Box | None:
        """The cases for which one rule comes first before and the other after (None: no rule); None: no case."""
        before = self.low & (_bit(one) - 1 if one is not None else -1)
        after = self.high & (_bit(other) - 1 if other is not None else -1)
        wanted = _bit(one) | _bit(other)
        mine = self.space.together(wanted)
        if mine is None:
            return None
        sides, joining = mine
        earlier = (before | after) & joining
        outcome = lambda alive: alive == wanted  # noqa: E731

        def early(alive: int, sure: int) -> tuple[int, Outcome | None]:
            return alive, False if wanted & ~alive or sure & ~wanted else None

        found = find(self.space, self.steps, wanted | earlier, outcome, early)
        if found is None:
            return None
        numbers = [at for at in range(len(self.both)) if earlier >> at & 1]
        but = dict.fromkeys(self.space.sides_of(at) for at in numbers)
        return Box(sides, tuple(but), found.sides)

    def collected(self) -> list[Change]:
        """Of tables of which all rules count: for each conclusion, where it is drawn by one version alone."""
        changes: list[Change] = []
        for says in dict.fromkeys(one.says for one in self.both):
            mask = sum(1 << at for at, one in enumerate(self.both) if one.says == says)
            changes.extend(self._of_one(mask))
        return changes

    def mixed(self) -> list[Change]:
        """Of a table of which all rules count on one side, and only the first on the other."""
        changes: list[Change] = []
        halves = (self.low, self.hit[0]), (self.high, self.hit[1])
        for says in dict.fromkeys(one.says for one in self.both):
            mask = sum(1 << at for at, one in enumerate(self.both) if one.says == says)

            def outcome(alive: int, mask: int = mask) -> Outcome:
                drawn = []
                for half, hit in halves:
                    of_half = alive & half
                    drawn.append(bool((of_half if hit == "collect" else of_half & -of_half) & mask))
                return tuple(drawn)

            changes.extend(self._told_of_one(mask, self._regions(outcome, lambda alive, _: (alive, None))))
        return changes

    def _of_one(self, mask: int) -> list[Change]:
        def outcome(alive: int) -> Outcome:
            return bool(alive & self.low), bool(alive & self.high)

        def early(alive: int, sure: int) -> tuple[int, Outcome | None]:
            before, after = alive & self.low, alive & self.high
            if sorted(self._numbers(before)) == sorted(self._numbers(after)):
                return 0, _SAME
            if sure & before and sure & after:
                return 0, (True, True)
            return alive, None

        try:
            found = self._regions(outcome, early, mask)
        except TooLarge:
            found = self._by_rule(mask)
        return self._told_of_one(mask, found)

    def _by_rule(self, mask: int) -> Mapping[Any, list[Box]]:
        """Where one version alone draws a conclusion: the cases of each of its rules, less those of the other's."""
        found: dict[Any, list[Box]] = {}
        for half, other, told in ((self.low, self.high, (True, False)), (self.high, self.low, (False, True))):
            rivals = mask & other
            for at in range(len(self.both)):
                if (mask & half) >> at & 1 and (box := self._alone(at, rivals)) is not None:
                    found.setdefault(told, []).append(box)
        return found

    def _alone(self, rule: int, rivals: int) -> Box | None:
        """The cases for which a rule holds and none of its rivals does."""
        mine = self.space.together(_bit(rule))
        if mine is None:
            return None
        rivals &= mine[1]

        def early(alive: int, sure: int) -> tuple[int, Outcome | None]:
            return alive, False if not alive & _bit(rule) or sure & rivals else None

        found = find(self.space, self.steps, _bit(rule) | rivals, lambda alive: alive == _bit(rule), early)
        if found is None:
            return None
        but = dict.fromkeys(self.space.sides_of(at) for at in range(len(self.both)) if rivals >> at & 1)
        return Box(mine[0], tuple(but), found.sides)

    def _told_of_one(self, mask: int, found: Mapping[Any, list[Box]]) -> list[Change]:
        """The changes of one conclusion, whose rules are given."""
        old, new = (
            [one for at, one in enumerate(self.both) if (mask & half) >> at & 1] for half in (self.low, self.high)
        )
        changes: list[Change] = []
        for (held, holds), boxes in found.items():
            before, after = _said(old if held else [None]), _said(new if holds else [None])
            changes.extend(Change(box, before, after, rests=False) for box in boxes)
        return changes

    def _regions(
        self, outcome: Callable[[int], Outcome], early: Any, alive: int | None = None
    ) -> Mapping[Any, list[Box]]:
        walk = Walk(self.steps, outcome, early)
        root = walk.root(alive)
        return Regions(self.space, self.steps, root).of(lambda one: one != _SAME and one[0] != one[1])  # type: ignore[index]

    def _numbers(self, mask: int) -> tuple[int, ...]:
        found = []
        while mask:
            low = mask & -mask
            found.append(self._same[low.bit_length() - 1])
            mask ^= low
        return tuple(found)

    def _told(self, alive: int) -> _Told | None:
        if not alive:
            return None
        one = self.both[(alive & -alive).bit_length() - 1]
        return _Told(one.says, one.cites, conclusion(one.rule), one.rule.name)


_SAME = ("same",)


@dataclass(frozen=True)
class _Told:
    """What a rule says; two rules that say the same on the same clauses are not told apart."""

    says: Hashable
    cites: tuple[str, ...]
    words: str
    rule: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Told) and (self.says, self.cites) == (other.says, other.cites)

    def __hash__(self) -> int:
        return hash((self.says, self.cites))


def _said(rules: Sequence[Stated | _Told | None]) -> Said:
    """What rules of one conclusion say."""
    there = [one for one in rules if one is not None]
    if not there:
        return Said(None)
    words = there[0].words if isinstance(there[0], _Told) else conclusion(there[0].rule)
    clauses = tuple(dict.fromkeys(cite for one in there for cite in one.cites))
    names = tuple(one.rule if isinstance(one, _Told) else one.rule.name for one in there)
    return Said(words, clauses, names)


def _identity(one: Stated) -> Hashable:
    """What makes two rules the same: their tests, conclusion and clauses."""
    return _tests(one), one.says, one.cites


def _tests(one: Stated) -> Hashable:
    return tuple(sorted((name, tuple(map(repr, of_fact))) for name, of_fact in one.tests.items()))


def _bit(rule: int | None) -> int:
    return 0 if rule is None else 1 << rule
