"""What is told of a case that is known in part holds for every way to complete it."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import HealthCheck, given, settings

from clausal.facts.knowledge import Knowledge
from clausal.rules.analysis.diff import difference, stated
from clausal.rules.analysis.lies import lies
from clausal.rules.analysis.regions import contains
from clausal.rules.model import Table
from tests.rules.generated import FACTS, completions, states, tables

law = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@law
@given(tables(), tables(), states())
def test_surely_and_not_hold_for_every_completion(before: Table, after: Table, state: Mapping[str, Knowledge]) -> None:
    found = difference(FACTS, stated(before.rules), stated(after.rules), ("first", "first"))
    every = list(completions(state))
    for change in found.changes:
        within = [contains(found.space, change.box, values) for values in every]
        told = lies(found.space, change.box, state)
        if told == "surely":
            assert all(within)
        if told == "not":
            assert not any(within)
        if len(every) == 1:
            assert told == ("surely" if within[0] else "not")
