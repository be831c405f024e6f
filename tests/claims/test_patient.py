"""Birth date, age and sex of the patient: facts of every case, by column as alone, and nothing of them in results."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausal.claims.prepare import Layout
from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.columns.schema import DOLLARS, RESULTS, input_columns
from clausal.documents.library import Library
from clausal.documents.load import load_library
from clausal.problems import PROBLEM
from clausal.schedules.tables import Schedules
from tests.claims.same import AS_OF, by_column
from tests.claims.test_same_answers import compare, without_nothing
from tests.invented import write_pack

FACTS = "codes: {71271: a scan}\n"
POLICY = """\
table: policy
answers: {authority: aged}
hit: first
when: {code: "71271"}
rules:
  - {rule: too-young, when: {age: {below: 50}}, then: {finding: not-medically-necessary}, cites: [all]}
  - {rule: women, when: {sex: female}, then: {finding: covered}, cites: [all]}
  - {rule: otherwise, then: {finding: not-medically-necessary}, cites: [all]}
"""
PATIENTS = st.fixed_dictionaries(
    {
        "date_of_birth": st.sampled_from((None, "1974-10-15", "1974-10-16", "2030-01-01", "1930-02-28")),
        "age": st.sampled_from((None, 49, 50)),
        "sex": st.sampled_from((None, "female", "male")),
    }
)
CASES = st.builds(lambda patient: case_of(**patient), PATIENTS)


def case_of(**patient: Any) -> dict[str, Any]:
    told = {name: value for name, value in patient.items() if value is not None}
    return {"service_date": "2024-10-15", "plan": "aged-plan", "patient": told, "lines": [{"code": "71271"}]}


@pytest.fixture(scope="module")
def aged(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("packs")
    write_pack(folder, "aged", FACTS, policy=POLICY)
    return load_library([folder])


@pytest.fixture(scope="module")
def kernel(aged: Library, schedules: Schedules) -> Kernel:
    return Kernel(aged, schedules, Options(AS_OF))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CASES, min_size=1, max_size=6))
def test_a_line_is_told_the_same_by_column_as_alone(
    kernel: Kernel, aged: Library, schedules: Schedules, cases: list[dict[str, Any]]
) -> None:
    compare(kernel, aged, schedules, [without_nothing(case) for case in cases])


@pytest.mark.parametrize(
    ("patient", "status", "needs"),
    [
        ({"date_of_birth": "1974-10-16"}, "not-covered", None),
        ({"date_of_birth": "1974-10-15", "sex": "female"}, "covered", None),
        ({"date_of_birth": "1974-10-15", "sex": "male"}, "not-covered", None),
        ({"date_of_birth": "1974-10-15"}, "open", "sex"),
        ({"sex": "female"}, "open", "date_of_birth"),
        ({"age": 50, "sex": "female"}, "covered", None),
    ],
)
def test_a_policy_of_age_and_sex_is_decided_by_what_is_known_of_the_patient(
    kernel: Kernel, aged: Library, patient: dict[str, Any], status: str, needs: str | None
) -> None:
    (told,) = by_column(kernel, aged, [case_of(**patient)])
    assert (told["status"], told["needs"]) == (status, needs)


def test_results_have_no_column_that_tells_of_the_patient(aged: Library) -> None:
    personal = {column.name for column in input_columns(aged.vocabulary) if column.is_personal}
    assert {"date_of_birth", "age", "sex"} <= personal
    # The results' column `patient` is an amount: the patient's part of what is allowed.
    assert not (personal - {"patient"}) & {column.name for column in RESULTS}
    assert next(column for column in RESULTS if column.name == "patient").type == DOLLARS


@pytest.mark.parametrize("column", ["date_of_birth", "sex"])
def test_what_a_claim_file_gives_wrongly_is_told_and_not_repeated(kernel: Kernel, aged: Library, column: str) -> None:
    given = pa.RecordBatch.from_pylist(
        [
            {
                "claim_id": "A1",
                "service_date": "2024-10-15",
                "plan": "aged-plan",
                "code": "71271",
                column: "JANE ROE 1960",
            }
        ]
    )
    prepared = Layout("claims", given.schema, input_columns(aged.vocabulary)).prepare(given)
    (told,) = kernel(prepared).to_pylist()
    assert told["status"] == "rejected"
    assert column in told[PROBLEM]
    assert "ROE" not in told[PROBLEM]
    assert "1960" not in told[PROBLEM]
