"""`benefit-row`."""

from __future__ import annotations

import pytest

from tests.evidence.made import found

PUBLISHERS = (
    "publishers: [{publisher: Red Star of Ohio, abbreviated: RSO}, {publisher: Red Health Network, abbreviated: RHN}]\n"
)


def test_fail_benefit_row_for_no_member_of_a_publisher() -> None:
    rows = "benefits: [{row: HMO, publisher: RHN}, {row: Medicare Advantage, publisher: Red Health Network}]"
    (one,) = found(PUBLISHERS + rows, "benefit-row")
    assert one.message.startswith("Red Star of Ohio (RSO) publishes the document, and no row of the benefit table")
    assert [what for what, _ in one.others] == ["HMO", "Medicare Advantage"]


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "benefits: [{row: HMO, publisher: RHN}, {row: PPO, publisher: rso}]",
        "benefits: [{row: HMO, publisher: RHN}, {row: PPO, publisher: Red Star}]",
        "benefits: [{row: HMO, publisher: RHN}, {row: every member}]",
        "benefits: [{row: HMO, publisher: [RHN, RSO]}]",
    ],
)
def test_success_every_publisher_has_a_row_or_none_is_named(rows: str) -> None:
    assert not found(PUBLISHERS + rows, "benefit-row")


def test_success_one_publisher() -> None:
    rows = "benefits: [{row: HMO, publisher: RSO}]"
    assert not found("publishers: [{publisher: Red Star of Ohio}]\n" + rows, "benefit-row")
