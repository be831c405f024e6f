"""Modifiers by which nothing is paid, or whose rule is not applied, and what patients pay of preventive services."""

from __future__ import annotations

import pytest

from clausal.schedules.tables import Schedules
from tests.payment.claims import HOSPITAL, amounts, paid
from tests.payment.made import Made, fee, rate


@pytest.mark.parametrize("modifier", ["GY", "GZ", "PA", "AA", "QK", "QX", "PD", "GF"])
def test_a_modifier_that_takes_the_amount_away_says_why(schedules: Schedules, modifier: str) -> None:
    (line,) = paid(schedules, ("64640", 1, (modifier,))).lines
    assert line.allowed is None
    assert modifier in (line.why or "")


def test_an_excluded_line_takes_no_rank_from_another(schedules: Schedules) -> None:
    assert (
        amounts(paid(schedules, ("64640", 1, ("GY",)), ("64450", 1, ())))[1]
        == amounts(paid(schedules, ("64450", 1, ())))[0]
    )


@pytest.mark.parametrize("modifier", ["FB", "FC", "CA"])
def test_a_hospitals_modifier_whose_rule_is_not_applied_says_so(modifier: str) -> None:
    made = Made(opps=[rate("64640", "T", "900")])
    (line,) = paid(made, ("64640", 1, (modifier,)), place=HOSPITAL).lines
    assert line.allowed is None
    assert "not applied here" in (line.why or "")


def test_an_increased_service_shows_the_plain_amount_and_says_so(schedules: Schedules) -> None:
    (line,) = paid(schedules, ("64640", 1, ("22",))).lines
    assert line.allowed == "248.32"
    assert "may pay more" in (line.why or "")


@pytest.mark.parametrize(("code", "place"), [("G0439", 11), ("77067", 11), ("77067", 22)])
def test_preventive_services_have_no_patient_share(code: str, place: int) -> None:
    made = Made(pfs=[fee(code, "100")], opps=[rate(code, "S", "150")])
    for line in paid(made, (code, 1, ()), place=place, left=5_000).lines:
        assert (line.patient, line.payer) == ("0.00", line.allowed)
        assert "preventive" in (line.why or "")


@pytest.mark.parametrize(
    ("day", "patient"),
    [("2022-05-01", "20.00"), ("2023-05-01", "15.00"), ("2027-05-01", "10.00"), ("2030-05-01", "0.00")],
)
def test_a_screening_that_became_a_treatment_has_less_coinsurance(day: str, patient: str) -> None:
    import numpy as np

    from clausal.payment.rules import preventive
    from clausal.payment.shares import shares
    from tests.payment.claims import claim

    lines = claim([("45378", 1, ("PT",))], day)
    parts = shares(
        np.array([10_000]),
        lines.claim,
        lines.date,
        np.array([-1]),
        9_000,
        preventive.coinsurance(lines),
        preventive.is_exempt(lines),
    )
    assert f"{parts.patient[0] / 100:.2f}" == patient
    assert parts.deductible[0] == 0


def test_advance_care_planning_is_preventive_with_modifier_33() -> None:
    made = Made(pfs=[fee("99497", "80")])
    assert paid(made, ("99497", 1, ("33",))).patient == "0.00"
    assert paid(made, ("99497", 1, ())).patient == "16.00"


@pytest.mark.parametrize(
    ("modifiers", "allowed"),
    [(("62", "54"), "633.93"), (("62", "55"), "168.51"), (("AS", "78"), "120.48"), (("AS", "80"), "174.61")],
)
def test_percentages_of_several_modifiers_are_exact(modifiers: tuple[str, ...], allowed: str) -> None:
    row = fee("27447", "1283.91", glob="090", pre=10, intra=69, post=21, co="1", asst="2")
    assert amounts(paid(Made(pfs=[row]), ("27447", 1, modifiers))) == [allowed]
