"""The worked cases beside the packs come out as they say."""

from __future__ import annotations

import pytest

from clausal.determination.worked import Worked, differences, worked_cases
from clausal.documents.library import Library
from clausal.documents.load import load_library

CASES = worked_cases(load_library())


@pytest.mark.parametrize("worked", CASES, ids=[worked.name for worked in CASES])
def test_worked_case(worked: Worked, library: Library) -> None:
    assert differences(library, worked) == []


def test_a_wrong_expectation_is_reported_with_its_place(library: Library) -> None:
    worked = CASES[0]
    wrong = Worked(worked.name, worked.case, worked.as_of, {"status": "covered"}, worked.source, worked.path)
    (problem,) = differences(library, wrong)
    assert "lines[0].status is" in problem.message
    assert problem.place.line
