"""Sets that leave something out, `{of: ..., but: ...}`: what is in them, and what is refused."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausal.facts.knowledge import Listed, Origin, known
from clausal.facts.read_vocabulary import VocabularyReader
from clausal.facts.source import Source
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact, Vocabulary
from clausal.problems import InvalidInput
from clausal.rules.columns import column_for
from clausal.rules.model import Holds
from tests.facts.test_code_range import read

OSTEOARTHRITIS = {"of": ["M15-M19"], "but": ["M17.5", "M18.-"]}


def value_sets(**sets: Any) -> Vocabulary:
    reader = VocabularyReader({})
    reader.take(Source("f.yaml", {"value_sets": sets}))
    return reader.result()


def refused(**sets: Any) -> list[str]:
    with pytest.raises(InvalidInput) as raised:
        value_sets(**sets)
    return [f"{one.place}: {one.message}" for one in raised.value.problems]


def test_what_is_left_out_is_not_in_a_set() -> None:
    found = value_sets(joint=OSTEOARTHRITIS, more=["@joint", "M20.1"]).value_sets
    for name in ("joint", "more"):
        assert [code for code in ("M15.0", "M17.11", "M19.90", "M17") if code not in found[name]] == []
        assert [code for code in ("M17.5", "M18.0", "M18.11", "M21.0") if code in found[name]] == []
    assert "M20.1" in found["more"]
    assert "M20.1" not in found["joint"]


def test_of_single_values_plain_ones_are_left() -> None:
    assert value_sets(few={"of": ["a", "b"], "but": ["b"]}).value_sets["few"] == ValueSet(frozenset("a"))


def test_tests_leave_codes_out_of_lists_and_of_single_codes() -> None:
    holds, within = (
        read("diagnoses", {"any_of": OSTEOARTHRITIS}),
        read("code", {"of": ["64490-64495"], "but": "64492"}, ("64491", "64492")),
    )
    assert holds.accepts(frozenset(["M17.11"]))
    assert not holds.accepts(frozenset(["M17.5", "M18.0"]))
    assert [code for code in ("64490", "64491", "64492", "64493") if within.accepts(code)] == [
        "64490",
        "64491",
        "64493",
    ]
    assert str(holds) == "any of M15-M19 but M17.5, M18.-"
    assert str(within) == "64490-64495 but 64492"


def test_a_heading_over_what_is_left_out_settles_nothing() -> None:
    fact = Fact("diagnoses", "codes", "", system="icd-10-cm")
    column = column_for(fact, [Holds(any_of=ValueSet.of(["M17.-"]).less(ValueSet.of(["M17.5"])))])

    def masks(*codes: str) -> tuple[int, int]:
        return column.masks(Listed(frozenset(codes), True, Origin("case")))

    assert masks("M17.11") == (1, 1)
    assert masks("M17.5") == (0, 0)
    assert masks("M17") == (1, 0)
    assert masks("M17", "M17.0") == (1, 1)


def test_a_code_of_which_nothing_is_known_may_be_in_it() -> None:
    column = column_for(
        Fact("code", "code", "", system="hcpcs"), [read("code", {"of": ["64490-64495"], "but": "64492"}, ("64492",))]
    )
    assert column.masks(None) == (1, 0)
    assert column.masks(known("64492")) == (0, 0)
    assert column.masks(known("64495")) == (1, 1)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"of": ["M17.-"], "but": ["M18.0"]}, "takes nothing out of the set"),
        ({"of": ["M17.1"], "but": ["M17.-"]}, "leaves nothing of the set"),
        ({"of": ["M17.-"]}, "must be a list of values"),
        ({"of": [], "but": ["M17.1"]}, "must be a list of values"),
        ({"of": "@knee", "but": ["M17.1"]}, "unknown value set 'knee'"),
    ],
)
def test_a_set_that_is_none_is_refused(written: Any, message: str) -> None:
    assert message in " ".join(refused(one=written))


def test_so_it_is_in_a_test() -> None:
    with pytest.raises(InvalidInput, match="takes nothing out of the set"):
        read("diagnoses", {"any_of": {"of": ["M17.-"], "but": ["M18.0"]}})


ENTRIES = ("A", "A1", "A2", "A11", "B", "B1", "A-", "A1-", "A11-", "B-", "B1-")
CODES = ("A", "B", *("".join(one) for length in (2, 3) for one in itertools.product("AB12", repeat=length)))
entries = st.sets(st.sampled_from(ENTRIES)).map(ValueSet.of)
sets = st.recursive(
    entries, lambda of: st.builds(ValueSet.less, of, of) | st.lists(of, max_size=3).map(ValueSet.joined), max_leaves=5
)


@given(sets, sets)
def test_laws_of_sets(one: ValueSet, other: ValueSet) -> None:
    less, both, difference = one.less(other), one | other, one.difference(other)
    for code in CODES:
        assert (code in difference) == (code in one and code not in other)
        # Of codes under a prefix one is left out with all under it.
        under = any(str(value) == code[:end] for value in other.exact for end in range(len(code)))
        assert (code in less) == (code in one and code not in other) or (under and code not in one.exact)
        assert (code in both) == (code in one or code in other)
        assert (code in one) == any(code in part for part in one.parts())
        beneath = [longer for longer in CODES if longer.startswith(code)]
        if one.has_under(code):
            assert all(longer in one for longer in beneath)
        if not one.touches(code):
            assert not any(longer in one for longer in beneath)
    if one.holds(other):
        assert all(code in one for code in CODES if code in other)
