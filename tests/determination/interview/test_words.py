"""Values come before places in a list, and words that only describe a value are never taken for it."""

from __future__ import annotations

import datetime as dt

import pytest

from clausal.determination.interview.days import day_meant
from clausal.determination.interview.words import Meant, meant

PLANS = {
    "bcn-hmo": "BCN Commercial HMO, self-funded groups included",
    "bcn-advantage": "BCN Advantage (Medicare Advantage)",
    "plus-blue": "Medicare Plus Blue (a Medicare Advantage PPO)",
}
PLACES = {code: code for code in ("01", "11", "12", "31", "34", "41", "56")}
CONDITIONS = {
    "knee-osteoarthritis-pain": "osteoarthritis of the knee",
    "knee-arthroplasty-pain": "total knee arthroplasty, before or after",
    "facet-joint-pain": "facet joint pain",
    "migraine": "migraine",
}
OTHER_NAMES = {"knee-replacement": "knee-arthroplasty-pain"}


@pytest.mark.parametrize("typed", sorted(PLACES))
def test_a_value_that_is_a_number_is_itself_and_never_a_place_in_the_list(typed: str) -> None:
    assert meant(typed, PLACES).value == typed


def test_a_number_that_is_no_value_of_a_list_of_numbers_means_nothing() -> None:
    assert meant("3", PLACES) == Meant()
    assert meant("1", PLACES).value == "01"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("bcn-hmo", "bcn-hmo"),
        ("BCN HMO", "bcn-hmo"),
        ("BCN Commercial HMO, self-funded groups included", "bcn-hmo"),
        ("bcn commercial hmo", "bcn-hmo"),
        ("Medicare Plus Blue", "plus-blue"),
        ("bcn-adv", "bcn-advantage"),
        ("3", "plus-blue"),
    ],
)
def test_a_plan_is_known_by_value_label_head_of_label_beginning_and_place(typed: str, value: str) -> None:
    found = meant(typed, PLANS)
    assert (found.value, found.sure) == (value, True)


def test_another_name_is_as_good_as_the_value() -> None:
    assert meant("Knee replacement", CONDITIONS, OTHER_NAMES) == Meant("knee-arthroplasty-pain")


def test_words_that_describe_one_value_have_to_be_confirmed() -> None:
    found = meant("knee osteoarthritis", CONDITIONS, OTHER_NAMES)
    assert (found.value, found.sure) == ("knee-osteoarthritis-pain", True)
    found = meant("osteoarthritis", CONDITIONS, OTHER_NAMES)
    assert (found.value, found.sure) == ("knee-osteoarthritis-pain", False)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("knee", ("knee-osteoarthritis-pain", "knee-arthroplasty-pain")),
        ("pain", ("knee-osteoarthritis-pain", "knee-arthroplasty-pain", "facet-joint-pain")),
        ("hip osteoarthritis", ("knee-osteoarthritis-pain",)),
        ("migrane", ("migraine",)),
        ("back", ()),
        ("?", ()),
        ("9", ()),
    ],
)
def test_what_is_not_clear_is_told_with_what_is_near_and_never_taken(typed: str, near: tuple[str, ...]) -> None:
    found = meant(typed, CONDITIONS, OTHER_NAMES)
    assert found.value is None
    assert found.near == near


def test_the_beginning_of_one_plan_that_stands_in_another_is_not_taken() -> None:
    plans = {"bcbsm-ppo": "BCBSM PPO", "plus-blue": "Medicare Plus Blue (BCBSM's Medicare Advantage PPO)"}
    assert meant("bcbsm", plans) == Meant(near=("bcbsm-ppo", "plus-blue"))


def test_a_beginning_of_words_of_several_is_told_and_not_taken() -> None:
    conditions = {"neuroma": "neuroma", "peripheral-neuropathy": "peripheral neuropathy of any cause"}
    assert meant("neuro", conditions) == Meant(near=("neuroma", "peripheral-neuropathy"))


def test_a_short_beginning_is_not_enough() -> None:
    assert meant("mi", CONDITIONS).value is None


def test_a_number_counts_in_the_list_that_is_seen() -> None:
    assert meant("1", CONDITIONS, places=("migraine", "facet-joint-pain")) == Meant("migraine")
    assert meant("1", CONDITIONS, places=()).value is None


TODAY = dt.date(2024, 10, 15)


@pytest.mark.parametrize(
    "typed",
    [
        "2024-10-15", "2024/10/15", "10/15/2024", "10-15-2024", "Oct 15 2024", "October 15, 2024", "15 Oct 2024",
        "oct. 15th, 2024", "today", " Today ",
    ],
)  # fmt: skip
def test_a_date_is_read_in_the_forms_that_people_type(typed: str) -> None:
    assert day_meant(typed, TODAY) == TODAY


@pytest.mark.parametrize("typed", ["15/10/2024", "10/15/24", "15.10.2024", "ocz 15 2024", "2024", "soon"])
def test_a_date_that_is_not_clear_is_no_date(typed: str) -> None:
    assert day_meant(typed, TODAY) is None


def test_yesterday_and_tomorrow_are_days() -> None:
    assert day_meant("yesterday", TODAY) == dt.date(2024, 10, 14)
    assert day_meant("tomorrow", TODAY) == dt.date(2024, 10, 16)


@pytest.mark.parametrize("text", ["2024-02-30", "2/29/2023", "Feb 30 2024", "31 April 2024"])
def test_a_day_that_its_month_does_not_have_is_told_apart(text: str) -> None:
    with pytest.raises(ValueError, match="day is out of range"):
        day_meant(text, dt.date(2026, 1, 1))
