"""`cycle`: facts that are derived from one another, so that none of them ever gets a value."""

from __future__ import annotations

from collections.abc import Iterable

from clausal.rules.finding import Finding
from clausal.rules.model import Table

NAME = "cycle"


def check(tables: Iterable[Table]) -> Iterable[Finding]:
    """Each cycle once, with every table on it."""
    by_fact: dict[str, list[Table]] = {}
    for table in tables:
        if table.answers[0] == "fact":
            by_fact.setdefault(table.answers[1], []).append(table)
    told: set[frozenset[str]] = set()
    done: set[str] = set()

    def visit(fact: str, path: list[tuple[str, Table]]) -> Iterable[Finding]:
        on = [name for name, _ in path]
        if fact in on:
            cycle = path[on.index(fact) :]
            key = frozenset(name for name, _ in cycle)
            if key not in told:
                told.add(key)
                yield _told([*(name for name, _ in cycle), fact], [table for _, table in cycle])
            return
        if fact in done:
            return
        for table in by_fact[fact]:
            for tested in dict.fromkeys(name for rule in table.rules for name in rule.when):
                if tested in by_fact:
                    yield from visit(tested, [*path, (fact, table)])
        done.add(fact)

    for fact in by_fact:
        yield from visit(fact, [])


def _told(names: list[str], tables: list[Table]) -> Finding:
    others = tuple((f"table '{table.name}' for '{table.answers[1]}'", table.place) for table in tables[1:])
    message = f"facts are derived from one another: {' -> '.join(names)}"
    return Finding(NAME, "error", tables[0].place, message, "let one of the tables test other facts", others)
