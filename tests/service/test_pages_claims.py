"""Pages of claim files: a file dropped, columns confirmed, a run, its lines, answers fed back, and what goes wrong."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from clausal.service.configuration import Configuration
from clausal.service.jobs import uploads
from clausal.service.tidying import tidy
from tests.service.conftest import CLAIMS, Many, until

PAGE = {"Accept": "text/html"}
ODD = """\
CLM_NO,LN_NBR,DOS,MEMBER_PLAN,DX1,DX2,HCPCS_CD,UNIT_CNT,MOD_1,CHG_AMT,MBR_DOB,MRN,PAT_NAME,PAID_DT,DEVICE,PURPOSE
A1,1,10/15/2024,Blue 7,M17.11,,64640,2,RT,"1,200.00",01/02/1950,MRN-77,Doe,11/01/2024,iovera,pain
A1,2,10/15/2024,Blue 7,M17.11,,64624,1,RT,600.00,01/02/1950,MRN-77,Doe,11/01/2024,,pain
B2,1,10/16/2024,bcn65,M17.12,G56.01,64640,1,LT,600.00,03/04/1951,MRN-78,Roe,11/01/2024,iovera,pain
C3,1,10/17/2024,bcn-commercial-hmo,M17.12,,64640,two,LT,600.00,03/04/1951,MRN-79,Poe,11/01/2024,,pain
D4,1,10/17/2024,bcn-commercial-hmo,M17.12,,64640,1,LT,700.00,03/04/1951,MRN-79,Poe,11/01/2024,,pain
"""
CHOSEN: dict[str, Any] = {
    "c.claim_id": "CLM_NO", "c.line": "LN_NBR", "c.service_date": "DOS", "f.service_date": "MM/DD/YYYY",
    "c.plan": "MEMBER_PLAN", "v.1": "bcn-commercial-hmo", "w.1": "Blue 7", "c.diagnoses": ["DX1", "DX2", ""],
    "c.code": "HCPCS_CD", "c.units": "UNIT_CNT", "c.modifiers": ["MOD_1", ""], "c.charge": "CHG_AMT",
    "c.device": "DEVICE", "c.purpose": "PURPOSE",
}  # fmt: skip


def dropped(client: TestClient, text: str | bytes = ODD, name: str = "claims.csv", **more: Any) -> str:
    """The address of a file that waits for its columns to be confirmed."""
    data = {"output": "parquet", "keep": "yes", **more}
    answer = client.post("/claims", files={"claims": (name, text)}, data=data, headers=PAGE, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def run_of(client: TestClient, address: str, chosen: dict[str, Any] | None = None) -> str:
    """The address of a run that has come to its end."""
    form = {**(CHOSEN if chosen is None else chosen), "do": "run"}
    answer = client.post(address, data=form, headers=PAGE, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return over(client, str(answer.headers["location"]))


def over(client: TestClient, run: str) -> str:
    until(lambda: client.get(f"{run}.json").json()["progress"]["is_over"])
    return run


OWN = {"c.claim_id": "claim_id", "c.service_date": "service_date"}


@pytest.fixture(scope="module")
def done(single: TestClient) -> str:
    """A run of the odd file."""
    return run_of(single, dropped(single))


def test_the_page_without_a_run_is_for_beginning(tmp_path: Path) -> None:
    from clausal.service.app import create_app

    with TestClient(create_app(Configuration(data=tmp_path), "t"), "http://127.0.0.1:8640",
                    headers={"Authorization": "Bearer t"}) as client:  # fmt: skip
        page = client.get("/claims", headers=PAGE).text
    assert "/claims/example.csv" in page
    assert "clausal adjudicate claims.csv -o results.parquet" in page


def test_the_example_is_a_file_that_runs(single: TestClient) -> None:
    example = single.get("/claims/example.csv").text
    rows = list(csv.DictReader(io.StringIO(example)))
    assert len(rows) >= 20
    assert not {"patient", "date_of_birth"} & set(rows[0])
    told = single.get(f"{run_of(single, dropped(single, example), OWN)}.json").json()
    assert (told["job"]["lines"], told["job"]["rejected"]) == (len(rows), 0)
    assert len(told["totals"]) > 1


def test_columns_are_suggested_shown_and_not_used_before_they_are_confirmed(single: TestClient) -> None:
    address = dropped(single)
    told = single.get(f"{address}.json").json()
    assert told["suggested"]
    assert (told["recognised"]["label"], told["recognised"]["delimiter"], told["recognised"]["header"]) == (
        "CSV",
        ",",
        1,
    )
    chosen = {one["name"]: one["chosen"] for one in told["published"] if one["chosen"]}
    assert chosen["code"] == ["HCPCS_CD"]
    assert chosen["diagnoses"] == ["DX1", "DX2"]
    assert [one["raw"]["UNIT_CNT"] for one in told["rows"]] == ["2", "1", "1", "two", "1"]
    assert [one["read"]["units"] for one in told["rows"]] == ["2", "1", "1", None, "1"]
    assert told["rows"][3]["problem"] == "units: 'two' is not a whole number"
    assert told["unknown_plans"] == [{"value": "Blue 7", "lines": 2, "suggested": ""}]
    assert [one["name"] for one in told["unused"]] == ["PAT_NAME", "PAID_DT"]
    assert not single.get(f"{address}/mapping.yaml").text.startswith("{}")
    assert uploads.load(single.app.state.parts.configuration.data, address[-26:]).path("mapping") is None  # type: ignore[union-attr,attr-defined]


def test_who_the_patient_is_no_sample_shows(single: TestClient) -> None:
    address = dropped(single)
    for path in (address, f"{address}.json"):
        text = single.get(path, headers=PAGE).text
        assert "withheld" in text
        assert not [word for word in ("MRN-77", "Doe", "01/02/1950", "1950-01-02") if word in text]
    single.post(address, data={"do": "look", **CHOSEN}, headers=PAGE)
    assert "MRN-77" not in single.get(address, headers=PAGE).text


def test_what_is_lacking_is_told_by_its_field_and_what_was_typed_stays(single: TestClient) -> None:
    address = dropped(single)
    answer = single.post(address, data={"do": "run", "c.claim_id": "CLM_NO", "c.units": "UNIT_CNT"}, headers=PAGE)
    assert answer.status_code == 422
    assert '<a href="#c.service_date">' in answer.text
    assert '<option value="UNIT_CNT" selected>' in answer.text
    assert "As they are read" not in answer.text
    wrong = single.post(address, data={"do": "look", **CHOSEN, "c.code": "NO_SUCH"}, headers=PAGE)
    assert (wrong.status_code, "the file has no column &#39;NO_SUCH&#39;" in wrong.text) == (422, True)


def test_columns_that_were_changed_are_looked_at_before_they_run(single: TestClient) -> None:
    address = dropped(single)
    shown = single.get(f"{address}.json").json()["shown"]
    form = {**CHOSEN, "f.service_date": "", "c.units": "", "shown": shown, "do": "run"}
    answer = single.post(address, data=form, headers=PAGE, follow_redirects=False)
    assert answer.headers["location"] == f"{address}?changed=yes"
    assert "nothing runs yet" in single.get(answer.headers["location"], headers=PAGE).text
    told = single.get(f"{address}.json").json()
    dates = next(one for one in told["published"] if one["name"] == "service_date")
    assert dates["format"] == "MM/DD/YYYY"
    again = {**form, "f.service_date": dates["format"], "shown": told["shown"]}
    assert run_of(single, address, again).startswith("/claims/")


def test_a_word_for_a_plan_is_never_rejected_unseen(single: TestClient) -> None:
    address = dropped(single)
    form = {name: value for name, value in CHOSEN.items() if name[:2] not in ("v.", "w.")}
    answer = single.post(address, data={**form, "do": "run"}, headers=PAGE)
    assert (answer.status_code, "a word of the file is no plan that is held" in answer.text) == (422, True)
    run = run_of(single, address, {**form, "w.1": "Blue 7", "v.1": ""})
    assert single.get(f"{run}.json").json()["job"]["rejected"] == 3


def test_the_mapping_is_the_yaml_of_the_command_line(single: TestClient, tmp_path: Path) -> None:
    import subprocess

    from tests.service.conftest import CLAUSAL

    address = dropped(single)
    assert single.post(address, data={"do": "look", **CHOSEN}, headers=PAGE, follow_redirects=False).status_code == 303
    (tmp_path / "mapping.yaml").write_text(single.get(f"{address}/mapping.yaml").text)
    (tmp_path / "claims.csv").write_text(ODD)
    command = [*CLAUSAL, "adjudicate", "claims.csv", "-o", "out.csv", "--mapping", "mapping.yaml"]
    told = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True)
    assert told.returncode == 3  # a line is rejected
    alone = list(csv.DictReader((tmp_path / "out.csv").open()))
    run = run_of(single, address)
    mine = list(csv.DictReader(io.StringIO(single.get(f"{run}/files/results.csv").text)))
    assert [{name: row[name] for name in alone[0]} for row in mine] == alone


def test_a_file_of_another_encoding_is_told_and_read_when_that_is_said(single: TestClient) -> None:
    text = CLAIMS.replace("A1", "Á1").encode("cp1252")
    address = dropped(single, text)
    page = single.get(address, headers=PAGE).text
    assert "is no UTF-8 text" in page
    assert "Run with this mapping" not in page
    assert single.post(address, data={"do": "look", "encoding": "cp1252"}, headers=PAGE).status_code == 200
    told = single.get(f"{address}.json").json()
    assert told["rows"][0]["read"]["claim_id"] == "Á1"


@pytest.mark.parametrize(
    ("files", "more", "said"),
    [
        ({}, {}, "no claim file was given"),
        ({"claims": ("claims.doc", "x")}, {}, "what it is cannot be told from its name"),
        ({"claims": ("claims.csv", "")}, {}, "the file is empty"),
        ({"claims": ("claims.csv", CLAIMS)}, {"as_of": "soon"}, "&#39;soon&#39; is no day"),
        ({"claims": ("claims.csv", CLAIMS)}, {"as_of": "2999-01-01"}, "still to come"),
        ({"claims": ("claims.csv", CLAIMS)}, {"output": "pdf"}, "no such form of results"),
        ({}, {"claims_path": "../x"}, "no file can be named here"),
    ],
)
def test_what_is_wrong_with_a_drop_is_told_on_the_form(
    single: TestClient, files: dict[str, Any], more: dict[str, str], said: str
) -> None:
    answer = single.post("/claims", files=files or {"none": ("", "")}, data={"keep": "yes", **more}, headers=PAGE)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'role="alert"' in answer.text


def test_an_upload_is_of_its_person_and_goes_by_a_button_and_after_a_day(many: Many) -> None:
    address = dropped(many.biller)
    assert many.biller.get(address).status_code == 200
    assert many.analyst.get(address).status_code == 404
    assert many.biller.post(address, data={"do": "delete"}, follow_redirects=False).status_code == 303
    assert many.biller.get(address).status_code == 404
    dropped(many.biller)
    parts = many.app.state.parts
    tidy(parts.configuration, parts.database)
    root = parts.configuration.data / "uploads"
    assert len(list(root.iterdir())) == 1
    tidy(parts.configuration, parts.database, dt.datetime.now(dt.UTC) + dt.timedelta(days=1, minutes=1))
    assert list(root.iterdir()) == []


def test_a_mapping_that_is_sent_is_shown_and_what_a_form_cannot_hold_stays(single: TestClient) -> None:
    mapping = (
        "columns: {claim_id: CLM_NO, service_date: {column: DOS, format: MM/DD/YYYY}, state: {value: MI},\n"
        "  plan: {column: MEMBER_PLAN, values: {Blue 7: bcn65}}}"
    )
    files = {"claims": ("c.csv", ODD), "mapping": ("m.yaml", mapping)}
    answer = single.post("/claims", files=files, data={"output": "parquet"}, follow_redirects=False)
    address = answer.headers["location"]
    told = single.get(f"{address}.json").json()
    assert not told["suggested"]
    assert told["rest"] == {"state": "state: {value: MI}"}
    assert told["rows"][0]["read"]["state"] == "MI"
    form = {"do": "look", "c.claim_id": "CLM_NO", "c.service_date": "DOS", "f.service_date": "MM/DD/YYYY",
            "c.plan": "MEMBER_PLAN", "c.code": "HCPCS_CD"}  # fmt: skip
    single.post(address, data=form)
    kept = single.get(f"{address}/mapping.yaml").text
    assert "value: MI" in kept
    assert "Blue 7: bcn65" in kept
    assert "code: HCPCS_CD" in kept


def test_a_run_shows_totals_facets_and_the_rows_of_its_filters(single: TestClient, done: str) -> None:
    told = single.get(f"{done}.json").json()
    assert {one["status"]: one["lines"] for one in told["totals"]}["rejected"] == 1
    facets = {one["name"]: one for one in told["results"]["facets"]}
    assert {one["value"]: one["lines"] for one in facets["plan"]["values"]} == {"bcn-commercial-hmo": 3, "bcn65": 1}
    chosen = next(one["address"] for one in facets["plan"]["values"] if one["value"] == "bcn65")
    assert chosen == f"{done}?plan=bcn65"
    found = single.get(chosen.replace("?", ".json?")).json()["results"]
    assert ([row["claim_id"] for row in found["rows"]], found["filters"][0]["without"]) == (["B2"], done)
    rows = list(csv.DictReader(io.StringIO(single.get(chosen.replace("?", ".csv?")).text)))
    assert [row["claim_id"] for row in rows] == ["B2"]
    assert single.get(f"{done}?carc=", headers=PAGE).status_code == 200
    wrong = single.get(f"{done}?claim_id=A1", headers=PAGE)
    assert (wrong.status_code, "no lines are found by" in wrong.text) == (422, True)


def test_results_are_fetched_in_every_form(single: TestClient, done: str) -> None:
    rows = list(csv.DictReader(io.StringIO(single.get(f"{done}/files/results.csv").text)))
    assert [row["claim_id"] for row in rows] == ["A1", "A1", "B2", "D4"]
    book = single.get(f"{done}/files/results.xlsx")
    assert (book.status_code, book.content[:2]) == (200, b"PK")
    assert single.get(f"{done}/files/results.rejects.jsonl").text.count("\n") == 1
    assert single.get(f"{done}/files/claims.csv").status_code == 404
    assert single.get(done.replace("/claims", "/api/v1/adjudications") + "/files/results.csv").status_code == 200


def test_a_sheet_that_is_too_small_is_told(single: TestClient, done: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clausal.service.jobs.converted.ROWS_OF_A_SHEET", 2)
    folder = single.app.state.parts.configuration.data / "jobs" / done[-26:]  # type: ignore[attr-defined]
    (folder / "results.xlsx").unlink(missing_ok=True)
    answer = single.get(f"{done}/files/results.xlsx")
    assert (answer.status_code, "a sheet has 2 lines at most" in answer.text) == (409, True)


def test_each_line_alone_is_told_as_by_the_run(single: TestClient, done: str) -> None:
    for row in range(4):
        told = single.get(f"{done}/lines/{row}.json").json()
        assert (told["why_not"], told["differences"]) == ("", [])
        assert told["same_library"]
        if told["result"]["allowed"]:
            assert told["payment"][0]["allowed"] == told["result"]["allowed"]
    page = single.get(f"{done}/lines/0", headers=PAGE).text
    assert "Claim A1, line 1" in page
    assert "all 2 lines of its claim" in page
    assert 'href="/case?service_date=2024-10-15' in page
    assert single.get(f"{done}/lines/4").status_code == 404
    assert single.get(f"{done}/lines/A1").status_code == 404


def test_a_library_that_changed_is_told(single: TestClient, done: str) -> None:
    from sqlalchemy import text

    with single.app.state.parts.database.writing() as connection:  # type: ignore[attr-defined]
        then = connection.execute(text("SELECT result FROM jobs WHERE id = :id"), {"id": done[-26:]}).scalar()
        other = re.sub(r'"library":"sha256:[0-9a-f]{8}', '"library":"sha256:00000000', then)
        connection.execute(text("UPDATE jobs SET result = :it WHERE id = :id"), {"it": other, "id": done[-26:]})
    page = single.get(f"{done}/lines/0", headers=PAGE).text
    with single.app.state.parts.database.writing() as connection:  # type: ignore[attr-defined]
        connection.execute(text("UPDATE jobs SET result = :it WHERE id = :id"), {"it": then, "id": done[-26:]})
    assert "The library changed since the run" in page
    assert "00000000" in page


def test_without_the_file_a_line_says_what_to_do(single: TestClient) -> None:
    run = run_of(single, dropped(single, CLAIMS, keep=""), OWN)
    assert not (single.app.state.parts.configuration.data / "jobs" / run[-26:] / "claims.csv").exists()  # type: ignore[attr-defined]
    page = single.get(f"{run}/lines/0", headers=PAGE)
    assert page.status_code == 200
    assert "the claim file was not kept" in page.text
    assert "was not kept, so answers cannot be fed back" in single.get(run, headers=PAGE).text
    answer = single.post(
        f"{run}/answers", files={"answers": ("a.csv", "claim_id,line,modality\nC3,1,cryoneurolysis\n")}
    )
    assert answer.status_code == 409


def test_answers_are_filled_in_and_merged_into_another_run(single: TestClient, done: str) -> None:
    told = single.get(f"{done}.json").json()["settling"]
    step = next(one for one in told["steps"] if "modality" in [of["fact"] for of in one["asks"]])
    table = single.get(step["fill"]).text
    head, *rows = list(csv.reader(io.StringIO(table)))
    assert head[:2] == ["claim_id", "line"]
    assert all(not any(row[2:]) for row in rows)
    at = head.index("modality")
    for row in rows:
        row[at] = "cryoneurolysis"
    filled = "\n".join(",".join(row) for row in [head, *rows])
    answer = single.post(f"{done}/answers", files={"answers": ("a.csv", filled)}, headers=PAGE, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    again = over(single, answer.headers["location"])
    after = single.get(f"{again}.json").json()
    assert after["answers_to"] == done[-26:]
    waits = (after["settling"] or {"waiting": 0})["waiting"]
    assert waits < told["waiting"]
    for row_number in range(4):
        assert single.get(f"{again}/lines/{row_number}.json").json()["differences"] == []
    assert single.get(f"{done}.json").json()["settling"] == told


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("claim_id,line,modality\nZZ,1,cryoneurolysis\nA1,9,cryoneurolysis\n", "claim A1 line 9; claim ZZ line 1"),
        ("claim_id,line,modality\nA1,2,freezer\n", "row 2: modality"),
        ("claim_id,line,modalty\nA1,2,x\n", "did you mean"),
        ("claim_id,modality\nA1,x\n", "tell which line an answer is for"),
        ("claim_id,line,modality\nA1,2,\n", "no line has an answer"),
        ("claim_id,line,modality\nA1,1,cryoneurolysis\nA1,2,radiofrequency\n", "is answered otherwise above"),
    ],
)
def test_answers_that_cannot_be_used_are_named_and_nothing_runs(
    single: TestClient, done: str, table: str, said: str
) -> None:
    before = len(single.get("/claims.json").json()["runs"])
    answer = single.post(f"{done}/answers", files={"answers": ("a.csv", table)}, headers=PAGE)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert len(single.get("/claims.json").json()["runs"]) == before


def test_a_run_that_failed_says_why_and_what_to_do(single: TestClient) -> None:
    address = dropped(single, b"this is no parquet file at all", "claims.parquet")
    page = single.get(address, headers=PAGE).text
    assert "it is named as Parquet and is none" in page
    job = single.post("/api/v1/adjudications", files={"claims": ("c.parquet", b"this is none")}).json()["id"]
    run = over(single, f"/claims/{job}")
    page = single.get(run, headers=PAGE).text
    assert "it is named as Parquet and is none" in page
    assert "Let it go on" in page
    assert single.post(f"{run}/delete", follow_redirects=False).headers["location"] == "/claims"
    assert single.get(run, headers=PAGE).status_code == 404


def test_a_biller_sees_no_run_of_another(many: Many) -> None:
    job = many.analyst.post("/api/v1/adjudications", files={"claims": ("c.csv", CLAIMS)}).json()["id"]
    for path in ("", ".json", "/fill?ask=modality", "/lines/0", "/files/results.csv"):
        assert many.biller.get(f"/claims/{job}{path}").status_code == 404
    assert many.biller.get("/claims.json").json()["runs"] == []
    assert [one["id"] for one in many.analyst.get("/claims.json").json()["runs"]] == [job]


def test_what_a_file_holds_is_escaped(single: TestClient) -> None:
    text = CLAIMS.replace("A1", "<script>alert(1)</script>").replace("claim_id", "<b>id").replace("bcn-com", "<i>")
    address = dropped(single, text)
    form = {"do": "look", "c.claim_id": "<b>id", "c.service_date": "service_date"}
    single.post(address, data=form, headers=PAGE)
    run = run_of(single, address, {**form, "v.1": "bcn65", "w.1": "<i>mercial-hmo", "c.plan": "plan"})
    for path in (address, run, f"{run}/lines/0"):
        page = single.get(path, headers=PAGE).text
        assert "<script>alert" not in page
        assert "<b>id" not in page
