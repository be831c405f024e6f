"""A mapping file: what it can say of a claim file, and that what is wrong in it is told once, with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from clausal.claims.constants import allowed_by
from clausal.claims.files import open_claims
from clausal.claims.mapping import FileMapping, read_mapping
from clausal.columns.schema import Column, input_columns
from clausal.documents.library import Library
from clausal.exchange.tabular.opened import Form
from clausal.facts.source import parse_source
from clausal.problems import InvalidInput
from tests.claims.test_run import Run, csv, rejects, results, row
from tests.exchange.x12.files import claim, file_of, raw


def mapped(library: Library, text: str) -> FileMapping:
    return read_mapping(parse_source(text, "m.yaml"), input_columns(library.vocabulary), allowed_by([library.cases]))


@pytest.mark.parametrize(
    ("form", "day"),
    [
        ("MM/DD/YYYY", "10/15/2024"),
        ("MM/DD/YYYY", "10/15/2024 0:00:00"),
        ("M/D/YYYY", "10/15/2024"),
        ("MM/DD/YY", "10/15/24"),
        ("DD.MM.YYYY", "15.10.2024"),
        ("YYYYMMDD", "20241015"),
        ("MMDDYYYY", "10152024"),
        ("DDMONYYYY", "15OCT2024"),
        ("DD-MON-YY", "15-Oct-24"),
        ("MON D, YYYY", "Oct 15, 2024"),
    ],
)
def test_dates_are_read_in_the_format_that_is_given(
    go: Run, library: Library, tmp_path: Path, form: str, day: str
) -> None:
    mapping = mapped(library, f"columns: {{service_date: {{column: FROM, format: '{form}'}}}}")
    rows = [row("A", 1) | {"FROM": f'"{day}"'}, row("B", 1) | {"FROM": '"31/31/2024"'}]
    rows = [{name: value for name, value in one.items() if name != "service_date"} for one in rows]
    go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet", mapping=mapping)
    assert [(one["claim_id"], one["carc"]) for one in results(tmp_path / "o.parquet")] == [("A", "55")]
    assert rejects(tmp_path / "o.rejects.jsonl") == {("B", 1): f"service_date: '31/31/2024' is not a date as {form}"}


def test_without_a_format_the_date_that_is_none_says_what_would_help(go: Run, tmp_path: Path) -> None:
    go(csv(tmp_path / "c.csv", [row("A", 1, service_date="10/15/2024"), row("B", 1)]), tmp_path / "o.parquet")
    why = "'10/15/2024' is not a date as in 2024-10-15; a mapping file can give the `format` of dates"
    assert rejects(tmp_path / "o.rejects.jsonl") == {("A", 1): f"service_date: {why}"}


@pytest.mark.parametrize(("form", "charge"), [("cents", "50000"), ("decimal-comma", "1.500,00"), (None, "$1,500.00")])
def test_amounts_are_read_in_the_format_that_is_given(
    go: Run,
    library: Library,
    tmp_path: Path,
    form: str | None,
    charge: str,
) -> None:
    told = f", format: {form}" if form else ""
    mapping = mapped(library, f"columns: {{charge: {{column: AMT{told}}}}}")
    rows = [row("A", 1) | {"AMT": f'"{charge}"'}, row("B", 1) | {"AMT": '"12,5,0"'}]
    go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet", mapping=mapping)
    expected = "500.00" if form == "cents" else "1500.00"
    assert [(one["claim_id"], str(one["charge"])) for one in results(tmp_path / "o.parquet")] == [("A", expected)]


def test_a_comma_that_parts_no_thousands_is_not_passed_over(go: Run, tmp_path: Path) -> None:
    go(csv(tmp_path / "c.csv", [row("A", 1, charge='"12,50"')]), tmp_path / "o.parquet")
    assert rejects(tmp_path / "o.rejects.jsonl")["A", 1].startswith("charge: '12,50' is not an amount")


def test_a_point_that_parts_no_thousands_is_not_passed_over(go: Run, library: Library, tmp_path: Path) -> None:
    mapping = mapped(library, "columns: {charge: {column: AMT, format: decimal-comma}}")
    rows = [row("A", 1) | {"AMT": "10.50"}, row("B", 1) | {"AMT": '"1.23.4,5"'}, row("C", 1) | {"AMT": '"1234,5"'}]
    go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet", mapping=mapping)
    assert [str(one["charge"]) for one in results(tmp_path / "o.parquet")] == ["1234.50"]
    assert rejects(tmp_path / "o.rejects.jsonl") == {
        ("A", 1): "charge: '10.50' is not an amount as in 1.234,56",
        ("B", 1): "charge: '1.23.4,5' is not an amount as in 1.234,56",
    }


def test_columns_are_joined_to_one_value(go: Run, library: Library, tmp_path: Path) -> None:
    mapping = mapped(library, "columns: {locality: {join: [CARRIER, LOC], with: '-'}}")
    rows = [row("A", 1, CARRIER=" 08202 ", LOC="01"), row("B", 1, CARRIER="08202", LOC="")]
    go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet", mapping=mapping)
    assert [one["priced_at"] for one in results(tmp_path / "o.parquet")] == ["08202-01", "national"]


STATUS = """
rows:
  keep: {STATUS: [FINAL, PAID]}
  drop: [{DELETED: [Y, 1]}, {TYPE: PMT, STATUS: PAID}, {TYPE: VOIDED}]
"""


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_rows_that_do_not_count_are_left_out_and_counted(
    go: Run,
    library: Library,
    tmp_path: Path,
    kind: str,
) -> None:
    said: list[tuple[str, Any, str]] = [
        ("FINAL", None, "SVC"), ("FINAL ", "Y", "SVC"), ("PAID", 1, "SVC"), ("PAID", "", "PMT"), ("OPEN", "", "SVC"),
    ]  # fmt: skip
    rows = [row(f"C{n}", 1, STATUS=status, DELETED=gone, TYPE=of) for n, (status, gone, of) in enumerate(said)]
    source = tmp_path / f"c.{kind}"
    if kind == "csv":
        csv(source, [{name: "" if value is None else value for name, value in one.items()} for one in rows])
    elif kind == "jsonl":
        source.write_text("".join(json.dumps(one) + "\n" for one in rows))
    else:
        texts = [one | {"DELETED": None if one["DELETED"] is None else str(one["DELETED"])} for one in rows]
        pq.write_table(pa.Table.from_pylist(texts), source)
    done = go(source, tmp_path / "o.parquet", mapping=mapped(library, STATUS))
    assert [one["claim_id"] for one in results(tmp_path / "o.parquet")] == ["C0"]
    assert done.left == {"DELETED: Y or 1": 2, "TYPE: PMT, STATUS: PAID": 1, "TYPE: VOIDED": 0, "not kept": 1}
    assert done.summary.lines == 1


def test_a_row_that_cannot_be_read_is_never_left_out(go: Run, library: Library, tmp_path: Path) -> None:
    good = csv(tmp_path / "c.csv", [row("A", 1, STATUS="FINAL"), row("B", 1, STATUS="FINAL")]).read_text()
    (tmp_path / "c.csv").write_text(good + "B,2,torn\n")
    done = go(tmp_path / "c.csv", tmp_path / "o.parquet", mapping=mapped(library, "rows: {keep: {STATUS: FINAL}}"))
    assert [one["claim_id"] for one in results(tmp_path / "o.parquet")] == ["A"]
    assert (done.summary.rejected, done.left) == (2, {"not kept": 0})


def test_lines_left_out_of_a_file_that_is_sorted_are_counted_once(go: Run, library: Library, tmp_path: Path) -> None:
    rows = [row(claim, line, GONE="Y" if line == 3 else "") for line in (1, 2, 3) for claim in ("B", "A", "C")]
    done = go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet", mapping=mapped(library, "rows: {drop: {GONE: Y}}"))
    assert (done.order, done.summary.lines, done.left) == ("sorted", 6, {"GONE: Y": 3})


CHOSEN = """
columns:
  plan:
    first:
      - {where: {LOB: [MA, MAPD]}, value: bcn-advantage}
      - {where: {LOB: COM, PRODUCT: HMO}, value: bcn-commercial-hmo}
      - {where: {LOB: ""}, value: medicare-part-b}
  units: {column: QTY, default: 2}
  diagnoses: {column: DX, default: [M17.11]}
  purpose: {value: pain}
"""


def test_values_depend_on_columns_and_fill_gaps(go: Run, library: Library, tmp_path: Path) -> None:
    plain = {"claim_id": "", "service_date": "2024-10-15", "code": "64640", "modality": "cryoneurolysis"}
    said = [("MA", "", "1"), ("COM", "HMO", ""), ("COM", "PPO", "1"), ("", "", "1")]
    rows = [
        plain | {"claim_id": f"C{n}", "LOB": lob, "PRODUCT": of, "QTY": units, "DX": ""}
        for n, (lob, of, units) in enumerate(said)
    ]
    go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet", mapping=mapped(library, CHOSEN))
    found = results(tmp_path / "o.parquet")
    assert found[1]["rule"] == "knee-osteoarthritis-or-arthroplasty"
    assert found[1]["needs"] is None or "diagnoses" not in found[1]["needs"]
    assert [one["needs"] for one in found][2] == "plan"
    assert str(found[1]["allowed"]) != str(found[0]["allowed"]), "two units where none are told"


def test_words_are_compared_without_the_blanks_around_them(go: Run, library: Library, tmp_path: Path) -> None:
    mapping = mapped(
        library, "columns: {plan: {column: PAYER, values: {BCN HMO: bcn-commercial-hmo, 7: bcn65, XX: ''}}}"
    )
    said = ["BCN HMO ", " bcn-commercial-hmo  ", "7", "XX"]
    rows = [row(f"C{n}", 1, plan="") | {"PAYER": word} for n, word in enumerate(said)]
    go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet", mapping=mapping)
    found = results(tmp_path / "o.parquet")
    assert [one["denial"] for one in found[:2]] == ["experimental", "experimental"]
    assert found[3]["needs"] == "plan"
    table = pa.Table.from_pylist(
        [one | {"PAYER": number} for one, number in zip(rows, [7.0, None, 7.0, 7.0], strict=True)]
    )
    pq.write_table(table, tmp_path / "c.parquet")
    go(tmp_path / "c.parquet", tmp_path / "p.parquet", mapping=mapping)
    assert [one["needs"] for one in results(tmp_path / "p.parquet")][1] == "plan"


WRONG = """\
header: 0
encoding: utf-9
delimiter: ab
rows: {drop: {STATUS: {a: b}}}
columns:
  plan: {value: bcn66}
  units: {value: 9999999999999999999}
  contract_active: {value: maybe}
  service_date: {column: D, format: MM/YYYY}
  diagnoses: {value: [XX, M17.11]}
  purpose: {column: P, values: {A: pane}}
  device: {first: [{where: {D: A}, value: iovra}]}
  claim_id: {join: [A, B]}
  cod: X
  charge: {column: C, format: dollars}
"""
TOLD = """\
m.yaml:1:1: `header` is the line that names the columns (header); a number from 1, as in `header: 3`
m.yaml:2:1: unknown encoding 'utf-9' (encoding); as in utf-8, cp1252, latin-1, utf-16
m.yaml:3:1: `delimiter` is one character (delimiter); as in ";" or "\\t"
m.yaml:4:8: a condition names columns and their words (rows.drop); as in {STATUS: [final, paid]}; "" is no value
m.yaml:6:10: plan: unknown plan 'bcn66' (columns.plan.value); did you mean 'bcn65'?
m.yaml:7:11: units: '9999999999999999999' is not a whole number (columns.units.value)
m.yaml:8:21: contract_active: 'maybe' is not true or false (columns.contract_active.value)
"""


def test_all_that_is_wrong_is_told_at_once_with_its_place(library: Library) -> None:
    with pytest.raises(InvalidInput) as error:
        mapped(library, WRONG)
    told = str(error.value).splitlines()
    assert told[:7] == TOLD.splitlines()
    assert [problem.place.line for problem in error.value.problems] == [1, 2, 3, 4, *range(6, 16)]
    assert "did you mean 'pain'?" in told[9]


def test_a_column_that_the_file_has_not_is_told_where_the_mapping_names_it(
    go: Run, library: Library, tmp_path: Path
) -> None:
    text = "rows: {drop: {STATE: X}}\ncolumns:\n  code: HCPC\n  diagnoses: [DX1, DX2]\n"
    text += "  plan: {first: [{where: {LOBB: A}, value: bcn65}]}\n"
    rows = [{"claim_id": "A", "service_date": "2024-10-15", "HCPCS": "64640", "DX1": "", "LOB": ""}]
    with pytest.raises(InvalidInput) as error:
        go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet", mapping=mapped(library, text))
    places = [(one.place.file, one.place.line, one.message.rpartition(" ")[2]) for one in error.value.problems]
    assert places == [
        ("m.yaml", 1, "'STATE'"),
        ("m.yaml", 3, "'HCPC'"),
        ("m.yaml", 4, "'DX2'"),
        ("m.yaml", 5, "'LOBB'"),
    ]
    assert "did you mean 'HCPCS'?" in str(error.value)


def test_a_column_may_bear_the_name_that_the_case_file_has(library: Library) -> None:
    columns = {one.name: one for one in input_columns(library.vocabulary)}
    assert columns["contract_active"].also == ("member.contract_active",)
    assert columns["code"].also == ("lines.code",)
    renamed = [Column("highest_level", pa.string(), "", also=("level",)), Column("claim_id", pa.string(), "")]
    for text in ("columns: {level: L}", "columns: {highest_level: L}"):
        assert list(read_mapping(parse_source(text, "m.yaml"), renamed).columns) == ["highest_level"]
    with pytest.raises(InvalidInput, match="'highest_level', which stands here already"):
        read_mapping(parse_source("columns: {level: L, highest_level: L}", "m.yaml"), renamed)
    with pytest.raises(InvalidInput, match=r"unknown column 'levl' .*; did you mean 'level'"):
        read_mapping(parse_source("columns: {levl: L}", "m.yaml"), renamed)


def test_names_of_the_case_file_are_read_without_a_mapping(go: Run, tmp_path: Path) -> None:
    rows = [{name.replace("contract_active", "member.contract_active"): value for name, value in row("A", 1).items()}]
    done = go(csv(tmp_path / "c.csv", rows), tmp_path / "o.parquet")
    assert (done.unused, results(tmp_path / "o.parquet")[0]["needs"]) == ([], None)


def test_what_a_format_does_not_have_is_told(go: Run, library: Library, tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist([row("A", 1)]), tmp_path / "c.parquet")
    said = mapped(library, "columns: {}\nencoding: cp1252\nsheet: Claims")
    with pytest.raises(InvalidInput) as error:
        go(tmp_path / "c.parquet", tmp_path / "o.parquet", mapping=said)
    assert [str(one).partition(";")[0] for one in error.value.problems] == [
        "m.yaml:2:1: `encoding` is for CSV, JSON lines or X12 837, and the file is Parquet (encoding)",
        "m.yaml:3:1: `sheet` is for an Excel workbook, and the file is Parquet (sheet)",
    ]


def test_a_code_that_lost_its_zeros_says_so(go: Run, tmp_path: Path) -> None:
    go(csv(tmp_path / "c.csv", [row("A", 1, code="142")]), tmp_path / "o.parquet")
    assert "were zeros in front lost, as in '00142'?" in rejects(tmp_path / "o.rejects.jsonl")["A", 1]


def test_the_mapping_names_the_encoding_of_an_x12_file(library: Library, tmp_path: Path) -> None:
    source = tmp_path / "c.837"
    source.write_bytes(raw(file_of(claim("Ä1"))).decode().encode("cp1252"))
    columns = input_columns(library.vocabulary)
    mapping = FileMapping(form=Form(encoding="cp1252"))
    (batch,) = open_claims(source, columns, mapping).batches()
    assert batch.column("claim_id").to_pylist() == ["Ä1"]


@pytest.mark.parametrize("name", ["idna", "undefined", "punycode", "unicode_escape", "raw_unicode_escape", "hex"])
def test_what_is_no_encoding_of_files_is_none(name: str) -> None:
    with pytest.raises(InvalidInput, match=f"unknown encoding '{name}'"):
        read_mapping(parse_source(f"encoding: {name}\n", "m.yaml"), [])


def test_text_of_two_bytes_is_read_or_told_what_it_is(go: Run, tmp_path: Path) -> None:
    source = csv(tmp_path / "c.csv", [row("A1", 1)])
    text = source.read_text("utf-8")
    for written, named, told in (
        ("utf-16", "utf-16-le", ""),
        ("utf-32", "utf-32", ""),
        ("utf-16-le", "utf-16", "utf-16 stream does not start with bom"),
        ("utf-32", None, "is UTF-32 text"),
    ):
        source.write_bytes(text.encode(written))
        mapping = FileMapping(form=Form(encoding=named))
        if told:
            with pytest.raises(InvalidInput, match=told):
                go(source, tmp_path / "o.parquet", mapping=mapping, force=True)
        else:
            assert go(source, tmp_path / "o.parquet", mapping=mapping, force=True).summary.lines == 1


def test_a_constant_charge_below_nothing_is_one_error_of_the_mapping() -> None:
    charge = Column("charge", pa.decimal128(12, 2), "What is charged.")
    with pytest.raises(InvalidInput, match="charge: less than nothing"):
        read_mapping(parse_source("columns: {charge: {value: -5}}\n", "m.yaml"), [charge])


def test_a_message_repeats_no_long_value(go: Run, tmp_path: Path) -> None:
    go(csv(tmp_path / "c.csv", [row("A1", 1, code="9" * 100_000)]), tmp_path / "o.parquet")
    (why,) = rejects(tmp_path / "o.rejects.jsonl").values()
    assert len(why) < 400


def test_a_workbook_whose_first_sheet_is_a_cover_tells_of_the_others(go: Run, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "c.xlsx")) as made:
        made.add_worksheet("Cover").write_row(0, 0, ["About these claims"])
        made.add_worksheet("May").write_row(0, 0, ["claim_id", "service_date"])
    with pytest.raises(InvalidInput, match=r"the sheet 'Cover' was read; `sheet:` in a mapping names 'May'"):
        go(tmp_path / "c.xlsx", tmp_path / "o.parquet")
