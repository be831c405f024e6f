"""Ranges: what is told of two of them is so for every whole number."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausal.evidence.model import Figure
from clausal.evidence.ranges import Range, differ, gap, overlap

LIMIT = 30
bound = st.one_of(st.none(), st.integers(-20, 20))


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    low, high = draw(bound), draw(bound)
    if low is not None and high is not None and low > high:
        low, high = high, low
    figures = [None if one is None else Figure(Decimal(one), 0) for one in (low, high)]
    return Range(figures[0], figures[1], draw(st.booleans()), draw(st.booleans()))


def whole(one: Range) -> set[int]:
    """The whole numbers of a range, as far as the limit."""
    return {
        n
        for n in range(-LIMIT, LIMIT + 1)
        if (one.low is None or n > one.low.value or (n == one.low.value and not one.low_open))
        and (one.high is None or n < one.high.value or (n == one.high.value and not one.high_open))
    }


def named(text: str) -> set[int]:
    first, _, last = text.partition(" to ")
    return set(range(int(first), int(last or first) + 1))


@given(ranges(), ranges())
def test_what_is_told_to_lie_between_two_ranges_is_in_neither(one: Range, other: Range) -> None:
    if told := gap(one, other):
        assert not named(told) & (whole(one) | whole(other))


@given(ranges(), ranges())
def test_two_ranges_are_told_to_share_the_whole_numbers_that_both_have(one: Range, other: Range) -> None:
    told = overlap(one, other)
    shared = whole(one) & whole(other)
    within = whole(one) <= whole(other) or whole(other) <= whole(one)
    assert told == overlap(other, one)
    if told:
        assert named(told) == shared
    else:
        assert not shared or within


@given(ranges(), ranges())
def test_ranges_that_differ_do_so_for_a_whole_number(one: Range, other: Range) -> None:
    if differ(one, other):
        assert whole(one) != whole(other) or not whole(one)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Range(Figure(Decimal(50), 0), Figure(Decimal(74), 0)), "50 to 74"),
        (Range(Figure(Decimal(50), 0), Figure(Decimal(74), 0), low_open=True, high_open=True), "above 50 and below 74"),
        (Range(Figure(Decimal("2.5"), 1), unit="kg"), "at least 2.5 kg"),
        (Range(high=Figure(Decimal(90), 0), high_open=True, unit="days"), "below 90 days"),
        (Range(Figure(Decimal(2), 0), Figure(Decimal(2), 0), unit="weeks"), "2 weeks"),
        (Range(), "any"),
    ],
)
def test_a_range_in_words(one: Range, words: str) -> None:
    assert str(one) == words
