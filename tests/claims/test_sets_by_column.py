"""Ranges of codes and tests that stand together: a line is told by column what it is told alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.schedules.tables import Schedules
from tests.claims.same import AS_OF, by_column
from tests.claims.test_same_answers import compare, without_nothing
from tests.invented import write_pack

FACTS = """\
codes: {64490: a joint, 64493: another joint, 64520: something else}
value_sets: {stenosis: [M48.0-M48.1, M99.2-M99.3]}
"""
POLICY = """\
table: policy
answers: {authority: ranged}
hit: first
when: {code: [64490-64495]}
rules:
  - rule: both
    when: {diagnoses: [{any_of: "@stenosis"}, {any_of: [M54.1-M54.2], none_of: [C00-C96]}]}
    then: {finding: covered}
    cites: [all]
  - {rule: otherwise, then: {finding: not-medically-necessary}, cites: [all]}
"""
CODES = ("64490", "64493", "64520")
DIAGNOSES = ("M48.061", "M48.2", "M99.23", "M54.16", "M54.3", "C7A.1", "D00.1", "M48", "M54")


def case_of(code: str, diagnoses: list[str] | None) -> dict[str, Any]:
    case = {"service_date": "2024-10-15", "plan": "ranged-plan", "lines": [{"code": code}]}
    return case if diagnoses is None else {**case, "diagnoses": diagnoses}


CASES = st.builds(
    case_of,
    st.sampled_from(CODES),
    st.none() | st.lists(st.sampled_from(DIAGNOSES), min_size=1, max_size=4, unique=True),
)


@pytest.fixture(scope="module")
def ranged(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("packs")
    write_pack(folder, "ranged", FACTS, policy=POLICY)
    return load_library([folder])


@pytest.fixture(scope="module")
def kernel(ranged: Library, schedules: Schedules) -> Kernel:
    return Kernel(ranged, schedules, Options(AS_OF))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CASES, min_size=1, max_size=6))
def test_a_line_is_told_the_same_by_column_as_alone(
    kernel: Kernel, ranged: Library, schedules: Schedules, cases: list[dict[str, Any]]
) -> None:
    compare(kernel, ranged, schedules, [without_nothing(case) for case in cases])


@pytest.mark.parametrize(
    ("code", "diagnoses", "status"),
    [
        ("64490", ["M48.061", "M54.16"], "covered"),
        ("64493", ["M99.23", "M54.16"], "covered"),
        ("64490", ["M48.061"], "not-covered"),
        ("64490", ["M54.16"], "not-covered"),
        ("64490", ["M48.061", "M54.16", "C7A.1"], "not-covered"),
        ("64490", ["M48.061", "M54.16", "D00.1"], "covered"),
        ("64490", ["M48.061", "M54"], "open"),
        ("64490", None, "open"),
        ("64520", ["M48.061", "M54.16"], "not-addressed"),
    ],
)
def test_what_stands_in_both_ranges_is_covered(
    kernel: Kernel, ranged: Library, code: str, diagnoses: list[str] | None, status: str
) -> None:
    (told,) = by_column(kernel, ranged, [case_of(code, diagnoses)])
    assert told["status"] == status
