"""At least n of m: how a test of a list says it, and what a reading of it refuses."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from clausal.facts.source import Source
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact, Vocabulary
from clausal.problems import InvalidInput
from clausal.rules.model import Holds
from clausal.rules.read import read_table

CODES = ("sensory", "vasomotor", "sudomotor", "motor", "other")
FACTS = {"signs": Fact("signs", "codes", "", values=dict.fromkeys(CODES, ""))}
SETS = {"nerves-in-play": ValueSet.of(["sudomotor", "motor"])}


def read(spec: Any) -> Holds:
    rule = {"rule": "r", "when": {"signs": spec}, "then": {"finding": "covered"}, "cites": ["c"]}
    data = {"table": "t", "answers": {"authority": "x"}, "rules": [rule]}
    test = read_table(Source("t.yaml", data), "p", Vocabulary(FACTS, SETS, {})).rules[0].when["signs"]
    assert isinstance(test, Holds)
    return test


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_list_is_accepted_by_how_many_entries_it_meets(number: int) -> None:
    of = ["sensory", "vasomotor", "@nerves-in-play"]
    test = read({"at_least": {"n": number, "of": of}})
    for size in range(len(CODES) + 1):
        for held in itertools.combinations(CODES, size):
            met = ("sensory" in held) + ("vasomotor" in held) + bool({"sudomotor", "motor"} & set(held))
            assert test.accepts(frozenset(held)) == (met >= number)


def test_it_stands_beside_the_other_tests_of_a_list() -> None:
    test = read({"none_of": ["other"], "at_least": {"n": 2, "of": ["sensory", "vasomotor", "motor"]}})
    assert test.accepts(frozenset(["sensory", "motor"]))
    assert not test.accepts(frozenset(["sensory", "motor", "other"]))
    assert str(test) == "none of other and at least 2 of sensory, vasomotor, motor"


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"n": 4, "of": ["sensory", "motor"]}, "'4' of 2 cannot be met or missed"),
        ({"n": 0, "of": ["sensory"]}, "'0' of 1 cannot be met or missed"),
        ({"n": True, "of": ["sensory"]}, "'True' of 1"),
        ({"n": 1, "of": []}, "a list of codes and sets belongs here"),
        ({"n": 1, "of": ["sensry"]}, "did you mean 'sensory'"),
        ({"n": 1}, "`at_least` of a list has `n` and `of`"),
        (3, "`at_least` of a list has `n` and `of`"),
    ],
)
def test_what_cannot_be_is_told_with_its_place(spec: Any, why: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read({"at_least": spec})
    assert why in str(caught.value)
    assert "rules[0].when.signs.at_least" in str(caught.value)
