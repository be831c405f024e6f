"""`group-range`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.made import found, study


def told(groups: str) -> list[str]:
    return [one.message for one in found(study(f"partitions: {{response: {{{groups}}}}}"), "group-range")]


@pytest.mark.parametrize(
    ("groups", "says"),
    [
        ('a: {from: "50", to: "74"}, b: {above: "75"}', "75 is in no group: a is 50 to 74, b above 75"),
        ("a: {below: 60}, b: {above: 60}", "60 is in no group"),
        ("a: {to: 40}, b: {from: 65}", "41 to 64 is in no group: a is at most 40, b at least 65"),
        ("b: {from: 65}, a: {to: 40}", "41 to 64 is in no group"),
        ('a: {at_most: "74.5"}, b: {at_least: 75}', "74.6 to 74.9 is in no group"),
        ("a: {to: 24, unit: months}, b: {from: 3, unit: years}", "25 to 35 is in no group"),
        ("a: {to: 10}, b: {from: 5, to: 20}, c: {from: 30}", "21 to 29 is in no group: b is 5 to 20, c at least 30"),
        ("a: {below: 500, unit: g}, b: {from: 1, unit: kg}", "500 to 999 is in no group"),
    ],
)
def test_fail_group_range_leaves_values_out(groups: str, says: str) -> None:
    assert any(says in message for message in told(groups))


@pytest.mark.parametrize(
    ("groups", "says"),
    [
        ("a: {to: 60}, b: {from: 60}", "60 is in two groups: a is at most 60, b at least 60"),
        ("a: {from: 20, to: 45}, b: {from: 40, to: 64}", "40 to 45 is in two groups"),
        ("a: {to: 75}, b: {above: 74}", "75 is in two groups"),
        ("a: {to: 30, unit: months}, b: {from: 2, unit: years}", "in two groups"),
    ],
)
def test_fail_group_range_shares_values(groups: str, says: str) -> None:
    (message,) = told(groups)
    assert says in message


def test_fail_group_range_in_two_ways() -> None:
    (one,) = told('a: {to: 74}, b: {from: "75", elsewhere: {above: "75"}}')
    assert one == "One 2020: response: b is at least 75 in one place and above 75 in another"


def test_fail_group_range_without_any_value() -> None:
    (one,) = told("a: {from: 74, to: 50}, b: {from: 75}")
    assert "a holds nothing" in one


@pytest.mark.parametrize(
    "groups",
    [
        "a: {from: 50, to: 74}, b: {from: 75}",
        "a: {below: 75}, b: {from: 75}",
        "a: {to: 75}, b: {above: 75}",
        "a: {to: 74}, b: {above: 74}",
        'a: {to: "74.9"}, b: {from: "75.0"}',
        "a: {to: 23, unit: months}, b: {from: 2, unit: years}",
        "a: {below: 24, unit: hours}, b: {from: 1, unit: days}",
        "a: {below: 24, unit: months}, b: {from: 2, unit: years}",
        "a: {to: 12, unit: weeks}, b: {above: 3, unit: months}",
        "a: {below: 2500, unit: g}, b: {from: 2.5, unit: kg}",
        "adults: {from: 18}, old: {from: 65}",
        "young: {to: 64}, old: {from: 65}, very-old: {from: 80}",
        "all: {from: 18}, young: {from: 18, to: 40}, old: {from: 65}",
        "a: {to: 10}, b: {from: 20}, neither: in words",
        "a: {to: 10, unit: points}, b: {from: 20, unit: percent}",
        "men: , women: ",
        "a: {to: 74}, b: {from: 75, elsewhere: [{above: 74}, {at_least: 75}]}",
        "a: {from: 50, to: 74, elsewhere: {from: 50}}, b: {from: 75}",
    ],
)
def test_success_no_value_is_left_out_or_shared(groups: str) -> None:
    assert not told(groups)


def test_success_groups_in_words() -> None:
    assert not found(study("partitions: {sex: [men, women]}"), "group-range")


@st.composite
def cuts(draw: st.DrawFn) -> list[tuple[int, bool]]:
    """Places at which a scale is cut, and whether the lower group has the place itself."""
    places = sorted(draw(st.sets(st.integers(-50, 50).map(lambda n: 3 * n), min_size=1, max_size=5)))
    return [(place, draw(st.booleans())) for place in places]


def parted(places: list[tuple[int, bool]]) -> list[str]:
    """The groups that a scale is cut into, in words of the format."""
    groups = []
    for at in range(len(places) + 1):
        bounds = []
        if at:
            place, below = places[at - 1]
            bounds.append(f"{'above' if below else 'from'}: {place}")
        if at < len(places):
            place, below = places[at]
            bounds.append(f"{'to' if below else 'below'}: {place}")
        groups.append(f"g{at}: {{{', '.join(bounds)}}}")
    return groups


@given(cuts(), st.randoms())
def test_success_a_scale_that_is_cut_into_groups(places: list[tuple[int, bool]], order: object) -> None:
    groups = parted(places)
    order.shuffle(groups)  # type: ignore[attr-defined]
    assert not told(", ".join(groups))


@given(cuts(), st.data())
def test_fail_group_range_if_a_group_between_is_taken_out(places: list[tuple[int, bool]], data: st.DataObject) -> None:
    groups = parted(places)
    if len(groups) > 2:
        del groups[data.draw(st.integers(1, len(groups) - 2))]
        assert [message for message in told(", ".join(groups)) if "is in no group" in message]
