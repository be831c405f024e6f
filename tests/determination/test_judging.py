"""Criteria judged together tell what they tell one by one, of every case and in the same words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausal.documents.library import Library, Staged, Steps, View
from clausal.facts.fact import Fact
from clausal.facts.knowledge import Knowledge, Listed, Origin, Possible, Range
from clausal.rules.infer import infer
from clausal.rules.judging import Judging
from tests.claims.same import AS_OF

DATES = (dt.date(2014, 5, 1), dt.date(2023, 6, 1), dt.date(2024, 2, 29))


def _values(fact: Fact) -> tuple[Any, ...]:
    if fact.type == "flag":
        return True, False
    if fact.type == "number":
        return tuple(range(fact.at_least or 0, 80))  # type: ignore[arg-type]
    return DATES if fact.type == "date" else tuple(fact.values)


def _known(fact: Fact) -> st.SearchStrategy[Knowledge | None]:
    here = Origin(fact.name)
    if fact.type == "codes":
        codes = st.frozensets(st.sampled_from(tuple(fact.values) or ("E78.5", "Z13.6", "M17.11", "M54.50")), max_size=2)
        return st.builds(Listed, codes, st.booleans(), st.just(here)) | st.none()
    if fact.type == "code":
        return st.none()
    some = st.frozensets(st.sampled_from(_values(fact)), min_size=1, max_size=2)
    found: st.SearchStrategy[Knowledge | None] = st.builds(Possible, some, st.just(here)) | st.none()
    if fact.type == "number":
        found |= st.integers(0, 60).map(lambda low: Range(low, None, here))
    return found


def _asked(view: View, flags: set[str]) -> dict[str, Fact]:
    """The facts that bear on criteria and that nothing derives."""
    waiting, found = list(flags), dict[str, Fact]()
    for name in waiting:
        sources = [one for one in view.sources(name) if one not in found and one not in waiting]
        waiting.extend(sources)
        if not view.deriving(name):
            found[name] = view.facts[name]
    return found


def _steps(of: Staged | Steps) -> list[Any]:
    return [*of.whole, *of.of_line, *of.last]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_together_as_one_by_one(library: Library, data: st.DataObject) -> None:
    view = library.view(AS_OF)
    together = _steps(view.steps_for(frozenset(view.facts)))
    assert sum(isinstance(one, Judging) for one in together) >= 4
    asked = _asked(view, set(view.criteria))
    drawn = {name: data.draw(_known(fact), name) for name, fact in asked.items()}
    state = {name: one for name, one in drawn.items() if one is not None}
    state["code"] = Possible(
        frozenset([data.draw(st.sampled_from(("64624", "80061", "71271", "64490")))]), Origin("code")
    )
    found, clashes = infer(together, state)
    expected, expected_clashes = infer(_steps(view.staged), state)
    assert {name: found.get(name) for name in view.criteria} == {name: expected.get(name) for name in view.criteria}
    assert clashes == expected_clashes
