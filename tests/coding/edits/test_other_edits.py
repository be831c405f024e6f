"""Modifier validity, laterality, place and date of service, unit caps, add-on codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules
from tests.coding.edits.claims import found


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
