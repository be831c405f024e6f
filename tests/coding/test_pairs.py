"""NCCI looked up: pairs in force on a day, what is not known, limits, and the same as the edits say."""

from __future__ import annotations

import datetime as dt
import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from clausal.coding.edits.ptp import SEPARATE, SITES
from clausal.coding.pairs import SERVICES, OfService, Pairs, pairs_of, tables_about
from clausal.coding.pairs_data import known_of, limit_of, pairs_data
from clausal.determination.model import to_json
from clausal.problems import InvalidInput
from clausal.schedules.lines import ClaimType
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules
from tests.coding.edits.claims import found as edits
from tests.schedules.files import unlikely_units

DAY = dt.date(2024, 8, 1)
HEAD = '"Column 1","Column 2","*=in existence prior to 1996","Effective Date","Deletion Date","Modifier"\n'
ROWS = (
    ("11111", "22222", "20200101", "*", "1"),
    ("11111", "33333", "20200101", "20240731", "0"),
    ("11111", "44444", "20240815", "*", "0"),
    ("55555", "11111", "20200101", "20200101", "9"),
    ("64640", "11111", "20200101", "*", "0"),
    ("22222", "33333", "20200101", "*", "0"),
)


@pytest.fixture
def imported(tmp_path: Path) -> Store:
    """The practitioners' pairs and limits of a quarter, in full."""
    store = Store(tmp_path / "data")
    path = tmp_path / "ptp_prac_2024q3.csv"
    path.write_text(HEAD + "".join(f"{one},{two},,{start},{end},{says}\n" for one, two, start, end, says in ROWS))
    store.import_files([path, unlikely_units(tmp_path, "2024q3", ("11111", 4))])
    return store


def practitioner(found: Pairs) -> OfService:
    return next(one for one in found.services if one.service == "practitioner")


def of(one: OfService) -> list[tuple[str, str, int]]:
    return [(pair.column_1, pair.column_2, pair.indicator) for pair in one.pairs]


def test_a_pair_of_the_shipped_rows_differs_by_service(schedules: Schedules) -> None:
    found = pairs_of(schedules, "64447", "64624", on=DAY)
    assert [(one.service, of(one)) for one in found.services] == [
        ("practitioner", [("64624", "64447", 0)]),
        ("outpatient", [("64624", "64447", 1)]),
    ]
    (pair,) = found.services[1].pairs
    assert (pair.is_separable, pair.effective, pair.deleted) == (True, None, None)
    assert known_of(found.services[0], found.other) == "1 pair is in force"


def test_a_slice_never_says_that_there_is_no_pair(schedules: Schedules) -> None:
    one = practitioner(pairs_of(schedules, "64640", "76942", on=DAY))
    assert (one.complete, of(one)) == (False, [])
    assert known_of(one, "76942").startswith("not known: the table is held in rows of codes that packs name")
    several = practitioner(pairs_of(schedules, "64624", on=DAY))
    assert len(several.pairs) == 4
    assert "4 pairs are in force; whether others are is not known" in known_of(several, None)


def test_another_quarter_is_told_as_carried(schedules: Schedules) -> None:
    one = practitioner(pairs_of(schedules, "64624", "76942", on=dt.date(2025, 2, 1)))
    (release,) = one.releases
    assert (release.name, release.carried, release.whole) == ("NCCI PTP practitioner 2024-Q3", True, False)
    assert "in a table of other dates, which is applied: for this day none is held" in known_of(one, "76942")
    assert not practitioner(pairs_of(schedules, "64624", "76942", on=DAY)).releases[0].carried


def test_dates_and_indicator_9_tell_what_is_in_force(imported: Store) -> None:
    schedules = tables_about(["11111"], imported)
    one = practitioner(pairs_of(schedules, "11111", on=DAY))
    assert of(one) == [("11111", "22222", 1), ("64640", "11111", 0)]
    assert [(pair.column_2, pair.indicator) for pair in one.ended] == [("33333", 0), ("44444", 0), ("11111", 9)]
    assert (one.complete, known_of(one, None)) == (True, "2 pairs are in force")
    later = practitioner(pairs_of(schedules, "11111", on=dt.date(2024, 8, 15)))
    assert ("11111", "44444", 0) in of(later)
    earlier = practitioner(pairs_of(schedules, "11111", on=dt.date(2024, 7, 31)))
    assert ("11111", "33333", 0) in of(earlier)


def test_a_table_in_full_says_that_there_is_no_pair(imported: Store) -> None:
    schedules = tables_about(["11111", "66666"], imported)
    one = practitioner(pairs_of(schedules, "11111", "66666", on=DAY, known=["66666"]))
    assert (one.complete, known_of(one, "66666")) == (True, "no pair is in force")
    ended = practitioner(pairs_of(schedules, "33333", "11111", on=DAY))
    assert (of(ended), len(ended.ended)) == ([], 1)


def test_some_codes_tables_say_what_all_say(imported: Store) -> None:
    for codes in (["11111"], ["11111", "22222"], ["64624"], ["64640"], ["64624", "76942"], ["22222", "76942"]):
        for day in (DAY, dt.date(2023, 1, 1), dt.date(2025, 6, 30)):
            few, every = (
                pairs_of(tables, *codes, on=day) for tables in (tables_about(codes, imported), Schedules(imported))
            )
            assert few == every


@pytest.mark.parametrize(("service", "claim_type"), [("practitioner", "professional"), ("outpatient", "outpatient")])
def test_the_pairs_are_those_by_which_claims_fail(
    schedules: Schedules, imported: Store, service: str, claim_type: ClaimType
) -> None:
    codes = ("64624", "64447", "76942", "64640", "0441T", "11111", "22222", "33333")
    for tables in (schedules, Schedules(imported)):
        for one, two in permutations(codes, 2):
            try:
                (found,) = pairs_of(tables, one, two, on=DAY, service=service).services
            except InvalidInput:
                continue
            failing = edits(tables, "ptp", (one, 1, ()), (two, 1, ()), claim_type=claim_type)
            assert sorted([one, two][finding.line] for finding in failing) == sorted(
                pair.column_2 for pair in found.pairs
            )


def test_limits_are_told_none_or_not_known(schedules: Schedules, imported: Store) -> None:
    (limit,) = practitioner(pairs_of(schedules, "64640", on=DAY)).limits
    assert (limit.units, limit.mai, limit.is_known) == (5, 3, True)
    assert limit_of(limit).startswith("5 units in a day over all lines: more can be appealed")
    (unknown,) = practitioner(pairs_of(schedules, "20610", on=DAY, known=["20610"])).limits
    assert (unknown.units, limit_of(unknown)) == (None, "not known: no row of it is held")
    four, none = practitioner(pairs_of(tables_about(["11111", "22222"], imported), "11111", "22222", on=DAY)).limits
    assert limit_of(four) == "4 units in a day over all lines, absolute: no more is paid (MAI 2)"
    assert (none.is_known, limit_of(none)) == (True, "none in the table")


def test_the_answer_as_data(schedules: Schedules) -> None:
    found: Any = json.loads(to_json(pairs_data(pairs_of(schedules, "64624", "76942", on=DAY))))
    assert (found["code"], found["other"], found["date"]) == ("64624", "76942", "2024-08-01")
    assert [one["service"] for one in found["services"]] == list(SERVICES)
    (pair,) = found["services"][0]["pairs"]
    assert (pair["indicator"], pair["separable"], pair["effective"]) == (1, True, None)
    assert pair["meaning"].startswith("a modifier separates the two")
    assert found["modifiers"]["stand_on"] == "either code of the pair"
    assert (found["modifiers"]["sites"], found["modifiers"]["others"]) == (list(SITES), list(SEPARATE))
    assert [one["mai"] for one in found["services"][0]["limits"]] == [2, 3]


@pytest.mark.parametrize(
    ("asked", "path", "message"),
    [
        ({"code": "64641"}, "code", "code '64641' is in no table held; did you mean '64640'?"),
        ({"code": "64640", "other": "9"}, "other", "code '9' is in no table held"),
        ({"code": "64640", "other": " 64640"}, "other", "'64640' is the same code"),
        ({"code": "64640", "service": "hospital"}, "service", "unknown service 'hospital'"),
    ],
)
def test_what_is_wrong_has_its_path(schedules: Schedules, asked: dict[str, str], path: str, message: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        pairs_of(schedules, **asked, on=DAY, known=["64640"])
    (problem,) = raised.value.problems
    assert problem.place.path == path
    assert message in f"{problem.message}; {problem.hint}"
