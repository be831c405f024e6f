"""Several tests of one list in one rule hold together, and what a reading of them refuses."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from clausal.facts.value_set import ValueSet
from clausal.problems import InvalidInput
from tests.rules.test_several import CODES, read

TESTS: tuple[dict[str, Any], ...] = (
    {"any_of": ["sensory", "vasomotor"]},
    {"any_of": "@nerves-in-play"},
    {"all_of": ["sensory", "motor"]},
    {"none_of": ["other"]},
    {"all_of": ["motor"], "none_of": ["vasomotor"]},
    {"at_least": {"n": 2, "of": ["sensory", "vasomotor", "motor"]}},
    {"any_other_than": ["other", "motor"]},
)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_list_is_accepted_by_tests_that_stand_together_if_each_accepts_it(number: int) -> None:
    held = [frozenset(one) for size in range(len(CODES) + 1) for one in itertools.combinations(CODES, size)]
    for specs in itertools.combinations(TESTS, number):
        together, alone = read(list(specs)), [read(spec) for spec in specs]
        assert [together.accepts(one) for one in held] == [all(test.accepts(one) for test in alone) for one in held]


def test_they_read_as_they_are_written() -> None:
    test = read([{"any_of": ["sensory"]}, {"any_of": "@nerves-in-play"}])
    assert str(test) == "any of sensory and any of @nerves-in-play"
    assert test.each_of == (ValueSet.of(["sudomotor", "motor"]),)


@pytest.mark.parametrize(
    ("spec", "why", "where"),
    [
        ([{"any_of": ["sensory"]}, {"any_of": ["sensry"]}], "did you mean 'sensory'", "signs[1].any_of"),
        ([{"any_of": ["sensory"]}, "motor"], "is a list of codes: test it with any_of", "when.signs"),
        ([{"any_of": ["sensory"]}, {}], "is a list of codes: test it with any_of", "signs[1]"),
        ([], "is a list of codes: test it with any_of", "when.signs"),
        (
            [{"any_other_than": ["sensory"]}, {"any_other_than": ["motor"]}],
            "`any_other_than` can stand once",
            "signs[1]",
        ),
    ],
)
def test_what_cannot_be_is_told_with_its_place(spec: Any, why: str, where: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(spec)
    assert why in str(caught.value)
    assert where in str(caught.value)
