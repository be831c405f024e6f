"""A hospital's claim: comprehensive services, pairs, packaging, composites, days and practitioners."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from clausal.payment.facility import price_asc, price_opps
from clausal.payment.reasons import Reason, words
from clausal.payment.rules import comprehensive
from clausal.schedules.lines import make_lines
from tests.payment.made import Made, rate

RATES = [
    rate("27447", "J1", "12000", "5115"), rate("11044", "J1", "1600", "5072"), rate("20220", "J1", "1600", "5072"),
    rate("11000", "J1", "2800", "5073"), rate("71046", "Q3", "90"), rate("70450", "Q3", "110"),
    rate("64640", "T", "900"), rate("20610", "T", "300"), rate("99281", "V", "80"), rate("94010", "Q1", "150"),
    rate("94060", "Q1", "300"), rate("94070", "Q2", "250"), rate("36415", "N", ""), rate("80053", "Q4", ""),
    rate("C9257", "K1", "70"), rate("G0121", "T", "800"), rate("G0463", "J2", "120", "5012"), rate("G0378", "N", ""),
]  # fmt: skip
PAIRS = [{"code": "11044", "other": "20220", "apc": "5073"}]
Line = tuple[str, int, tuple[str, ...], int, int]


def cents(*lines: Line, pairs: Sequence[dict[str, str]] = PAIRS) -> tuple[list[int], list[list[str]]]:
    """The amounts of one claim of a hospital: of each line code, units, modifiers, day of May and practitioner."""
    made = Made(opps=RATES, complexity=pairs)
    claim = make_lines(
        [code for code, *_ in lines],
        day=[np.datetime64(f"2024-05-{day:02}") for *_, day, _ in lines],
        units=[units for _, units, *_ in lines],
        modifiers=[modifiers for _, _, modifiers, *_ in lines],
        claim=[0] * len(lines),
        place=0,
        group=[100 * day + who for *_, day, who in lines],
    )
    found = price_opps(claim, made)
    return found.amount.tolist(), [words(mask) for mask in found.reasons.tolist()]


def line(code: str, units: int = 1, *modifiers: str, day: int = 1, who: int = 1) -> Line:
    return code, units, modifiers, day, who


def test_a_comprehensive_service_takes_in_another_day_of_the_claim() -> None:
    assert cents(line("27447"), line("71046", day=2))[0] == [1_200_000, 0]


def test_procedures_of_two_practitioners_on_one_day_are_discounted() -> None:
    assert cents(line("64640", who=1), line("20610", who=2))[0] == [90_000, 15_000]
    assert cents(line("64640", day=1), line("20610", day=2))[0] == [90_000, 30_000]


def test_a_pair_of_addendum_j_moves_up_an_apc() -> None:
    assert cents(line("11044"), line("20220"))[0] in ([280_000, 0], [0, 280_000])


def test_a_pair_with_an_add_on_code_moves_up_too() -> None:
    pairs = [{"code": "11044", "other": "36415", "apc": "5073"}]
    assert cents(line("11044"), line("36415"), pairs=pairs)[0] == [280_000, 0]


def test_a_pair_that_is_not_listed_leaves_the_apc_where_it_is() -> None:
    assert cents(line("27447"), line("20220"))[0] == [1_200_000, 0]


def test_where_the_pairs_held_do_not_tell_there_is_no_amount() -> None:
    amounts, why = cents(line("27447"), line("20220"), pairs=[])
    assert amounts == [-1, 0]
    assert "Addendum J" in why[0][0]


def test_what_is_paid_beside_a_comprehensive_service() -> None:
    assert cents(line("27447"), line("C9257"), line("G0121"))[0] == [1_200_000, 7_000, 80_000]


def test_of_several_services_packaged_unless_alone_the_costliest_is_paid() -> None:
    amounts, why = cents(line("94010"), line("94060", 2), line("36415"))
    assert amounts == [0, 30_000, 0]
    assert any("one unit is paid" in text for text in why[1])
    assert cents(line("94010"), line("99281"))[0] == [0, 8_000]
    assert cents(line("94010"), line("94070"))[0] == [0, 25_000]


def test_t_packaged_services_are_paid_beside_a_visit_and_not_beside_a_procedure() -> None:
    assert cents(line("94070"), line("99281"))[0] == [25_000, 8_000]
    assert cents(line("94070"), line("64640"))[0] == [0, 90_000]


def test_a_laboratory_test_is_packaged_beside_others_and_else_of_another_schedule() -> None:
    assert cents(line("80053"), line("99281"))[0] == [0, 8_000]
    amounts, why = cents(line("80053"))
    assert amounts == [-1]
    assert "clinical laboratory fee schedule" in why[0][0]


def test_several_services_of_a_composite_have_no_amount_and_say_so() -> None:
    amounts, why = cents(line("71046"), line("70450"))
    assert amounts == [-1, -1]
    assert "composite APC" in why[0][0]
    assert cents(line("71046"))[0] == [9_000]


def test_eight_hours_of_observation_with_a_visit_have_no_amount_and_say_so() -> None:
    amounts, why = cents(line("G0378", 8), line("G0463"), line("71046"))
    assert amounts == [0, -1, -1]
    assert "8011" in why[1][0]
    assert cents(line("G0378", 7), line("G0463"))[0] == [0, 12_000]
    assert cents(line("G0378", 8), line("G0463"), line("64640"))[0] == [0, 12_000, 90_000]


@pytest.mark.parametrize(
    ("code", "modifier", "amount"),
    [
        ("64640", "PN", 36_000),
        ("G0463", "PO", 4_800),
        ("64640", "PO", 90_000),
        ("64640", "73", 45_000),
        ("64640", "74", 90_000),
    ],
)
def test_modifiers_of_a_hospital(code: str, modifier: str, amount: int) -> None:
    assert cents(line(code, 1, modifier))[0] == [amount]


def test_a_surgical_centres_procedures_are_discounted_by_day() -> None:
    rows = [
        {"code": "64640", "discount": "Y", "indicator": "P3", "rate": 1_750_000},
        {"code": "64624", "discount": "Y", "indicator": "G2", "rate": 9_000_000},
    ]
    claim = make_lines(
        ["64640", "64624", "64640"],
        day=[np.datetime64(day) for day in ("2024-05-01", "2024-05-01", "2024-05-02")],
        units=[1, 1, 1],
        modifiers=[(), (), ()],
    )
    assert price_asc(claim, Made(asc=rows)).amount.tolist() == [8_750, 90_000, 17_500]


def test_a_missing_unit_and_place_are_told() -> None:
    from tests.payment.made import fee

    claim = make_lines(["64640"], day=np.datetime64("2024-05-01"), units=[None], modifiers=[()], place=0)
    from clausal.payment.pfs import price

    reasons = int(price(claim, Made(pfs=[fee("64640", "1")])).reasons[0])
    assert Reason.ASSUMED_UNIT & reasons
    assert Reason.ASSUMED_OFFICE & reasons


def test_a_visit_or_an_image_that_may_be_paid_otherwise_packages_conditional_services() -> None:
    assert cents(line("94010"), line("G0463"))[0] == [0, 12_000]
    assert cents(line("94010"), line("71046"))[0] == [0, 9_000]


def test_a_line_that_is_excluded_packages_nothing() -> None:
    assert cents(line("94010"), line("99281", 1, "GY"))[0] == [15_000, -1]


@pytest.mark.parametrize(
    ("modifiers", "amount"), [(("CT",), 9_350), (("FX",), 8_800), (("FY",), 9_900), (("FX", "FY"), 7_920)]
)
def test_old_equipment_costs_a_part_of_the_whole_rate(modifiers: tuple[str, ...], amount: int) -> None:
    assert cents(line("70450", 1, *modifiers))[0] == [amount]


def test_a_terminated_procedure_is_paid_once_whatever_its_units() -> None:
    assert cents(line("64640", 2, "73"))[0] == [45_000]
    assert cents(line("99281", 2, "73"))[0] == [4_000]


def test_a_hospital_is_paid_the_rate_also_above_its_charge() -> None:
    claim = make_lines(["64640"], day=np.datetime64("2024-05-01"), units=[1], modifiers=[()], charge=[10_000])
    assert price_opps(claim, Made(opps=RATES)).allowed.tolist() == [90_000]
    centre = Made(asc=[{"code": "64640", "discount": "Y", "indicator": "P3", "rate": 1_750_000}])
    assert price_asc(claim, centre).allowed.tolist() == [10_000]


def test_cell_and_gene_therapies_are_paid_beside_a_comprehensive_service_from_2025() -> None:
    rows = [rate("27447", "J1", "12000", "5115"), rate("Q2042", "K", "500000")]
    made = Made(opps=rows)
    claim = make_lines(["27447", "Q2042"], day=np.datetime64("2024-05-01"), units=[1, 1], modifiers=[(), ()])
    assert price_opps(claim, made).amount.tolist() == [1_200_000, 0]
    assert np.datetime64("2025-01-01").astype(int) == comprehensive.THERAPIES_SINCE


def test_a_place_that_is_none_of_the_claims_type_is_told() -> None:
    made = Made(opps=RATES)
    for place, told in ((0, False), (22, False), (11, True)):
        claim = make_lines(["64640"], day=np.datetime64("2024-05-01"), units=[1], modifiers=[()], place=place)
        assert bool(price_opps(claim, made).reasons[0] & Reason.OTHER_PLACE) == told
