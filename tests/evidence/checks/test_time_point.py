"""`time-point`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.made import found, study

MONTHS = [0, 1, 3, 6, 9, 12]


def measure(measured: str, *values: str, rest: str = "") -> str:
    listed = ", ".join(f'{{{value}, mean: "5"}}' for value in values)
    return study(f"measures: [{{measure: pain, measured: {{{measured}}}, values: [{listed}]}}{rest}")


def told(text: str) -> list[str]:
    return [one.message for one in found(text, "time-point")]


def test_fail_time_point_without_a_value() -> None:
    (message,) = told(measure("months: [0, 1, 9, 12]", "months: 0", "months: 1", "months: 12", rest="]"))
    assert message == "One 2020: pain: measured at month 9, and nothing is reported of it"


def test_fail_time_point_beside_another_measure_with_times_of_its_own() -> None:
    other = ", {measure: function, measured: {months: [0, 9]}, values: [{months: 9, mean: '3'}]}]"
    messages = told(measure("months: [0, 9]", "months: 0", rest=other))
    assert messages[0].startswith("One 2020: pain: measured at month 9")
    assert messages[1].startswith("One 2020: function: measured at the start")


def test_fail_time_point_whose_entry_says_nothing() -> None:
    text = study("measures: [{measure: pain, measured: {weeks: [0, 2]}, values: [{weeks: 0, mean: '5'}, {weeks: 2}]}]")
    assert "day 14" in told(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        measure("months: [0, 12]", "months: 0", "weeks: 52", rest="]"),
        measure("months: [0, 12]", "months: 0", "years: 1", rest="]"),
        measure("months: [0, 1]", "months: 0", "weeks: 4", rest="]"),
        measure("days: [0, 7], months: 1", "days: 0", "weeks: 1", "days: 30", rest="]"),
        # reported in words, as a share, as a test, a change, a finding, or under a name without times of its own
        measure("months: [0, 9]", "months: 0", rest="]\nfindings: [{measure: relief, months: 9, favours: none}]"),
        measure("months: [0, 9]", "months: 0", rest="]\nfindings: [{measure: pain, months: 9, favours: none}]"),
        measure(
            "months: [0, 9]", "months: 0", rest="]\nshares: [{what: better, months: 9, percent: '50', of: patients}]"
        ),
        measure("months: [0, 9]", "months: 0", rest="]\ntests: [{measure: pain, months: 9, p: '0.03'}]"),
        measure(
            "months: [0, 9]", "months: 0", rest=", {measure: better-by-two, values: [{months: 9, percent: '50'}]}]"
        ),
        measure("months: [0, 9]", "months: 9", rest="]\nchanges: [{what: pain, months: 9, before: '8', after: '4'}]"),
        study(
            "measures: [{measure: a, measured: {months: [0, 9]},"
            " values: [{months: 0, mean: '5'}, {months: 9, stated: same}]}]"
        ),
        # nothing in figures: what there is to tell is told in words
        study("measures: [{measure: koos, measured: {weeks: [0, 2, 6]}}]"),
        study("measures: [{measure: koos, values: [{weeks: 2, mean: '4'}]}]"),
    ],
)
def test_success_each_time_is_reported(text: str) -> None:
    assert not told(text)


def test_a_time_is_named_in_months_days_or_hours() -> None:
    times = "months: [2], years: 1, weeks: 1, hours: [18, 72], days: 0"
    (message,) = told(measure(times, "days: 0", rest="]"))
    assert "measured at hour 18, day 3, day 7, month 2, month 12, and" in message


@given(st.sets(st.sampled_from(MONTHS), min_size=1))
def test_the_times_without_a_value_are_told_and_no_others(given_: set[int]) -> None:
    text = measure(f"months: {MONTHS}", *(f"months: {month}" for month in sorted(given_)), rest="]")
    left = ["the start" if month == 0 else f"month {month}" for month in MONTHS if month not in given_]
    expected = [f"One 2020: pain: measured at {', '.join(left)}, and nothing is reported of it"] if left else []
    assert told(text) == expected
