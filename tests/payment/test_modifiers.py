"""Modifiers: what each does to the fee, by the indicators of the file."""

from __future__ import annotations

import pytest

from clausal.schedules.tables import Schedules
from tests.payment.claims import ASC, HOSPITAL, amounts, paid


@pytest.mark.parametrize(
    ("modifiers", "allowed"),
    [
        (("50",), "372.48"),
        (("54",), "223.49"),
        (("55",), "24.83"),
        (("RT", "59"), "248.32"),
    ],
)
def test_modifiers_of_64640(schedules: Schedules, modifiers: tuple[str, ...], allowed: str) -> None:
    assert amounts(paid(schedules, ("64640", 1, modifiers))) == [allowed]


def test_both_sides_on_two_lines_pay_150_percent(schedules: Schedules) -> None:
    found = paid(schedules, ("64640", 1, ("RT",)), ("64640", 1, ("LT",)))
    assert amounts(found) == ["248.32", "124.16"]


def test_components_have_rows_of_their_own(schedules: Schedules) -> None:
    whole, professional, technical = (
        amounts(paid(schedules, ("76942", 1, modifiers), day="2025-11-01"))[0] for modifiers in ((), ("26",), ("TC",))
    )
    assert (whole, professional, technical) == ("57.25", "29.11", "28.14")


def test_reduced_services_show_the_full_amount_and_say_so(schedules: Schedules) -> None:
    (line,) = paid(schedules, ("64624", 1, ("52",))).lines
    assert line.allowed == "388.13"
    assert "contractor sets the reduction" in (line.why or "")


def test_an_assistant_is_not_paid_where_the_file_says_so(schedules: Schedules) -> None:
    (line,) = paid(schedules, ("64624", 1, ("80",))).lines
    assert line.allowed is None
    assert "assistant" in (line.why or "")


def test_a_comprehensive_service_takes_in_the_rest_of_the_claim(schedules: Schedules) -> None:
    found = paid(schedules, ("64640", 1, ()), ("64624", 1, ()), ("76942", 1, ()), place=HOSPITAL)
    assert amounts(found, "facility") == ["0.00", "1839.63", "0.00"]


def test_outpatient_procedures_are_discounted_from_the_second_on(schedules: Schedules) -> None:
    assert amounts(paid(schedules, ("64640", 3, ()), place=HOSPITAL), "facility") == ["1736.91"]


def test_a_surgical_centre_is_discounted_from_the_second_on(schedules: Schedules) -> None:
    found = paid(schedules, ("64640", 1, ()), ("64624", 1, ()), place=ASC)
    assert amounts(found, "facility") == ["87.71", "897.67"]


def test_the_deductible_comes_first_and_sequestration_is_the_payers(schedules: Schedules) -> None:
    (line,) = paid(schedules, ("64640", 1, ()), left=10_000).lines
    assert (line.allowed, line.patient, line.payer, line.sequestration) == ("248.32", "129.66", "118.66", "2.37")
    (before,) = paid(schedules, ("64640", 1, ()), day="2022-02-01").lines
    assert before.sequestration == "0.00"
    (half,) = paid(schedules, ("64640", 1, ()), day="2022-05-01").lines
    assert half.payer is not None
    assert half.sequestration == f"{float(half.payer) * 0.01:.2f}"


def test_in_a_facility_the_practitioner_is_paid_the_professional_component(schedules: Schedules) -> None:
    whole = paid(schedules, ("76942", 1, ()), day="2025-11-01", place=HOSPITAL).lines[0]
    assert (whole.allowed, whole.derivation[0]) == ("29.11", "the row of modifier 26")
    technical = paid(schedules, ("76942", 1, ("TC",)), day="2025-11-01", place=HOSPITAL).lines[0]
    assert technical.allowed is None
    assert "is the facility's" in (technical.why or "")


def test_a_return_to_the_operating_room_pays_the_intraoperative_share(schedules: Schedules) -> None:
    assert amounts(paid(schedules, ("64640", 1, ("78",)))) == ["198.66"]


def test_both_sides_count_twice_in_a_facility_only_where_the_code_allows_it(schedules: Schedules) -> None:
    assert amounts(paid(schedules, ("64640", 1, ("50",)), place=ASC), "facility") == ["263.13"]
    assert amounts(paid(schedules, ("64640", 1, ("50",)), place=HOSPITAL), "facility") == ["1302.68"]


def test_a_claim_without_any_price_has_no_total(schedules: Schedules) -> None:
    assert paid(schedules, ("0441T", 1, ())).total is None
