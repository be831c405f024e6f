"""A policy with a list of 1,300 diagnoses, generated from the editions held: as many as the longest published ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.determination.decide import decide
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.facts.icd10cm import editions
from clausal.facts.source import Source
from clausal.schedules.tables import Schedules
from tests.claims.same import AS_OF, batch_of
from tests.invented import write_pack

LISTED = 1300
FACTS = """
codes: {{80061: lipid panel}}
value_sets:
  supporting: [{codes}]
facts:
  tests_in_year: {{type: number, whole: true, at_least: 0, about: Tests., question: How many?, case: tests_in_year}}
"""
POLICY = """
table: policy
answers: {authority: long-list}
hit: criteria
when: {code: "80061"}
met: {finding: covered}
unmet: {finding: not-medically-necessary, cites: [all]}
criteria:
  - {criterion: diagnosis, test: {diagnoses: {any_of: "@supporting"}}, cites: [all]}
  - {criterion: once-a-year, test: {tests_in_year: 0}, cites: [all]}
"""


def _codes() -> tuple[list[str], list[str]]:
    """Every third code of some chapters that is billable in each edition, and those between them."""
    billable = [code for code, flags in editions().codes() if set(flags) == {"1"} and code[0] in "EIJKN"]
    listed = billable[::3][:LISTED]
    return listed, sorted(set(billable[: 3 * LISTED]) - set(listed))


@pytest.fixture(scope="module")
def long_list(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("packs")
    write_pack(folder, "long-list", FACTS.format(codes=", ".join(_codes()[0])), policy=POLICY)
    return load_library([folder])


def _case(*diagnoses: str, tests: int | None = 0) -> dict[str, Any]:
    case: dict[str, Any] = {"service_date": "2024-03-15", "plan": "long-list-plan", "diagnoses": list(diagnoses)}
    return {**case, "tests_in_year": tests, "lines": [{"code": "80061", "units": 1}]}


def _alone(library: Library, case: Mapping[str, Any]) -> tuple[str, list[str]]:
    given = {name: value for name, value in case.items() if value is not None}
    (line,) = decide(library, library.cases.read(Source("case", given)), AS_OF).lines
    return line.status, line.needs


def test_the_generated_list_is_as_long_as_a_published_one() -> None:
    listed, between = _codes()
    assert len(listed) == len(set(listed)) == LISTED
    assert len(between) > LISTED


def test_each_listed_diagnosis_supports_the_test_and_none_between_them(
    long_list: Library, schedules: Schedules
) -> None:
    listed, between = _codes()
    kernel = Kernel(long_list, schedules, Options(AS_OF))
    results = kernel(batch_of(long_list, [_case(code) for code in (*listed, *between)])).to_pylist()
    statuses = [one["status"] for one in results]
    assert statuses == ["covered"] * len(listed) + ["not-covered"] * len(between)


def test_a_long_list_says_the_same_alone_and_by_column(long_list: Library, schedules: Schedules) -> None:
    listed, between = _codes()
    cases = [_case(code, tests=tests) for code in (*listed[::130], *between[::260]) for tests in (0, 1, None)]
    cases += [_case(between[5], listed[700], between[9], tests=tests) for tests in (0, 1, None)]
    kernel = Kernel(long_list, schedules, Options(AS_OF))
    results = kernel(batch_of(long_list, cases)).to_pylist()
    alone = [_alone(long_list, case) for case in cases]
    assert [(one["status"], (one["needs"] or "").split()) for one in results] == alone
    assert {status for status, _ in alone} == {"covered", "not-covered", "open"}
