"""Two conversion factors from 2026 on: the row's, and the one of qualifying participants."""

from __future__ import annotations

import datetime as dt

import numpy as np

from clausal.schedules.factors import factor, factors, span_of
from clausal.schedules.tables import Schedules


def days(*written: str) -> np.ndarray:
    return np.array(written, dtype="datetime64[D]").astype(np.int64)


def test_qualifying_participants_have_a_factor_of_their_own_from_2026_on() -> None:
    when = days("2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01", "1990-01-01")
    of_row = np.full(5, 334_009)
    assert factor(when, of_row, np.ones(5, dtype=bool)).tolist() == [334_009, 335_675, 335_675, 334_009, 334_009]


def test_others_have_what_the_row_says() -> None:
    of_row = np.array([334_009, 12])
    assert factor(days("2026-07-01", "2026-07-01"), of_row, np.array([False, False])).tolist() == [334_009, 12]
    assert factor(days("2026-07-01", "2026-07-01"), of_row, np.array([True, False])).tolist() == [335_675, 12]


def test_the_factors_are_those_of_the_rows_that_ship(schedules: Schedules) -> None:
    table = schedules.table("pfs")
    for index, release in enumerate(table.releases):
        of_rows = set(table.columns["cf"][table.release == index].tolist())
        assert of_rows == {one.factor for one in factors() if one.start <= release.start <= one.end}


def test_a_factor_tells_the_part_of_a_quarter_in_which_it_counts() -> None:
    quarter = dt.date(2024, 1, 1), dt.date(2024, 3, 31)
    assert span_of(327_442, *quarter) == (dt.date(2024, 1, 1), dt.date(2024, 3, 8))
    assert span_of(332_875, *quarter) == (dt.date(2024, 3, 9), dt.date(2024, 3, 31))
    assert span_of(1, *quarter) == quarter


def test_the_stretches_follow_one_another_without_a_gap() -> None:
    for one, after in zip(factors(), factors()[1:], strict=False):
        assert one.end + dt.timedelta(days=1) == after.start
