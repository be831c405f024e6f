"""`covered-entry`: an entry of a list of values that the other entries hold already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

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
    read = [_read(entry, sets, has_prefixes=has_prefixes) for entry in entries]
    gone: set[int] = set()
    for at in reversed(range(len(entries))):
        others = [other for other in range(len(entries)) if other != at and other not in gone]
        holder = next((other for other in others if read[at] is not None and _holds(read[other], read[at])), None)
        if holder is None:
            continue
        gone.add(at)
        twice = str(entries[holder]) == str(entries[at])
        message = (
            f"'{entries[at]}' stands twice in this list"
            if twice
            else f"'{entries[holder]}' holds '{entries[at]}' already"
        )
        beside = ((f"'{entries[holder]}'", source.place((*path, holder))),)
        place = source.place((*path, at))
        yield Finding(NAME, "warning", place, message, "take it out", beside, None, Removal(source.name, (*path, at)))


def _read(entry: Any, sets: Mapping[str, ValueSet], *, has_prefixes: bool) -> ValueSet | None:
    if isinstance(entry, str) and entry.startswith("@"):
        return sets.get(entry[1:])
    if not isinstance(entry, str | int):
        return None
    return ValueSet.of([entry]) if has_prefixes else ValueSet(frozenset([entry]))


def _holds(one: ValueSet | None, other: ValueSet | None) -> bool:
    """Whether a set holds all that the other holds."""
    if one is None or other is None:
        return False
    return all(value in one for value in other.exact) and all(
        p.startswith(one.prefixes or ("\0",)) for p in other.prefixes
    )
