"""Figures that CMS published, to the cent, from the rows that come with the project."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest

from clausal.payment.pfs import price
from clausal.schedules.tables import Schedules
from tests.payment.claims import ASC, HOSPITAL, OFFICE, amounts, claim, paid


@pytest.mark.parametrize(
    ("day", "code", "office", "facility"),
    [
        ("2023-06-01", "64640", "249.75", "118.61"),
        ("2023-06-01", "64624", "394.45", "146.05"),
        ("2024-01-01", "64640", "244.27", "116.57"),
        ("2024-03-08", "64624", "381.80", "142.76"),
        ("2024-03-09", "64640", "248.32", "118.50"),
        ("2024-12-31", "64624", "388.13", "145.13"),
        ("2025-01-01", "64640", "240.98", "117.09"),
        ("2025-12-31", "64624", "370.69", "142.65"),
    ],
)
def test_national_physician_fees(schedules: Schedules, day: str, code: str, office: str, facility: str) -> None:
    assert amounts(paid(schedules, (code, 1, ()), day=day)) == [office]
    assert amounts(paid(schedules, (code, 1, ()), day=day, place=HOSPITAL)) == [facility]


@pytest.mark.parametrize(
    ("code", "place", "total"),
    [
        ("64640", OFFICE, "248.32"),
        ("64640", ASC, "293.92"),
        ("64640", HOSPITAL, "986.95"),
        ("64624", OFFICE, "388.13"),
        ("64624", ASC, "1042.80"),
        ("64624", HOSPITAL, "1984.76"),
    ],
)
def test_sites_on_the_first_of_october_2024(schedules: Schedules, code: str, place: int, total: str) -> None:
    assert paid(schedules, (code, 1, ()), place=place).total == total


@pytest.mark.parametrize(
    ("units", "allowed"),
    [(1, "248.32"), (2, "372.48"), (3, "496.64"), (4, "620.80"), (5, "744.96"), (6, "744.96")],
)
def test_units_of_64640_in_the_office(schedules: Schedules, units: int, allowed: str) -> None:
    found = paid(schedules, ("64640", units, ()))
    assert amounts(found) == [allowed]
    assert ("by report" in (found.lines[0].why or "")) == (units > 5)


def test_category_iii_codes_have_no_published_fee_and_never_zero(schedules: Schedules) -> None:
    for code in ("0440T", "0441T", "0442T"):
        (line,) = paid(schedules, (code, 1, ())).lines
        assert line.allowed is None
        assert line.payer is None
        assert "no published fee" in (line.why or "")


def test_the_cold_needle_is_paid_from_charges(schedules: Schedules) -> None:
    (line,) = paid(schedules, ("C9809", 1, ()), day="2025-06-01", place=HOSPITAL).lines
    assert (line.component, line.allowed) == ("facility", None)
    assert "charges" in (line.why or "")


def test_every_locality_and_code_of_2025_is_the_formula_to_the_cent(schedules: Schedules) -> None:
    table, places = schedules.table("pfs"), schedules.table("gpci")
    rows = [r for r in range(len(table)) if table.releases[int(table.release[r])].start.year == 2025]
    rows = [r for r in rows if table.columns["status"][r] == "A" and not table.columns["mod"][r]]
    of_2025 = [p for p in range(len(places)) if places.releases[int(places.release[p])].start.year == 2025]
    assert len(of_2025) == 109
    for place in of_2025:
        name = places.columns["locality"][place]
        for facility, column in ((OFFICE, "pe_nf"), (HOSPITAL, "pe_f")):
            here = [r for r in rows if facility == OFFICE or table.columns["na_f"][r] != "NA"]
            lines = claim([(table.columns["code"][r], 1, ("59",)) for r in here], "2025-06-01", facility, name)
            fees = price(lines, schedules).fee
            for row, fee in zip(here, fees.tolist(), strict=True):
                value = sum(
                    Decimal(int(table.columns[part][row])) / 100 * Decimal(int(places.columns[index][place])) / 1000
                    for part, index in (("work", "work"), (column, "pe"), ("mp", "mp"))
                )
                exact = value * Decimal(int(table.columns["cf"][row])) / 10_000
                assert Decimal(fee) / 100 == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_a_table_applied_to_another_date_says_so(schedules: Schedules) -> None:
    (line,) = paid(schedules, ("64640", 1, ()), day="2025-03-01").lines
    assert line.release == "PPRRVU 2025-10"
    assert "published for other dates of the same year" in (line.why or "")
    assert paid(schedules, ("64640", 1, ()), day="2024-05-01").lines[0].why is None


def test_a_year_without_a_table_has_no_price(schedules: Schedules) -> None:
    (line,) = paid(schedules, ("64640", 1, ()), day="2019-05-01").lines
    assert (line.allowed, line.why) == (None, "no table for this date of service is held")


@pytest.mark.parametrize(
    ("code", "place", "amount"),
    [("64640", OFFICE, "267.54"), ("64640", ASC, "111.56"), ("64624", OFFICE, "411.17"), ("64624", ASC, "133.27")],
)
@pytest.mark.parametrize("day", ["2026-07-15", "2026-11-27", "2026-02-01"])
def test_the_rows_of_2026_price_that_year(schedules: Schedules, code: str, place: int, amount: str, day: str) -> None:
    (line,) = [one for one in paid(schedules, (code, 1, ()), day=day, place=place).lines if one.component != "facility"]
    assert (line.allowed, line.release) == (amount, "PPRRVU 2026-07")
    assert ("published for other dates" in str(line.why)) == (day != "2026-07-15")


def test_a_hospital_of_2026_is_told_that_its_table_is_not_held(schedules: Schedules) -> None:
    found = paid(schedules, ("64640", 1, ()), day="2026-07-15", place=HOSPITAL)
    (facility,) = [line for line in found.lines if line.component == "facility"]
    assert (facility.allowed, facility.why) == (None, "no table for this date of service is held")
    assert not found.complete
