"""Periods between days: what has begun, what is over, and that they grow with the second day alone."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausal.columns.calculated import PERIODS as BY_COLUMN
from clausal.facts.periods import PERIODS

DAYS = st.dates(dt.date(2019, 1, 1), dt.date(2024, 12, 31))


@pytest.mark.parametrize(
    ("start", "end", "months", "years"),
    [
        ("2024-10-16", "2024-10-16", 0, 0),
        ("2024-10-16", "2024-10-17", 1, 1),
        ("2024-10-16", "2024-10-15", -1, -1),
        ("2024-10-16", "2024-09-17", -1, -1),
        ("2024-10-16", "2024-09-16", -1, -1),
        ("2024-10-16", "2024-09-15", -2, -1),
        ("2024-10-16", "2023-10-16", -12, -1),
        ("2024-10-16", "2023-10-15", -13, -2),
    ],
)
def test_before_the_first_day_as_much_has_begun_below_0(start: str, end: str, months: int, years: int) -> None:
    days = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    assert (PERIODS["begun_months"](*days), PERIODS["begun_years"](*days)) == (months, years)


@given(st.sampled_from(sorted(PERIODS)), DAYS, st.lists(DAYS, min_size=2, max_size=6))
def test_periods_grow_with_the_second_day_and_are_negative_before_the_first(
    name: str, start: dt.date, ends: list[dt.date]
) -> None:
    found = [PERIODS[name](start, end) for end in sorted(ends)]
    assert all(one <= other for one, other in pairwise(found))
    assert all((one < 0) == (end < start) for one, end in zip(found, sorted(ends), strict=True))


@given(st.sampled_from(sorted(PERIODS)), st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=20))
def test_by_column_they_are_the_same(name: str, pairs: list[tuple[dt.date, dt.date]]) -> None:
    epoch = dt.date(1970, 1, 1).toordinal()
    starts, ends = (np.array([pair[at].toordinal() - epoch for pair in pairs]) for at in (0, 1))
    assert BY_COLUMN[name](starts, ends).tolist() == [PERIODS[name](*pair) for pair in pairs]
