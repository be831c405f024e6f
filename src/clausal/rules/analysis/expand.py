"""Write out derived facts: a rule that tests one becomes rules that test what it is derived from."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.rules.analysis.diff import Stated, stated
from clausal.rules.analysis.regions import Box, Regions
from clausal.rules.analysis.space import Space, Tests, Values
from clausal.rules.kinds import Cube, Kinds, Side
from clausal.rules.masks import bits
from clausal.rules.model import Between, Holds, Table, Test, Within
from clausal.rules.walk import Outcome, Walk, firsts


@dataclass(frozen=True)
class _Derived:
    """Where a derived fact has a value: conjunctions of tests, with the clauses they rest on."""

    value: Any
    tests: Tests
    cites: tuple[str, ...]


def expanded(
    rules: Sequence[Stated],
    wanted: frozenset[str],
    deriving: Mapping[str, Sequence[Table]],
    facts: Mapping[str, Fact],
) -> tuple[list[Stated], set[str], set[str]]:
    """The rules with derived facts written out, the facts for which that was done, and those for which it cannot be.

    It can be for a fact that one `first` or `unique` table derives, with one value for every case, and for a list;
    inner derived facts are written out too. Raises TooLarge.
    """
    done: set[str] = set()
    left: set[str] = set()
    for fact in sorted(wanted):
        cases, inner_left = _derived(fact, deriving, facts)
        left |= inner_left
        if cases is None:
            left.add(fact)
            continue
        rules = [one for rule in rules for one in _written_out(rule, fact, cases)]
        done.add(fact)
    return list(rules), done, left


def _derived(
    fact: str, deriving: Mapping[str, Sequence[Table]], facts: Mapping[str, Fact]
) -> tuple[list[_Derived] | None, set[str]]:
    """The regions in which a fact has its values (None: not one value everywhere), and the facts left as they are."""
    tables = deriving.get(fact, ())
    is_list = facts[fact].type == "codes"
    if len(tables) != 1 or (tables[0].hit == "collect" and not is_list):
        return None, set()
    rules: Sequence[Stated] = stated(tables[0].rules)
    inner = frozenset(
        name for rule in rules for name in rule.tests if name in deriving and facts[name].case is None and name != fact
    )
    rules, _, left = expanded(rules, inner, deriving, facts)
    space = Space(facts, [rule.tests for rule in rules])

    def outcome(alive: int) -> Outcome:
        return alive if is_list else alive & -alive

    def early(alive: int, sure: int) -> tuple[int, Outcome | None]:
        return alive if is_list else firsts(alive, sure), None

    steps = space.steps()
    walk = Walk(steps, outcome, early)
    found: list[_Derived] = []
    for telling, boxes in Regions(space, steps, walk.root()).of(lambda _: True).items():
        assert isinstance(telling, int)
        told = [rules[at] for at in bits(telling)]
        values = frozenset(value for one in told for value in one.rule.then["value"])
        if not is_list and len(values) != 1:
            return None, left
        value = values if is_list else next(iter(values))
        cites = tuple(dict.fromkeys(cite for one in told for cite in one.cites))
        conjunctions = (tests for box in boxes for tests in _as_tests(space, box))
        found.extend(_Derived(value, tests, cites) for tests in conjunctions)
    return found, left


def _written_out(rule: Stated, fact: str, cases: Sequence[_Derived]) -> Iterable[Stated]:
    """A rule once for each region in which the fact has a value that it accepts."""
    tests = rule.tests.get(fact)
    if tests is None:
        yield rule
        return
    rest = {name: of_fact for name, of_fact in rule.tests.items() if name != fact}
    for case in cases:
        if all(_accepts(test, case.value) for test in tests):
            both = {name: (*rest.get(name, ()), *case.tests.get(name, ())) for name in (*rest, *case.tests)}
            yield replace(rule, tests=both, cites=tuple(dict.fromkeys((*rule.cites, *case.cites))))


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
            tests: list[Test] = [Between(low, high, low is not None and not low_in, high is not None and not high_in)]
            yield tuple(tests)
        return
    if part.is_code:
        yield (Within(part.codes_of(side)),)
        return
    inside = part.values(side)[0]
    yield (Within(ValueSet(frozenset(inside)), written=", ".join(map(str, inside))),)


def _of_list(part: Kinds, side: Side) -> Iterable[tuple[Test, ...]]:
    cube: Cube
    for cube in side:
        tests = [Holds(any_of=part.codes_of(kind)) for kind in sorted(cube.has)]
        tests.extend(Holds(none_of=part.codes_of(kind)) for kind in sorted(cube.lacks))
        yield tuple(tests)
