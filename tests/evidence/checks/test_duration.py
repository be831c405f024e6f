"""`duration`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.made import evidence, found

LASTS = "durations: [{{duration: {name}, what: it lasts, {rest}}}]"


def told(one: str, other: str, other_name: str = "effect") -> list[str]:
    there = evidence(LASTS.format(name=other_name, rest=other), "other")
    return [f.message for f in found(LASTS.format(name="effect", rest=one), "duration", there)]


def test_fail_duration_in_two_documents_side_by_side() -> None:
    (message,) = told("months: {from: 3, to: 5}", "days: {to: 90}")
    assert message == (
        "effect is said in different ways: it lasts 3 to 5 months (made); it lasts at most 90 days (other)"
    )


def test_fail_duration_shows_a_rate_beside_and_turns_it_into_nothing() -> None:
    text = (
        "durations: [{duration: effect, months: {from: 3, to: 5}}, {duration: effect, days: {to: 90}},"
        " {duration: effect, what: it grows, rate: 1 mm a day, source: a paper}]"
    )
    (one,) = found(text, "duration")
    assert one.severity == "note"
    assert one.message.endswith("it grows 1 mm a day (a paper)")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("months: {from: 3, to: 5}", "months: {from: 4, to: 6}"),
        ("months: {to: 3}", "months: {to: 6}"),
        ("months: {from: 6}", "days: {to: 90}"),
        ("weeks: 2", "months: 6"),
    ],
)
def test_fail_duration(one: str, other: str) -> None:
    assert told(one, other)
    assert told(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("days: {to: 90}", "months: {to: 3}"),
        ("days: 90", "weeks: 12"),
        ("days: 30", "days: {to: 90}"),
        ("months: 4", "months: {from: 3, to: 5}"),
        ("months: {from: 1}", "months: {from: 3, to: 5}"),
        ("months: {from: 1}", "days: {to: 90}"),
        ("years: 1", "months: 12"),
        ("months: {from: 3, to: 5}", "rate: 1 mm a day"),
    ],
)
def test_success_both_can_be_meant(one: str, other: str) -> None:
    assert not told(one, other)
    assert not told(other, one)


def test_success_durations_of_two_things() -> None:
    assert not told("months: {from: 3, to: 5}", "days: {to: 90}", other_name="stay")


@given(st.integers(1, 400), st.integers(0, 200))
def test_a_duration_agrees_with_itself_in_weeks_and_days(weeks: int, more: int) -> None:
    assert not told(
        f"weeks: {{from: {weeks}, to: {weeks + more}}}", f"days: {{from: {7 * weeks}, to: {7 * (weeks + more)}}}"
    )
