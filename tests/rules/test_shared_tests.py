"""Tests that stand once for a whole table are those of each of its rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausal.documents.load import load_library
from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.problems import InvalidInput
from clausal.rules.meet import Apart, met
from clausal.rules.model import Within
from tests.rules.analysis.checks.written import rule, table, write
from tests.rules.generated import FACTS, TESTS, VALUES


def test_a_rule_has_the_tests_of_its_table_before_its_own(tmp_path: Path) -> None:
    write(tmp_path, table(rule("one", "{weeks: 6}"), rule("two", "{weeks: 7}"), extra="when: {tried: true}\n"))
    (found,) = load_library([tmp_path]).packs["example"].tables
    assert [list(one.when) for one in found.rules] == [["tried", "weeks"], ["tried", "weeks"]]


@pytest.mark.parametrize(
    ("shared", "says"),
    [
        (
            "when: {weeks: 5}\n",
            "the table tests 'weeks' already (5): no value is accepted by both (rules[0].when.weeks); test the fact in",
        ),
        ("when: {week: 5}\n", "0.yaml:2:8: unknown fact 'week' (when.week); did you mean 'weeks'?"),
        ("when: [weeks]\n", "`when` is a mapping of facts to tests"),
        ("when: {weeks: soon}\n", "'soon' is not a number (when.weeks)"),
    ],
)
def test_what_is_wrong_with_shared_tests_is_told(shared: str, says: str, tmp_path: Path) -> None:
    write(tmp_path, table(rule("one", "{weeks: 6}"), extra=shared))
    with pytest.raises(InvalidInput) as raised:
        load_library([tmp_path])
    assert says in str(raised.value)


def test_a_fact_that_both_test_has_to_be_accepted_by_both(tmp_path: Path) -> None:
    write(tmp_path, table(rule("one", "{weeks: {at_most: 9}}"), extra="when: {weeks: {at_least: 6}}\n"))
    (found,) = load_library([tmp_path]).packs["example"].tables
    test = found.rules[0].when["weeks"]
    assert [weeks for weeks in range(20) if test.accepts(weeks)] == [6, 7, 8, 9]  # type: ignore[arg-type]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_two_tests_as_one_accept_what_both_accept(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(TESTS)))
    one, other = data.draw(TESTS[name]), data.draw(TESTS[name])
    accepted = [value for value in VALUES[name] if one.accepts(value) and other.accepts(value)]
    try:
        both = met(FACTS[name], one, other)
    except Apart as error:
        why = str(error)
    else:
        why = ""
    if why:
        assert not accepted or "no one test" in why or "once" in why
        return
    assert [value for value in VALUES[name] if both.accepts(value)] == accepted


CODES = ("A10", "A20", "A20.1", "A30", "B1", "C1")
ENTRIES = st.sets(st.sampled_from((*CODES, "A-", "A20-", "B-")), min_size=1).map(ValueSet.of)


@settings(max_examples=400, deadline=None)
@given(ENTRIES, ENTRIES, st.booleans(), st.booleans())
def test_so_it_is_with_codes_and_prefixes(one: ValueSet, other: ValueSet, no: bool, nor: bool) -> None:
    first, second = Within(one, no), Within(other, nor)
    accepted = [code for code in (*CODES, "A9", "A20.9", "B7", "D") if first.accepts(code) and second.accepts(code)]
    try:
        both = met(Fact("code", "code", "", system="hcpcs"), first, second)
    except Apart as error:
        why = str(error)
    else:
        why = ""
    if why:
        assert not accepted or "prefix" in why
        return
    assert isinstance(both, Within)
    assert [code for code in (*CODES, "A9", "A20.9", "B7", "D") if both.accepts(code)] == accepted
