"""Deciding over the interface: the answer as the command prints it, and what is wrong by the path of its field."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.service.conftest import CASE

DOCUMENTS = (
    "/policies",
    "/policies/bcbsm-cryoneurolysis",
    "/clauses/bcbsm-cryoneurolysis/statement-2",
    "/evidence/bcbsm-cryoneurolysis",
    "/diffs/bcbsm-cryoneurolysis?from=2022-12-31&to=2023-01-01",
    "/library",
    "/pairs?code=64640",
)


def _problem(client: TestClient, body: Any, status: int = 422, path: str = "/api/v1/decide") -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.post(path, content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert told["instance"] == f"urn:request:{answer.headers['x-request-id']}"
    return told


def test_a_case_is_decided(single: TestClient) -> None:
    answer = single.post("/api/v1/decide", json={"case": CASE, "as_of": "2025-06-01"})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["lines"][0]["status"], told["lines"][0]["denial"]["carc"]) == ("not-covered", "55")
    assert told["as_of"] == "2025-06-01"
    assert told["payment"]["total"] == "372.48"
    assert answer.headers["cache-control"] == "no-store"


def test_a_code_of_no_table_and_no_pack_is_not_addressed(single: TestClient) -> None:
    told = single.post("/api/v1/decide", json={"case": {**CASE, "lines": [{"code": "99213"}]}}).json()
    assert told["lines"][0]["status"] == "not-addressed"


def test_a_half_typed_code_decides_nothing(single: TestClient) -> None:
    for code in ("M17.9X", "M1711X"):
        found = _problem(single, {"case": {**CASE, "diagnoses": [code]}})
        assert found["path"] == "case.diagnoses[0]"
    found = _problem(single, {"case": {**CASE, "lines": [{"code": "6464"}]}})
    assert found["path"] == "case.lines[0].code"


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        (b"", 400, ""),
        (b"{", 400, "line 1, column 2"),
        (b'{"case": {"a": 1, "a": 2}}', 400, "a"),
        (b"\xff\xfe", 400, ""),
        (b"[" * 50_000, 400, ""),
        (b'{"case": {"service_date": "2024-10-15", "lines": [{"units": ' + b"9" * 5000 + b"}]}}", 400, ""),
        ([], 422, ""),
        ({}, 422, "case"),
        ({"case": None}, 422, "case"),
        ({"case": []}, 422, "case"),
        ({"case": {}}, 422, "case.service_date"),
        (CASE, 422, "case"),
        ({"case": CASE, "day": "2024-01-01"}, 422, "day"),
        ({"case": CASE, "as_of": "01.02.2024"}, 422, "as_of"),
        ({"case": CASE, "as_of": 20240101}, 422, "as_of"),
        ({"case": {**CASE, "plan": "bcn"}}, 422, "case.plan"),
        ({"case": {**CASE, "colour": "blue"}}, 422, "case.colour"),
        ({"case": {**CASE, "lines": [{"code": "64640", "units": "two"}]}}, 422, "case.lines[0].units"),
        ({"case": {**CASE, "place": "Detroitt"}}, 422, "case.place"),
    ],
)
def test_what_is_wrong_is_told_by_its_path(single: TestClient, body: Any, status: int, path: str) -> None:
    told = _problem(single, body, status)
    assert told["path"] == path
    assert told["detail"]


def test_every_problem_of_a_case_is_told_at_once(single: TestClient) -> None:
    told = _problem(single, {"case": {"service_date": "2024-13-01", "plan": "bcn", "lines": [{"units": -1}]}})
    assert [one["path"] for one in told["errors"]] == ["case.service_date", "case.plan", "case.lines[0].units"]
    assert told["detail"] == "3 things are wrong"
    assert told["errors"][1]["hint"] == "did you mean 'bcn65'?"


def test_a_body_of_another_form_is_refused(single: TestClient) -> None:
    answer = single.post("/api/v1/decide", content=b"service_date: 2024-10-15", headers={"Content-Type": "text/yaml"})
    assert answer.status_code == 415
    assert answer.json()["hint"] == "send `Content-Type: application/json`"


def test_the_next_question_is_asked_until_nothing_is_left(single: TestClient) -> None:
    case: dict[str, Any] = {
        **CASE,
        "member": {"contract_active": True},
        "wound_at_site": False,
        "problem_list": ["I10"],
    }
    told = single.post("/api/v1/next-question", json={"case": {"service_date": "2024-10-15"}}).json()
    assert told["question"]["fact"]
    assert told["statuses"] == ["open"]
    asked = []
    unknown: list[dict[str, Any]] = []
    while True:
        told = single.post("/api/v1/next-question", json={"case": case, "unknown": unknown}).json()
        if told["question"] is None:
            break
        asked.append(told["question"]["fact"])
        unknown.append({name: told["question"][name] for name in ("fact", "line") if told["question"][name]})
    assert len(asked) == len(set(asked))
    assert told["statuses"] == ["not-covered"]


@pytest.mark.parametrize(
    ("unknown", "path"),
    [
        (["device"], "unknown[0]"),
        ([{"fact": "colour"}], "unknown[0].fact"),
        ([{"fact": "device", "line": 0}], "unknown[0].line"),
    ],
)
def test_what_cannot_be_unknown_is_told(single: TestClient, unknown: Any, path: str) -> None:
    assert _problem(single, {"case": CASE, "unknown": unknown}, path="/api/v1/next-question")["path"] == path


def test_why_not_tells_the_tests_of_a_rule(single: TestClient) -> None:
    told = single.post("/api/v1/why-not", json={"case": CASE, "rule": "facet-joint-pain"}).json()
    assert told["rules"]
    assert told["rules"][0]["verdict"].startswith("does not hold: ")
    found = _problem(single, {"case": CASE, "rule": "facet-joint-pane"}, path="/api/v1/why-not")
    assert (found["path"], found["hint"]) == ("rule", "did you mean 'facet-joint-pain'?")


def test_a_price_is_text_with_its_formula(single: TestClient) -> None:
    body = {"lines": [{"code": "64640", "units": 5, "service_date": "2024-10-01"}]}
    told = single.post("/api/v1/prices", json=body).json()
    assert told["total"] == "744.96"
    assert "248.32" in " ".join(told["lines"][0]["derivation"])
    assert told["lines"][0]["release"] == "rvu24c_jul"
    sites = {**body, "compare_sites": ["office", "asc"]}
    assert [one["site"] for one in single.post("/api/v1/prices", json=sites).json()["sites"]] == ["office", "asc"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"lines": []}, "lines"),
        ({"lines": [{"code": "64640"}, {"code": "64649"}]}, "lines[1].code"),
        ({"lines": [{"code": "64640", "units": 0}]}, "lines[0].units"),
        ({"lines": [{"code": "64640", "charge": "1,000"}]}, "lines[0].charge"),
        ({"lines": [{"code": "64640", "modifiers": ["?!"]}]}, "lines[0].modifiers"),
        ({"lines": [{"code": "64640", "service_date": "2024-10-02", "through": "2024-10-01"}]}, "lines[0].through"),
        ({"lines": [{"code": "64640"}], "where": {"name": "Nowhere at all"}}, "where.name"),
        ({"lines": [{"code": "64640"}], "claim_type": "dental"}, "claim_type"),
        ({"lines": [{"code": "64640"}], "claim_type": "asc", "compare_sites": ["asc"]}, "compare_sites"),
        ({"lines": [{"code": "64640", "charge": "5.00"}, {"code": "64640"}]}, "lines"),
    ],
)
def test_what_cannot_be_priced_is_told_by_its_path(single: TestClient, body: Any, path: str) -> None:
    assert _problem(single, body, path="/api/v1/prices")["path"].startswith(path)


def test_documents_are_told_with_a_fingerprint_that_saves_a_second_look(single: TestClient) -> None:
    for path in DOCUMENTS:
        answer = single.get(f"/api/v1{path}")
        assert answer.status_code == 200, path
        again = single.get(f"/api/v1{path}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/policies/bcbsm-cryoneurolysi", "did you mean 'bcbsm-cryoneurolysis'?"),
        ("/clauses/bcbsm-cryoneurolysis/statement-22", "did you mean 'statement-2'?"),
        ("/evidence/claim", ""),
        ("/nothing", "GET /api/v1/openapi.json tells what there is"),
    ],
)
def test_what_is_not_there_offers_the_nearest_name(single: TestClient, path: str, hint: str) -> None:
    answer = single.get(f"/api/v1{path}")
    assert answer.status_code == 404
    assert hint in answer.json()["hint"]
