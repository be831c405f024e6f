"""`covered-entry`: an entry of a list of values that the other entries hold already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from clausal.documents.library import Library
from clausal.facts.source import Path_, Source
from clausal.facts.value_set import ValueSet
from clausal.rules.finding import Finding, Removal

NAME = "covered-entry"
ALL_COUNT = ("between", "all_of")
"""Tests in whose lists every entry counts."""


def check(library: Library) -> Iterable[Finding]:
    """Entries that can be taken out without a change: written twice, or under a prefix or a set that stands beside."""
    sets = library.vocabulary.value_sets
    sources = [source for files in library.files.values() for source in files.sources.values()]
    whole = {name for source in sources for name in _asked_whole(source)}
    for source in sources:
        for path, entries in _lists(source):
            if path[0] == "value_sets" and path[1] in whole:
                continue
            tested = "" if path[0] == "value_sets" else str(path[path.index("when") + 1])
            fact = library.vocabulary.facts.get(tested)
            yield from _of_list(source, path, entries, sets, has_prefixes=fact is None or bool(fact.system))


def _asked_whole(source: Source) -> Iterator[str]:
    """The value sets of which a list must hold every entry: there an entry is no other's."""
    rules = source.data.get("rules") if isinstance(source.data, dict) else None
    for rule in [source.data, *rules] if isinstance(rules, list) else ():
        for test in (rule.get("when") or {}).values():
            asked = test.get("all_of") if isinstance(test, dict) else None
            for entry in asked if isinstance(asked, list) else [asked]:
                if isinstance(entry, str) and entry.startswith("@"):
                    yield entry[1:]


def _lists(source: Source) -> Iterator[tuple[Path_, list[Any]]]:
    """The lists of values in value sets and in tests of rules."""
    data = source.data
    if not isinstance(data, dict):
        return
    for name, entries in (data.get("value_sets") or {}).items():
        if isinstance(entries, list):
            yield ("value_sets", name), entries
    tested: list[tuple[Path_, Any]] = [((), data)]
    tested.extend((("rules", at), rule) for at, rule in enumerate(data.get("rules") or ()))
    for holder, whole in tested:
        for fact, test in (whole.get("when") or {}).items():
            path: Path_ = (*holder, "when", fact)
            if isinstance(test, list):
                yield path, test
            elif isinstance(test, dict):
                lists = ((key, value) for key, value in test.items() if isinstance(value, list))
                yield from (((*path, key), value) for key, value in lists if key not in ALL_COUNT)


def _of_list(
    source: Source, path: Path_, entries: list[Any], sets: Mapping[str, ValueSet], *, has_prefixes: bool
) -> Iterator[Finding]:
    for at, holder in held_entries(entries, sets, has_prefixes=has_prefixes):
        twice = str(entries[holder]) == str(entries[at])
        message = (
            f"'{entries[at]}' stands twice in this list"
            if twice
            else f"'{entries[holder]}' holds '{entries[at]}' already"
        )
        beside = ((f"'{entries[holder]}'", source.place((*path, holder))),)
        place = source.place((*path, at))
        yield Finding(NAME, "warning", place, message, "take it out", beside, None, Removal(source.name, (*path, at)))


def held_entries(
    entries: Sequence[Any], sets: Mapping[str, ValueSet], *, has_prefixes: bool
) -> Iterator[tuple[int, int]]:
    """The entries that can all be taken out, from the last on, each with another that stays and holds it."""
    read = [_read(entry, sets, has_prefixes=has_prefixes) for entry in entries]
    holders = _Holders(read, {at for at, entry in enumerate(entries) if _is_set(entry)})
    gone: set[int] = set()
    for at in reversed(range(len(entries))):
        holder = holders.of(at, gone)
        if holder is not None:
            gone.add(at)
            yield at, holder


class _Holders:
    """Which entry of a list holds another one: single entries are looked up by what they name, sets are asked."""

    def __init__(self, read: Sequence[ValueSet | None], sets: set[int]) -> None:
        self._read = read
        self._sets = [at for at in sorted(sets) if read[at] is not None]
        self._exact: dict[object, int] = {}
        self._prefixes: dict[str, int] = {}
        for at, one in enumerate(read):
            if one is None or at in sets:
                continue
            # The first of equal entries is enough: it holds the later ones, which are gone when it is asked itself.
            for value in one.exact:
                self._exact.setdefault(value, at)
            for prefix in one.prefixes:
                self._prefixes.setdefault(prefix, at)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})

    def of(self, at: int, gone: set[int]) -> int | None:
        """The first other entry, of those not gone, that holds all that an entry holds."""
        own = self._read[at]
        if own is None:
            return None
        found = sorted({*self._singles(own), *self._sets} - {at})
        return next((one for one in found if one not in gone and _holds(self._read[one], own)), None)

    def _singles(self, own: ValueSet) -> Iterator[int]:
        """The single entries that hold one of the values of an entry: no other can hold all of them."""
        value = next(iter(own.exact), None)
        if value is not None and value in self._exact:
            yield self._exact[value]
        text = str(value) if isinstance(value, str) else next(iter(own.prefixes), "")
        for length in self._lengths:
            if length <= len(text) and text[:length] in self._prefixes:
                yield self._prefixes[text[:length]]


def _is_set(entry: Any) -> TypeGuard[str]:
    return isinstance(entry, str) and entry.startswith("@")


def _read(entry: Any, sets: Mapping[str, ValueSet], *, has_prefixes: bool) -> ValueSet | None:
    if _is_set(entry):
        return sets.get(entry[1:])
    if not isinstance(entry, str | int):
        return None
    return ValueSet.of([entry]) if has_prefixes else ValueSet(frozenset([entry]))


def _holds(one: ValueSet | None, other: ValueSet | None) -> bool:
    """Whether a set holds all that the other holds."""
    if one is None or other is None:
        return False
    return one.holds(other)
