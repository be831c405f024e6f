"""The sweep: every billable diagnosis of a day by itself, in a commercial plan that freezes nerves against pain."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

import pytest

from clausal.columns.kernel import Kernel
from clausal.columns.options import Options
from clausal.documents.library import Library
from clausal.facts.icd10cm import editions
from clausal.schedules.tables import Schedules
from tests.claims.same import batch_of

DAY = dt.date(2024, 6, 1)
MAY_BE_A_FACET_JOINT = re.compile(
    r"M4[0-35-9]|M5[013]|M54\.[0-79]|M54\.89|M99|S[123]3\.|M96\.1|M25\.(50|59|78|9)|M19\.9|M15\.[03489]|M24\.(28|9)|M12\.9|M13\.0"
    r"|R52|G89\.(18|28|29|4)"
)
"""Codes of the spine, of joints that are not named, and of pain without a place."""
CASE = {"plan": "bcn-commercial-hmo", "device": "iovera", "purpose": "pain", "lines": [{"code": "64640", "units": 1}]}


@pytest.fixture(scope="module")
def told(library: Library, schedules: Schedules) -> dict[str, str]:
    """The status of each code."""
    held = editions()
    bearing = held.bearing(DAY)
    codes = [code for code, flags in held.codes() if any(flags[index] == "1" for index in bearing)]
    cases = [{**CASE, "service_date": DAY.isoformat(), "diagnoses": [code]} for code in codes]
    rows = Kernel(library, schedules, Options(dt.date(2026, 1, 1)))(batch_of(library, cases)).column("status")
    return dict(zip(codes, rows.to_pylist(), strict=True))


def settled(told: dict[str, str], chosen: str) -> float:
    """The share of the codes that begin in one of some ways of which the status is settled."""
    found = Counter(status for code, status in told.items() if re.match(chosen, code))
    return 1 - found["open"] / found.total()


def test_all_codes_of_the_day_are_told(told: dict[str, str]) -> None:
    assert len(told) > 74_000
    assert set(told.values()) == {"open", "not-covered", "refer"}


def test_joints_and_soft_tissue_are_settled(told: dict[str, str]) -> None:
    assert settled(told, "M1[5-9]|M2[0-5]|M7[0-7]") >= 0.95


def test_nerves_headaches_and_pain_are_settled(told: dict[str, str]) -> None:
    assert settled(told, "G4[3-7]|G5[0-9]|G6[0-5]|G89|G90") >= 0.80


def test_none_is_covered(told: dict[str, str]) -> None:
    assert "covered" not in told.values()
    assert "conditional" not in told.values()


def test_none_that_may_be_a_facet_joint_is_denied(told: dict[str, str]) -> None:
    assert [code for code, status in told.items() if MAY_BE_A_FACET_JOINT.match(code) and status == "not-covered"] == []


def test_only_facet_spondylosis_is_referred(told: dict[str, str]) -> None:
    assert {code[:6] for code, status in told.items() if status == "refer"} == {"M47.81"}
