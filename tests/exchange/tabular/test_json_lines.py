"""JSON lines: a bad line rejects itself alone, however it is bad."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from clausal.exchange.tabular.json_lines import JsonTable
from clausal.exchange.tabular.opened import PLAIN, Form, Reading
from clausal.problems import PROBLEM, InvalidInput

GOOD = b'{"id": "A", "code": 64640, "units": 1.50, "dx": ["M17.11"]}'


def rows(path: Path, form: Form = PLAIN) -> list[dict[str, Any]]:
    table = JsonTable(path, form)
    found = [batch.to_pylist() for batch in table.batches(table.schema.names, {"dx"}, Reading())]
    return [one for batch in found for one in batch]


BAD = {
    "lone-surrogate": (b'{"id": "B", "code": "\\ud800"}', "half of a character (a lone surrogate) is escaped in it"),
    "lone-surrogate-key": (b'{"id": "B", "\\udfff": 1}', "half of a character (a lone surrogate) is escaped in it"),
    "cut-off": (b'{"id": "B", "code"', "not readable as JSON: Expecting ':' delimiter at character 20"),
    "two-values": (b'{"id": "B"} {"x": "C"}', "not readable as JSON: Extra data at character 13"),
    "nested": (b'{"id": "B", "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested too deep"),
    "not-a-number": (b'{"id": "B", "units": NaN}', "NaN is no number of JSON"),
    "endless": (b'{"id": "B", "units": -Infinity}', "-Infinity is no number of JSON"),
    "twice": (b'{"id": "B", "code": 1, "code": 2}', "a key stands twice"),
    "cp1252": (b'{"id": "B", "name": "Jos\xe9"}', "byte 0xe9 at 25 is not UTF-8"),
    "control": (b'{"id": "B", "name": "a\x01b"}', "not readable as JSON: Invalid control character at at character 23"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_rejects_itself_and_names_its_claim(tmp_path: Path, name: str) -> None:
    line, why = BAD[name]
    path = tmp_path / "c.jsonl"
    path.write_bytes(b"\n".join([GOOD, line, GOOD]))
    found = rows(path)
    assert [one[PROBLEM] for one in found] == [None, f"row 2: {why}", None]
    assert found[1]["id"] == "B"
    assert "Jos" not in str(found[1][PROBLEM])


def test_values_are_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_bytes(b'{"id": ' + b"9" * 5000 + b', "code": 64640, "units": 1.50, "flag": true, "dx": [1, "M17.11"]}')
    (found,) = rows(path)
    assert (found["id"], found["code"], found["units"], found["flag"]) == ("9" * 5000, "64640", "1.50", "true")
    assert found["dx"] == ["1", "M17.11"]


@pytest.mark.parametrize(("value", "kind"), [('{"a": 1}', "an object"), ("[1]", "a list")])
def test_what_is_no_single_value_rejects_its_line(tmp_path: Path, value: str, kind: str) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text(f'{{"id": "A", "code": {value}}}\n{{"id": "B", "code": "64640"}}\n')
    told = [one[PROBLEM] for one in rows(path)]
    assert told == [f"code: {kind} stands where one value is expected", None]


def test_a_surrogate_pair_is_a_character(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_bytes(b'{"id": "\\ud83d\\ude00"}')
    assert rows(path)[0] == {"id": "\U0001f600", PROBLEM: None}


@pytest.mark.parametrize("packed", [False, True])
def test_a_line_without_end_rejects_itself_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setenv("CLAUSAL_MAX_LINE", "1M")
    content = b"\n".join([GOOD, b'{"id": "B", "x": "' + b"x" * (5 << 20) + b'"}', GOOD])
    path = tmp_path / ("c.jsonl.gz" if packed else "c.jsonl")
    path.write_bytes(gzip.compress(content) if packed else content)
    found = rows(path)
    assert [one[PROBLEM] for one in found] == [
        None,
        "row 2: longer than 1 MiB; set CLAUSAL_MAX_LINE to read more",
        None,
    ]
    assert [one["id"] for one in found] == ["A", "B", "A"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[\n" + GOOD + b"\n]", "is one JSON array"),
        (b"[" + GOOD + b"]", "is one JSON array"),
        (b'{\n"id": "A"\n}', "has an object over several lines"),
        (GOOD.decode().encode("utf-16"), "is UTF-16 text"),
    ],
)
def test_a_file_that_is_no_json_lines_is_told_once(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "c.json").write_bytes(content)
    with pytest.raises(InvalidInput, match=told) as error:
        rows(tmp_path / "c.json")
    assert len(error.value.problems) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_byte_order_mark_and_a_named_encoding_are_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "c.jsonl").write_bytes('{"id": "Jos\u00e9"}\n{"id": "B"}\n'.encode(encoding))
    form = PLAIN if encoding == "utf-8-sig" else Form(encoding=encoding)
    assert [one["id"] for one in rows(tmp_path / "c.jsonl", form)] == ["Jos\u00e9", "B"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"garbage\n", "not readable as JSON"),
        (b"[" * 90_000 + b"\n", "nested too deep"),
        (b"1\n2\n", "row 1: not an object"),
    ],
)
def test_a_file_without_any_object_is_told_so(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "c.jsonl").write_bytes(content)
    with pytest.raises(InvalidInput, match=f"no line of it is an object of JSON: .*{why}"):
        rows(tmp_path / "c.jsonl")
