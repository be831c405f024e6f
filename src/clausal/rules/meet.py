"""Two tests of one fact as one: it accepts what both accept."""

from __future__ import annotations

from typing import Any

from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.rules.model import Between, Holds, Test, Within


class Apart(Exception):
    """The two tests cannot be one: nothing is accepted by both, or no one test says it."""


def met(fact: Fact, one: Test, other: Test) -> Test:
    """The test that accepts what two tests accept; raises Apart with the reason."""
    if isinstance(one, Holds) and isinstance(other, Holds):
        return _lists(one, other)
    if isinstance(one, Between) and isinstance(other, Between):
        return _bounds(one, other)
    if isinstance(one, Within) and isinstance(other, Within):
        return _values(fact, one, other)
    values, bounds = (one, other) if isinstance(one, Within) else (other, one)
    assert isinstance(values, Within)
    if values.negated:
        raise Apart("no one test has bounds and leaves values out")
    return _chosen(frozenset(value for value in values.values.exact if bounds.accepts(value)))  # type: ignore[arg-type]


def _chosen(values: frozenset[Any]) -> Within:
    if not values:
        raise Apart("no value is accepted by both")
    return Within(ValueSet(values), written=", ".join(sorted(map(_word, values))))


def _word(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _lists(one: Holds, other: Holds) -> Holds:
    """Every clause of both; of two sets of which a code is wanted, a code of each."""
    if one.any_other_than is not None and other.any_other_than is not None:
        raise Apart("`any_other_than` can stand once")
    extra = (other.any_of,) if one.any_of is not None and other.any_of is not None else ()
    return Holds(
        any_of=one.any_of if one.any_of is not None else other.any_of,
        all_of=_union(one.all_of, other.all_of),
        none_of=_union(one.none_of, other.none_of),
        any_other_than=one.any_other_than if one.any_other_than is not None else other.any_other_than,
        written=f"{one.written} and {other.written}",
        each_of=(*one.each_of, *other.each_of, *extra),
    )


def _union(one: ValueSet | None, other: ValueSet | None) -> ValueSet | None:
    return one | other if one is not None and other is not None else one if one is not None else other


def _bounds(one: Between, other: Between) -> Between:
    low, above = max(((test.low, test.above) for test in (one, other) if test.low is not None), default=(None, False))
    highs = ((test.high, not test.below) for test in (one, other) if test.high is not None)
    high, included = min(highs, default=(None, True))
    found = Between(low, high, above, not included)
    if low is not None and high is not None and not (low < high or found.accepts(low)):
        raise Apart("no value is accepted by both")
    return found


def _values(fact: Fact, one: Within, other: Within) -> Within:
    closed: list[Any] = [True, False] if fact.type == "flag" else list(fact.values)
    if closed:
        return _chosen(frozenset(value for value in closed if one.accepts(value) and other.accepts(value)))
    if one.negated and other.negated:
        return Within(one.values | other.values, negated=True, written=f"{one.written}, {other.written}")
    if one.negated or other.negated:
        kept, left = (other.values, one.values) if one.negated else (one.values, other.values)
        return _set(kept.difference(left))
    if one.values.ways or other.values.ways:
        return _set(ValueSet(frozenset(), (), (((one.values, other.values), ()),)))
    exact = frozenset(
        value for value in one.values.exact | other.values.exact if one.accepts(value) and other.accepts(value)
    )
    prefixes = {
        max(first, second, key=len)
        for first in one.values.prefixes
        for second in other.values.prefixes
        if first.startswith(second) or second.startswith(first)
    }
    return _set(ValueSet(exact, tuple(prefixes)))


def _set(values: ValueSet) -> Within:
    if not values:
        raise Apart("no value is accepted by both")
    return Within(values, written=", ".join(values.entries()))
