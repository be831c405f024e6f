"""Imaging, cardiovascular and ophthalmology services of a day, by CMS's examples of each reduction."""

from __future__ import annotations

import pytest

from tests.payment.claims import HOSPITAL, amounts, paid
from tests.payment.made import Made, split

IMAGING = [*split("70001", "476", "68", mult="4", family="88"), *split("70002", "340", "102", mult="4", family="88")]


def test_cmss_example_of_imaging() -> None:
    """TC 476 + half of 340; PC 102 + 95 percent of 68 (75 percent until 2016)."""
    found = paid(Made(pfs=IMAGING), ("70001", 1, ()), ("70002", 1, ()))
    assert (amounts(found), found.total) == (["540.60", "272.00"], "812.60")
    technical = paid(Made(pfs=IMAGING), ("70001", 1, ("TC",)), ("70002", 1, ("TC",)))
    assert amounts(technical) == ["476.00", "170.00"]
    professional = paid(Made(pfs=IMAGING), ("70001", 1, ("26",)), ("70002", 1, ("26",)))
    assert amounts(professional) == ["64.60", "102.00"]


def test_imaging_of_another_session_is_paid_in_full() -> None:
    assert amounts(paid(Made(pfs=IMAGING), ("70001", 1, ()), ("70002", 1, ("59",)))) == ["544.00", "442.00"]


def test_imaging_of_no_family_is_not_reduced() -> None:
    rows = [*split("70001", "476", "68", mult="4"), *split("70002", "340", "102", mult="4")]
    assert paid(Made(pfs=rows), ("70001", 1, ()), ("70002", 1, ())).total == "986.00"


def test_in_a_facility_only_professional_components_are_left() -> None:
    rows = [{**row, "na_f": "NA" if row["mod"] != "26" else ""} for row in IMAGING]
    found = paid(Made(pfs=rows), ("70001", 1, ()), ("70002", 1, ()), place=HOSPITAL)
    assert amounts(found) == ["64.60", "102.00"]


def test_the_cap_on_imaging_comes_after_the_reduction() -> None:
    """Of 340 half is 170, which is less than the cap of 200; the first is capped at 300."""
    capped = [
        {**row, "opps_nf": cap + row["work"] * 0, "opps_mp": 0}
        for row, cap in zip(IMAGING, (30_000, 30_000, 0, 20_000, 20_000, 0), strict=True)
    ]
    found = paid(Made(pfs=capped), ("70001", 1, ("TC",)), ("70002", 1, ("TC",)))
    assert amounts(found) == ["300.00", "170.00"]


def test_cmss_example_of_cardiovascular_services() -> None:
    rows = [*split("78452", "427", "77", mult="6"), *split("93306", "148", "65", mult="6")]
    found = paid(Made(pfs=rows), ("78452", 1, ()), ("93306", 1, ()))
    assert (amounts(found), found.total) == (["504.00", "176.00"], "680.00")


def test_cmss_example_of_ophthalmology_services() -> None:
    rows = [*split("92235", "92", "46", mult="7"), *split("92250", "53", "23", mult="7")]
    found = paid(Made(pfs=rows), ("92235", 1, ()), ("92250", 1, ()))
    assert (amounts(found), found.total) == (["138.00", "65.40"], "203.40")


def test_kinds_of_service_are_ranked_apart() -> None:
    rows = [*split("78452", "427", "77", mult="6"), *split("92250", "53", "23", mult="7")]
    assert paid(Made(pfs=rows), ("78452", 1, ()), ("92250", 1, ())).total == "580.00"


def test_several_units_are_several_procedures() -> None:
    rows = split("92250", "50", "20", mult="7")
    assert amounts(paid(Made(pfs=rows), ("92250", 2, ()))) == ["130.00"]


@pytest.mark.parametrize(("modifier", "allowed"), [("CT", "472.60"), ("FX", "448.80"), ("FY", "496.40")])
def test_old_equipment_costs_a_part_of_the_technical_component(modifier: str, allowed: str) -> None:
    assert amounts(paid(Made(pfs=IMAGING), ("70001", 1, (modifier,)))) == [allowed]
    assert amounts(paid(Made(pfs=IMAGING), ("70001", 1, (modifier, "26")))) == ["68.00"]


def test_without_the_rows_of_its_components_a_service_has_no_amount() -> None:
    rows = [row for row in IMAGING if row["mod"] == ""]
    found = paid(Made(pfs=rows), ("70001", 1, ()), ("70002", 1, ()))
    assert found.total is None
    assert "components" in (found.lines[0].why or "")
