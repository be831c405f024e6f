"""`cycle`: facts that are derived from one another, so that none of them ever gets a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clausal.facts.vocabulary import Fact
from clausal.rules.finding import Finding
from clausal.rules.model import Table

NAME = "cycle"


def check(tables: Iterable[Table], facts: Mapping[str, Fact]) -> Iterable[Finding]:
    """Each cycle once, with every table on it; one of computations alone is refused as they are read."""
    by_fact: dict[str, list[Table]] = {}
    for table in tables:
        if table.answers[0] == "fact":
            by_fact.setdefault(table.answers[1], []).append(table)
    told: set[frozenset[str]] = set()
    done: set[str] = set()

    def steps(fact: str) -> Iterable[tuple[Table | None, Iterable[str]]]:
        for table in by_fact.get(fact, ()):
            yield table, dict.fromkeys(name for rule in table.rules for name in rule.when)
        computed = facts[fact].computed
        if computed:
            yield None, computed.of

    def visit(fact: str, path: list[tuple[str, Table | None]]) -> Iterable[Finding]:
        on = [name for name, _ in path]
        if fact in on:
            cycle = path[on.index(fact) :]
            key = frozenset(name for name, _ in cycle)
            of_tables = [table for _, table in cycle if table]
            if key not in told and of_tables:
                told.add(key)
                yield _told([*(name for name, _ in cycle), fact], of_tables)
            return
        if fact in done:
            return
        for table, tested in steps(fact):
            for name in tested:
                yield from visit(name, [*path, (fact, table)])
        done.add(fact)

    for fact in by_fact:
        yield from visit(fact, [])


def _told(names: list[str], tables: list[Table]) -> Finding:
    others = tuple((f"table '{table.name}' for '{table.answers[1]}'", table.place) for table in tables[1:])
    message = f"facts are derived from one another: {' -> '.join(names)}"
    return Finding(NAME, "error", tables[0].place, message, "let one of the tables test other facts", others)
