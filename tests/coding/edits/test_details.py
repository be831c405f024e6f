"""What tells edits apart beside their names, of one case and by column."""

from __future__ import annotations

import numpy as np

from clausal.coding.edits import Context, Details, detailed, run
from clausal.schedules.lines import Lines, make_lines
from clausal.schedules.tables import Schedules
from tests.coding.edits.claims import found, passing
from tests.payment.made import Made


def by_column(lines: Lines, schedules: Schedules) -> list[str]:
    details = Details()
    return [details.words[number] for number in detailed(Context(lines, schedules), details).tolist()]


def by_line(lines: Lines, schedules: Schedules) -> list[str]:
    said: dict[int, dict[str, None]] = {}
    for one in run(Context(lines, schedules)):
        said.setdefault(one.line, {})[one.detail] = None
    return ["; ".join(filter(None, said.get(line, ()))) for line in range(len(lines))]


def test_a_pair_tells_the_other_code_and_the_modifier_indicator(schedules: Schedules) -> None:
    (allowed,) = found(schedules, "ptp", ("64624", 1, ()), ("76942", 1, ()))
    assert allowed.detail == "ptp 64624 indicator 1"
    (never,) = found(schedules, "ptp", ("64447", 1, ("59",)), ("64624", 1, ()))
    assert never.detail == "ptp 64624 indicator 0"
    (told,) = passing(schedules, ("64624", 1, ("RT",)), ("76942", 1, ()))
    assert told.detail == "ptp 64624 indicator 1 passed"


def test_a_limit_of_units_tells_them_and_what_is_counted(schedules: Schedules) -> None:
    both = found(schedules, "mue", ("64640", 3, ("RT",)), ("64640", 3, ("LT",)))
    assert [one.detail for one in both] == ["mue 6 of 5 units MAI 3"] * 2


def test_a_limit_of_units_over_days_is_that_of_all_of_them() -> None:
    made = Made(mue=[{"service": "practitioner", "code": "97110", "units": 6, "mai": 3}])
    lines = make_lines(["97110"], day=np.datetime64("2024-08-01"), units=[25], modifiers=[()], days=4)
    assert by_column(lines, made) == by_line(lines, made) == ["mue 25 of 24 units in 4 days MAI 3"]


def test_a_line_tells_each_of_its_pairs_once_and_a_line_without_a_code_none() -> None:
    rows = [
        {"service": "practitioner", "column_1": first, "column_2": "20610", "modifier": indicator}
        for first, indicator in (("64624", 1), ("64640", 0))
    ]
    made = Made(ptp=rows, mue=[{"service": "practitioner", "code": "20610", "units": 1, "mai": 2}])
    codes = ["64624", "64640", "64640", "20610", "", "20610"]
    lines = make_lines(codes, day=np.datetime64("2024-08-01"), units=[1] * 6, modifiers=[()] * 6)
    told = by_column(lines, made)
    assert told == by_line(lines, made)
    assert [bool(one) for one in told] == [False, False, False, True, False, True]
    for one in (told[3], told[5]):
        parts = one.split("; ")
        assert sorted(parts) == ["mue 2 of 1 units MAI 2", "ptp 64624 indicator 1", "ptp 64640 indicator 0"]
        assert len(parts) == len(set(parts))
