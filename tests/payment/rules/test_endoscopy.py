"""Families of endoscopies, by the example of the manual (chapter 12, section 40.6.C)."""

from __future__ import annotations

import numpy as np

from clausal.payment.pfs import price
from clausal.schedules.lines import make_lines
from tests.payment.claims import amounts, paid
from tests.payment.made import Made, fee

COLONOSCOPY = [
    fee("45378", "255.40", mult="2"),
    fee("45380", "285.98", mult="3", endo="45378"),
    fee("45385", "374.56", mult="3", endo="45378"),
]


def test_the_manuals_example_of_two_endoscopies() -> None:
    found = paid(Made(pfs=COLONOSCOPY), ("45380", 1, ()), ("45385", 1, ()))
    assert (amounts(found), found.total) == (["30.58", "374.56"], "405.14")


def test_the_base_endoscopy_is_not_paid_beside_another_of_its_family() -> None:
    found = paid(Made(pfs=COLONOSCOPY), ("45378", 1, ()), ("45385", 1, ()))
    assert amounts(found) == ["0.00", "374.56"]
    assert "paid as part of the other endoscopies" in (found.lines[0].why or "")


def test_a_family_is_one_procedure_among_those_of_the_day() -> None:
    larger = Made(pfs=[*COLONOSCOPY, fee("10000", "500", mult="2")])
    lines = ("45380", 1, ()), ("45385", 1, ())
    assert amounts(paid(larger, *lines, ("10000", 1, ()))) == ["15.29", "187.28", "500.00"]
    smaller = Made(pfs=[*COLONOSCOPY, fee("10000", "400", mult="2")])
    assert amounts(paid(smaller, *lines, ("10000", 1, ()))) == ["30.58", "374.56", "200.00"]


def test_a_lone_endoscopy_is_ranked_as_any_procedure() -> None:
    made = Made(pfs=[*COLONOSCOPY, fee("10000", "400", mult="2")])
    assert amounts(paid(made, ("45385", 1, ()), ("10000", 1, ()))) == ["187.28", "400.00"]


def test_two_families_are_ranked_against_one_another() -> None:
    upper = [
        fee("43235", "100", mult="2"),
        fee("43239", "150", mult="3", endo="43235"),
        fee("43251", "180", mult="3", endo="43235"),
    ]
    lines = ("45380", 1, ()), ("45385", 1, ()), ("43239", 1, ()), ("43251", 1, ())
    assert amounts(paid(Made(pfs=[*COLONOSCOPY, *upper]), *lines)) == ["30.58", "374.56", "25.00", "90.00"]


def test_without_the_row_of_the_base_there_is_no_amount() -> None:
    found = paid(Made(pfs=COLONOSCOPY[1:]), ("45380", 1, ()), ("45385", 1, ()))
    assert found.total is None
    assert "base endoscopy" in (found.lines[0].why or "")


def test_two_units_of_one_endoscopy_are_a_family_whatever_else_is_in_the_batch() -> None:
    made = Made(pfs=COLONOSCOPY)
    assert amounts(paid(made, ("45385", 2, ()))) == ["493.72"]
    lines = make_lines(
        ["45385", "45380"],
        day=np.datetime64("2024-05-01"),
        units=[2, 1],
        modifiers=[(), ()],
        claim=[0, 1],
        group=[0, 1],
    )
    assert price(lines, made).allowed.tolist() == [49_372, 28_598]
