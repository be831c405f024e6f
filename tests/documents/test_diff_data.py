"""What changes between two days, as plain data: the same keys whatever changes, and nothing but plain values."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from clausal.documents.diff import Side
from clausal.documents.diff_data import diff_data
from clausal.documents.library import Library
from clausal.documents.named import clause_named, pack_named
from clausal.problems import InvalidInput

PACK = "bcbsm-cryoneurolysis"


def test_regions_that_change_and_those_that_rest_on_other_clauses_stand_apart(library: Library) -> None:
    before, after = (Side(library, day) for day in (dt.date(2022, 12, 31), dt.date(2023, 1, 1)))
    found = diff_data(before, after, [PACK], "two days")
    assert (found["compared"], found["others"], found["files"]) == ("two days", [], [])
    assert json.loads(json.dumps(found, default=str))["tables"]
    for table in found["tables"]:
        assert table["table"].startswith(PACK)
        for change in table["changes"]:
            assert change["before"]["conclusion"] != change["after"]["conclusion"]
        for change in table["other_clauses"]:
            assert change["before"]["conclusion"] == change["after"]["conclusion"]
    assert any(table["changes"] for table in found["tables"])


def test_nothing_changes_between_a_day_and_itself(library: Library) -> None:
    side = Side(library, dt.date(2024, 1, 1))
    assert diff_data(side, side, [PACK], "")["tables"] == []


def test_a_pack_and_a_clause_that_there_are_not_are_refused_with_the_nearest(library: Library) -> None:
    with pytest.raises(InvalidInput, match=f"unknown pack 'bcbsm-cryoneurolisis'; did you mean '{PACK}'"):
        pack_named(library, "bcbsm-cryoneurolisis")
    with pytest.raises(InvalidInput, match="unknown clause 'statement2'; did you mean 'statement-2'"):
        clause_named(pack_named(library, PACK), "statement2")
