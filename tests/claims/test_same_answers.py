"""The law of the kernel: by column every line is told what it is told alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.determination.worked import worked_files
from clausal.documents.library import Library
from clausal.facts.source import read_source
from clausal.schedules.tables import Schedules
from tests.claims.same import AS_OF, by_column, one_by_one

law = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

KNEE, HEAD, NERVE, FACET, OTHER = ["M17.11"], ["G44.86"], ["E11.42"], ["M47.816"], ["R07.9"]
DIAGNOSES: tuple[list[str], ...] = (
    KNEE,
    HEAD,
    NERVE,
    FACET,
    OTHER,
    ["M17.12", "I10"],
    ["I73.0", "M17.11"],
    ["M54.81", "R52"],
    ["Z96.651"],
    ["M47.816", "G89.28"],
    ["M25.561", "M54.50"],
    ["G56.01"],
    ["M72.2", "G43.909"],
    ["M17.99"],
    ["M17.11", "M17.99"],
    ["M17.1"],
    ["M17.99", "R07.9", "M51.360"],
    ["Z99.999"],
    [],
)


def _maybe(*values: Any) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(values)


LINES = st.fixed_dictionaries(
    {
        "code": _maybe("64640", "64640", "64624", "0441T", "76942", "64450", "64454", "99213", "47383", "C9809"),
        "primary_medicare_covers": _maybe(True, False),
        "units": _maybe(1, 1, 2, 3, 6),
        "modifiers": _maybe([], ["RT"], ["LT"], ["59"], ["50"], ["RT", "LT"], ["62"], ["26"], ["52"]),
    }
)
CASES = st.fixed_dictionaries(
    {
        "service_date": st.sampled_from(
            (
                "2017-05-01",
                "2019-05-01",
                "2021-01-01",
                "2021-03-01",
                "2022-02-15",
                "2022-05-01",
                "2024-02-01",
                "2024-10-15",
                "2025-05-01",
            )
        ),
        "plan": _maybe(
            "bcn-commercial-hmo", "bcn-advantage", "bcn65", "medicare-part-b", "bcbsm-ppo", "medicare-plus-blue"
        ),
        "state": _maybe("MI", "KY", "TX", "VA"),
        "northern_virginia": _maybe(True, False),
        "successor_agrees": _maybe(True, False),
        "diagnoses": _maybe(*DIAGNOSES),
        "problem_list": _maybe(["I10"], ["D89.1"], ["D89.11"], ["I73.0"]),
        "device": _maybe("iovera", "other", "percryo"),
        "modality": _maybe("cryoneurolysis", "radiofrequency", "chemical"),
        "purpose": _maybe("pain", "spasticity", "other"),
        "condition": _maybe(
            "knee-osteoarthritis-pain", "facet-joint-pain", "peripheral-neuropathy", "migraine", "other"
        ),
        "nerves": _maybe(
            ["superolateral-genicular"],
            ["femoral"],
            ["inferior-infrapatellar-saphenous"],
            ["spinal-cord"],
            ["greater-occipital"],
            ["lumbar-medial-branch"],
            ["other"],
        ),
        "side": _maybe("left", "right", "both"),
        "place_of_service": _maybe("11", "22", "24"),
        "primary_medicare_covers": _maybe(True, False),
        "member": st.none()
        | st.fixed_dictionaries(
            {
                "contract_active": _maybe(True, False),
                "contract_not_begun": _maybe(True, False),
                "pcp_authorized": _maybe(True, False),
                "self_referral_option": _maybe(True, False),
                "tier": _maybe(1, 2),
            }
        ),
        "provider": st.none()
        | st.fixed_dictionaries(
            {"network": _maybe("contracted", "not-contracted"), "contracted_available": _maybe(True, False)}
        ),
        "lines": st.lists(LINES, min_size=1, max_size=4),
    }
)


def without_nothing(value: Any) -> Any:
    """A case without what it leaves open."""
    if isinstance(value, dict):
        kept = {key: without_nothing(one) for key, one in value.items() if one is not None}
        return {key: one for key, one in kept.items() if one != {}}
    return [without_nothing(one) for one in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def kernel(library: Library, schedules: Schedules) -> Kernel:
    """One kernel for all examples: what it learns of one batch must not colour the next."""
    return Kernel(library, schedules, Options(AS_OF))


def compare(kernel: Kernel, library: Library, schedules: Schedules, cases: list[dict[str, Any]]) -> None:
    alone = one_by_one(library, schedules, cases)
    together = by_column(kernel, library, cases)
    for one, other in zip(alone, together, strict=True):
        other["edits"] = set((other["edits"] or "").split())
        assert other == one


@law
@given(st.lists(CASES, min_size=1, max_size=6))
def test_a_line_is_told_the_same_by_column_as_alone(
    kernel: Kernel, library: Library, schedules: Schedules, cases: list[dict[str, Any]]
) -> None:
    compare(kernel, library, schedules, [without_nothing(case) for case in cases])


def test_so_are_all_worked_cases(kernel: Kernel, library: Library, schedules: Schedules) -> None:
    entries = [entry for _, file in worked_files(library) for entry in read_source(file).data["cases"]]
    cases = [entry["case"] for entry in entries if entry["case"].get("lines")]
    assert len(cases) > 50
    compare(kernel, library, schedules, cases)
