"""Therapy services of a day, by the example of the manual (chapter 5, section 10.7)."""

from __future__ import annotations

import numpy as np

from clausal.payment.pfs import price
from clausal.schedules.lines import make_lines
from tests.payment.claims import amounts, paid
from tests.payment.made import Made, fee

ROWS = [fee("97001", "7", "10", "1", mult="5"), fee("97002", "11", "8", "1", mult="5")]


def test_the_manuals_example_of_two_units_and_another_procedure() -> None:
    """18 + (7 + 5 + 1) + (11 + 4 + 1): practice expense in full once, else at half."""
    found = paid(Made(pfs=ROWS), ("97001", 2, ()), ("97002", 1, ()))
    assert (amounts(found), found.total) == (["31.00", "16.00"], "47.00")


def test_one_unit_is_paid_in_full() -> None:
    assert amounts(paid(Made(pfs=ROWS), ("97002", 1, ()))) == ["20.00"]


def test_equal_practice_expense_is_ranked_by_the_whole_fee() -> None:
    rows = [fee("97001", "7", "10", mult="5"), fee("97002", "11", "10", mult="5")]
    assert amounts(paid(Made(pfs=rows), ("97001", 1, ()), ("97002", 1, ()))) == ["12.00", "21.00"]


def test_two_practitioners_of_one_claim_and_day_are_looked_at_together() -> None:
    lines = make_lines(
        ["97001", "97001"],
        day=np.datetime64("2024-05-01"),
        units=[1, 1],
        modifiers=[(), ()],
        claim=[0, 0],
        group=[0, 1],
    )
    assert sorted(price(lines, Made(pfs=ROWS)).allowed.tolist()) == [1300, 1800]


def test_an_assistants_therapy_is_paid_at_85_percent_after_the_reduction() -> None:
    found = paid(Made(pfs=ROWS), ("97001", 2, ("CQ",)))
    assert amounts(found) == ["26.35"]
    assert found.lines[0].derivation[-2:] == [
        "1 x 18.00 + 1 x 13.00 (practice expense at 50 percent) = 31.00",
        "rendered in part by an assistant: 85 percent = 26.35",
    ]


def test_an_assistants_share_is_of_the_charge_where_that_is_less() -> None:
    from dataclasses import replace

    from clausal.payment.quote import quote
    from tests.payment.claims import claim

    lines = replace(claim([("97002", 1, ("CO",))]), charge=np.array([1_000]))
    (line,) = quote(lines, [("CO",)], Made(pfs=ROWS)).lines
    assert line.allowed == "8.50"
    assert line.derivation[-2:] == [
        "the lesser of 20.00 and the charge = 10.00",
        "rendered in part by an assistant: 85 percent = 8.50",
    ]
