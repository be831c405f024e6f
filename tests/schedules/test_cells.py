"""What a cell, a row and a file must be to be read, and what is said where they are not."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest

from clausal.problems import InvalidInput
from clausal.schedules.admission import Imported
from clausal.schedules.store import Store
from tests.schedules.files import addendum_aa

B = "HCPCS Code,Short Descriptor,SI,APC,Relative Weight,Payment Rate,National Unadjusted Copayment,Minimum Unadjusted Copayment\n"  # noqa: E501
GPCI = "2024,,,,,,\nMedicare Administrative Contractor (MAC),State,Locality Number,Locality Name,2024 PW GPCI,2024 PE GPCI,2024 MP GPCI\n"  # noqa: E501
GPCI_TIDY = "year,release,mac,locality_number,locality_name,gpci_work,gpci_pe,gpci_mp,gpci_gaf,state\n"
WAGE = "CBSA,CBSA Name,WI25\n"
PTP = "column_1,column_2,deletion,modifier,effective,rationale\n"
MUE = "hcpcs_code,mue_units,mue_mai,mue_rationale,mue_service\n"
PTP_NAME = "ptp_prac_2024q3.csv"


def zip_line(code: str, stamp: str) -> str:
    return f"MI{code}0820201".ljust(75) + f"{stamp}\n"


def take(
    folder: Path, name: str, text: str | bytes, given: tuple[str | None, dt.date | None] = (None, None)
) -> Imported:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (one,) = Store(folder / "data").import_files([path], given)
    return one


def told(folder: Path, name: str, text: str | bytes, given: tuple[str | None, dt.date | None] = (None, None)) -> str:
    """What is said of a file that is refused; nothing of it is held."""
    with pytest.raises(InvalidInput) as refused:
        take(folder, name, text, given)
    assert Store(folder / "data").releases() == []
    return str(refused.value).removeprefix(f"{folder}/")


@pytest.mark.parametrize(
    "rate", ["1.909,40", "868,45", "1e3", "1e999999", "NaN", "Infinity", "-", "-5.00", "1,90", "1 909", "1,909,4", "٣"]
)
def test_what_is_no_plain_number_is_refused_with_what_is(tmp_path: Path, rate: str) -> None:
    said = told(tmp_path, "b_2024.csv", B + f'64640,,T,5443,1,"{rate}",.,173.69\n')
    assert said.startswith(
        f"b_2024.csv:2:6: '{rate}' is not a number (rate); expected a number of 0 or more as 1909.40"
    )


@pytest.mark.parametrize(
    ("rate", "expected"),
    [("1,909.40", 19_094_000), ("$1,909.40 ", 19_094_000), ("1909.4", 19_094_000), (".5", 5_000), (".", None)],
)
def test_plain_numbers_are_read(tmp_path: Path, rate: str, expected: int | None) -> None:
    take(tmp_path, "b_2024.csv", B + f'64640,,T,5443,1,"{rate}",N/A,173.69\n')
    assert Store(tmp_path / "data").select("opps")[0][4] == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("g.csv", GPCI + "abc,MI,01,DETROIT,1,1,1\n", "g.csv:3:1: 'abc' is not the number of a contractor (mac)"),
        ("g.csv", GPCI + "08202,MI,x,DETROIT,1,1,1\n", "g.csv:3:3: 'x' is not the number of a locality (number)"),
        ("g.csv", GPCI + "08202,MI,,DETROIT,1,1,1\n", "g.csv:3:3: '' is not the number of a locality (number)"),
        ("g.csv", GPCI + "08202,MI,01,DETROIT,1,999,1\n", "g.csv:3:6: '999' is not an index (pe); expected a number"),
        ("g.csv", GPCI + "08202,MI,01,DETROIT,0.05,1,1\n", "g.csv:3:5: '0.05' is not an index (work)"),
        ("g.csv", GPCI_TIDY + "abc,rvu24a,08202,01,X,1,1,1,1,MI\n", "g.csv:2:1: 'abc' is not a year (year); expected"),
        ("w.csv", WAGE + "ABC,Detroit,0.9\n", "w.csv:2:1: 'ABC' is not the number of an area (cbsa)"),
        ("w.csv", WAGE + "19804,Detroit,\n", "w.csv:2:3: a number is missing (index)"),
        ("w.csv", WAGE + ",Detroit,0.9\n", "w.csv:2:1: the cell is empty, and the row holds 'Detroit', '0.9' (cbsa)"),
        (
            "b_2024.csv",
            B + ",Some words,T,5443,1,8.45,.,1.69\n",
            "b_2024.csv:2:1: the cell is empty, and the row holds",
        ),
        ("b_2024.csv", B + "64640\n", "b_2024.csv:2:1: the row ends before its column 'min_copay'"),
        ("b_2024.csv", B + ",,,,,$8.45,,\n", "b_2024.csv:2:1: the cell is empty, and the row holds '$8.45' (code)"),
        ("b_2024.csv", B + ",Some words,,,,8.45,,\n", "b_2024.csv:2:1: the cell is empty, and the row holds"),
        (
            "b_two_years_2024_2026.csv",
            B + "64640,,T,5443,1,8.45,.,1.69\n",
            "b_two_years_2024_2026.csv:1:1: the file does not tell for which dates it was published (its name says "
            "2024 and 2026); say it: --effective",
        ),
        (
            "b_2024.csv",
            B + '64640,"a,T,5443,1,8.45,.,1.69\n64641,,T,1,1,1,1,1\n',
            "b_2024.csv:2:1: a quotation mark is",
        ),
        (
            "z.txt",
            zip_line("48201", "20254") + zip_line("48202", "20261"),
            "z.txt:2:76: the line is of 2026-Q1, those ab",
        ),
        ("z.txt", zip_line("48201", "20259"), "z.txt:1:76: '20259' is not a year and its quarter (quarter); expected"),
        ("z.txt", zip_line("48201", "00001"), "z.txt:1:76: '00001' is not a year and its quarter (quarter); expected"),
        (
            "mue_prac_2024q3.csv",
            MUE + "64640,1,35,x,P\n",
            "mue_prac_2024q3.csv:2:3: '35' is not an adjudication indica",
        ),
        (
            "mue_prac_2024q3_2025q1.csv",
            MUE + "64640,1,3,x,P\n",
            "mue_prac_2024q3_2025q1.csv:1:1: by its name the file is",
        ),
        (PTP_NAME, PTP, f"{PTP_NAME}:1:1: no rows under the header of NCCI procedure-to-procedure edits"),
        (PTP_NAME, PTP + "1,2\n", f"{PTP_NAME}:2:2: the row has 2 cells, the table 6; is the file whole?"),
        (PTP_NAME, PTP + '64640,64641,*,1,,"x\n64640,64642,*,1,,x\n', f"{PTP_NAME}:2:1: a quotation mark is opened"),
        (
            PTP_NAME,
            PTP + ",64641,*,1,,x\n",
            f"{PTP_NAME}:2:1: '' is not a procedure code of five characters (column_1)",
        ),
        (PTP_NAME, PTP + "64640,64641,*,17,,x\n", f"{PTP_NAME}:2:4: '17' is not a modifier indicator 0, 1 or 9"),
        *(
            (
                PTP_NAME,
                PTP + f"64640,64641,*,1,{day},x\n",
                f"{PTP_NAME}:2:5: '{day}' is not a date as 20240701, or empty",
            )
            for day in ("20270101x", "garbage", "2025-01-01", "20241301", "2024071")
        ),
        (
            "s.csv",
            B.replace(",", ";"),
            "s.csv:1:1: its cells are parted by ';'; commas or tabs are read; save it as csv",
        ),
        ("s.csv", B.replace(",", "|"), "s.csv:1:1: its cells are parted by '|'; commas or tabs are read"),
        (
            "u.csv",
            b"\xff\xfe" + B.encode("utf-16-le"),
            "u.csv: this is text in UTF-16, which is not read; save it as csv",
        ),
        ("n.csv", B.encode() * 60 + b"a\x00", "n.csv:61:2: a NUL byte stands in the text; is the file damaged?"),
        (
            "t.zip",
            b"PK\x03\x04rest",
            "t.zip: the zip is cut short: its directory, at its end, is missing; get the file",
        ),
    ],
)
def test_what_is_refused_is_told_with_its_place_and_its_cause(
    tmp_path: Path, name: str, text: str | bytes, expected: str
) -> None:
    assert told(tmp_path, name, text).startswith(expected)


def test_a_workbook_is_told_to_be_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("xl/workbook.xml", "")
    said = told(tmp_path, "b.xlsx", (tmp_path / "made.zip").read_bytes())
    assert said.startswith("b.xlsx: this is an Excel workbook (xlsx), which is not read; save its sheet as csv")


def test_notes_below_a_table_are_left_out_and_told(tmp_path: Path) -> None:
    one = take(
        tmp_path, "b_2024.csv", B + "64640,,T,5443,1,8.45,.,1.69\n,,,,,,,\nNOTE 1: of something,,,,,,,\nNotes:\n"
    )
    assert (one.rows, one.note) == (1, "left out: 2 rows of notes (row 4, 5)")


def test_a_state_without_an_index_is_left_out_and_told(tmp_path: Path) -> None:
    one = take(tmp_path, "w.csv", WAGE + "19804,Detroit,0.9\n31,NEW JERSEY,\n")
    assert (one.rows, one.note) == (1, "left out: 1 row of states without an index (row 3)")


def test_two_years_in_a_name_are_no_harm_where_the_content_tells(tmp_path: Path) -> None:
    one = take(tmp_path, "b_2024_2026.csv", "Addendum B for CY 2026,,,,,,,\n" + B + "64640,,T,5443,1,8.45,.,1.69\n")
    assert one.release.start == dt.date(2026, 1, 1)


def test_a_first_day_that_contradicts_the_files_own_is_refused_with_both(tmp_path: Path) -> None:
    text = addendum_aa(tmp_path, "October 2025", "64640").read_text()
    said = told(tmp_path, "aa.csv", text, (None, dt.date(2025, 1, 1)))
    assert "the file is of 2025-10-01 to 2025-12-31, --effective says 2025-01-01; leave --effective out" in said


def test_a_quarter_of_units_that_is_not_the_files_own_is_refused(tmp_path: Path) -> None:
    said = told(tmp_path, "mue_prac_2024q3.csv", MUE + "64640,1,3,x,P\n", (None, dt.date(2024, 1, 1)))
    assert "the file is of 2024-07-01 to 2024-09-30, --effective says 2024-01-01" in said


@pytest.mark.parametrize("given", [("mine", None), (None, dt.date(2024, 1, 1))])
def test_a_file_whose_rows_tell_their_releases_takes_none(
    tmp_path: Path, given: tuple[str | None, dt.date | None]
) -> None:
    said = told(tmp_path, "g.csv", GPCI_TIDY + "2024,rvu24b,08202,01,X,1,1,1,1,MI\n", given)
    assert "the rows of this file tell their releases and dates; --release and --effective do not apply" in said


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("*,1,,x", "*,0,,x", "with indicator 1 and here 0"),
        ("20231231,1,,x", "20231231,0,,x", "with indicator 1 and here 0"),
        ("*,1,20200101,x", "*,1,20210101,x", "with in force from 20200101 on and here from 20210101"),
        ("20221231,1,20200101,x", "*,0,20210101,x", "with indicator 1 and here 0"),
    ],
)
def test_a_pair_that_contradicts_itself_is_refused_with_both_rows(
    tmp_path: Path, one: str, two: str, expected: str
) -> None:
    said = told(tmp_path, PTP_NAME, PTP + f"64640,64641,{one}\n64640,64642,*,1,,x\n64640,64641,{two}\n")
    assert said.startswith(f"{PTP_NAME}:4:1: the pair 64640 64641 stands in row 2 already, {expected}")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("20191231,0,,x", "*,1,,x"),
        ("20191231,0,20150101,x", "*,1,20200101,x"),
        ("20191231,1,,x", "20221231,1,,x"),
        ("20200101,0,20200101,x", "*,1,20200101,x"),
    ],
)
def test_a_deleted_row_of_a_pair_beside_the_one_in_force_is_read(tmp_path: Path, one: str, two: str) -> None:
    assert take(tmp_path, PTP_NAME, PTP + f"64640,64641,{one}\n64640,64641,{two}\n").rows == 2


def test_a_heading_of_pairs_over_several_lines_is_read(tmp_path: Path) -> None:
    text = PTP.replace("deletion", '"Deletion\nDate"').replace("column_1", '"Column\n1"')
    assert take(tmp_path, PTP_NAME, text + "64640,64641,*,1,,x\n").rows == 1
