"""`unused`: a fact or value set that no rule needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from clausal.documents.library import Library
from clausal.facts.fact import Fact
from clausal.facts.vocabulary import OF_THE_ENGINE
from clausal.rules.finding import Finding

NAME = "unused"


def check(library: Library) -> Iterable[Finding]:
    """Facts that no table tests or derives from, and value sets that are named nowhere."""
    yield from _facts(library)
    yield from _value_sets(library)


def _facts(library: Library) -> Iterator[Finding]:
    facts = library.vocabulary.facts
    tables = [table for pack in library.packs.values() for table in pack.tables]
    used = {name for table in tables for rule in table.rules for name in rule.when}
    used.update(str(rule.then["count"]) for table in tables for rule in table.rules if "count" in rule.then)
    used.update(OF_THE_ENGINE)
    used.update(name for fact in facts.values() for name in fact.disputed_with)
    for name in [one for one in facts if one in used]:
        used.update(_sources(facts, name))
    for files in library.files.values():
        source = files.sources.get("facts")
        for name in (source.data.get("facts") or {}) if source else ():
            if name not in used:
                assert source is not None
                derived = [t for t in tables if t.answers == ("fact", name)]
                others = tuple((f"table '{one.name}' derives it", one.place) for one in derived)
                hint = "test it in a rule, or take it out"
                yield Finding(
                    NAME, "warning", source.place(("facts", name)), f"no rule tests fact '{name}'", hint, others
                )


def _sources(facts: Mapping[str, Fact], name: str) -> Iterator[str]:
    """What a fact is combined of, computed from or gathered over, at any depth."""
    fact = facts.get(name)
    if fact is None:
        return
    computed = fact.computed.of if fact.computed else ()
    gathered = fact.gathered.names if fact.gathered else ()
    for one in (*fact.combines, *computed, *gathered):
        yield one
        yield from _sources(facts, one)


def _value_sets(library: Library) -> Iterator[Finding]:
    named = {
        word[1:] for files in library.files.values() for one in files.sources.values() for word in _words(one.data)
    }
    for files in library.files.values():
        source = files.sources.get("facts")
        for name in (source.data.get("value_sets") or {}) if source else ():
            if name not in named:
                assert source is not None
                place = source.place(("value_sets", name))
                yield Finding(
                    NAME, "warning", place, f"nothing names value set '{name}'", f"name it as @{name}, or take it out"
                )


def _words(data: Any) -> Iterator[str]:
    """Every text that names a value set."""
    if isinstance(data, dict):
        for value in data.values():
            yield from _words(value)
    elif isinstance(data, list):
        for value in data:
            yield from _words(value)
    elif isinstance(data, str) and data.startswith("@"):
        yield data
