"""Modifier validity, laterality, place and date of service, unit caps, add-on codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules
from tests.coding.edits.claims import found
from tests.payment.made import Made, fee, rate


@pytest.mark.parametrize("modifier", ["26", "TC", "62", "66"])
def test_fail_modifier_validity(schedules: Schedules, modifier: str) -> None:
    (finding,) = found(schedules, "modifier-validity", ("64640", 1, (modifier,)))
    assert finding.carc == "4"
    assert modifier in finding.says


@pytest.mark.parametrize("modifiers", [("50",), ("54",), ("RT",), ("59",), ()])
def test_success_modifier_validity(schedules: Schedules, modifiers: tuple[str, ...]) -> None:
    assert found(schedules, "modifier-validity", ("64640", 1, modifiers)) == []


@pytest.mark.parametrize(("modifiers", "units"), [(("50", "RT"), 1), (("RT", "LT"), 1), (("50",), 2)])
def test_fail_laterality(schedules: Schedules, modifiers: tuple[str, ...], units: int) -> None:
    assert len(found(schedules, "laterality", ("64640", units, modifiers))) == 1


def test_success_laterality_a_line_a_side(schedules: Schedules) -> None:
    assert found(schedules, "laterality", ("64640", 2, ("RT",)), ("64640", 1, ("LT",)), ("64624", 1, ("50",))) == []


def test_fail_place_of_service_not_a_procedure_of_a_surgical_centre(tmp_path: Path) -> None:
    (tmp_path / "aa.csv").write_text(
        "Addendum AA,,,,,,\n,,,,,,\n"
        "HCPCS Code,,Short Descriptor,Subject to Multiple Procedure Discounting,"
        " April 2024 Payment Indicator, April 2024 Payment Weight  , April 2024 Payment Rate \n"
        '64624,,,Y,P3,,"$897.67 "\n'
    )
    store = Store(tmp_path / "data")
    store.import_files([tmp_path / "aa.csv"])
    lines = ("64624", 1, ()), ("64640", 1, ())
    (finding,) = found(Schedules(store), "place-of-service", *lines, claim_type="asc", day="2024-06-01")
    assert (finding.line, finding.carc) == (1, "5")


@pytest.mark.parametrize("code", ["C9809", "76942"])
def test_success_place_of_service_devices_and_imaging_are_in_another_list(schedules: Schedules, code: str) -> None:
    assert (
        found(schedules, "place-of-service", ("64450", 1, ()), (code, 1, ()), claim_type="asc", day="2025-06-01") == []
    )


def test_success_place_of_service_listed(schedules: Schedules) -> None:
    assert found(schedules, "place-of-service", ("64640", 1, ()), claim_type="asc") == []


def test_fail_date_of_service_before_the_code_was_listed(schedules: Schedules) -> None:
    (finding,) = found(schedules, "date-of-service", ("C9809", 1, ()), day="2024-06-01")
    assert finding.carc == "181"


def test_success_date_of_service_no_table_of_that_year(schedules: Schedules) -> None:
    assert found(schedules, "date-of-service", ("64640", 1, ()), day="2019-06-01") == []


def test_fail_unit_cap_of_a_document(schedules: Schedules) -> None:
    (finding,) = found(schedules, "unit-cap", ("64640", 6, ()))
    assert finding.clauses == ("iovera-reimbursement#five-a-day",)
    assert (finding.carc, finding.rarc) == ("222", ("N362",))


def test_success_unit_cap_five(schedules: Schedules) -> None:
    assert found(schedules, "unit-cap", ("64640", 5, ())) == []


def test_add_on_codes_need_their_primary(tmp_path: Path) -> None:
    file = tmp_path / "ncci_aoc_2024.csv"
    file.write_text("primary_code,add_on_code,aoc_edit_type\n64640,64641,1\nCCCCC,0054T,2\n")
    store = Store(tmp_path)
    store.import_files([file])
    schedules = Schedules(store)
    (finding,) = found(schedules, "add-on", ("64641", 1, ()), ("64624", 1, ()), ("0054T", 1, ()))
    assert (finding.line, finding.carc) == (0, "107")
    assert "64640" in finding.resolve
    assert found(schedules, "add-on", ("64641", 1, ()), ("64640", 1, ())) == []


ADD_ONS = [
    {"primary_code": "11920", "add_on": "11922", "type": 1},
    {"primary_code": "11921", "add_on": "11922", "type": 1},
]
PAIR = [{"service": "practitioner", "column_1": "77605", "column_2": "11921", "modifier": 0}]


def test_fail_add_on_whose_primary_is_denied() -> None:
    made = Made(addon=ADD_ONS, ptp=PAIR)
    lines = ("77605", 1, ()), ("11921", 1, ()), ("11922", 1, ())
    (finding,) = found(made, "add-on", *lines)
    assert (finding.line, finding.carc) == (2, "107")
    assert "is denied" in finding.says
    assert found(made, "add-on", *lines[1:]) == []


def test_fail_add_on_whose_primary_says_itself_that_it_is_not_paid() -> None:
    lines = ("11921", 1, ("GY",)), ("11922", 1, ())
    assert [one.line for one in found(Made(addon=ADD_ONS), "add-on", *lines)] == [1]


def test_fail_add_on_of_an_add_on_that_is_denied() -> None:
    chain = [*ADD_ONS, {"primary_code": "11922", "add_on": "11923", "type": 1}]
    lines = ("77605", 1, ()), ("11921", 1, ()), ("11922", 1, ()), ("11923", 1, ())
    assert [one.line for one in found(Made(addon=chain, ptp=PAIR), "add-on", *lines)] == [2, 3]


def test_place_of_service_is_asked_of_the_claim_type_and_not_of_the_place() -> None:
    made = Made(
        opps=[rate("0075T", "C", ""), rate("64624", "J1", "1800")],
        asc=[{"code": "64624", "discount": "Y", "indicator": "G2", "rate": 9_000_000}],
        pfs=[fee(code, "1") for code in ("99213", "88305", "0075T", "64640")],
    )
    for place in (0, 11, 22, 24):
        (only,) = found(made, "place-of-service", ("0075T", 1, ()), place=place, claim_type="outpatient")
        assert "inpatients only" in only.says
        at_a_centre = ("99213", 1, ()), ("88305", 1, ("26",)), ("64640", 1, ())
        assert found(made, "place-of-service", *at_a_centre, place=place) == []
        (not_listed,) = found(made, "place-of-service", *at_a_centre, place=place, claim_type="asc")
        assert not_listed.line == 2
