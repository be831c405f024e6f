"""What changes between two readings of the library: two days of service, or two versions of a pack's folder.

Tables are compared one by one. A table that tests derived facts is compared in these facts where they are derived
alike on both sides; where they are not, what they are derived from is written out in place of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clausal.documents.library import Library
from clausal.documents.pack import Pack
from clausal.facts.vocabulary import Fact
from clausal.problems import InvalidInput, Place
from clausal.rules.analysis.diff import Difference, Stated, difference, on, stated
from clausal.rules.analysis.expand import expanded
from clausal.rules.conclusions import ANSWERS
from clausal.rules.model import HitPolicy, Rule, Table
from clausal.rules.walk import TooLarge


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
    changed = _changed(before.deriving(), after.deriving(), facts)
    found: list[TableDiff] = []
    for name, one, other in _paired(old, new):
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


def _paired(old: Mapping[str, Table], new: Mapping[str, Table]) -> Iterable[tuple[str, Table | None, Table | None]]:
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


def other_changes(before: Library, after: Library) -> list[str]:
    """What changes beside tables: plans and whom they ask, codes of denials, editions and states of documents."""
    found: list[str] = []
    for name in dict.fromkeys((*before.plans, *after.plans)):
        one, other = before.plans.get(name), after.plans.get(name)
        asked = [", ".join((*plan.authorities, *plan.coding)) if plan else "" for plan in (one, other)]
        found.extend(_told(f"plan '{name}' asks", *asked))
    for name in dict.fromkeys((*before.denials, *after.denials)):
        codes = []
        for denial in (before.denials.get(name), after.denials.get(name)):
            codes.append(f"{denial.group} {denial.carc} {' '.join(denial.rarc)}".strip() if denial else "")
        found.extend(_told(f"denial '{name}' is", *codes))
    for name in dict.fromkeys((*before.packs, *after.packs)):
        packs = before.packs.get(name), after.packs.get(name)
        found.extend(_told(f"pack '{name}' has the editions", *(_editions(pack) for pack in packs)))
    return found


def _told(what: str, before: str, after: str) -> Iterable[str]:
    if before != after:
        yield f"{what} {before or 'nothing'} before, {after or 'nothing'} after"


def _editions(pack: Pack | None) -> str:
    """A document's state and editions, with the days on which they took effect and were published."""
    if pack is None:
        return ""
    editions = (f"{one.name} (effective {one.effective}, published {one.published})" for one in pack.versions)
    replaced = f"; replaced from {pack.replaced_by.effective} on" if pack.replaced_by else ""
    return f"{', '.join(editions) or 'none'}; {pack.status}{replaced}"


def files_that_differ(before: Library, after: Library) -> list[str]:
    """The files of packs that differ, as `pack/file`."""
    found: list[str] = []
    for name in dict.fromkeys((*before.packs, *after.packs)):
        one, other = _raw(before, name), _raw(after, name)
        found.extend(f"{name}/{file}" for file in sorted({*one, *other}) if one.get(file) != other.get(file))
    return found


def _compared(
    name: str,
    table: Table,
    both: tuple[Table | None, Table | None],
    affected: _Affected,
    sides: tuple[Side, Side],
    facts: Mapping[str, Fact],
) -> TableDiff:
    """Two versions of a table (None: it is not there) compared."""
    hits: list[HitPolicy] = [one.hit if one else table.hit for one in both]
    versions: list[list[Stated]] = []
    written_out: set[str] = set()
    left: set[str] = set(affected.stated)
    try:
        for one, side in zip(both, sides, strict=True):
            rules = stated(one.rules) if one else []
            opened, done, not_done = expanded(rules, affected.derived, side.deriving(), facts)
            versions.append(opened)
            written_out |= done
            left |= not_done
        if written_out & left:
            versions = [stated(one.rules) if one else [] for one in both]
            left |= written_out
        found = difference(facts, versions[0], versions[1], (hits[0], hits[1]))
    except TooLarge:
        return TableDiff(name, table.answers, None, ())
    return TableDiff(name, table.answers, found, tuple(sorted(written_out - left)), tuple(sorted(left)))


def _facts(before: Library, after: Library) -> Mapping[str, Fact]:
    """The facts of both libraries, each with all values that it has on either side; one of two types is refused."""
    facts = dict(before.vocabulary.facts)
    for name, fact in after.vocabulary.facts.items():
        known = facts.get(name, fact)
        if known.type != fact.type or known.system != fact.system:
            message = f"fact '{name}' is a {known.type} before and a {fact.type} after: the two cannot be compared"
            raise InvalidInput.at(Place(name), message, "give the new fact another name")
        facts[name] = replace(
            fact,
            values={**known.values, **fact.values},
            at_least=_wider(min, known.at_least, fact.at_least),
            at_most=_wider(max, known.at_most, fact.at_most),
            whole=known.whole and fact.whole,
        )
    return facts


def _wider(choose: Callable[[Any, Any], Any], one: Any, other: Any) -> Any:
    """The wider of two bounds; None is no bound."""
    return None if one is None or other is None else choose(one, other)


def _same(one: Table | None, other: Table | None) -> bool:
    """Whether two versions of a table say the same in the same words."""
    if one is None or other is None:
        return False
    return one.hit == other.hit and [_plain(rule) for rule in one.rules] == [_plain(rule) for rule in other.rules]


def _plain(rule: Rule) -> tuple[object, ...]:
    return rule.name, dict(rule.when), dict(rule.then), rule.cites, rule.force


def _tested(*tables: Table | None) -> set[str]:
    return {name for table in tables if table for rule in table.rules for name in rule.when}


def _changed(old: Mapping[str, list[Table]], new: Mapping[str, list[Table]], facts: Mapping[str, Fact]) -> set[str]:
    """The facts that are derived otherwise on one side than on the other, by their own tables."""
    return {
        fact
        for fact in {*old, *new}
        if any(
            _derives_otherwise(one, other, facts)
            for _, one, other in _paired(*({table.id: table for table in side.get(fact, ())} for side in (old, new)))
        )
    }


def _derives_otherwise(one: Table | None, other: Table | None, facts: Mapping[str, Fact]) -> bool:
    if one is None or other is None:
        return True
    if _same(one, other):
        return False
    try:
        found = difference(facts, stated(one.rules), stated(other.rules), (one.hit, other.hit))
    except TooLarge:
        return True
    return any(not change.rests for change in found.changes)


@dataclass(frozen=True)
class _Affected:
    """Facts that a table tests and that are derived otherwise on the two sides: only derived, or also to be stated."""

    derived: frozenset[str]
    stated: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.derived or self.stated)


def _affected(tested: Iterable[str], changed: set[str], before: Side, after: Side) -> _Affected:
    """Of the facts tested those that are derived otherwise, themselves or by way of others."""
    deriving = [before.deriving(), after.deriving()]
    facts = {**before.library.vocabulary.facts, **after.library.vocabulary.facts}

    def is_affected(fact: str, path: tuple[str, ...] = ()) -> bool:
        if fact in path:
            return False
        if fact in changed:
            return True
        inner = _tested(*(table for side in deriving for table in side.get(fact, ())))
        return any(is_affected(name, (*path, fact)) for name in inner)

    found = {name for name in tested if is_affected(name)}
    stated = frozenset(name for name in found if facts[name].case is not None)
    return _Affected(frozenset(found) - stated, stated)


def changed_packs(before: Library, after: Library) -> list[str]:
    """The packs whose files differ."""
    names = dict.fromkeys((*before.packs, *after.packs))
    return [name for name in names if _raw(before, name) != _raw(after, name)]


def _raw(library: Library, name: str) -> Mapping[str, bytes]:
    return library.files[name].raw if name in library.files else {}
