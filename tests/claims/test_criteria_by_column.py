"""Tables of criteria by column: a line is told what it is told alone, clauses and questions included."""

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
from tests.claims.same import AS_OF
from tests.claims.test_same_answers import compare, without_nothing
from tests.determination.test_criteria import CLAUSES, FACTS, POLICY, VALUES
from tests.invented import write_pack

CASES = st.fixed_dictionaries(
    {
        "service_date": st.sampled_from(("2024-05-01", "2009-05-01")),
        "plan": st.just("scs-plan"),
        **{name: st.none() | st.sampled_from(values) for name, values in VALUES.items()},
        "lines": st.lists(st.fixed_dictionaries({"code": st.sampled_from(("63650", "99213"))}), min_size=1, max_size=2),
    }
)


@pytest.fixture(scope="module")
def scs(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("packs")
    write_pack(folder, "scs", FACTS, policy=POLICY, clauses=CLAUSES)
    return load_library([folder])


@pytest.fixture(scope="module")
def kernel(scs: Library, schedules: Schedules) -> Kernel:
    return Kernel(scs, schedules, Options(AS_OF))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CASES, min_size=1, max_size=6))
def test_a_line_is_told_the_same_by_column_as_alone(
    kernel: Kernel, scs: Library, schedules: Schedules, cases: list[dict[str, Any]]
) -> None:
    compare(kernel, scs, schedules, [without_nothing(case) for case in cases])
