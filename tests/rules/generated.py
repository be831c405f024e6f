"""Generated tables and states, and a brute-force reading of both: every completion, every rule, one at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from clausal.facts.knowledge import Knowledge, Listed, Origin, Possible, Range
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.problems import Place
from clausal.rules.model import Between, Force, HitPolicy, Holds, Rule, Table, Test, Within

CODES = ("A1", "A2", "B1", "C1")
FACTS: Mapping[str, Fact] = {
    "colour": Fact("colour", "choice", "", values=dict.fromkeys(("red", "green", "blue"), "")),
    "wet": Fact("wet", "flag", ""),
    "count": Fact("count", "number", "", whole=True, at_least=0, at_most=5),
    "list": Fact("list", "codes", "", values=dict.fromkeys(CODES, "")),
    "shape": Fact("shape", "choice", "", values=dict.fromkeys(("round", "square"), "")),
}
VALUES: Mapping[str, tuple[Any, ...]] = {
    "colour": ("red", "green", "blue"),
    "wet": (True, False),
    "count": tuple(range(6)),
    "list": tuple(frozenset(c) for n in range(5) for c in itertools.combinations(CODES, n)),
    "shape": ("round", "square"),
}
NOWHERE = Place("generated")


def _within(name: str) -> st.SearchStrategy[Test]:
    chosen = st.sets(st.sampled_from(VALUES[name]), min_size=1)
    return st.builds(lambda values, negated: Within(ValueSet(frozenset(values)), negated), chosen, st.booleans())


_PLAIN = st.sets(st.sampled_from((*CODES, "A-")), min_size=1).map(ValueSet.of)
_SETS = _PLAIN | st.builds(ValueSet.less, _PLAIN, _PLAIN).filter(bool)
TESTS: dict[str, st.SearchStrategy[Test]] = {
    "colour": _within("colour"),
    "wet": _within("wet"),
    "shape": _within("shape"),
    "count": st.one_of(
        _within("count"),
        st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda pair: Between(min(pair), max(pair))),
        st.integers(0, 5).map(lambda low: Between(low, None)),
    ),
    "list": st.builds(
        Holds,
        any_of=st.none() | _SETS,
        all_of=st.none() | _SETS,
        none_of=st.none() | _SETS,
        any_other_than=st.none() | _SETS,
        written=st.just("list"),
        each_of=st.just(()) | st.lists(_SETS, max_size=2).map(tuple),
    ).filter(lambda test: test != Holds(written="list")),
}


@st.composite
def tables(draw: st.DrawFn, hit: HitPolicy = "first") -> Table:
    rules = []
    for index in range(draw(st.integers(1, 7))):
        names = draw(st.sets(st.sampled_from(sorted(FACTS)), max_size=3))
        when = {name: draw(TESTS[name]) for name in sorted(names)}
        then = {"finding": draw(st.sampled_from(("yes", "no", "perhaps")))}
        rules.append(Rule(f"r{index}", when, then, ("c",), Force(), NOWHERE))
    return Table("generated", "pack", hit, ("authority", "x"), tuple(rules), NOWHERE)


_ENDS = st.none() | st.integers(0, 5)


def _is_range(one: Range) -> bool:
    return one.low is None or one.high is None or one.low < one.high  # type: ignore[operator]


_RANGES: st.SearchStrategy[Range] = st.builds(Range, _ENDS, _ENDS, st.just(Origin("case"))).filter(_is_range)


@st.composite
def states(draw: st.DrawFn) -> dict[str, Knowledge]:
    state: dict[str, Knowledge] = {}
    for name in FACTS:
        if not draw(st.booleans()):
            continue
        if name == "list":
            state[name] = Listed(draw(st.frozensets(st.sampled_from(CODES))), draw(st.booleans()), Origin("case"))
        elif name == "count" and draw(st.booleans()):
            state[name] = draw(_RANGES)
        else:
            state[name] = Possible(draw(st.frozensets(st.sampled_from(VALUES[name]), min_size=1)), Origin("case"))
    return state


def still(name: str, state: Mapping[str, Knowledge]) -> tuple[Any, ...]:
    """The values that a fact can still have."""
    knowledge = state.get(name)
    if knowledge is None:
        return VALUES[name]
    if isinstance(knowledge, Possible):
        return tuple(value for value in VALUES[name] if value in knowledge.values)
    if isinstance(knowledge, Range):
        return tuple(value for value in VALUES[name] if knowledge.holds(value))
    if knowledge.complete:
        return (knowledge.codes,)
    return tuple(value for value in VALUES[name] if value >= knowledge.codes)


def completions(state: Mapping[str, Knowledge]) -> Iterator[dict[str, Any]]:
    names = list(FACTS)
    for values in itertools.product(*(still(name, state) for name in names)):
        yield dict(zip(names, values, strict=True))


def holds(rule: Rule, values: Mapping[str, Any]) -> bool:
    return all(test.accepts(values[name]) for name, test in rule.when.items())


def first(table: Table, values: Mapping[str, Any]) -> Rule | None:
    return next((rule for rule in table.rules if holds(rule, values)), None)


def concludes(rule: Rule | None) -> str | None:
    return rule.then["finding"] if rule else None
