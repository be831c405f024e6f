"""Delimited text as spreadsheets, databases and mainframes write it."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from clausal.exchange.tabular.delimited import DelimitedTable
from clausal.exchange.tabular.opened import PLAIN, Form, Reading, format_of
from clausal.problems import PROBLEM, InvalidInput

TEXT = "id,code,note\nA,64640,x\nB,0441T,\u00e9\n"


def rows(path: Path, form: Form = PLAIN, key: str = "id") -> list[dict[str, Any]]:
    table = DelimitedTable(path, form)
    found = [batch.to_pylist() for batch in table.batches(table.names, key, Reading())]
    return [one for batch in found for one in batch]


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("name", ["c.csv", "c.txt", "c.dat", "c.csv.gz"])
def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path, name: str) -> None:
    content = b"\xef\xbb\xbf" + TEXT.encode()
    path = written(tmp_path / name, gzip.compress(content) if name.endswith("gz") else content)
    assert format_of(path) == "csv"
    assert rows(path)[1] == {"id": "B", "code": "0441T", "note": "\u00e9"}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", ["c.txt", "c.dat", "c.csv"])
def test_an_x12_file_is_known_behind_a_byte_order_mark_and_blanks(tmp_path: Path, name: str, mark: bytes) -> None:
    assert format_of(written(tmp_path / name, mark + b" \r\n  ISA*00*")) == "x12"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            TEXT.encode("utf-16"),
            "is UTF-16 text; save it as UTF-8, or say so in a mapping file, as in `encoding: utf-16`",
        ),
        (TEXT.encode("utf-16-le"), "is UTF-16 text without a byte order mark; .* `encoding: utf-16-le`"),
        (TEXT.encode("utf-16-be"), "is UTF-16 text without a byte order mark; .* `encoding: utf-16-be`"),
        (b"\x00\x01\x02\x00\x00" * 99, "is binary; name a claim file, unpacked"),
        (b"%PDF-1.7\n" * 9, "is a PDF document"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is a picture"),
    ],
    ids=["utf-16", "utf-16-le", "utf-16-be", "binary", "pdf", "png"],
)
def test_what_is_no_text_is_told_once_with_its_cause(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(InvalidInput, match=told) as error:
        rows(written(tmp_path / "c.csv", content))
    assert len(error.value.problems) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel file of the old kind"),
        (b"PK\x03\x04 cut off", "a zip file that is not whole"),
    ],
)
def test_a_file_named_as_csv_that_is_another_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        format_of(written(tmp_path / "c.csv", content))


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16", "utf-16-le", "utf-8"])
def test_a_named_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path / "c.csv", TEXT.encode(encoding))
    assert [one["note"] for one in rows(path, Form(encoding=encoding))] == ["x", "\u00e9"]


@pytest.mark.parametrize("lines", [1, 300_000])
def test_a_byte_that_is_no_text_is_told_with_its_line_and_column(tmp_path: Path, lines: int) -> None:
    path = written(tmp_path / "c.csv", b"id,note\n" + b"A,ordinary words\n" * lines + b"B,Jos\xe9\n")
    with pytest.raises(InvalidInput) as error:
        rows(path)
    (problem,) = error.value.problems
    assert (problem.place.line, problem.place.column) == (lines + 2, 6)
    assert problem.message == "byte 0xe9 is no UTF-8 text"


def test_a_byte_that_the_named_encoding_lacks_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "c.csv", b"id,note\nA,\x81\n")
    with pytest.raises(InvalidInput, match=r"c\.csv:2:3: byte 0x81 is no cp1252 text"):
        rows(path, Form(encoding="cp1252"))


@pytest.mark.parametrize("title", ["Claims of 2024\n", "Claims of 2024,,\n", "\nClaims\n", "Claims\n\n"])
def test_a_title_above_the_names_is_told_with_the_line_that_names_them(tmp_path: Path, title: str) -> None:
    path = written(tmp_path / "c.csv", title + TEXT)
    line = title.count("\n") + 1
    with pytest.raises(InvalidInput, match=f"names 1 columns of 3; is it a title\\? .* `header: {line}`"):
        rows(path)
    assert [one["code"] for one in rows(path, Form(header=line))] == ["64640", "0441T"]


def test_a_header_below_the_end_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="has no line 9"):
        rows(written(tmp_path / "c.csv", TEXT), Form(header=9))


@pytest.mark.parametrize("given", [";", "\t", "|", ","])
def test_the_delimiter_is_told_by_the_names_by_excel_or_by_the_mapping(tmp_path: Path, given: str) -> None:
    text = TEXT.replace(",", given)
    assert [one["code"] for one in rows(written(tmp_path / "a.csv", text))] == ["64640", "0441T"]
    assert [one["code"] for one in rows(written(tmp_path / "b.csv", f"sep={given}\n{text}"))] == ["64640", "0441T"]
    odd = text.replace("note", "a.b.c.d.e")
    named = Form(delimiter=given)
    assert [one["code"] for one in rows(written(tmp_path / "c.csv", odd), named)] == ["64640", "0441T"]


def test_names_in_quotes_may_hold_the_delimiter_and_a_line_end(tmp_path: Path) -> None:
    path = written(tmp_path / "c.csv", 'id,"code, as billed","two\nlines"\nA,64640,x\n')
    assert rows(path) == [{"id": "A", "code, as billed": "64640", "two\nlines": "x"}]


def test_a_column_without_a_name_is_called_by_its_number(tmp_path: Path) -> None:
    assert rows(written(tmp_path / "c.csv", "id,code,\nA,64640,\n")) == [{"id": "A", "code": "64640", "column 3": None}]


def test_a_torn_row_is_told_by_its_place_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "c.csv", "id,name,code\nA1,ROE,64640\nB2,DOE JOHN\nC3,ROE,64640\n")
    found = {one["id"]: one.get(PROBLEM) for one in rows(path)}
    assert found == {"A1": None, "B2": "row 3: 2 values for 3 columns", "C3": None}


@pytest.mark.parametrize(
    "torn", ["Smith;John;SSN 123-45-6789;64640", '"Smith, John, SSN 123-45-6789', "Smith,John", "123-45-6789,Smith"]
)
def test_the_text_of_a_torn_row_is_never_taken_for_its_claim(tmp_path: Path, torn: str) -> None:
    path = written(tmp_path / "c.csv", f"id,name,code\nA1,ROE,64640\n{torn}\n")
    (found,) = [one for one in rows(path) if one.get(PROBLEM)]
    assert found["id"] is None
    assert "Smith" not in found[PROBLEM]
    assert "123" not in found[PROBLEM]


@pytest.mark.parametrize(
    "torn",
    ["DOE, JOHN,B,2,64640", '"DOE, JOHN",B,2,64640,', "B,2,64640", "DOE,B,2", 'DOE,"B",2,64640,1,2'],
    ids=["split-before", "quoted-before", "missing-before", "missing-behind", "too-many-behind"],
)
def test_a_torn_row_is_of_its_claim_also_where_values_before_that_are_split_or_missing(
    tmp_path: Path, torn: str
) -> None:
    path = written(tmp_path / "c.csv", f"name,id,line,code\nROE,A,1,64640\n{torn}\nDOE,B,1,64640\n")
    assert [one["id"] for one in rows(path) if one.get(PROBLEM)] == ["B"]


def test_a_quotation_mark_that_is_not_closed_is_told_with_the_lines_it_takes(tmp_path: Path) -> None:
    path = written(tmp_path / "c.csv", 'id,name,code\nA1,ROE,64640\nB2,"ROE,64640\nC,ROE,64640\nD,ROE,64640\n')
    found = {one["id"]: one.get(PROBLEM) for one in rows(path)}
    assert found["B2"] == "row 3: 2 values for 3 columns, over 3 lines: a quotation mark is not closed"


@pytest.mark.parametrize("packed", [False, True])
def test_a_row_without_end_is_refused_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setenv("CLAUSAL_MAX_LINE", "4M")
    content = b"id,code\nA,64640\nB," + b"x" * (9 << 20)
    path = written(tmp_path / ("c.csv.gz" if packed else "c.csv"), gzip.compress(content) if packed else content)
    with pytest.raises(InvalidInput, match=r"a row of more than 4,194,304 bytes: too large; .* set CLAUSAL_MAX_LINE"):
        rows(path)
    with pytest.raises(InvalidInput, match="too large"):
        rows(written(tmp_path / "names.csv", b"x" * (9 << 20)))


def test_a_file_of_names_alone_has_no_rows(tmp_path: Path) -> None:
    for end in ("", "\n", "\r\n"):
        assert rows(written(tmp_path / "c.csv", f"id,code{end}")) == []


def test_a_file_larger_than_a_block_loses_no_row(tmp_path: Path) -> None:
    text = "id,code\n" + "".join(f"A{number},64640\n" for number in range(700_000))
    table = DelimitedTable(written(tmp_path / "c.csv", text))
    count = [batch.num_rows for batch in table.batches(["id"], "id", Reading())]
    assert (sum(count), len(count) > 1) == (700_000, True)
    assert table.schema == pa.schema([("id", pa.string()), ("code", pa.string())])
