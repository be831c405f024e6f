"""What an import refuses: rows twice, releases on one day, years that differ, and half an import."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from clausal.problems import InvalidInput
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules
from tests.schedules.files import addendum_aa, pairs, relative_values, unlikely_units

PPRRVU = (
    ",,{title},,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n"
    ",,RELEASED 06/30/2026,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n"
    ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,NON-FACILITY,FACILITY,\n"
    ",,,,NOT USED,,,,,,,,,,,,,,,,,,,,,,PHYSICIAN,,DIAGNOSTIC,PE USED,PE USED,MP USED\n"
    ",,,,FOR,,,NON-FAC,,FACILITY,,,,,,,,,,,,,,,,,SUPERVISION OF,,IMAGING,FOR OPPS,FOR OPPS,FOR OPPS\n"
    ",,,STATUS,MEDICARE,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,"
    "ASST,CO-,TEAM,PRIC,ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT\n"
    "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,"
    "SURG,SURG,SURG,SURG,IND,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT\n"
)


def pprrvu(folder: Path, title: str, factor: str, name: str = "rvu.csv") -> Path:
    """CMS's own layout, with one code."""
    path = folder / name
    row = f"64640,,,A,,1.00,1.00,,0.50,,0.10,,,0,010,0,0,0,2,1,1,0,0,9,,{factor},09,0,99,0,0,0\n"
    path.write_text(PPRRVU.format(title=f"{title} National Physician Fee Schedule Relative Value File") + row)
    return path


def refused(store: Store, *files: Path, given: tuple[str | None, dt.date | None] = (None, None)) -> str:
    """The message of an import that is refused; nothing of it is there."""
    before = store.releases()
    with pytest.raises(InvalidInput) as found:
        store.import_files(files, given)
    assert store.releases() == before
    return str(found.value)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data")


def titled(folder: Path, month: str, factor: str, year: str = "2024") -> Path:
    path = pprrvu(folder, year, factor, f"{month}.csv")
    path.write_text(path.read_text().replace("Value File", f"Value File {month} Release"))
    return path


def test_the_columns_of_2026_are_found_by_their_headings(store: Store, tmp_path: Path) -> None:
    (one,) = store.import_files([titled(tmp_path, "July", "33.4009", "2026")])
    assert (one.release.name, one.release.start, one.release.end) == (
        "PPRRVU 2026-07",
        dt.date(2026, 7, 1),
        dt.date(2026, 9, 30),
    )
    columns = Schedules(store, ["64640"]).table("pfs").columns
    assert [columns[name][0] for name in ("mult", "team", "endo", "cf", "family")] == ["2", "0", "", 334_009, "99"]


def test_a_heading_that_lacks_a_column_is_told_with_what_was_seen_and_expected(store: Store, tmp_path: Path) -> None:
    path = titled(tmp_path, "July", "33.4009", "2026")
    path.write_text(path.read_text().replace("FACTOR,PROCEDURES", "RATE,PROCEDURES"))
    told = refused(store, path)
    assert told.startswith(f"{path}:7:1: the heading is like that of physician fee schedule relative values (PPRRVU)")
    assert "but lacks 'CONV FACTOR'; seen: HCPCS | MOD | DESCRIPTION | STATUS CODE" in told


def test_a_heading_that_no_reader_knows_is_told_with_what_was_seen(store: Store, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b,c\n1,2,3\n")
    told = refused(store, tmp_path / "x.csv")
    assert "no header of a known table in the first rows; seen: a | b | c; known: physician fee schedule" in told


def test_the_two_releases_of_early_2024_stand_side_by_side(store: Store, tmp_path: Path) -> None:
    store.import_files([titled(tmp_path, "January", "32.7442"), titled(tmp_path, "March", "33.2875")])
    assert [(one.name, str(one.start), str(one.end)) for one, _ in store.releases()] == [
        ("PPRRVU 2024-01", "2024-01-01", "2024-03-08"),
        ("PPRRVU 2024-03", "2024-03-09", "2024-03-31"),
    ]


def test_relative_values_of_qualifying_participants_replace_nothing(store: Store, tmp_path: Path) -> None:
    theirs = titled(tmp_path, "July", "33.5675", "2026")
    told = refused(store, theirs)
    assert f"{theirs}:7:26: its factor, 33.5675, is that of qualifying participants" in told
    assert "import the file without it (nonQPP)" in told
    with zipfile.ZipFile(tmp_path / "rvu26c.zip", "w") as archive:
        archive.writestr("PPRRVU2026_Jul_QPP.csv", theirs.read_text())
        archive.writestr("PPRRVU2026_Jul_nonQPP.csv", titled(tmp_path, "July", "33.4009", "2026").read_text())
    (one,) = store.import_files([tmp_path / "rvu26c.zip"])
    assert Schedules(store).table("pfs").columns["cf"][0] == 334_009
    assert one.release.name == "PPRRVU 2026-07"
    assert one.note.startswith("PPRRVU2026_Jul_QPP.csv is left out: its factor, 33.5675, is that of qualifying")


def test_a_code_twice_in_one_release_is_refused_with_both_rows(store: Store, tmp_path: Path) -> None:
    path = relative_values(tmp_path, "x", "2024-07-01", "2024-09-30", "64640", "99213", "64640")
    assert refused(store, path).startswith(f"{path}:4:4: 64640 x 2024-07-01 stands in row 2 already (code)")
    path = addendum_aa(tmp_path, "July 2024", "64640", "64640")
    assert refused(store, path).startswith(f"{path}:5:1: 64640 stands in row 4 already (code)")
    path = unlikely_units(tmp_path, "2024q3", ("64640", 1), ("64640", 2))
    assert ":3:1: practitioner 64640 stands in row 2 already" in refused(store, path)


def test_a_code_with_a_row_for_each_component_is_not_twice(store: Store, tmp_path: Path) -> None:
    path = relative_values(tmp_path, "x", "2024-07-01", "2024-09-30", "70450", "70450")
    path.write_text(path.read_text().replace("70450,,A", "70450,26,A", 1))
    assert [one.rows for one in store.import_files([path])] == [2]


def test_two_releases_that_begin_on_one_day_are_refused_with_both_names(store: Store, tmp_path: Path) -> None:
    store.import_files([relative_values(tmp_path, "rvu24c", "2024-07-01", "2024-09-30", "64640")])
    told = refused(store, titled(tmp_path, "July", "33.2875"))
    assert "would count from 2024-07-01 on: 'rvu24c' (2024-07-01 to 2024-09-30), which is held, and 'PPRRVU" in told
    assert "--release 'rvu24c' puts this file in its place" in told
    (one,) = store.import_files([tmp_path / "July.csv"], ("rvu24c", None))
    assert one.outcome == "replaced"


def test_a_later_release_counts_from_its_first_day_on(store: Store, tmp_path: Path) -> None:
    year = relative_values(tmp_path, "year", "2016-01-01", "2016-12-31", "64640")
    correction = relative_values(tmp_path, "correction", "2016-04-01", "2016-12-31", "64640")
    _, told = store.import_files([year, correction])
    assert told.note == "from 2016-04-01 on 'correction' counts, and not 'year' (2016-01-01 to 2016-12-31)"
    table = Schedules(store).table("pfs")
    days = np.array(["2016-03-31", "2016-04-01", "2016-12-31"], dtype="datetime64[D]").astype(np.int64)
    assert [table.releases[one].name for one in table.on(days)[0].tolist()] == ["year", "correction", "correction"]


def test_a_name_that_is_held_for_other_dates_or_claims_is_refused(store: Store, tmp_path: Path) -> None:
    store.import_files([addendum_aa(tmp_path, "April 2024", "64640")], ("mine", None))
    told = refused(store, addendum_aa(tmp_path, "July 2024", "64640"), given=("mine", None))
    assert "a release 'mine' is held, of 2024-04-01 to 2024-06-30; this one is of 2024-07-01 to 2024-09-30" in told


@pytest.mark.parametrize(
    ("name", "effective", "expected"),
    [
        ("PPRRVU2025_Jul.csv", None, "the file is of 2026, its name says 2025; rename it if its name is wrong"),
        ("rvu.csv", dt.date(2025, 7, 1), "the file is of 2026, --effective says 2025-07-01; a day of 2026"),
    ],
)
def test_a_year_that_is_not_the_files_is_told_with_both(
    store: Store, tmp_path: Path, name: str, effective: dt.date | None, expected: str
) -> None:
    assert expected in refused(store, pprrvu(tmp_path, "2026", "33.4009", name), given=(None, effective))


def test_a_quarter_of_pairs_that_is_not_the_one_said_is_told_with_both(store: Store, tmp_path: Path) -> None:
    told = refused(store, pairs(tmp_path, "2024q3", ("1", "2")), given=(None, dt.date(2025, 7, 1)))
    assert "the file is of 2024, --effective says 2025-07-01" in told


def test_a_process_killed_in_the_middle_leaves_nothing_imported(store: Store, tmp_path: Path) -> None:
    store.import_files([addendum_aa(tmp_path, "April 2024", "64640")])
    before = store.releases()
    path = relative_values(tmp_path, "big", "2016-01-01", "2016-12-31", *(f"{code:05}" for code in range(20_000)))
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom clausal.schedules.store import Store\n"
        "def told(name):\n    if name == 'stop':\n        print('in the middle', flush=True)\n        time.sleep(60)\n"
        f"Store(Path({str(store.path.parent)!r})).import_files([Path({str(path)!r}), Path('stop')], progress=told)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "in the middle\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(0.1)
    assert store.releases() == before
    assert len(store.select("pfs")) == 0


def test_a_file_of_an_older_version_keeps_its_pairs_by_claim_type(store: Store, tmp_path: Path) -> None:
    store.import_files([pairs(tmp_path, "2024q3", ("64640", "64624"))])
    with store.connect(writing=True) as connection:
        connection.execute("ALTER TABLE releases DROP COLUMN service")
    assert [one.service for one, _ in store.releases()] == ["practitioner"]
    store.import_files([addendum_aa(tmp_path, "April 2024", "64640")])
    assert [one.service for one, _ in store.releases()] == ["", "practitioner"]


def test_two_places_of_one_locality_are_kept_and_neither_is_taken(store: Store, tmp_path: Path) -> None:
    """A file of 2026 that goes around has Connecticut and Iowa under one number."""
    (tmp_path / "GPCI2026.csv").write_text(
        "ADDENDUM E. FINAL CY 2026 GEOGRAPHIC PRACTICE COST INDICES,,,,,,\n,,,,,,\n"
        "Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,"
        "2026 PW GPCI (with 1.0 Floor)***,2026 PE GPCI,2026 MP GPCI\n"
        "05102,CT,00,CONNECTICUT,1.020,1.122,0.818\n05102,IA,00,IOWA,1.000,0.900,0.551\n"
        "05302,MO,01,KANSAS CITY,1.000,0.975,0.934\n"
    )
    store.import_files([tmp_path / "GPCI2026.csv"])
    table = Schedules(store).table("gpci")
    found = table.rows([("05102-00",), ("05302-01",)], ("locality",))[-1]
    assert found[0] == -1
    assert table.columns["name"][found[1]] == "KANSAS CITY"
