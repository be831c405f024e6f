"""Laws of the decision tables, held against a brute-force reading of generated tables and states."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from clausal.facts.knowledge import Knowledge, Listed, Origin, Possible
from clausal.rules.compile import CompiledTable
from clausal.rules.evaluate import collect, evaluate
from clausal.rules.model import Table
from clausal.rules.needs import needs
from tests.rules.generated import FACTS, completions, concludes, first, holds, states, still, tables

law = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@law
@given(tables(), states())
def test_the_rules_that_can_decide_are_those_of_some_completion(table: Table, state: dict[str, Knowledge]) -> None:
    outcome = evaluate(CompiledTable(table, FACTS), state)
    deciding = {id(first(table, values)) for values in completions(state)}
    assert {id(rule) for rule in outcome.possible} == deciding


@law
@given(tables(), states())
def test_settled_exactly_if_every_completion_concludes_the_same(table: Table, state: dict[str, Knowledge]) -> None:
    outcome = evaluate(CompiledTable(table, FACTS), state)
    conclusions = {concludes(first(table, values)) for values in completions(state)}
    assert outcome.settled == (len(conclusions) == 1)
    if outcome.settled:
        assert concludes(outcome.rule) in conclusions


@law
@given(tables(), states(), st.data())
def test_learning_more_never_overturns_a_settled_answer(
    table: Table, state: dict[str, Knowledge], data: st.DataObject
) -> None:
    compiled = CompiledTable(table, FACTS)
    before = evaluate(compiled, state)
    assume(before.settled)
    more = dict(state)
    for name in data.draw(st.sets(st.sampled_from(sorted(FACTS)), min_size=1)):
        value = data.draw(st.sampled_from(still(name, state)))
        if name == "list":
            more[name] = Listed(value, True, Origin("learned"))
        else:
            more[name] = Possible(frozenset([value]), Origin("learned"))
    after = evaluate(compiled, more)
    assert after.settled
    assert concludes(after.rule) == concludes(before.rule)


@law
@given(tables(), states())
def test_the_facts_asked_are_those_that_can_change_the_outcome(table: Table, state: dict[str, Knowledge]) -> None:
    conclusions = {tuple(values.items()): concludes(first(table, values)) for values in completions(state)}
    relevant = set()
    for name in FACTS:
        by_rest: dict[object, set[str | None]] = {}
        for values, conclusion in conclusions.items():
            by_rest.setdefault(tuple(pair for pair in values if pair[0] != name), set()).add(conclusion)
        if any(len(found) > 1 for found in by_rest.values()):
            relevant.add(name)
    assert {need.fact for need in needs(CompiledTable(table, FACTS), state)} == relevant


@law
@given(tables("collect"), states())
def test_collected_rules_hold_in_every_completion_and_open_ones_in_some(
    table: Table, state: dict[str, Knowledge]
) -> None:
    found = collect(CompiledTable(table, FACTS), state)
    every = {rule.name for rule in table.rules if all(holds(rule, values) for values in completions(state))}
    some = {rule.name for rule in table.rules if any(holds(rule, values) for values in completions(state))}
    assert {rule.name for rule in found.holding} <= every
    assert some <= {rule.name for rule in (*found.holding, *found.open)}
