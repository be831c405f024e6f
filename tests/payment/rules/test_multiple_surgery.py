"""Multiple surgery."""

from __future__ import annotations

import pytest

from clausal.schedules.tables import Schedules
from tests.payment.claims import amounts, paid
from tests.payment.made import Made, fee


def test_the_costliest_is_paid_in_full_and_up_to_four_more_at_half() -> None:
    made = Made(pfs=[fee(f"1000{n}", f"{n}00", mult="2") for n in range(1, 7)])
    found = paid(made, *((f"1000{n}", 1, ()) for n in range(1, 7)))
    assert amounts(found) == [None, "100.00", "150.00", "200.00", "250.00", "600.00"]
    assert "by report" in (found.lines[0].why or "")


def test_a_code_of_indicator_0_is_paid_in_full_beside_others() -> None:
    made = Made(pfs=[fee("10001", "100", mult="2"), fee("10002", "80", mult="0")])
    assert amounts(paid(made, ("10001", 1, ()), ("10002", 3, ()))) == ["100.00", "240.00"]


def test_the_rule_before_1995_is_not_applied_and_says_so() -> None:
    made = Made(pfs=[fee("10001", "100", mult="1"), fee("10002", "80", mult="1")])
    found = paid(made, ("10001", 1, ()), ("10002", 1, ()))
    assert (found.total, found.complete) == (None, False)
    assert all("indicator 1 is not applied" in (line.why or "") for line in found.lines)
    assert amounts(paid(made, ("10001", 1, ()))) == ["100.00"]


@pytest.mark.parametrize(("charge", "allowed"), [(10_000, "100.00"), (100_000, "744.96")])
def test_the_amount_is_shown_before_the_charge_that_is_less(schedules: Schedules, charge: int, allowed: str) -> None:
    from dataclasses import replace

    import numpy as np

    from clausal.payment.quote import quote
    from tests.payment.claims import claim

    lines = replace(claim([("64640", 5, ())]), charge=np.array([charge]))
    (line,) = quote(lines, [()], schedules).lines
    assert line.allowed == allowed
    assert "1 x 248.32 + 4 x 124.16 (50 percent) = 744.96" in line.derivation
    lesser = "the lesser of 744.96 and the charge = 100.00"
    assert (lesser in line.derivation) == (charge == 10_000)
