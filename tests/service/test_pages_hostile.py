"""Pages with input that nobody should send: each is answered in words, nothing is dropped or chosen unsaid."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from tests.service.test_pages_case import FIELDS, PAGE, text_of

LONG = "9" * 5000
DEEP = "[" * 5000
ODD: tuple[dict[str, Any], ...] = (
    {"more": "null"},
    {"more": "["},
    {"more": DEEP},
    {"more": '{"a":' * 9 + "1" + "}" * 9},
    {"more": '{"lines": 5}'},
    {"more": '{"lines": [{"modifiers": [5]}]}'},
    {f"units.{LONG}": "2"},
    {"unknown": f"units.{LONG}"},
    {"line": ["64640"] * 120},
    {"service_date": ["2024-10-15", "2024-11-01"]},
    {"plan": ["bcn-commercial-hmo", "bcn65"]},
    {"line": "64640 x2", "units.1": "5"},
    {"line": "64640 RT", "modifiers.1": "none"},
    {"as_of": "20241015"},
    {"as_of": "2024-W42-2"},
)


@pytest.mark.parametrize("fields", ODD, ids=lambda one: str(one)[:40])
def test_odd_fields_are_told_and_no_answer_given(single: TestClient, fields: dict[str, Any]) -> None:
    wrong = FIELDS | fields
    answers = (
        single.get("/case", params=wrong, headers=PAGE),
        single.post("/case", data=wrong, headers=PAGE),
        single.post("/case/save", data=wrong, headers=PAGE, follow_redirects=False),
        single.post("/case/why-not", data=wrong | {"why": "covered"}, headers=PAGE),
    )
    for answer in answers:
        assert answer.status_code in (413, 422, 431), answer.status_code
        assert "Coverage denial" not in answer.text


def test_a_question_with_a_number_that_is_none_is_the_next_one(single: TestClient) -> None:
    assert single.get("/case", params=FIELDS | {"ask": f"units.{LONG}"}, headers=PAGE).status_code == 200


def test_many_units_are_units_and_no_code(single: TestClient) -> None:
    data = single.get("/case.json", params=FIELDS | {"line": "J3490 x1000"}).json()
    assert data["case"]["lines"] == [{"code": "J3490", "units": 1000}]


def test_what_is_given_is_known_whatever_was_noted(single: TestClient) -> None:
    fields = FIELDS | {"unknown": ["device", "code", "units.1"]}
    shown = single.post("/case.json", data=fields).json()
    assert shown["unknown"] == []
    sent = single.post("/case/save", data=fields, follow_redirects=False)
    saved = single.get(f"{sent.headers['location']}.json").json()
    assert saved["determination"]["lines"] == shown["determination"]["lines"]


def test_an_address_repeats_no_word_that_is_no_fact(single: TestClient) -> None:
    fields = FIELDS | {"show": "SECRET77", "mode": "SECRET77"}
    answer = single.post("/case", data=fields, headers=PAGE | {"HX-Request": "true"})
    assert "SECRET77" not in answer.text
    assert "SECRET77" not in str(answer.headers)


@pytest.mark.parametrize(
    "text",
    ['lines: ["64640 x2"]', "lines: [null]", '{"lines": 5}', '{"lines": {"a": 1}}', "lines: [[1]]"],
)
def test_pasted_lines_of_another_shape_are_told(single: TestClient, text: str) -> None:
    page = single.post("/case/paste", data={"text": text}, headers=PAGE)
    assert page.status_code == 200
    assert "line 1 : write it as in" in text_of(page.text)


def test_a_modifier_that_yaml_takes_for_a_number_is_one(single: TestClient) -> None:
    told = single.post("/case/paste.json", data={"text": "lines: [{code: '64640', modifiers: [59]}]"}).json()
    assert told["pairs"] == [["line", "64640 59"]]


@pytest.mark.parametrize("day", ["0001-01-01", "2019-10-15", "2021-12-31", "2030-01-01", "9999-12-31"])
def test_fees_of_a_day_without_tables_say_so(single: TestClient, day: str) -> None:
    page = single.get("/fees", params={"codes": "64640 x2, 64624", "date": day}, headers=PAGE)
    told = text_of(page.text)
    assert page.status_code == 200
    assert f"none is held for {day}" in told
    assert "No edit stands against these lines" not in told
    assert single.get("/fees", params={"codes": "64640", "pos": LONG}, headers=PAGE).status_code == 422


def test_a_part_of_a_total_is_no_total(single: TestClient) -> None:
    page = text_of(single.get("/fees", params={"codes": "64640", "date": "2026-11-28"}, headers=PAGE).text)
    sites = page[page.index("At each site") : page.index("Claim edits")]
    assert "hospital outpatient not known" in sites


@pytest.mark.parametrize("kind", ["gz", "magic", "parquet"])
def test_a_file_that_is_cut_off_is_told_as_such(single: TestClient, tmp_path: Path, kind: str) -> None:
    pq.write_table(pa.table({"claim_id": ["A"] * 1000}), tmp_path / "whole.parquet")
    name, raw = {
        "gz": ("cut.csv.gz", gzip.compress(b"claim_id,code\n" + b"A1,64640\n" * 5000)[:-12]),
        "magic": ("cut.parquet", b"PAR1"),
        "parquet": ("cut.parquet", b"PAR1" + (tmp_path / "whole.parquet").read_bytes()[200:600] + b"PAR1"),
    }[kind]
    page = single.post("/claims", files={"claims": (name, raw)}, headers=PAGE)
    assert page.status_code in (200, 422), page.status_code
    assert "cut off or damaged" in text_of(page.text) or "read" in text_of(page.text)
    assert page.status_code == 422


def test_units_are_suggested_for_a_column_of_whole_quantities(single: TestClient) -> None:
    raw = b"claim_id,line,DOS,HCPCS_CD,Qty\nA,1,2024-10-15,64640,2\nB,1,2024-10-15,64640,1\n"
    sent = single.post("/claims", files={"claims": ("c.csv", raw)}, headers=PAGE, follow_redirects=False)
    data = json.dumps(single.get(f"{sent.headers['location']}.json").json())
    assert '"units"' in data
    page = single.get(sent.headers["location"], headers=PAGE).text
    assert '<option value="Qty" selected>' in page[page.index('id="c.units"') :][:600]


def test_why_not_tells_what_follows_from_other_facts(single: TestClient) -> None:
    told = text_of(single.get("/case/why-not", params=FIELDS | {"why": "open"}, headers=PAGE).text)
    assert "(given: cryoneurolysis, which follows from device;" in told


def test_pairs_of_a_day_without_a_table_are_of_other_dates(single: TestClient) -> None:
    old = text_of(single.get("/fees/pairs", params={"code": "64640", "date": "2019-01-01"}, headers=PAGE).text)
    assert "by a table of other dates, beside it these are denied" in old
    own = text_of(single.get("/fees/pairs", params={"code": "64640", "date": "2024-09-15"}, headers=PAGE).text)
    assert "is column 1: beside it these are denied" in own


def test_days_before_any_edition_are_not_told_as_the_same(single: TestClient) -> None:
    page = text_of(single.get("/compare/bcbsm-cryoneurolysis/2010-01-01..2012-01-01", headers=PAGE).text)
    assert "what the document said then is not known" in page
    assert "answered alike" not in page
