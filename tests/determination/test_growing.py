"""A library that grows: documents about other services change no answer, alone or by column."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.determination.decide import decide
from clausal.determination.model import Determination
from clausal.determination.worked import differences, worked_cases, worked_files
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.facts.source import Source, read_source
from clausal.schedules.tables import Schedules
from tests.claims.same import AS_OF, by_column
from tests.unrelated import write_unrelated

COUNT = 25


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return load_library([write_unrelated(tmp_path_factory.mktemp("packs"), COUNT)])


def _plain(told: Determination) -> dict[str, Any]:
    found = dataclasses.asdict(told)
    del found["library"]
    for line in found["lines"]:
        del line["silent"]
    # Among the plans to choose from are those of the packs that came.
    found["questions"] = [one for one in found["questions"] if one["fact"] != "plan"]
    return found


def test_every_worked_case_is_told_the_same(library: Library, grown: Library) -> None:
    for worked in worked_cases(library):
        again = grown.cases.read(Source(worked.case.name, _case(worked)), typed=True)
        before = decide(library, library.cases.read(Source(worked.case.name, _case(worked)), typed=True), worked.as_of)
        assert _plain(decide(grown, again, worked.as_of)) == _plain(before), worked.name


def _case(worked: Any) -> dict[str, Any]:
    data: Any = worked.source.data
    for step in worked.path:
        data = data[step]
    found: dict[str, Any] = data["case"]
    return found


def test_no_worked_case_of_another_pack_breaks(grown: Library) -> None:
    assert [one for worked in worked_cases(grown) for one in differences(grown, worked)] == []


def test_by_column_the_same_is_told(library: Library, grown: Library, schedules: Schedules) -> None:
    entries = [entry for _, file in worked_files(library) for entry in read_source(file).data["cases"]]
    cases = [entry["case"] for entry in entries if entry["case"].get("lines")][::4]
    before = by_column(Kernel(library, schedules, Options(AS_OF)), library, cases)
    assert by_column(Kernel(grown, schedules, Options(AS_OF)), grown, cases) == before


def test_how_many_documents_are_silent_is_a_number(grown: Library) -> None:
    case = {"service_date": "2024-06-01", "plan": "bcn-commercial-hmo", "lines": [{"code": "64640"}]}
    (line,) = decide(grown, grown.cases.read(Source("case", case)), AS_OF).lines
    assert line.silent >= COUNT
    assert not any((one.pack or "").startswith("unrelated") for one in line.authorities)


def test_what_a_grown_library_says_of_its_own_codes(grown: Library) -> None:
    case = {
        "service_date": "2024-06-01",
        "plan": "unrelated-3-plan",
        "unrelated_given_3": True,
        "lines": [{"code": "10003"}, {"code": "10004"}],
    }
    first, second = decide(grown, grown.cases.read(Source("case", case)), AS_OF).lines
    assert (first.status, second.status) == ("covered", "not-addressed")


def test_a_case_without_a_code_is_asked_of_all(tmp_path: Path) -> None:
    grown = load_library([write_unrelated(tmp_path, 2)])
    case = {"service_date": "2024-06-01", "plan": "unrelated-1-plan", "lines": [{}]}
    (line,) = decide(grown, grown.cases.read(Source("case", case)), AS_OF).lines
    assert (line.status, line.silent) == ("open", 0)
