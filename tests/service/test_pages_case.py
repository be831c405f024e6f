"""The case page: answered as the interface does, restored by its address, with nobody told in it."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from clausal.determination.worked import worked_cases
from clausal.documents.library import Library
from clausal.service.pages.case import query
from clausal.service.pages.case.live import setting_of
from tests.service.conftest import CASE, Many

PAGE = {"Accept": "text/html"}
FIELDS = {
    "service_date": "2024-10-15",
    "plan": "bcn-commercial-hmo",
    "diagnoses": "M17.11",
    "device": "iovera",
    "purpose": "pain",
    "line": "64640 x2 RT",
}


def text_of(page: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_every_worked_case_is_answered_as_by_the_interface(single: TestClient, library: Library) -> None:
    facts = library.vocabulary.facts
    for worked in worked_cases(library):
        data = json.loads(json.dumps(worked.source.data["cases"][worked.path[1]]["case"], default=str))
        pairs = query.pairs_of(data, facts)
        as_of = {"as_of": worked.as_of.isoformat()} if worked.as_of else {}
        told = single.post("/api/v1/decide", json={"case": data, **as_of}).json()
        shown = single.post("/case.json", data=_form(pairs) | as_of)
        assert shown.status_code == 200, (worked.name, shown.text[:500])
        assert shown.json()["determination"] == told, worked.name


def _form(pairs: list[query.Pair]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def test_the_address_restores_the_page(single: TestClient) -> None:
    sent = single.post("/case", data=FIELDS, headers=PAGE, follow_redirects=False)
    assert sent.status_code == 303
    address = sent.headers["location"]
    assert dict(parse_qsl(urlsplit(address).query)) == FIELDS
    page = single.get(address, headers=PAGE)
    assert page.status_code == 200
    assert "✗ not covered" in text_of(page.text)
    data = single.get(address.replace("/case?", "/case.json?")).json()
    assert data["case"] == CASE
    assert data["determination"] == single.post("/api/v1/decide", json={"case": CASE}).json()


def test_what_a_page_says_is_in_its_data(single: TestClient) -> None:
    """Every clause, rule, amount and word of a status on the page stands in the json of the same address."""
    data = single.get("/case.json", params=FIELDS).text
    page = single.get("/case", params=FIELDS, headers=PAGE).text
    answer = page[page.index('id="answer"') :]
    for amount in re.findall(r"\$([\d,]+\.\d\d)", answer):
        assert amount.replace(",", "") in data
    for clause in re.findall(r">([a-z0-9-]+#[\w-]+)<", answer):
        assert clause in data


def test_each_answer_of_the_question_tells_what_it_comes_to(single: TestClient) -> None:
    fields = {name: text for name, text in FIELDS.items() if name != "device"}
    asked = single.get("/case.json", params=fields).json()["question"]
    assert asked["fact"] == "modality"
    for choice in asked["choices"]:
        then = single.get("/case.json", params=fields | {"modality": choice["value"]}).json()["determination"]
        assert [line["status"] for line in then["lines"]] == choice["statuses"]


def test_an_answer_is_put_by_its_button_and_a_field_cleared_by_its_own(single: TestClient) -> None:
    fields = {name: text for name, text in FIELDS.items() if name != "device"}
    sent = single.post("/case", data=fields | {"set": "modality=cryoneurolysis"}, headers=PAGE, follow_redirects=False)
    assert "modality=cryoneurolysis" in sent.headers["location"]
    cleared = single.post("/case", data=FIELDS | {"clear": "device"}, headers=PAGE, follow_redirects=False)
    assert "device" not in cleared.headers["location"]
    skipped = single.post("/case", data=fields | {"not_known": "modality"}, headers=PAGE, follow_redirects=False)
    assert "unknown=modality" in skipped.headers["location"]
    data = single.get(skipped.headers["location"].replace("/case?", "/case.json?")).json()
    assert data["question"]["fact"] != "modality"
    assert data["determination"]["lines"][0]["status"] == "open"


@pytest.mark.parametrize(
    ("name", "value"), [("patient", "P-77"), ("date_of_birth", "1950-02-03"), ("prior_authorization", "PA-123")]
)
def test_what_tells_who_somebody_is_stands_in_no_address(single: TestClient, name: str, value: str) -> None:
    sent = single.post("/case", data=FIELDS | {name: value}, headers=PAGE, follow_redirects=False)
    assert sent.status_code == 200
    assert "location" not in sent.headers
    assert not re.search(rf'(href|action)="[^"]*{value}', sent.text)
    assert "No address restores this case" in text_of(sent.text)
    live = single.post("/case", data=FIELDS | {name: value}, headers=PAGE | {"HX-Request": "true"})
    assert not [one for one in live.headers if one.startswith("hx-")]


def test_wrong_input_is_told_by_field_and_no_answer_stands_beside_it(single: TestClient) -> None:
    wrong = FIELDS | {"plan": "nonesuch", "diagnoses": "xx", "line": "nothing", "foo": "1", "as_of": "soon"}
    page = single.get("/case", params=wrong, headers=PAGE)
    assert page.status_code == 422
    assert "5 things are wrong" in text_of(page.text)
    assert 'href="#plan"' in page.text
    assert "Why" not in text_of(page.text)
    data = single.get("/case.json", params=wrong)
    assert data.status_code == 422
    assert {one["path"] for one in data.json()["errors"]} == {"plan", "diagnoses", "line.1", "foo", "as_of"}


def test_a_code_that_is_half_typed_counts_as_not_known(single: TestClient) -> None:
    data = single.get("/case.json", params=FIELDS | {"diagnoses": "M17.1X"}).json()
    assert data["determination"]["lines"][0]["status"] == "open"
    (field,) = [one for one in data["fields"] if one["name"] == "diagnoses"]
    assert "counts as not known" in field["hint"]


def test_derived_facts_stand_under_what_they_come_from(single: TestClient) -> None:
    fields = {one["name"]: one for one in single.get("/case.json", params=FIELDS).json()["fields"]}
    assert ("modality", "cryoneurolysis") in [(one["fact"], one["value"]) for one in fields["device"]["derived"]]
    assert "modality" not in fields


def test_a_saved_answer_is_shown_as_it_was_and_replayed(single: TestClient) -> None:
    sent = single.post("/case/save", data=FIELDS, headers=PAGE, follow_redirects=False)
    address = sent.headers["location"]
    assert re.fullmatch(r"/case/[a-z0-9]{20,}", address)
    data = single.get(f"{address}.json").json()
    assert data["saved"]["given"] == CASE
    assert data["replay"]["same"]
    assert data["replay"]["same_library"]
    assert "packs and fee tables have not changed since" in text_of(single.get(address, headers=PAGE).text)
    number = address.rpartition("/")[2]
    assert single.get(f"/api/v1/answers/{number}").json()["answer"] == data["determination"]


def test_a_code_that_does_not_exist_is_not_saved(single: TestClient) -> None:
    page = single.post("/case/save", data=FIELDS | {"diagnoses": "M17.1X"}, headers=PAGE, follow_redirects=False)
    assert page.status_code == 422
    assert "does not exist" in text_of(page.text)


def test_a_saved_answer_is_for_whoever_may_see_it(many: Many) -> None:
    address = many.biller.post("/case/save", data=FIELDS, follow_redirects=False).headers["location"]
    assert many.biller.get(address).status_code == 200
    assert many.reviewer.get(address).status_code == 200
    assert many.analyst.get(address).status_code == 404
    assert many.viewer.get(address).status_code == 403


def test_why_not_tells_the_fewest_facts_and_does_not_coach(single: TestClient) -> None:
    page = single.get("/case/why-not", params=FIELDS | {"why": "not-addressed"}, headers=PAGE)
    told = text_of(page.text)
    assert "would be – not addressed if one fact were otherwise" in told
    assert "cannot be known to be true from here" in told
    none = text_of(single.get("/case/why-not", params=FIELDS | {"why": "covered"}, headers=PAGE).text)
    assert "No change of 2 facts or fewer gives" in none
    rule = single.get("/case/why-not.json", params=FIELDS | {"why": "facet-joint-pain"}).json()
    assert [one["verdict"] for one in rule["rules"]] == ["does not hold: condition"]
    unknown = single.get("/case/why-not.json", params=FIELDS | {"why": "facet-joint-pan"})
    assert unknown.status_code == 422
    assert "facet-joint-pain" in unknown.json()["hint"]


def test_a_case_of_many_lines_is_answered_and_explained_in_time(single: TestClient) -> None:
    fields = {name: text for name, text in FIELDS.items() if name != "device"} | {"line": ["64640 x2 RT"] * 99}
    data = single.get("/case.json", params=fields).json()
    assert len(data["determination"]["lines"]) == 99
    assert not any(one["looked"] for one in data["question"]["choices"])
    tried = single.get("/case/why-not.json", params=fields | {"why": "covered"}).json()["lines"]
    assert not any(one["complete"] for one in tried)
    assert sum(one["tried"] for one in tried) <= 2 * 99


def test_a_pasted_case_is_read_and_what_is_ignored_told(single: TestClient) -> None:
    text = "service_date: 2024-10-15\nplan: bcn65\ncolour: red\npatient: {id: P77, name: X}\nlines: [{code: '64640'}]\n"
    page = single.post("/case/paste", data={"text": text}, headers=PAGE)
    told = text_of(page.text)
    assert "colour : no fact of a case" in told
    assert "patient.name" in told
    assert "withheld" in told
    bad = single.post("/case/paste", data={"text": "a: [1"}, headers=PAGE)
    assert bad.status_code == 422
    assert "line 2, column 1" in text_of(bad.text)
    assert single.post("/case/paste", data={"text": '{"resourceType": "Bundle"}'}, headers=PAGE).status_code == 422


def test_one_question_at_a_time_comes_to_the_same_answer(single: TestClient) -> None:
    """Answer each question as the case does; what the case does not say is not known."""
    fields: dict[str, Any] = {"mode": "question"}
    for _ in range(60):
        data = single.post("/case.json", data=fields).json()
        asked = data["question"]
        if asked is None:
            break
        if asked["field"] in FIELDS:
            fields[asked["field"]] = FIELDS[asked["field"]]
        else:
            fields.setdefault("unknown", []).append(asked["unknown"])
    assert data["question"] is None
    assert [line["status"] for line in data["determination"]["lines"]] == ["not-covered"]
    assert data["stated"]


@pytest.fixture(scope="module")
def cases(library: Library) -> list[dict[str, Any]]:
    """The data of every worked case, as JSON has it."""
    found = [one.source.data["cases"][one.path[1]]["case"] for one in worked_cases(library)]
    return [json.loads(json.dumps(one, default=str)) for one in found]


@settings(deadline=None)
@given(data=st.data())
def test_a_case_stands_in_an_address_and_comes_back(
    data: st.DataObject, library: Library, cases: list[dict[str, Any]]
) -> None:
    """Whatever of the worked cases' keys are taken, the fields say the same case."""
    case = data.draw(st.sampled_from(cases))
    keys = data.draw(st.sets(st.sampled_from(sorted(case))))
    part = {name: value for name, value in case.items() if name in keys | {"service_date"}}
    setting = setting_of(library, dt.date.today())
    read = query.read(query.pairs_of(part, setting.facts), setting)
    assert not read.problems
    # Another name of a value comes back as the value itself: what a case says is the same.
    one, other = (setting.read(each) for each in (part, read.data))
    assert (one.facts, one.lines, one.place, one.history) == (other.facts, other.lines, other.place, other.history)
