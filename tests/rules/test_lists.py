"""Laws of lists of codes of many kinds, held against a reading of every list that there can be."""

from __future__ import annotations

import threading
from unittest.mock import patch

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausal.facts.knowledge import Knowledge, Listed, Origin, Possible
from clausal.facts.numbered import Numbered
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.rules import diagram
from clausal.rules import needs as needs_module
from clausal.rules.columns import column_for
from clausal.rules.compile import CompiledTable
from clausal.rules.evaluate import collect, evaluate
from clausal.rules.lists import ListColumn
from clausal.rules.model import Holds, Table, Test, Within
from clausal.rules.needs import needs
from clausal.rules.walker import Walker
from tests.rules.listed import (
    EVERY,
    FACTS,
    HEADINGS,
    SINGLE,
    completions,
    concludes,
    read,
    relevant,
    rule,
    states,
    table,
    tables,
    ways,
)

law = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
COLLECTED = tables("collect")


def names(found: object) -> set[str | None]:
    return {one.name if one else None for one in found}  # type: ignore[attr-defined]


def any_of(*codes: str) -> Test:
    return Holds(any_of=ValueSet.of(codes), written="list")


def all_of(*codes: str) -> Test:
    return Holds(all_of=ValueSet.of(codes), written="list")


def none_of(*codes: str) -> Test:
    return Holds(none_of=ValueSet.of(codes), written="list")


def compiled(*rules: tuple[Test | None, str], system: str = "icd-10-cm") -> CompiledTable:
    made = [rule(at, {"list": test} if test else {}, says) for at, (test, says) in enumerate(rules)]
    return CompiledTable(table(made), {"list": Fact("list", "codes", "", system=system)})


def listed(*codes: str, complete: bool = True) -> dict[str, Knowledge]:
    return {"list": Listed(frozenset(codes), complete, Origin("case"))}


def told(of: CompiledTable, state: dict[str, Knowledge]) -> str | None:
    outcome = evaluate(of, state)
    if not outcome.settled:
        return "open"
    return outcome.rule.then["finding"] if outcome.rule else None


CONTRAINDICATED = compiled(
    (any_of("PREGNANT"), "no"),
    (any_of("INFECTION"), "no"),
    (any_of("ANTICOAGULATED"), "no"),
    (any_of("ALLERGIC"), "no"),
    (all_of("THERAPY", "NSAID", "STEROID"), "yes"),
    (None, "no"),
)


def test_an_unknown_list_that_can_hold_three_codes_without_four_others_is_open() -> None:
    assert told(CONTRAINDICATED, {}) == "open"
    assert [need.fact for need in needs(CONTRAINDICATED, {})] == ["list"]


def test_an_incomplete_list_is_settled_by_what_nothing_more_can_undo() -> None:
    three = ("THERAPY", "NSAID", "STEROID")
    assert told(CONTRAINDICATED, listed("PREGNANT", *three, complete=False)) == "no"
    assert told(CONTRAINDICATED, listed(*three, complete=False)) == "open"
    assert told(CONTRAINDICATED, listed(*three)) == "yes"


def test_so_it_is_where_the_three_are_what_denies() -> None:
    three = ("THERAPY", "NSAID", "STEROID")
    denied = compiled(
        (any_of("PREGNANT"), "yes"),
        (any_of("INFECTION"), "yes"),
        (any_of("ANTICOAGULATED"), "yes"),
        (any_of("ALLERGIC"), "yes"),
        (all_of(*three), "no"),
        (None, "yes"),
    )
    assert told(denied, {}) == "open"
    assert told(denied, listed(*three[:2], complete=False)) == "open"
    assert told(denied, listed(*three[:2])) == "yes"
    assert told(denied, listed(*three)) == "no"


def test_a_test_that_forbids_all_that_it_wants_never_holds() -> None:
    both = Holds(any_of=ValueSet.of(["A1", "A2"]), none_of=ValueSet.of(["A-"]), written="list")
    never = compiled((both, "yes"), (None, "no"))
    assert told(never, {}) == "no"
    assert not needs(never, {})


def test_a_heading_may_mean_a_code_that_no_test_names() -> None:
    named = compiled((any_of("I73.00", "I73.01"), "no"), (None, "yes"))
    assert told(named, listed("I73.0")) == "open"
    under = compiled((any_of("I73.0-"), "no"), (any_of("I73.00"), "no"), (None, "yes"))
    assert told(under, listed("I73.0")) == "no"


def test_a_heading_means_any_of_the_codes_under_it_together() -> None:
    two_of_three = compiled(
        (all_of("E11.1", "E11.2", "E11.3"), "no"),
        (all_of("E11.1", "E11.2"), "yes"),
        (all_of("E11.2", "E11.3"), "yes"),
        (all_of("E11.1", "E11.3"), "yes"),
        (None, "no"),
    )
    assert told(two_of_three, listed("E11")) == "open"
    assert told(two_of_three, listed("E11.1", "E11.2")) == "yes"


def test_a_closed_list_has_no_code_but_its_own() -> None:
    fact = Fact("list", "codes", "", values=dict.fromkeys(("left", "right"), ""))
    other = Holds(any_other_than=ValueSet.of(["left", "right"]), written="list")
    sides = CompiledTable(table([rule(0, {"list": other}, "no"), rule(1, {}, "yes")]), {"list": fact})
    assert told(sides, {}) == "yes"


def test_a_list_of_thousands_of_kinds_is_read_as_any_other() -> None:
    rules: list[tuple[Test | None, str]] = []
    for at in range(1500):
        wanted = any_of(f"C{at}", f"C{at + 1}", f"P{at % 100}-")
        rules.append((wanted, "yes" if at % 2 else "no"))
    many = compiled(*rules, (None, "no"), system="")
    assert len(many.column["list"].kinds.kinds) > 1500  # type: ignore[attr-defined]
    outcome = evaluate(many, {})
    assert {None if one is None else int(one.name[1:]) for one in outcome.possible} == set(range(1501))
    assert [need.fact for need in needs(many, {})] == ["list"]
    assert told(many, listed("C7", complete=False)) == "open"
    assert told(many, listed("C0", complete=False)) == "no"


def test_what_is_too_much_to_follow_is_open_and_asked_for() -> None:
    pairs = [(all_of(f"A{at}", f"B{(at * 7 + 3) % 25}", f"C{(at * 11 + 5) % 25}"), "yes") for at in range(25)]
    pairs.extend((all_of(f"B{at}", f"A{(at * 13 + 1) % 25}"), "no") for at in range(25))
    many = compiled(*pairs, (None, "no"), system="")
    assert told(many, {}) == "open"
    assert [need.fact for need in needs(many, {})] == ["list"]


@law
@given(tables(), states())
def test_the_rules_that_can_decide_are_those_of_some_completion(of: Table, state: dict[str, Knowledge]) -> None:
    outcome = evaluate(CompiledTable(of, FACTS), state)
    every = [holding for _, holding in completions(of, ways(of, state))]
    deciding = {of.rules[min(holding)].name if holding else None for holding in every}
    assert names(outcome.possible) == deciding
    assert outcome.settled == (len({concludes(of, holding) for holding in every}) == 1)


@law
@given(tables(), states())
def test_a_fact_is_asked_exactly_if_it_can_change_the_outcome(of: Table, state: dict[str, Knowledge]) -> None:
    assert {need.fact for need in needs(CompiledTable(of, FACTS), state)} == relevant(of, ways(of, state))


@law
@given(COLLECTED, states())
def test_so_it_is_where_all_rules_that_hold_are_collected(of: Table, state: dict[str, Knowledge]) -> None:
    assert {need.fact for need in needs(CompiledTable(of, FACTS), state)} == relevant(of, ways(of, state))


@law
@given(COLLECTED, states())
def test_rules_hold_in_every_completion_and_open_ones_in_some(of: Table, state: dict[str, Knowledge]) -> None:
    found = collect(CompiledTable(of, FACTS), state)
    every = [holding for _, holding in completions(of, ways(of, state))]
    holding, some = frozenset.intersection(*every), frozenset.union(*every)
    assert names(found.holding) == {of.rules[at].name for at in holding}
    assert names(found.open) == {of.rules[at].name for at in some - holding}


@law
@given(tables(lists=("steps",)), states())
def test_lists_of_twelve_kinds_are_read_exactly(of: Table, state: dict[str, Knowledge]) -> None:
    found = ways(of, state)
    every = [holding for _, holding in completions(of, found)]
    table_ = CompiledTable(of, FACTS)
    outcome = evaluate(table_, state)
    assert names(outcome.possible) == {of.rules[min(holding)].name if holding else None for holding in every}
    assert {need.fact for need in needs(table_, state)} == relevant(of, found)


@st.composite
def learned(draw: st.DrawFn) -> tuple[Table, dict[str, Knowledge], dict[str, Knowledge]]:
    """A table, a state, and one in which more is known."""
    of, state = draw(tables()), draw(states())
    more = dict(state)
    for name in draw(st.sets(st.sampled_from(sorted(FACTS)), min_size=1)):
        value = draw(st.sampled_from(sorted(read(of, name, state.get(name)), key=str)))
        if name in SINGLE:
            more[name] = Possible(frozenset([value]), Origin("learned"))
            continue
        before = state.get(name)
        is_complete = draw(st.booleans()) or (isinstance(before, Listed) and before.complete)
        some = value if is_complete else frozenset(draw(st.sets(st.sampled_from(sorted(value))))) if value else value
        if isinstance(before, Listed):
            some |= {code for code in before.codes if code in value or not is_complete}
        more[name] = Listed(some, is_complete, Origin("learned"))
    return of, state, more


@law
@given(learned())
def test_learning_more_never_overturns_an_answer(
    given_: tuple[Table, dict[str, Knowledge], dict[str, Knowledge]],
) -> None:
    of, state, more = given_
    table_ = CompiledTable(of, FACTS)
    before, after = evaluate(table_, state), evaluate(table_, more)
    assert names(after.possible) <= names(before.possible)
    assert not before.settled or after.settled
    assert {need.fact for need in needs(table_, more)} <= {need.fact for need in needs(table_, state)}


@law
@given(tables(), states(), st.integers(0, 6))
def test_where_the_diagram_grows_too_large_nothing_is_settled_that_is_open(
    of: Table, state: dict[str, Knowledge], most: int
) -> None:
    table_ = CompiledTable(of, FACTS)
    exact, asked = evaluate(table_, state), {need.fact for need in needs(table_, state)}
    bounded = CompiledTable(of, FACTS)
    with patch.object(diagram, "MOST_NODES", most), patch.object(needs_module, "MOST_NODES", most):
        found = evaluate(bounded, state)
        assert names(exact.possible) <= names(found.possible)
        assert not found.settled or exact.settled
        assert asked <= {need.fact for need in needs(bounded, state)}


def _walked(of: CompiledTable, lines: list[dict[str, Knowledge]]) -> tuple[Walker, list[int]]:
    numbered = {
        column.fact: Numbered(column.fact, lambda one, of=column: (of.masks(one), of.options(one)))  # type: ignore[misc]
        for column in of.columns
    }
    walker = Walker(of, numbered, threading.RLock())
    found = walker.walk(
        lambda fact: np.array([numbered[fact].number(state.get(fact)) for state in lines], dtype=np.int32)
    )
    return walker, [found] * len(lines) if isinstance(found, int) else found.tolist()


@law
@given(tables(), st.lists(states(), min_size=1, max_size=6))
def test_a_line_is_told_the_same_among_many_as_alone(of: Table, lines: list[dict[str, Knowledge]]) -> None:
    table_ = CompiledTable(of, FACTS)
    walker, standings = _walked(table_, lines)
    for state, standing in zip(lines, standings, strict=True):
        sample = walker.sample(standing)
        assert evaluate(table_, sample) == evaluate(table_, state)
        if not evaluate(table_, state).settled:
            assert needs(table_, sample) == needs(table_, state)


@law
@given(COLLECTED, st.lists(states(), min_size=1, max_size=6))
def test_so_it_is_by_column_where_all_rules_that_hold_are_collected(
    of: Table, lines: list[dict[str, Knowledge]]
) -> None:
    table_ = CompiledTable(of, FACTS)
    walker, standings = _walked(table_, lines)
    for state, standing in zip(lines, standings, strict=True):
        sample = walker.sample(standing)
        assert collect(table_, sample) == collect(table_, state)
        assert needs(table_, sample) == needs(table_, state)


@law
@given(
    tables(lists=("diagnoses",)), st.lists(st.sampled_from((*EVERY["diagnoses"], *HEADINGS)), max_size=5), st.booleans()
)
def test_codes_of_one_kind_stand_for_one_another(of: Table, codes: list[str], is_complete: bool) -> None:
    tests = [one.when.get("diagnoses") for one in of.rules]
    column = ListColumn(FACTS["diagnoses"], tests)
    first: dict[object, str] = {}
    for code in (*EVERY["diagnoses"], *HEADINGS):
        first.setdefault(column.kind(code), code)
    one = Listed(frozenset(codes), is_complete, Origin("case"))
    other = Listed(frozenset(first[column.kind(code)] for code in codes), is_complete, Origin("case"))
    assert column.masks(one) == column.masks(other)
    assert column.options(one) == column.options(other)


def test_a_single_diagnosis_that_is_a_heading_may_mean_any_code_under_it() -> None:
    fact = Fact("primary", "code", "", system="icd-10-cm")
    column = column_for(fact, [Within(ValueSet.of(["M00-", "M96.-"]).less(ValueSet.of(["M96.1"])))])

    def masks(code: str) -> tuple[int, int]:
        return column.masks(Possible(frozenset([code]), Origin("case")))

    assert masks("M96") == (1, 0)
    assert masks("M96.1") == (0, 0)
    assert masks("M96.0") == (1, 1)
    assert masks("M9") == (1, 0)
    assert masks("G89.4") == (0, 0)
