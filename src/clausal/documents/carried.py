"""What carries a clause: the rules, plans, editions and data that rest on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clausal.documents.pack import Pack
from clausal.facts.source import Path_


@dataclass(frozen=True, slots=True)
class Carrier:
    """What rests on a clause: a rule, a plan, an edition, or an entry of a data file."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def qualified(cite: str, pack: str) -> str:
    """A citation as `pack#clause`."""
    return cite if "#" in cite else f"{pack}#{cite}"


def cited(data: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Every clause that plain data cite, at any depth, with its place."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "cites" and isinstance(value, list):
                yield from (((*path, key, at), str(cite)) for at, cite in enumerate(value))
            else:
                yield from cited(value, (*path, key))
    elif isinstance(data, list):
        for at, value in enumerate(data):
            yield from cited(value, (*path, at))


def carriers(packs: Iterable[Pack]) -> Mapping[str, list[Carrier]]:
    """For each clause that is cited anywhere (`pack#clause`), what cites it."""
    found: dict[str, list[Carrier]] = {}

    def note(cites: Iterable[str], pack: Pack, carrier: Carrier) -> None:
        for cite in cites:
            found.setdefault(qualified(cite, pack.name), []).append(carrier)

    for pack in packs:
        for table in pack.tables:
            for rule in table.rules:
                note(rule.cites, pack, Carrier("rule", f"{table.id}#{rule.name}"))
                if rule.reading:
                    note(rule.reading.cites, pack, Carrier("reading", f"{table.id}#{rule.name}"))
        for plan in pack.plans.values():
            note(plan.cites, pack, Carrier("plan", plan.name))
        for version in pack.versions:
            note(version.cites, pack, Carrier("edition", f"{pack.name} {version.name}"))
        if pack.replaced_by:
            note(pack.replaced_by.cites, pack, Carrier("successor of", pack.name))
        for name, source in pack.files.items():
            for _, cite in cited(source.data):
                note([cite], pack, Carrier("data", f"{pack.name}/{name}.yaml"))
    return found
