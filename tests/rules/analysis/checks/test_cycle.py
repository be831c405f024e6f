"""`cycle`."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausal.documents.load import load_library
from clausal.facts.vocabulary import Fact
from clausal.problems import InvalidInput, Place
from clausal.rules.analysis.checks.cycle import check
from clausal.rules.model import Table
from tests.rules.analysis.checks.written import FACTS, rule, table, write


def test_fail_cycle_of_two_tables_names_both(tmp_path: Path) -> None:
    facts = FACTS + "  one: {type: flag, about: One.}\n  two: {type: flag, about: Two.}\n"
    first = table(rule("a", "{two: true}", "{value: true}"), answers="{fact: one}")
    second = table(rule("b", "{one: true}", "{value: true}"), answers="{fact: two}")
    write(tmp_path, first, second, facts=facts)
    with pytest.raises(InvalidInput, match="facts are derived from one another: one -> two -> one"):
        load_library([tmp_path])


def test_success_a_chain_is_no_cycle() -> None:
    place = Place("t.yaml", 1, 1)
    assert not list(check([Table("t", "p", "first", ("fact", "one"), (), place)], {"one": Fact("one", "flag", "")}))
