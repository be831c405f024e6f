"""Pricing as a value: the JSON of one site and of several, and what is wrong told by the path of a JSON body."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from clausal.determination.pricing import Asked, price, priced_data, tables_for
from clausal.documents.library import Library
from clausal.facts.given_place import GivenPlace
from clausal.payment.sites import SITES
from clausal.problems import InvalidInput
from clausal.schedules.tables import Schedules

DAY = dt.date(2024, 10, 1)
TWO: dict[str, Any] = {"codes": ["64640", "76942"], "days": [DAY]}


def test_one_site_and_several_as_plain_data(library: Library, schedules: Schedules) -> None:
    one = priced_data(price(library, schedules, Asked(["64640"], [DAY], units=[5])), False)
    assert (one["site"], one["place_of_service"], one["total"], one["not_held"]) == ("office", "11", "744.96", [])
    several = Asked(["64640"], [DAY], places=list(SITES.values()))
    sites = priced_data(price(library, schedules, several), True)["sites"]
    assert [(site["site"], site["total"]) for site in sites] == [
        ("office", "248.32"),
        ("asc", "293.92"),
        ("hospital-outpatient", "986.95"),
    ]


def test_one_value_counts_for_all_codes_and_what_is_not_given_is_one_unit_in_an_office(
    library: Library, schedules: Schedules
) -> None:
    (site, _), *others = price(library, schedules, Asked([" 64640", "76942"], [DAY], modifiers=[["rt"]])).quotes
    assert not others
    assert [(line.code, line.units, line.modifiers, line.service_date) for line in site.lines] == [
        ("64640", 1, ["RT"], DAY),
        ("76942", 1, ["RT"], DAY),
    ]


def test_a_claim_type_has_its_site(library: Library, schedules: Schedules) -> None:
    (site, edits), *_ = price(library, schedules, Asked(["64640"], [DAY], claim_type="asc")).quotes
    assert (site.place, list(edits)) == (24, ["facility"])


@pytest.mark.parametrize(
    ("given", "path", "message"),
    [
        ({"codes": []}, "codes", "no code is given"),
        ({"codes": ["64640", "64641"]}, "codes[1]", "code '64641' is in no table held"),
        ({"days": [DAY, DAY, DAY]}, "days", "3 values for 2 codes"),
        ({"through": [DAY, dt.date(2024, 9, 1)]}, "through[1]", "2024-09-01 is before the date of service 2024-10-01"),
        ({"through": [dt.date(2024, 9, 1)]}, "through[0]", "is before the date of service"),
        ({"units": [1, 0]}, "units[1]", "'0' is not a whole number from 1 to 9,999"),
        ({"modifiers": [["RT"], ["59", "QQQ"]]}, "modifiers[1][1]", "'QQQ' is not a modifier"),
        ({"charges": [100, -1]}, "charges[1]", "'-1' is not a whole number from 0 to"),
        ({"deductible_left": -1}, "deductible_left", "'-1' is not a whole number from 0 to"),
        ({"places": [100]}, "places[0]", "'100' is not a whole number from 1 to 99"),
        ({"claim_type": "asd"}, "claim_type", "unknown claim type 'asd'"),
        ({"claim_type": "asc", "places": [11, 24]}, "claim_type", "sites are compared over both claims"),
        ({"where": GivenPlace(zip="48201")}, "where.zip", "no table of ZIP codes is held"),
        ({"where": GivenPlace(name="Detroyt")}, "where.name", "no locality or wage area is named 'Detroyt'"),
        ({"where": GivenPlace(state="Mischigan")}, "where.state", "'Mischigan' is not a state"),
    ],
)
def test_what_is_wrong_has_its_path(
    library: Library, schedules: Schedules, given: dict[str, Any], path: str, message: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        price(library, schedules, Asked(**{**TWO, **given}))
    (problem,) = raised.value.problems
    assert problem.place.path == path
    assert message in problem.message


def test_tables_for_some_codes_price_as_all_tables_do(library: Library, schedules: Schedules) -> None:
    asked = Asked(["64640", "0441T"], [DAY], places=[24], where=GivenPlace(name="Detroit"))
    of_codes = tables_for(library, asked.codes, schedules.store)
    assert priced_data(price(library, of_codes, asked), False) == priced_data(price(library, schedules, asked), False)
