"""Shipped rows beside imported ones: never in their way, and nothing is said out of their silence."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from clausal.columns.options import Options
from clausal.columns.prices import Prices
from clausal.documents.library import Library
from clausal.payment.derivation import of_facility
from clausal.payment.facility import price_asc
from clausal.payment.quote import quote
from clausal.payment.reasons import Reason, words
from clausal.schedules.kinds import KINDS
from clausal.schedules.lines import make_lines
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules, Table
from tests.coding.edits.claims import found
from tests.payment.claims import ASC, claim, paid
from tests.schedules.files import addendum_aa, addendum_bb, pairs, relative_values, unlikely_units

NOT_HELD = words(Reason.NOT_HELD)[0]


def imported(folder: Path, *files: Path) -> Schedules:
    store = Store(folder / "data")
    store.import_files(files)
    return Schedules(store)


def applied(table: Table, day: str, code: str) -> tuple[str, bool]:
    """The release that applies to a code on a day, and whether it was published for others."""
    days = np.array([np.datetime64(day, "D").astype(np.int64)])
    release, carried = table.on_codes(days, (code,), np.zeros(1, dtype=np.int64))
    return (table.releases[int(release[0])].name if release[0] >= 0 else "", bool(carried[0]))


@pytest.mark.parametrize("name", ["rvu24c", "a name before all shipped ones", "zz after all"])
def test_a_shipped_slice_never_hides_an_imported_release(tmp_path: Path, name: str) -> None:
    schedules = imported(tmp_path, relative_values(tmp_path, name, "2024-07-01", "2024-09-30", "64640", "99213"))
    assert applied(schedules.table("pfs"), "2024-08-15", "64640") == (name, False)
    assert paid(schedules, ("99213", 1, ()), day="2024-08-15").total == "69.90"


def test_a_shipped_slice_counts_for_the_dates_that_no_import_covers(tmp_path: Path) -> None:
    schedules = imported(tmp_path, relative_values(tmp_path, "import", "2024-07-01", "2024-09-30", "64640", "99213"))
    assert applied(schedules.table("pfs"), "2024-05-01", "64640") == ("rvu24b_apr", False)
    assert paid(schedules, ("64640", 1, ()), day="2024-05-01").total == "248.32"


def test_where_neither_covers_a_day_the_import_of_that_year_is_carried(tmp_path: Path) -> None:
    schedules = imported(tmp_path, relative_values(tmp_path, "import", "2024-02-01", "2024-02-28", "64640"))
    assert applied(schedules.table("pfs"), "2024-12-01", "64640") == ("import", True)
    assert applied(schedules.table("pfs"), "2025-12-01", "64640") == ("PPRRVU 2025-10", False)


def test_a_code_that_the_slice_of_the_day_lacks_takes_the_import_of_that_year(tmp_path: Path) -> None:
    schedules = imported(tmp_path, relative_values(tmp_path, "import", "2024-07-01", "2024-09-30", "64640", "99213"))
    assert applied(schedules.table("pfs"), "2024-05-01", "99213") == ("import", True)
    (line,) = paid(schedules, ("99213", 1, ()), day="2024-05-01").lines
    assert (line.allowed, line.release) == ("69.90", "import")
    assert words(Reason.CARRIED)[0] in str(line.why)
    assert applied(schedules.table("pfs"), "2023-05-01", "99213") == ("rvu23b_apr", False)


def test_one_line_and_many_take_the_same_releases(tmp_path: Path) -> None:
    table = imported(tmp_path, relative_values(tmp_path, "import", "2024-07-01", "2024-09-30", "64640", "99213")).table(
        "pfs"
    )
    days = np.arange(np.datetime64("2021-06-01"), np.datetime64("2027-03-01")).astype(np.int64)
    codes = ("64640", "99213")
    code = np.arange(len(days)) % 2
    release, carried = table.on_codes(days, codes, code)
    for line in range(0, len(days), 7):
        one = table.on_codes(days[line : line + 1], codes, code[line : line + 1])
        assert (one[0][0], one[1][0]) == (release[line], carried[line])


@pytest.mark.parametrize("kind", ["pfs", "opps", "asc", "mue"])
def test_not_in_the_table_is_never_said_of_a_slice(schedules: Schedules, kind: str) -> None:
    table = schedules.table(kind)
    release = np.arange(len(table.releases))
    assert not table.is_whole.any()
    assert not table.tells(release, ("99213",), np.zeros(len(release), dtype=np.int64)).any()


@pytest.mark.parametrize("kind", ["gpci", "wage"])
def test_the_indices_of_places_ship_in_full_but_for_those_that_are_doubted(schedules: Schedules, kind: str) -> None:
    table = schedules.table(kind)
    assert (table.is_whole ^ table.is_doubted).all()
    assert [one.name for one, wrong in zip(table.releases, table.is_doubted, strict=True) if wrong] == (
        ["GPCI-2026"] if kind == "gpci" else []
    )
    assert KINDS[kind].ships_in_full


def test_an_amount_that_rests_on_doubted_indices_says_so(schedules: Schedules) -> None:
    detroit = claim([("64640", 1, ())], "2026-08-01", locality="08202-01")
    (line,) = quote(detroit, [()], schedules).lines
    assert (line.allowed, "contradicts CMS's numbering" in (line.why or "")) == ("267.87", True)
    moved = claim([("64640", 1, ())], "2026-08-01", locality="06102-01")
    assert quote(moved, [()], schedules).total is None
    before = claim([("64640", 1, ())], "2025-11-01", locality="08202-01")
    assert "contradicts" not in (quote(before, [()], schedules).lines[0].why or "")


@pytest.mark.parametrize("place", [11, 22, ASC])
def test_a_code_that_no_slice_holds_is_not_known(schedules: Schedules, place: int) -> None:
    for line in paid(schedules, ("99213", 1, ()), day="2024-08-15", place=place).lines:
        assert (line.allowed, line.why) == (None, NOT_HELD)


def test_no_edit_speaks_out_of_the_silence_of_a_slice(tmp_path: Path) -> None:
    schedules = imported(tmp_path, relative_values(tmp_path, "import", "2022-01-01", "2022-03-31", "99213", "29881"))
    for edit in ("date-of-service", "place-of-service", "mue", "ptp", "add-on", "modifier-validity"):
        lines = ("99213", 90, ("26",)), ("29881", 90, ("50",))
        assert found(schedules, edit, *lines, place=ASC, day="2024-08-15") == []


def test_what_a_slice_holds_of_a_code_on_other_dates_tells_that_it_was_not_listed(schedules: Schedules) -> None:
    """C9809 began in 2024-10: the slice of January 2025 holds it, so that of 2024 would."""
    (finding,) = found(schedules, "date-of-service", ("C9809", 1, ()), day="2024-06-01")
    assert finding.table == "Addendum B 2024-01: C9809 is not listed"


def test_a_table_that_was_published_for_other_dates_denies_nothing(tmp_path: Path) -> None:
    files = (
        relative_values(tmp_path, "2016", "2016-01-01", "2016-03-31", "29881"),
        addendum_aa(tmp_path, "January 2016", "64640"),
    )
    early = relative_values(tmp_path, "2015", "2015-01-01", "2015-03-31", "29999")
    schedules = imported(tmp_path, *files, early)
    assert found(schedules, "place-of-service", ("29881", 1, ()), claim_type="asc", day="2016-08-01") == []
    assert len(found(schedules, "place-of-service", ("29881", 1, ()), claim_type="asc", day="2016-02-01")) == 1
    assert found(schedules, "date-of-service", ("29999", 1, ()), day="2016-08-01") == []
    assert len(found(schedules, "date-of-service", ("29999", 1, ()), day="2016-02-01")) == 1


def test_an_imported_addendum_aa_counts_whatever_is_shipped(tmp_path: Path) -> None:
    schedules = imported(tmp_path, addendum_aa(tmp_path, "July 2024", "29881"))
    assert applied(schedules.table("asc"), "2024-08-15", "64640") == ("Addendum AA 2024-07", False)
    lines = paid(schedules, ("29881", 1, ()), day="2024-08-15", place=ASC).lines
    assert [line.allowed for line in lines if line.component == "facility"] == ["1000.00"]


def test_imported_units_and_pairs_of_another_quarter_tell_of_codes_that_the_slice_lacks(tmp_path: Path) -> None:
    units = unlikely_units(tmp_path, "2024q2", ("99213", 1), ("64640", 1))
    schedules = imported(tmp_path, units, pairs(tmp_path, "2024q2", ("99213", "20610"), ("64640", "64624")))
    (finding,) = found(schedules, "mue", ("99213", 2, ()), ("64640", 2, ()), day="2024-08-01")
    assert finding.table.startswith("NCCI MUE practitioner 2024-Q2, applied to another date: 99213")
    (finding,) = found(schedules, "ptp", *((c, 1, ()) for c in ("99213", "20610", "64640", "64624")), day="2024-08-01")
    assert finding.table.startswith("NCCI PTP practitioner 2024-Q2, applied to another date: 99213, 20610")


def test_an_import_for_practitioners_leaves_the_hospitals_shipped_rows(tmp_path: Path) -> None:
    schedules = imported(tmp_path, unlikely_units(tmp_path, "2024q3", ("64640", 1)))
    assert applied(schedules.of_service("mue", "practitioner"), "2024-08-01", "64640")[0].endswith("2024-Q3")
    assert schedules.of_service("mue", "practitioner").imported == (True,)
    assert schedules.of_service("mue", "outpatient").imported == (False,)


def test_addendum_bb_prices_what_addendum_aa_does_not_list(tmp_path: Path) -> None:
    rows = ("J1100", "K2", "$12.34"), ("C9809", "J7", ""), ("76942", "N1", ""), ("74018", "Z3", "$20.00")
    schedules = imported(
        tmp_path, addendum_aa(tmp_path, "July 2024", "64640"), addendum_bb(tmp_path, "July 2024", rows)
    )
    codes = [("64640", 1, ()), *((code, 1, ()) for code, *_ in rows), ("J9999", 1, ())]
    lines = [
        line for line in paid(schedules, *codes, day="2024-08-15", place=ASC).lines if line.table.startswith("ASC")
    ]
    told = {line.code: (line.allowed, line.release) for line in lines}
    assert told["64640"] == ("1000.00", "Addendum AA 2024-07")
    assert told["J1100"] == ("12.34", "Addendum BB 2024-07")
    assert told["76942"] == ("0.00", "Addendum BB 2024-07")
    assert told["C9809"] == (None, "Addendum BB 2024-07")
    assert told["74018"] == ("20.00", "Addendum BB 2024-07")


def test_without_addendum_bb_a_centres_drugs_and_imaging_are_not_known(tmp_path: Path) -> None:
    schedules = imported(tmp_path, addendum_aa(tmp_path, "July 2024", "64640"))
    lines = ("64640", 1, ()), ("J1100", 1, ()), ("27447", 1, ())
    told = {line.code: line for line in paid(schedules, *lines, day="2024-08-15", place=ASC).lines}
    assert NOT_HELD in str(told["J1100"].why)
    assert found(schedules, "place-of-service", ("J1100", 1, ()), place=ASC, day="2024-08-15") == []


def test_of_addendum_bb_imaging_moves_with_the_wage_index_and_drugs_do_not(tmp_path: Path) -> None:
    rows = ("J1100", "K2", "$20.00"), ("74018", "Z3", "$20.00")
    schedules = imported(tmp_path, addendum_bb(tmp_path, "July 2024", rows))
    lines = make_lines(
        ["J1100", "74018"], day=np.datetime64("2024-08-15"), units=[1, 1], modifiers=[(), ()], place=ASC, wage=12_000
    )
    priced = price_asc(lines, schedules)
    assert priced.allowed.tolist() == [2_000, 2_200]
    assert [of_facility(lines, priced, schedules, line)[1:] for line in (0, 1)] == [
        [],
        ["50 percent x wage index 1.2000 + 50 percent = 22.00"],
    ]


def test_a_claim_file_names_the_release_of_addendum_bb(library: Library, tmp_path: Path) -> None:
    schedules = imported(
        tmp_path,
        addendum_aa(tmp_path, "July 2024", "64640"),
        addendum_bb(tmp_path, "July 2024", [("J1100", "K2", "$20.00")]),
    )
    batch = pa.RecordBatch.from_pylist(
        [
            {"code": code, "service_date": dt.date(2024, 8, 15), "claim_type": "asc", "place_of_service": "24"}
            for code in ("64640", "J1100")
        ]
    )
    none = np.zeros(2, dtype=bool)
    prices = Prices(library.view(dt.date(2024, 8, 15)), schedules, Options(dt.date(2024, 8, 15)))
    found = prices.columns(batch, np.zeros(2, dtype=np.intp), (none, none, none))
    assert found["release"].to_pylist() == ["Addendum AA 2024-07", "Addendum BB 2024-07"]
