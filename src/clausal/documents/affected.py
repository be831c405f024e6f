"""Which facts are told otherwise on two sides of a comparison, and which of them a table is compared by."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from clausal.documents.library import Library
from clausal.facts.vocabulary import Fact
from clausal.rules.analysis.diff import difference, stated
from clausal.rules.model import Rule, Table
from clausal.rules.walk import TooLarge

Deriving = Mapping[str, Sequence[Table]]
"""The tables that derive each fact."""


@dataclass(frozen=True)
class Affected:
    """Facts that a table tests and that are told otherwise on the two sides: only derived, or also to be stated."""

    derived: frozenset[str]
    stated: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.derived or self.stated)


class Facts:
    """How facts are derived, computed and gathered on both sides."""

    def __init__(
        self, facts: Mapping[str, Fact], sides: tuple[Library, Library], deriving: tuple[Deriving, Deriving]
    ) -> None:
        self._facts = facts
        making = [_making(library) for library in sides]
        self._changed = {name for name in making[0].keys() & making[1] if making[0][name] != making[1][name]}
        self._changed |= _derived_otherwise(*deriving, facts)
        sources: dict[str, dict[str, None]] = {}
        for side in deriving:
            for fact, tables in side.items():
                sources.setdefault(fact, {}).update(dict.fromkeys(tested(*tables)))
        for library in sides:
            for name, of in library.vocabulary.facts.items():
                own = (*(of.computed.of if of.computed else ()), *(of.gathered.names if of.gathered else ()))
                sources.setdefault(name, {}).update(dict.fromkeys(own))
        self._sources = sources
        self._behind: dict[str, frozenset[str]] = {}

    def affected(self, names: Iterable[str]) -> Affected:
        """Of the facts that a table tests those that are told otherwise."""
        otherwise = {name for name in names if self.is_otherwise(name)}
        is_stated = {name for name in otherwise if self._facts[name].case is not None}
        return Affected(frozenset(otherwise - is_stated), frozenset(is_stated))

    def beside(self, names: Iterable[str]) -> set[str]:
        """Of some facts those that are derived only, and stand beside one that bears on what they are derived from."""
        names = set(names)
        made = {name for name in names if self._sources.get(name) and self._facts[name].case is None}
        return {one for one in made if any(self._meet(one, other) for other in names if other != one)}

    def is_otherwise(self, name: str) -> bool:
        """Whether a fact is told otherwise on the two sides, itself or by what it is derived from."""
        return bool(self._changed & {name, *self.behind(name)})

    def _meet(self, derived: str, other: str) -> bool:
        """Whether what one fact is derived from bears on another too."""
        return not self.behind(derived).isdisjoint({other, *self.behind(other)})

    def behind(self, fact: str) -> frozenset[str]:
        """The facts from which one is derived, computed or gathered, at any depth."""
        if fact not in self._behind:
            found: set[str] = set()
            waiting = list(self._sources.get(fact, ()))
            while waiting:
                name = waiting.pop()
                if name not in found:
                    found.add(name)
                    waiting.extend(self._sources.get(name, ()))
            self._behind[fact] = frozenset(found)
        return self._behind[fact]


def made_otherwise(before: Library, after: Library) -> Iterator[tuple[str, str, str]]:
    """The facts that are computed or gathered otherwise, each with how that is done on both sides, in words."""
    both = before.vocabulary.facts, after.vocabulary.facts
    for name in both[0].keys() & both[1].keys():
        one, other = (str(side[name].computed or side[name].gathered or "given as it is") for side in both)
        if one != other:
            yield name, one, other


def _making(library: Library) -> dict[str, Hashable]:
    """How each fact is computed, or gathered over lines."""
    counting = {table.answers[1]: table for pack in library.packs.values() for table in pack.gathering}
    found: dict[str, Hashable] = {}
    for name, fact in library.vocabulary.facts.items():
        counts = repr([dict(rule.when) for rule in counting[name].rules]) if name in counting else ""
        found[name] = (fact.computed, str(fact.gathered), counts)
    return found


def _derived_otherwise(old: Deriving, new: Deriving, facts: Mapping[str, Fact]) -> set[str]:
    """The facts that are derived otherwise on one side than on the other, by their own tables."""
    return {
        fact
        for fact in {*old, *new}
        if any(
            _differ(one, other, facts)
            for _, one, other in paired(*({table.id: table for table in side.get(fact, ())} for side in (old, new)))
        )
    }


def _differ(one: Table | None, other: Table | None, facts: Mapping[str, Fact]) -> bool:
    if one is None or other is None:
        return True
    if same(one, other):
        return False
    try:
        found = difference(facts, stated(one.rules), stated(other.rules), (one.hit, other.hit))
    except TooLarge:
        return True
    return any(not change.rests for change in found.changes)


def paired(old: Mapping[str, Table], new: Mapping[str, Table]) -> Iterable[tuple[str, Table | None, Table | None]]:
    """The tables of both sides by name; one that was only given another name, by what it answers."""
    gone = [name for name in old if name not in new]
    come = {name: table for name, table in new.items() if name not in old}
    for name, table in old.items():
        if name in new:
            yield name, table, new[name]
            continue
        like = [other for other, one in come.items() if one.answers == table.answers]
        if len(like) == 1 and sum(old[one].answers == table.answers for one in gone) == 1:
            yield like[0], table, come.pop(like[0])
        else:
            yield name, table, None
    yield from ((name, None, table) for name, table in come.items())


def same(one: Table | None, other: Table | None) -> bool:
    """Whether two versions of a table say the same in the same words."""
    if one is None or other is None:
        return False
    return one.hit == other.hit and [_plain(rule) for rule in one.rules] == [_plain(rule) for rule in other.rules]


def _plain(rule: Rule) -> tuple[object, ...]:
    return rule.name, dict(rule.when), dict(rule.then), rule.cites, rule.force


def tested(*tables: Table | None) -> set[str]:
    """The facts that tables test."""
    return {name for table in tables if table for rule in table.rules for name in rule.when}
