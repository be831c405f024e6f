"""An overlap under `unique` is found exactly, and shown with a case that both rules hold for."""

from __future__ import annotations

from hypothesis import given, settings

from clausal.rules.check import overlaps
from clausal.rules.model import Table
from tests.rules.generated import FACTS, completions, holds, tables


@settings(max_examples=120, deadline=None)
@given(tables("unique"))
def test_overlaps_are_the_pairs_of_rules_that_hold_together(table: Table) -> None:
    together = set()
    for values in completions({}):
        holding = [index for index, rule in enumerate(table.rules) if holds(rule, values)]
        together |= {(i, j) for i in holding for j in holding if i < j}
    assert len(list(overlaps(table, FACTS))) == len(together)


@settings(max_examples=60, deadline=None)
@given(tables("first"))
def test_overlaps_are_allowed_where_order_decides(table: Table) -> None:
    assert not list(overlaps(table, FACTS))
