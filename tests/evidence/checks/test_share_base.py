"""`share-base`."""

from __future__ import annotations

import pytest

from tests.evidence.made import found, study


def told(lines: str, sizes: str = "{patients: 26}") -> list[str]:
    return [one.message for one in found(study(lines, sizes), "share-base")]


def test_fail_share_base_of_no_declared_group() -> None:
    (message,) = told("shares: [{what: better, count: 2, of_n: 4}, {what: worse, count: 1, of_n: 4}]")
    assert message == "One 2020: better: 2 of 4, and the study declares no group of 4 (26 patients)"


def test_fail_share_base_each_number_once_where_nothing_is_declared() -> None:
    messages = told("shares: [{what: better, count: 15, of_n: 20}, {what: other, count: 2, of_n: 4}]", "{}")
    assert [message.rpartition(", ")[2].split(" (")[0] for message in messages] == [
        "and the study declares no group of 20",
        "and the study declares no group of 4",
    ]


def test_fail_share_base_that_only_its_own_count_gives() -> None:
    assert told("shares: [{what: all of them, count: 4, of_n: 4}, {what: some, count: 2, of_n: 4}]")


def test_fail_share_base_that_is_not_the_size_of_the_group_it_names() -> None:
    assert told("shares: [{what: better, count: 9, of: patients, of_n: 24}]")


@pytest.mark.parametrize(
    "lines",
    [
        "shares: [{what: better, count: 9, of: patients}]",
        "shares: [{what: better, count: 9, of_n: 26}]",
        # a subgroup: those who had something, those who had not, a category, several of them, a percentage of all
        "shares: [{what: ill, count: 7, of: patients}, {what: better, count: 3, of_n: 7}]",
        "shares: [{what: ill, count: 7, of: patients}, {what: better, count: 3, of_n: 19}]",
        "shares: [{what: women, percent: '50', of: patients}, {what: better, count: 3, of_n: 13}]",
        "shares: [{what: better, count: 3, of_n: 14}]\n"
        "splits: [{what: sex, of: patients, parts: {men: 10, women: 14, other: 2}}]",
        "shares: [{what: better, count: 3, of_n: 12}]\n"
        "splits: [{what: sex, of: patients, parts: {men: 10, women: 14, other: 2}}]",
        "arms: [{arm: a, n: 12}, {arm: b, n: 14}]\nshares: [{what: better, count: 3, of_n: 14}]",
        # a subgroup of a subgroup
        "shares: [{what: ill, count: 9, of: patients}, {what: very, count: 4, of_n: 9},"
        " {what: better, count: 1, of_n: 4}]",
        "partitions: {response: {good: {from: 75, n: 11}, poor: {below: 75, n: 15}}}\n"
        "shares: [{what: better, count: 3, of_n: 11}]",
        # a group that is declared without its size
        "partitions: {response: {good: {from: 75}, poor: {below: 75}}}\n"
        "shares: [{what: better, count: 3, of_n: 11, group: good}]",
        "splits: [{what: harm, of_n: 3, parts: {one: 2, two: 1}}]\nshares: [{what: harm, count: 3, of: patients}]",
    ],
)
def test_success_a_declared_group_or_part_of_one(lines: str) -> None:
    assert not told(lines)
