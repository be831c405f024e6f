"""Tests that stand once for a whole table are those of each of its rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausal.documents.library import load_library
from clausal.problems import InvalidInput
from tests.rules.analysis.checks.written import rule, table, write


def test_a_rule_has_the_tests_of_its_table_before_its_own(tmp_path: Path) -> None:
    write(tmp_path, table(rule("one", "{weeks: 6}"), rule("two", "{weeks: 7}"), extra="when: {tried: true}\n"))
    (found,) = load_library([tmp_path]).packs["example"].tables
    assert [list(one.when) for one in found.rules] == [["tried", "weeks"], ["tried", "weeks"]]


@pytest.mark.parametrize(
    ("shared", "says"),
    [
        (
            "when: {weeks: 5}\n",
            "the table tests 'weeks' already (rules[0].when.weeks); a fact is tested by the table or",
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
