"""Numbers that need not be whole, and bounds that are not included."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from clausal.determination.decide import decide
from clausal.documents.load import load_library
from clausal.facts.source import Source
from clausal.problems import InvalidInput
from clausal.rules.model import Between
from tests.rules.analysis.checks.written import found, rule, table, write

POLICY = table(
    rule("low", "{share: {below: 8.5}}"),
    rule("high", "{share: {at_least: 8.5, below: 40}}", "{finding: investigational}"),
    rule("rest", "{share: {at_least: 40}}", "{finding: excluded}"),
    hit="unique",
)


@pytest.mark.parametrize(
    ("share", "finding"),
    [
        ("8.49", "covered"),
        ("8.5", "investigational"),
        ("39.999", "investigational"),
        ("40", "excluded"),
        (8, "covered"),
    ],
)
def test_a_bound_that_is_not_included(share: str | int, finding: str, tmp_path: Path) -> None:
    write(tmp_path, POLICY)
    library = load_library([tmp_path])
    value = share if isinstance(share, int) else Decimal(share)
    case = {"service_date": "2024-01-01", "plan": "example-plan", "share": value}
    told = decide(library, library.cases.read(Source("case", case)))
    assert told.lines[0].finding == finding


def test_such_rules_leave_no_gap_and_do_not_overlap(tmp_path: Path) -> None:
    assert not found(tmp_path, POLICY, check="gap", notes=True)


def test_one_value_that_both_leave_out_is_a_hole(tmp_path: Path) -> None:
    (one,) = found(
        tmp_path, table(rule("less", "{share: {below: 50}}"), rule("more", "{share: {above: 50}}")), check="gap"
    )
    assert one.message == "no rule covers share 50, between rules 'less' and 'more'"


def test_below_a_whole_number_is_up_to_the_one_before(tmp_path: Path) -> None:
    write(
        tmp_path,
        table(rule("short", "{weeks: {below: 6}}"), rule("long", "{weeks: {above: 5}}", "{finding: excluded}")),
    )
    (policy,) = load_library([tmp_path]).packs["example"].tables
    assert [one.when["weeks"] for one in policy.rules] == [Between(None, 5), Between(6, None)]


@pytest.mark.parametrize(
    ("test", "says"),
    [
        ("{atleast: 6}", "unknown test 'atleast'"),
        ("{at_least: 5, above: 6}", "two bounds on one side"),
        ("{above: 6, below: 6}", "no value is from"),
        ("{at_least: 5.5}", "is not whole"),
        ("{at_least: -1}", "is never -1"),
    ],
)
def test_bad_bounds_are_refused(test: str, says: str, tmp_path: Path) -> None:
    write(tmp_path, table(rule("one", f"{{weeks: {test}}}")))
    with pytest.raises(InvalidInput, match=says):
        load_library([tmp_path])
