"""What changes between two readings of the library: two days of service, or two versions of a pack's folder.

Tables are compared one by one. A table that tests derived facts is compared in these facts where they are derived
alike on both sides; where they are not, what they are derived from is written out in place of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from clausal.documents.library import Library
from clausal.documents.pack import Pack
from clausal.facts.vocabulary import Fact
from clausal.rules.diff import Difference, Stated, difference, on, stated
from clausal.rules.expand import expanded
from clausal.rules.model import HitPolicy, Rule, Table
from clausal.rules.read import ANSWERS
from clausal.rules.regions import TooLarge


@dataclass(frozen=True)
class Side:
    """One of the two readings: a library, and the day of service (None: all days, dates being compared as they are)."""

    library: Library
    day: dt.date | None = None

    def tables(self, packs: Iterable[str]) -> dict[str, Table]:
        """The tables of packs by id, with the rules that can hold on the day."""
        chosen = (self.library.packs[name] for name in packs if name in self.library.packs)
        return {table.id: self._on_day(table) for pack in chosen for table in pack.tables}

    def _on_day(self, table: Table) -> Table:
        rules = table.rules if self.day is None else tuple(on(table.rules, self.day))
        return replace(table, rules=rules)

    def deriving(self) -> dict[str, list[Table]]:
        """The tables that derive each fact."""
        found: dict[str, list[Table]] = {}
        for table in self.tables(self.library.packs).values():
            if table.answers[0] == "fact" and table.rules:
                found.setdefault(table.answers[1], []).append(table)
        return found


@dataclass(frozen=True)
class TableDiff:
    """A table with what changes in it; `too_large` where its regions are too many to be told."""

    table: str
    answers: tuple[str, str]
    difference: Difference | None
    expanded: tuple[str, ...]
    """Derived facts in place of which what they are derived from was compared."""
    unexpanded: tuple[str, ...] = ()
    """Derived facts that change and were compared as they are."""

    @property
    def too_large(self) -> bool:
        return self.difference is None


def compared(before: Side, after: Side, packs: Sequence[str]) -> list[TableDiff]:
    """Every table of the packs in which something changes, in order."""
    facts = _facts(before.library, after.library)
    old, new = before.tables(packs), after.tables(packs)
    changed = _changed(before.deriving(), after.deriving())
    found = []
    for name in dict.fromkeys((*old, *new)):
        one, other = old.get(name), new.get(name)
        table = other or one
        assert table is not None
        tested = _tested(one, other)
        affected = _affected(tested, changed, before, after)
        if not affected and _same(one, other):
            continue
        found.append(_compared(name, table, (one, other), affected, (before, after), facts))
    told = [one for one in found if one.too_large or one.unexpanded or (one.difference and one.difference.changes)]
    kinds = list(ANSWERS)
    return sorted(told, key=lambda one: (one.answers[0] != "authority", kinds.index(one.answers[0])))


def _compared(
    name: str,
    table: Table,
    both: tuple[Table | None, Table | None],
    affected: frozenset[str],
    sides: tuple[Side, Side],
    facts: Mapping[str, Fact],
) -> TableDiff:
    """Two versions of a table (None: it is not there) compared."""
    hits: list[HitPolicy] = [one.hit if one else table.hit for one in both]
    versions: list[list[Stated]] = []
    written_out: set[str] = set()
    try:
        for one, side in zip(both, sides, strict=True):
            rules = stated(one.rules) if one else []
            opened, done = expanded(rules, affected, side.deriving(), facts)
            versions.append(opened)
            written_out |= done
        found = difference(facts, versions[0], versions[1], (hits[0], hits[1]))
    except TooLarge:
        return TableDiff(name, table.answers, None, ())
    left = tuple(sorted(affected - written_out))
    return TableDiff(name, table.answers, found, tuple(sorted(written_out)), left)


def _facts(before: Library, after: Library) -> Mapping[str, Fact]:
    """The facts of both libraries; a choice has the values of both."""
    facts = dict(before.vocabulary.facts)
    for name, fact in after.vocabulary.facts.items():
        known = facts.get(name)
        facts[name] = replace(fact, values={**known.values, **fact.values}) if known and known.values else fact
    return facts


def _same(one: Table | None, other: Table | None) -> bool:
    """Whether two versions of a table say the same in the same words."""
    if one is None or other is None:
        return False
    return one.hit == other.hit and [_plain(rule) for rule in one.rules] == [_plain(rule) for rule in other.rules]


def _plain(rule: Rule) -> tuple[object, ...]:
    return rule.name, dict(rule.when), dict(rule.then), rule.cites, rule.force


def _tested(*tables: Table | None) -> set[str]:
    return {name for table in tables if table for rule in table.rules for name in rule.when}


def _changed(old: Mapping[str, list[Table]], new: Mapping[str, list[Table]]) -> set[str]:
    """The facts that are derived otherwise on one side than on the other, by their own tables."""
    changed = set()
    for fact in {*old, *new}:
        one, other = ({table.id: table for table in side.get(fact, ())} for side in (old, new))
        if any(not _same(one.get(name), other.get(name)) for name in {*one, *other}):
            changed.add(fact)
    return changed


def _affected(tested: Iterable[str], changed: set[str], before: Side, after: Side) -> frozenset[str]:
    """Of the facts tested those that are derived otherwise, themselves or by way of others; only facts that no case
    file holds, for the others a case may state."""
    deriving = [before.deriving(), after.deriving()]
    facts = after.library.vocabulary.facts

    def is_affected(fact: str, path: tuple[str, ...]) -> bool:
        if fact in path or (fact in facts and facts[fact].case is not None):
            return False
        if fact in changed:
            return True
        inner = _tested(*(table for side in deriving for table in side.get(fact, ())))
        return any(is_affected(name, (*path, fact)) for name in inner)

    return frozenset(name for name in tested if is_affected(name, ()))


def changed_packs(before: Library, after: Library) -> list[str]:
    """The packs whose files differ."""
    names = dict.fromkeys((*before.packs, *after.packs))
    return [name for name in names if _raw(before, name) != _raw(after, name)]


def _raw(library: Library, name: str) -> Mapping[str, bytes]:
    return library.files[name].raw if name in library.files else {}


def described(pack: Pack) -> str:
    """A pack's title and publisher."""
    return f"{pack.title} ({pack.publisher})"
