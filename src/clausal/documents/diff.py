"""What changes between two readings of the library: two days of service, or two versions of a pack's folder.

Tables are compared one by one. A table that tests derived facts is compared in these facts where they are derived
alike on both sides; where they are not, what they are derived from is written out in place of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clausal.documents.affected import Facts, made_otherwise, paired, same, tested
from clausal.documents.library import Library
from clausal.documents.pack import Pack
from clausal.facts.vocabulary import Fact
from clausal.problems import InvalidInput, Place
from clausal.rules.analysis.counting import counting_table
from clausal.rules.analysis.diff import Change, Difference, Stated, difference, on, stated
from clausal.rules.analysis.expand import WritingOut
from clausal.rules.analysis.regions import Box
from clausal.rules.analysis.space import Space
from clausal.rules.codes import few
from clausal.rules.conclusions import ANSWERS
from clausal.rules.kinds import Side as BoxSide
from clausal.rules.model import HitPolicy, Table
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
        """The tables that derive each fact, counts of flags as such among them."""
        found: dict[str, list[Table]] = {}
        for table in self.tables(self.library.packs).values():
            if table.answers[0] == "fact" and table.rules:
                found.setdefault(table.answers[1], []).append(table)
        for name, fact in self.library.vocabulary.facts.items():
            if fact.computed and (counting := counting_table(fact)):
                found.setdefault(name, []).append(counting)
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
    """Facts that are told otherwise and were compared as they are."""

    @property
    def too_large(self) -> bool:
        return self.difference is None


def compared(before: Side, after: Side, packs: Sequence[str]) -> list[TableDiff]:
    """Every table of the packs in which something changes, in order."""
    comparing = _Comparing(before, after)
    pairs = paired(before.tables(packs), after.tables(packs))
    found = [one for pair in pairs if (one := comparing.compared(*pair)) is not None]
    told = [one for one in found if one.too_large or one.unexpanded or (one.difference and one.difference.changes)]
    kinds = list(ANSWERS)
    return sorted(told, key=lambda one: (one.answers[0] != "authority", kinds.index(one.answers[0])))


def other_changes(before: Library, after: Library) -> list[str]:
    """What changes beside tables, sentence by sentence.

    How facts are computed, sets of values, plans and whom they ask, codes of denials, editions and states of documents.
    """
    found: list[str] = []
    for name, *both in sorted(made_otherwise(before, after)):
        found.extend(_told(f"fact '{name}' is", *both))
    found.extend(_sets(before, after))
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


def _sets(before: Library, after: Library) -> Iterable[str]:
    """The sets of values that differ, each by what went and what came."""
    old, new = before.vocabulary.value_sets, after.vocabulary.value_sets
    for name in sorted(old.keys() & new.keys()):
        entries = [dict.fromkeys(one.entries()) for one in (old[name], new[name])]
        parts = []
        for what, one, other in (("went", *entries), ("came", *reversed(entries))):
            if gone := [entry for entry in one if entry not in other]:
                parts.append(f"{len(gone):,} {what} ({few(gone)})")
        if parts:
            yield f"set '{name}' of {len(entries[0]):,} entries: {', '.join(parts)}"


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


class _Comparing:
    """Compares the tables of two sides one by one."""

    def __init__(self, before: Side, after: Side) -> None:
        self._facts = _facts(before.library, after.library)
        deriving = before.deriving(), after.deriving()
        self._how = Facts(self._facts, (before.library, after.library), deriving)
        self._writing = tuple(WritingOut(side, self._facts) for side in deriving)

    def compared(self, name: str, one: Table | None, other: Table | None) -> TableDiff | None:
        """Two versions of a table (None: it is not there) compared; None where there is nothing to compare."""
        affected = self._how.affected(tested(one, other))
        if same(one, other) and not affected:
            return None
        table = other or one
        assert table is not None
        hits: list[HitPolicy] = [version.hit if version else table.hit for version in (one, other)]
        try:
            versions, done, left = self._versions((one, other), affected.derived)
            found = difference(self._facts, versions[0], versions[1], (hits[0], hits[1]))
        except TooLarge:
            return TableDiff(name, table.answers, None, ())
        otherwise = {fact for fact in left if self._how.is_otherwise(fact)} | affected.stated
        return TableDiff(name, table.answers, self._told(found), tuple(sorted(done)), tuple(sorted(otherwise)))

    def _versions(
        self, both: tuple[Table | None, Table | None], wanted: frozenset[str]
    ) -> tuple[list[list[Stated]], set[str], set[str]]:
        """Both versions with facts written out, those for which that was done, and those that are left as they are."""
        left: set[str] = set()
        while True:
            versions: list[list[Stated]] = []
            done: set[str] = set()
            for one, writing in zip(both, self._writing, strict=True):
                opened, of_side, not_done = writing.expanded(stated(one.rules) if one else [], wanted)
                versions.append(opened)
                done |= of_side
                left |= not_done
            if not done & left:
                return versions, done, left
            # What one side can write out and the other cannot is compared as it is on both.
            wanted -= left

    def _told(self, found: Difference) -> Difference:
        """The regions that hold a case, each without what holds none.

        There is none where a derived fact contradicts what it is derived from.
        """
        changes: list[Change] = []
        for change in found.changes:
            try:
                box = self._narrowed(found.space, change.box)
            except TooLarge:
                box = change.box
            if box is not None:
                changes.append(replace(change, box=box))
        return replace(found, changes=tuple(changes))

    def _narrowed(self, space: Space, box: Box) -> Box | None:
        names = [part.fact.name for part, side in zip(space.parts, box.sides, strict=True) if side is not None]
        beside = self._how.beside(names)
        if not beside:
            return box

        def can_be(sides: tuple[BoxSide | None, ...]) -> bool:
            return all(writing.can_be(space, replace(box, sides=sides), beside) for writing in self._writing)

        if not can_be(box.sides):
            return None
        bearing = beside.union(*map(self._how.behind, beside))
        sides = list(box.sides)
        for at, part in enumerate(space.parts):
            side = sides[at]
            if side is not None and len(side) > 1 and part.fact.name in bearing and box.witness is None:
                kept = (one for one in side if can_be((*sides[:at], frozenset([one]), *sides[at + 1 :])))
                sides[at] = frozenset(kept)
        return replace(box, sides=tuple(sides))


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


def changed_packs(before: Library, after: Library) -> list[str]:
    """The packs whose files differ."""
    names = dict.fromkeys((*before.packs, *after.packs))
    return [name for name in names if _raw(before, name) != _raw(after, name)]


def _raw(library: Library, name: str) -> Mapping[str, bytes]:
    return library.files[name].raw if name in library.files else {}
