"""How amounts are told: nothing is a dash, and a sum says what it is of."""

from __future__ import annotations

from clausal.amounts import DASH, Sum, told


def test_nothing_is_a_dash_and_a_true_zero_stays_a_zero() -> None:
    assert (told(None), told("0.00")) == (DASH, "0.00")
    assert Sum.of([None, None]).dollars() == DASH
    assert Sum.of(["0.00"]).dollars() == "0.00"
    assert (Sum().known, Sum(0, 1).known) == (None, 0)


def test_a_sum_says_of_how_many_lines_it_is() -> None:
    some = Sum.of(["124.16", None, "124.16", "0.00", None])
    assert some.told(5) == "248.32 (3 of 5 lines)"
    assert some.told(3) == "248.32"
    assert Sum().told(5) == DASH


def test_a_sum_of_many_is_told_as_tables_show_it() -> None:
    some = Sum(123_456_789, 2_000)
    assert some.told(3_000, sign=True) == "+1,234,567.89 (2,000 of 3,000 lines)"
    assert some.dollars(grouped=False) == "1234567.89"
    assert Sum(-50, 1).dollars(sign=True) == "-0.50"
