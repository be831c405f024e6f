"""Both sides on one day."""

from __future__ import annotations

import pytest

from tests.payment.claims import amounts, paid
from tests.payment.made import Made, fee

NERVE, OTHER = fee("64640", "248.32", mult="2", bilat="1"), fee("10007", "303.25", mult="2")


def test_right_and_left_lines_are_one_procedure_as_modifier_50_is() -> None:
    made = Made(pfs=[NERVE, OTHER])
    sides = paid(made, ("64640", 1, ("RT",)), ("64640", 1, ("LT",)), ("10007", 1, ("59",)))
    assert (amounts(sides), sides.total) == (["248.32", "124.16", "151.63"], "524.11")
    assert paid(made, ("64640", 1, ("50",)), ("10007", 1, ("59",))).total == "524.11"


def test_a_pair_that_is_not_the_costliest_is_at_half_for_both_sides() -> None:
    made = Made(pfs=[NERVE, fee("10008", "900", mult="2")])
    found = paid(made, ("64640", 1, ("RT",)), ("64640", 1, ("LT",)), ("10008", 1, ()))
    assert (amounts(found), found.total) == (["124.16", "62.08", "900.00"], "1086.24")
    assert paid(made, ("64640", 1, ("50",)), ("10008", 1, ())).total == "1086.24"


@pytest.mark.parametrize(("right", "left"), [(2, 1), (1, 2)])
def test_units_without_a_partner_are_procedures_of_their_own(right: int, left: int) -> None:
    found = paid(Made(pfs=[NERVE]), ("64640", right, ("RT",)), ("64640", left, ("LT",)))
    assert found.total == f"{372.48 + 124.16:.2f}"


def test_both_sides_of_a_code_without_a_ranking_are_150_percent() -> None:
    made = Made(pfs=[fee("20000", "100", mult="0", bilat="1")])
    assert amounts(paid(made, ("20000", 1, ("RT",)), ("20000", 1, ("LT",)))) == ["100.00", "50.00"]


def test_each_side_of_indicator_3_is_paid_in_full() -> None:
    made = Made(pfs=[fee("20000", "100", mult="0", bilat="3")])
    assert amounts(paid(made, ("20000", 1, ("RT",)), ("20000", 1, ("LT",)))) == ["100.00", "100.00"]
    assert amounts(paid(made, ("20000", 1, ("50",)))) == ["200.00"]


def test_two_units_of_a_code_without_a_rank_are_both_sides() -> None:
    made = Made(pfs=[fee("76642", "84.88", mult="0", bilat="1")])
    assert amounts(paid(made, ("76642", 2, ()))) == ["127.32"]
    assert amounts(paid(made, ("76642", 3, ()))) == ["254.64"]


@pytest.mark.parametrize(
    ("charges", "allowed"),
    [
        ((30_000, 10_000), ["248.32", "124.16"]),
        ((30_000, 5_000), ["300.00", "50.00"]),
        ((10_000, 10_000), ["100.00"] * 2),
    ],
)
def test_a_pair_is_limited_by_the_charges_of_both_sides_in_all(charges: tuple[int, int], allowed: list[str]) -> None:
    from dataclasses import replace

    import numpy as np

    from clausal.payment.quote import quote
    from tests.payment.claims import claim

    lines = replace(claim([("64640", 1, ("RT",)), ("64640", 1, ("LT",))]), charge=np.array(charges))
    assert amounts(quote(lines, [("RT",), ("LT",)], Made(pfs=[NERVE]))) == allowed
