"""Write out derived facts: a rule that tests one becomes rules that test what it is derived from."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.rules.diff import Stated, stated
from clausal.rules.model import Between, Holds, Table, Test, Within
from clausal.rules.regions import Box, Outcome, Regions, Walk, firsts
from clausal.rules.space import ANY_OTHER, Cube, Kinds, Side, Space, Tests, Values
from clausal.rules.steps import Steps

OPEN = "cannot be told: a derived fact has no single value here"
"""What is concluded where a derived fact that matters is left without one value."""


@dataclass(frozen=True)
class _Derived:
    """Where a derived fact has which values: conjunctions of tests, with the clauses they rest on; None: no value."""

    values: frozenset[Any] | None
    tests: Tests
    cites: tuple[str, ...]


def expanded(
    rules: Sequence[Stated],
    facts_out: frozenset[str],
    deriving: Mapping[str, Sequence[Table]],
    facts: Mapping[str, Fact],
) -> tuple[list[Stated], set[str]]:
    """The rules with some derived facts written out, and the facts for which that was possible.

    It is possible for a fact that one `first` or `unique` table derives; inner derived facts are written out too.
    Raises TooLarge.
    """
    done: set[str] = set()
    for fact in sorted(facts_out):
        tables = deriving.get(fact, ())
        if len(tables) > 1 or any(table.hit == "collect" for table in tables):
            continue
        cases = _derived(fact, tables, deriving, facts)
        rules = [one for rule in rules for one in _written_out(rule, fact, cases)]
        done.add(fact)
    return list(rules), done


def _derived(
    fact: str, tables: Sequence[Table], deriving: Mapping[str, Sequence[Table]], facts: Mapping[str, Fact]
) -> list[_Derived]:
    """Every region of cases in which a fact has other values, the whole space among them."""
    rules: Sequence[Stated] = stated(tables[0].rules) if tables else ()
    inner = frozenset(
        name for rule in rules for name in rule.tests if name in deriving and facts[name].case is None and name != fact
    )
    rules, _ = expanded(rules, inner, deriving, facts)
    space = Space(facts, [rule.tests for rule in rules])

    def outcome(alive: int) -> Outcome:
        return (alive & -alive).bit_length() - 1

    def early(alive: int, sure: int) -> tuple[int, Outcome | None]:
        return firsts(alive, sure), None

    walk = Walk(Steps(space), outcome, early)
    found: list[_Derived] = []
    for first, boxes in Regions(walk, walk.root()).of(lambda _: True).items():
        assert isinstance(first, int)
        values = rules[first].rule.then.get("value") if first >= 0 else None
        cites = rules[first].cites if first >= 0 else ()
        found.extend(_Derived(values, tests, cites) for box in boxes for tests in _as_tests(space, box))
    return found


def _written_out(rule: Stated, fact: str, cases: Sequence[_Derived]) -> Iterable[Stated]:
    """A rule once for each region in which the fact has values that it accepts; where it may or may not, it is open."""
    tests = rule.tests.get(fact)
    if tests is None:
        yield rule
        return
    rest = {name: of_fact for name, of_fact in rule.tests.items() if name != fact}
    for case in cases:
        accepted = None if case.values is None else {all(_accepts(t, v) for t in tests) for v in case.values}
        if accepted == {False}:
            continue
        both = {name: (*rest.get(name, ()), *case.tests.get(name, ())) for name in dict.fromkeys((*rest, *case.tests))}
        cites = tuple(dict.fromkeys((*rule.cites, *case.cites)))
        if accepted == {True}:
            yield replace(rule, tests=both, cites=cites)
        else:
            said = replace(rule.rule, then={"open": OPEN})
            yield Stated(said, both, cites, OPEN)


def _accepts(test: Test, value: Any) -> bool:
    return bool(test.accepts(value))


def _as_tests(space: Space, box: Box) -> Iterable[Tests]:
    """A box as conjunctions of tests."""
    options: list[list[tuple[str, tuple[Test, ...]]]] = []
    for part, side in zip(space.parts, box.sides, strict=True):
        if side is not None:
            found = _of_list(part, side) if isinstance(part, Kinds) else _of_values(part, side)
            options.append([(part.fact.name, tests) for tests in found])
    for chosen in itertools.product(*options):
        yield dict(chosen)


def _of_values(part: Values, side: Side) -> Iterable[tuple[Test, ...]]:
    if part.fact.type in ("number", "date"):
        for low, high, low_in, high_in in part.spans(side):
            tests: list[Test] = [Between(low, high)]
            outside = [end for end, inside in ((low, low_in), (high, high_in)) if end is not None and not inside]
            tests.extend(Within(ValueSet(frozenset([end])), negated=True, written=str(end)) for end in outside)
            yield tuple(tests)
        return
    inside, outside = part.values(side)
    negated = ANY_OTHER in inside
    chosen = outside if negated else inside
    yield (Within(ValueSet.of(chosen), negated=negated, written=", ".join(map(str, chosen))),)


def _of_list(part: Kinds, side: Side) -> Iterable[tuple[Test, ...]]:
    cube: Cube
    for cube in side:
        tests = [Holds(any_of=part.codes_of(kind), written=" or ".join(part.named(kind))) for kind in sorted(cube.has)]
        for kind in sorted(cube.lacks):
            tests.append(Holds(none_of=part.codes_of(kind), written=f"none of {', '.join(part.named(kind))}"))
        yield tuple(tests)
