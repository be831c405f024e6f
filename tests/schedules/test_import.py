"""Importing tables: recognised by their headers, refused by row and column, all or nothing, twice the same."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest

from clausal.problems import InvalidInput
from clausal.schedules.holdings import gaps
from clausal.schedules.kinds import Release
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules

AA = (
    "Addendum AA,,,,,,\n,,,,,,\n"
    "HCPCS Code,,Short Descriptor,Subject to Multiple Procedure Discounting,"
    " April 2024 Payment Indicator, April 2024 Payment Weight  , April 2024 Payment Rate \n"
    '64640,,,Y,P3,,"$1,175.42 "\n64641,,,N,N1,,\n'
)
B = (
    "HCPCS Code,Short Descriptor,SI,APC ,Relative Weight,Payment Rate ,"
    "National Unadjusted Copayment ,Minimum Unadjusted Copayment \n"
)
PTP = (
    '"column_1","column_2","deletion","modifier","rationale"\n'
    '"64640","64641","*",1,"x, y"\n"64640","64642","20231231",0,"x"\n'
)


def import_text(folder: Path, name: str, text: str | bytes) -> Store:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    store = Store(folder / "data")
    store.import_files([path])
    return store


def test_addendum_aa_is_read_by_its_header_with_its_quarter(tmp_path: Path) -> None:
    store = import_text(tmp_path, "aa.csv", AA)
    assert store.releases() == [(Release("asc", "Addendum AA 2024-04", dt.date(2024, 4, 1), dt.date(2024, 6, 30)), 2)]
    assert store.select("asc") == [
        ("Addendum AA 2024-04", "64640", "Y", "P3", 11_754_200),
        ("Addendum AA 2024-04", "64641", "N", "N1", None),
    ]


def test_tabs_a_byte_order_mark_and_the_windows_encoding_are_read(tmp_path: Path) -> None:
    text = AA.replace('"$1,175.42 "', "$1175.42").replace(",", "\t").replace("Addendum AA", "Addendum AA \xff")
    store = import_text(tmp_path, "aa.txt", text.encode("cp1252"))
    assert store.select("asc")[0][1:] == ("64640", "Y", "P3", 11_754_200)
    (tmp_path / "other").mkdir()
    again = import_text(tmp_path / "other", "b.csv", b"\xef\xbb\xbf" + AA.encode())
    assert len(again.select("asc")) == 2


def test_a_zip_is_read_and_one_without_tables_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "aa.zip", "w") as archive:
        archive.writestr("aa.csv", AA)
        archive.writestr("readme.pdf", "x")
    store = Store(tmp_path / "data")
    (one,) = store.import_files([tmp_path / "aa.zip"])
    assert (one.rows, one.outcome) == (2, "new")
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("a.xlsx", "x")
    with pytest.raises(InvalidInput, match="no csv or txt file in this zip"):
        store.import_files([tmp_path / "bad.zip"])


def test_of_a_zip_the_tables_are_read_and_other_texts_left_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "rvu.zip", "w") as archive:
        archive.writestr("aa.csv", AA)
        archive.writestr("aa.txt", "the same, in fixed width")
        archive.writestr("anes.csv", "a,b\n1,2\n")
    store = Store(tmp_path / "data")
    assert [one.rows for one in store.import_files([tmp_path / "rvu.zip"])] == [2]
    with zipfile.ZipFile(tmp_path / "none.zip", "w") as archive:
        archive.writestr("anes.csv", "a,b\n1,2\n")
    with pytest.raises(InvalidInput, match="no header of a known table"):
        store.import_files([tmp_path / "none.zip"])


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    store = import_text(tmp_path, "aa.csv", AA)
    (again,) = store.import_files([tmp_path / "aa.csv"])
    assert again.outcome == "same"
    assert len(store.select("asc")) == 2


def test_another_text_of_the_same_release_replaces_it(tmp_path: Path) -> None:
    store = import_text(tmp_path, "aa.csv", AA)
    (tmp_path / "aa.csv").write_text(AA.replace("1,175.42", "175.42"))
    (again,) = store.import_files([tmp_path / "aa.csv"])
    assert again.outcome == "replaced"
    assert [row[4] for row in store.select("asc")] == [1_754_200, None]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("aa.csv", AA.replace("$1,175.42 ", "cheap"), "aa.csv:4:7: 'cheap' is not a number (rate)"),
        ("aa.csv", AA.replace("64641", "6464"), "aa.csv:5:1: '6464' is not a procedure code"),
        ("b_2024.csv", B + "64640,,T,544\n", "b_2024.csv:2:4: the row ends before its column 'min_copay'"),
        ("aa.gz", b"\x1f\x8b\x08broken", "aa.gz: cannot be unpacked"),
        (
            "b.csv",
            B + "64640,,T,5443,1,868.45,.,173.69\n",
            "b.csv:1:1: the file does not tell for which dates it was published",
        ),
        ("b_2024.csv", B + "6464,,T,5443,1,868.45,.,173.69\n", "b_2024.csv:2:1: '6464' is not a procedure code"),
        ("x.csv", "a,b,c\n1,2,3\n", "x.csv:1:1: no header of a known table in the first rows"),
        ("e.csv", "", "e.csv: file is empty"),
        ("n.csv", b"\x00\x01\x02", "n.csv: not a text file"),
        ("ptp_prac_2024q3.csv", PTP.replace("20231231", "soon"), "ptp_prac_2024q3.csv:3:3: 'soon' is not a date"),
        ("ptp_prac_2024q3.csv", PTP.replace(",1,", ",7,"), "ptp_prac_2024q3.csv:2:4: '7' is not a modifier indicator"),
        ("ptp_2024q3.csv", PTP, "ptp_2024q3.csv:1:1: for practitioners or for outpatient hospitals?"),
        ("ptp_prac.csv", PTP, "ptp_prac.csv:1:1: the file does not tell its quarter"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, name: str, text: str | bytes, expected: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        import_text(tmp_path, name, text)
    assert str(refused.value).startswith(f"{tmp_path}/{expected}")


def test_all_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(AA)
    (tmp_path / "bad.csv").write_text("a,b\n")
    store = Store(tmp_path / "data")
    with pytest.raises(InvalidInput):
        store.import_files([tmp_path / "good.csv", tmp_path / "bad.csv"])
    assert store.releases() == []


def test_pairs_are_imported_with_their_deletion_dates(tmp_path: Path) -> None:
    store = import_text(tmp_path, "ncci_ptp_prac_2024q3.csv", PTP)
    assert [row[1:] for row in store.select("ptp")] == [
        ("practitioner", "64640", "64641", 1, None, None),
        ("practitioner", "64640", "64642", 0, None, dt.date(2023, 12, 31)),
    ]


def test_the_days_no_release_was_published_for_are_gaps() -> None:
    def release(start: str, end: str) -> Release:
        return Release("asc", start, dt.date.fromisoformat(start), dt.date.fromisoformat(end))

    found = gaps([release("2024-01-01", "2024-03-31"), release("2024-07-01", "2024-09-30")])
    assert found == [(dt.date(2024, 4, 1), dt.date(2024, 6, 30))]


def test_a_file_that_is_no_database_is_a_problem_and_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "fees.duckdb").write_text("not a database")
    with pytest.raises(InvalidInput, match="the fee tables cannot be opened"):
        Store(tmp_path).releases()


@pytest.mark.parametrize(
    ("file", "kind", "rows"),
    [
        ("cms/pfs/PPRRVU2025_Oct.csv.gz", "pfs", 19_090),
        ("cms/pfs/PPRRVU2026_Jul_nonQPP.csv.gz", "pfs", 19_356),
        ("cms/pfs/GPCI2025.csv", "gpci", 109),
        ("cms/pfs/GPCI2026.csv", "gpci", 98),
        ("cms/pfs/25LOCCO.csv", "counties", 110),
        ("cms/opps/addendum_a_2025_final_rule.txt", "apc", 994),
        ("cms/opps/addendum_b_2025_final_rule.txt.gz", "opps", 18_682),
        ("cms/opps/addendum_b_2020_january.csv.gz", "opps", 16_628),
        ("cms/asc/addendum_aa_20240101.txt.gz", "asc", 4_110),
        ("cms/asc/addendum_aa_20260101.csv.gz", "asc", 4_821),
        ("cms/asc/wage_index_2025.txt", "wage", 501),
        ("cms/ncci/ncci_mue_out_2024q3.csv", "mue", 14_628),
        ("cms/ncci/ncci_aoc_2024.csv", "addon", 7_465),
        ("geo/ZIP5_OCT2025.txt.gz", "zips", 42_956),
    ],
)
def test_real_files_are_recognised_and_read_whole(
    file: str, kind: str, rows: int, tmp_path: Path, published: Path
) -> None:
    (one,) = Store(tmp_path).import_files([published / file])
    assert (one.release.kind, one.rows) == (kind, rows)


def test_an_imported_release_takes_the_place_of_the_shipped_rows(tmp_path: Path, published: Path) -> None:
    store = Store(tmp_path)
    store.import_files([published / "cms/pfs/PPRRVU2025_Oct.csv.gz"])
    schedules = Schedules(store, ["64640", "99213"])
    assert schedules.has_code("99213")
    table = schedules.table("pfs")
    of_2025 = [r for r in range(len(table)) if table.releases[int(table.release[r])].start.year == 2025]
    assert {table.columns["code"][r] for r in of_2025} == {"64640", "99213"}


def test_a_file_of_an_older_version_gets_the_columns_it_lacks(tmp_path: Path, published: Path) -> None:
    store = import_text(tmp_path, "aa.csv", AA)
    file = published / "cms/pfs/PPRRVU2025_Oct.csv.gz"
    store.import_files([file])
    with store.connect(writing=True) as connection:
        connection.execute("ALTER TABLE table_pfs DROP COLUMN family")
        connection.execute("UPDATE releases SET digest = 'of the rows without it' WHERE kind = 'pfs'")
    table = Schedules(store, ["70450"]).table("pfs")
    of_2025 = table.release == [one.name for one in table.releases].index("PPRRVU 2025-10")
    assert set(table.columns["family"][of_2025]) == {""}
    (again,) = store.import_files([file])
    assert again.outcome == "replaced"
    table = Schedules(store, ["70450"]).table("pfs")
    assert set(table.columns["family"]) == {"88"}


def test_relative_values_of_an_older_version_are_told_to_be_imported_again(tmp_path: Path, published: Path) -> None:
    store = Store(tmp_path)
    store.import_files([published / "cms/pfs/PPRRVU2025_Oct.csv.gz"])
    assert store.outdated() == []
    with store.connect(writing=True) as connection:
        connection.execute("UPDATE table_pfs SET family = NULL")
    assert store.outdated() == ["PPRRVU 2025-10"]


def test_pairs_of_addendum_j_are_imported_in_full(tmp_path: Path) -> None:
    file = tmp_path / "2025 Addendum J.csv"
    file.write_text(
        "Addendum J.- Complexity Adjustments for CY 2025,,,,,,,\n"
        "Primary HCPCS Code,Primary Short Descriptor,Primary SI,Primary APC Assignment,"
        "Secondary J1 or Add-on HCPCS Code,Secondary Short Descriptor,Secondary SI,"
        "Complexity Adjusted APC Assignment\n"
        "11044,,J1,5072,20220,,J1,5073\n64624,,J1,5431,0441T,,J1,5432\n"
    )
    store = Store(tmp_path)
    (found,) = store.import_files([file])
    assert (found.release.kind, found.release.name, found.rows) == ("complexity", "Addendum J 2025-01", 2)
    table = Schedules(store).table("complexity")
    assert table.is_whole.tolist() == [True]
    assert table.columns["apc"].tolist() == ["5073", "5432"]


def test_a_drugs_copayment_is_the_one_cut_for_inflation(tmp_path: Path) -> None:
    file = tmp_path / "addendum_b_2025_january.csv"
    file.write_text(
        "HCPCS Code,Short Descriptor,SI,APC,Relative Weight,Payment Rate,National Unadjusted Copayment,"
        "Minimum Unadjusted Copayment,IRA Coinsurance percentage,Adjusted Beneficiary Copayment\n"
        "J0897,,K,1631,,27.704,.,$5.54,18.237%,$5.05\n27447,,J1,5115,,12866.82,.,2573.37,,1676.00\n"
    )
    store = Store(tmp_path / "data")
    store.import_files([file])
    table = Schedules(store).table("opps")
    rows = dict(zip(table.columns["code"], table.columns["copay"].tolist(), strict=True))
    assert (rows["J0897"], rows["27447"]) == (50_500, -1)


def test_one_number_for_two_places_is_told(tmp_path: Path, published: Path) -> None:
    (found,) = Store(tmp_path).import_files([published / "cms/pfs/GPCI2026.csv"])
    assert "03502-00, 05102-00: two places of one number" in found.note
    (sound,) = Store(tmp_path).import_files([published / "cms/pfs/GPCI2025.csv"])
    assert "two places" not in sound.note
