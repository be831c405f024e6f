"""Read how a fact is computed, as its declaration has it under `from`, and refuse what is no computation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clausal.facts.computed import COUNT, FUNCTIONS, MINUS, PERCENT_LESS, Computed
from clausal.facts.fact import Fact
from clausal.facts.source import Path_
from clausal.problems import unknown_name

EXAMPLE = "as in {full_years: [date_of_birth, service_date]}"
Refusal = tuple[Path_, str, str]
"""Where under `from`, what is wrong, and a hint."""


def read_computed(spec: Any) -> Computed | Refusal:
    """The computation that a declaration gives, as far as that can be told without the facts that it names."""
    if not isinstance(spec, dict) or len(spec) != 1:
        return (), "`from` names one function of other facts", EXAMPLE
    function, names = next(iter(spec.items()))
    if function not in FUNCTIONS:
        message, hint = unknown_name("function", str(function), FUNCTIONS)
        return (function,), message, hint
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        return (function,), f"`{function}` takes a list of facts", EXAMPLE
    if function == COUNT:
        twice = next((name for name in names if names.count(name) > 1), None)
        return (
            Computed(function, tuple(names))
            if twice is None
            else ((function,), f"'{twice}' is counted twice", "name each flag once")
        )
    if len(names) != 2:
        return (function,), f"`{function}` takes two facts, and {len(names)} are given", EXAMPLE
    return Computed(function, (names[0], names[1]))


def refusals(fact: Fact, facts: Mapping[str, Fact]) -> Iterable[Refusal]:
    """What is wrong in a computation, now that all facts are known: other types than it takes, a circle."""
    computed = fact.computed
    assert computed is not None
    function = computed.function
    if fact.type != "number":
        yield (), f"'{fact.name}' is a {fact.type}: what is computed is a number", "type: number"
    if function == PERCENT_LESS and fact.whole:
        yield (), f"'{fact.name}' is whole: a percentage need not be", "take `whole` out"
    wanted = {COUNT: "flag", MINUS: "number", PERCENT_LESS: "number"}.get(function, "date")
    for index, name in enumerate(computed.of):
        path: Path_ = (function, index)
        source = facts.get(name)
        if source is None:
            message, hint = unknown_name("fact", name, facts)
            yield path, message, hint
        elif source.type != wanted:
            yield path, f"'{name}' is a {source.type}: `{function}` takes a {wanted}", ""
        elif function == PERCENT_LESS and (source.at_least is None or source.at_least < 0):
            yield path, f"'{name}' may be less than nothing: `{function}` compares amounts", "at_least: 0"
        elif function == MINUS and fact.whole and not source.whole:
            yield path, f"'{name}' need not be whole, and '{fact.name}' is", "take `whole` out, or add it there"
    circle = circle_of(fact.name, facts)
    if circle:
        yield (
            (function,),
            f"facts are computed from one another: {' -> '.join(circle)}",
            "compute one of them otherwise",
        )


def circle_of(name: str, facts: Mapping[str, Fact]) -> list[str]:
    """The facts, each computed from the next, that lead from one back to it; empty where none do."""
    waiting = [[name]]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        fact = facts.get(path[-1])
        for other in fact.computed.of if fact and fact.computed else ():
            if other == name:
                return [*path, other]
            if other not in seen:
                seen.add(other)
                waiting.append([*path, other])
    return []
