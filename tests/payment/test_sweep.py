"""Every code of each table held, alone, at each site and for each type of claim: an amount, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clausal.coding.edits import EDITS, Context, failed
from clausal.payment.facility import FacilityPriced, price_asc, price_opps
from clausal.payment.pfs import Priced, price
from clausal.payment.reasons import Reason, words
from clausal.schedules.lines import ASC, HOSPITAL_OUTPATIENT, OFFICE, ClaimType, Lines, make_lines
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules

TABLES = ("pfs", "opps", "asc", "mue")
PRICE: Mapping[ClaimType, Callable[[Lines, Schedules], Priced | FacilityPriced]] = {
    "professional": price,
    "outpatient": price_opps,
    "asc": price_asc,
}
DAYS = ("2022-03-01", "2023-07-01", "2024-02-01", "2024-08-15", "2024-11-01", "2025-11-01", "2026-08-01", "2026-11-27")
CENT = Decimal("0.01")
FILES = (
    "cms/pfs/pprrvu_2024_all_releases_tidy.csv.gz",
    "cms/pfs/PPRRVU2025_Oct.csv.gz",
    "cms/pfs/PPRRVU2026_Jul_nonQPP.csv.gz",
    "cms/opps/addendum_b_2024_january.csv.gz",
    "cms/opps/addendum_b_2025_january.csv.gz",
    "cms/asc/addendum_aa_20240701.txt.gz",
    "cms/asc/addendum_aa_20251001.csv.gz",
    "cms/asc/addendum_aa_20260101.csv.gz",
    "cms/ncci/ncci_mue_out_2024q3.csv",
    "cms/ncci/ncci_mue_prac_2024q3.csv",
)


@pytest.fixture(scope="module")
def full(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Schedules:
    """CMS's own tables of 2024 to 2026, in full."""
    store = Store(tmp_path_factory.mktemp("full"))
    store.import_files([published / file for file in FILES])
    return Schedules(store)


def every_code(schedules: Schedules) -> list[str]:
    return sorted({code for kind in TABLES for code in schedules.table(kind).columns["code"].tolist()})


def alone(codes: list[str], day: str, place: int) -> Lines:
    """Each code as a claim of its own."""
    number = list(range(len(codes)))
    none: list[tuple[str, ...]] = [()] * len(codes)
    return make_lines(
        codes, day=np.datetime64(day), units=[1] * len(codes), modifiers=none, place=place, claim=number, group=number
    )


def swept(schedules: Schedules, day: str, claim_type: ClaimType, place: int) -> Priced | FacilityPriced:
    """Prices of every code, with what must hold of each."""
    lines = alone(every_code(schedules), day, place)
    found = PRICE[claim_type](lines, schedules)
    without = found.allowed < 0
    assert (found.reasons[without] != 0).all(), lines.code_at(int(np.flatnonzero(without & (found.reasons == 0))[0]))
    assert all(words(mask) for mask in np.unique(found.reasons[without]).tolist())
    assert ((found.amount == found.allowed) | without).all()
    zero = found.allowed == 0
    packaged = (found.reasons & int(Reason.PACKAGED)) != 0
    assert (packaged[zero] | _has_no_value(found)[zero]).all()
    for line in np.flatnonzero(found.release >= 0).tolist():
        kind = found.table_of(line) if isinstance(found, FacilityPriced) else "pfs"
        release = schedules.table(kind).releases[int(found.release[line])]
        assert str(release.start.year) == day[:4]
    return found


def _has_no_value(found: Priced | FacilityPriced) -> np.ndarray:
    """Lines whose row has a true zero: relative values or a rate of 0.00."""
    if isinstance(found, FacilityPriced):
        return np.asarray(found.unit == 0)
    return np.asarray(found.fee == 0)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("claim_type", list(PRICE))
@pytest.mark.parametrize("place", [0, OFFICE, ASC, HOSPITAL_OUTPATIENT])
def test_every_shipped_code_has_an_amount_or_a_reason(
    schedules: Schedules, day: str, claim_type: ClaimType, place: int
) -> None:
    swept(schedules, day, claim_type, place)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("claim_type", list(PRICE))
def test_no_edit_denies_a_code_out_of_a_slice(schedules: Schedules, day: str, claim_type: ClaimType) -> None:
    """Codes that no pack names are in none of the shipped rows: nothing is said of them."""
    strangers = ["99213", "29881", "0075T", "88305", "J0702", "A9270", "27447", "97110"]
    lines = alone(strangers, day, OFFICE)
    assert failed(Context(lines, schedules, claim_type)).tolist() == [0] * len(strangers)
    found = PRICE[claim_type](lines, schedules)
    assert (found.allowed < 0).all()
    told = int(Reason.NOT_HELD) | int(Reason.NO_TABLE)
    assert ((found.reasons & told) != 0).all()
    assert ((found.reasons & int(Reason.NOT_LISTED)) == 0).all()


@pytest.mark.parametrize("day", ["2024-08-15", "2025-11-01", "2026-08-01"])
@pytest.mark.parametrize(
    ("claim_type", "place"), [("professional", OFFICE), ("professional", ASC), ("outpatient", 0), ("asc", 0)]
)
def test_every_code_of_cms_has_an_amount_or_a_reason(
    full: Schedules, day: str, claim_type: ClaimType, place: int
) -> None:
    found = swept(full, day, claim_type, place)
    assert (found.allowed > 0).sum() > (7_000 if claim_type == "professional" else 2_500) or (
        claim_type == "outpatient" and day[:4] == "2026"
    )


@pytest.mark.parametrize(
    ("day", "factor"), [("2024-08-15", "33.2875"), ("2025-11-01", "32.3465"), ("2026-08-01", "33.4009")]
)
@pytest.mark.parametrize("place", [OFFICE, ASC])
def test_every_fee_is_the_formula_worked_out_by_hand(full: Schedules, day: str, factor: str, place: int) -> None:
    found = price(alone(every_code(full), day, place), full)
    column: Mapping[str, Any] = full.table("pfs").columns
    pe, cap_pe = ("pe_f", "opps_f") if place == ASC else ("pe_nf", "opps_nf")
    checked = 0
    for line in np.flatnonzero(found.allowed >= 0).tolist():
        row = int(found.row[line])
        values = sum(int(column[name][row]) for name in ("work", pe, "mp"))
        fee = _fee(values, factor)
        if column[cap_pe][row] > 0 or column["opps_mp"][row] > 0:
            capped = int(column["work"][row]) + int(column[cap_pe][row]) + int(column["opps_mp"][row])
            fee = min(fee, _fee(capped, factor))
        assert Decimal(int(found.allowed[line])) / 100 == fee, column["code"][row]
        checked += 1
    assert checked > 7_000


def _fee(hundredths: int, factor: str) -> Decimal:
    return (Decimal(hundredths) / 100 * Decimal(factor)).quantize(CENT, ROUND_HALF_UP)


@pytest.mark.parametrize("day", ["2024-08-15", "2025-11-01", "2026-08-01"])
@pytest.mark.parametrize("claim_type", list(PRICE))
def test_edits_deny_of_single_codes_only_what_a_table_says(full: Schedules, day: str, claim_type: ClaimType) -> None:
    """One unit of one code alone: only a code that the day's tables lack, a place, or a limit of no units can fail."""
    lines = alone(every_code(full), day, OFFICE)
    mask = failed(Context(lines, full, claim_type))
    allowed = {"date-of-service", "place-of-service", "mue"}
    assert {edit.name for index, edit in enumerate(EDITS) if (mask >> index & 1).any()} <= allowed
