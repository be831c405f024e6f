"""Each threat that docs/security.md names, with what meets it; the document is held against the tests that it names."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from clausal.service.configuration import Configuration, Limits
from clausal.service.problems import Refusal
from clausal.service.protection import Rates
from tests.conftest import ROOT
from tests.service.conftest import CASE, CLAIMS, LOCAL, TOKEN, Many, Started, many_people, signing_in, until

PATIENT = {"id": "P-77-SECRET", "date_of_birth": "1950-02-03", "sex": "female"}
MARKS = ("P-77-SECRET", "1950-02-03", "M17.11", "iovera")


def test_every_answer_is_kept_by_nobody_and_runs_nothing(single: TestClient) -> None:
    for path in ("/", "/docs/api", "/sign-in", "/api/v1/me", "/nothing", "/-/health", "/api/v1/openapi.json"):
        headers = single.get(path).headers
        assert headers["cache-control"] == "no-store", path
        policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        assert "server" not in headers


def test_pages_hold_no_script_and_no_style_within_them(single: TestClient) -> None:
    for path in ("/", "/held", "/docs/api", "/sign-in"):
        text = single.get(path).text
        assert not re.search(r'<script(?! src="/static/[a-z.]+" defer></script>)', text)
        assert "<style" not in text
        assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", text)
        assert not re.search(r'(src|href)="https?:', text)


def test_an_address_at_which_nothing_is_offers_the_nearest(single: TestClient) -> None:
    page = single.get("/polices", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "did you mean &#39;/policies&#39;?" in page.text


def test_somebody_in_a_browser_is_told_on_a_page(single: TestClient) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml"}
    for path, status in (("/sign-in?token=guess", 401), ("/nothing", 404)):
        answer = single.get(path, headers=browser)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["x-request-id"] in answer.text
        assert "guess" not in answer.text
    assert single.get("/api/v1/nothing", headers=browser).headers["content-type"] == "application/problem+json"


def test_what_packs_say_is_shown_as_text(tmp_path: Path) -> None:
    from clausal.service.app import create_app

    pack = tmp_path / "packs" / "house"
    pack.mkdir(parents=True)
    title = "<script>alert(1)</script>"
    (pack / "pack.yaml").write_text(
        f"pack: house\ntitle: '{title}'\npublisher: x\nkind: terminology\nstatus: in-force\n"
    )
    app = create_app(Configuration(data=tmp_path / "data", packs=[tmp_path / "packs"]), TOKEN, works=False)
    text = TestClient(app, LOCAL, headers={"Authorization": f"Bearer {TOKEN}"}).get("/").text
    assert title not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_no_patient_stands_in_a_log_an_address_or_a_header(served: Started) -> None:
    running = served(config={"log": {"form": "json", "level": "debug"}})
    case = {**CASE, "patient": PATIENT}
    client = running.client
    saved = client.post("/api/v1/answers", json={"case": case})
    client.post("/api/v1/decide", json={"case": {**case, "plan": "P-77-SECRET"}})
    client.get("/api/v1/policies?patient=P-77-SECRET&born=1950-02-03")
    client.get("/api/v1/answers/P-77-SECRET")
    client.post(f"/api/v1/answers/{saved.json()['id']}/replay")
    bad = CLAIMS.replace("2024-10-15", "P-77-SECRET").replace("A1", "1950-02-03")
    made = client.post("/api/v1/adjudications", files={"claims": ("P-77-SECRET.csv", bad)})
    number = made.json()["id"]
    until(lambda: client.get(f"/api/v1/adjudications/{number}").json()["state"] in ("done", "failed"))
    running.stop()
    log = running.logged()
    assert log
    for mark in MARKS:
        assert mark not in log, mark
    told = f"{saved.headers} {made.headers} {client.headers}"
    assert not [mark for mark in MARKS if mark in told]
    events = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    requests = [one for one in events if one["event"] == "request"]
    assert all(one["request"] and one["status"] for one in requests)
    assert saved.headers["x-request-id"] in [one["request"] for one in requests]


def test_no_address_takes_what_is_a_patients(many: Many) -> None:
    """Parameters of every address: identifiers of ours, names of packs, codes, days and pages."""
    allowed = {
        "number", "name", "pack", "clause", "size", "before", "offset", "facet", "state", "on", "as_of", "from", "to",
        "code", "other", "date", "service", "after", "subject", "hash", "token", "back", "error",
    }  # fmt: skip
    described = many.nobody.get("/api/v1/openapi.json").json()
    for path, calls in described["paths"].items():
        for call in calls.values():
            assert {one["name"] for one in call.get("parameters", [])} <= allowed, path


def test_nothing_is_taken_in_of_who_may_not_send_it(many: Many) -> None:
    """A body that would never end is refused before it is read."""

    def endless() -> Iterator[bytes]:
        yield b"--b\r\n"
        raise AssertionError("the body was read")

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    for client, status in ((many.nobody, 401), (many.viewer, 403), (many.physician, 403)):
        assert client.post("/api/v1/adjudications", content=endless(), headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/api/v1/answers/%00", "/api/v1/answers?before=%00", "/%00"])
def test_an_address_has_no_nul_characters(single: TestClient, path: str) -> None:
    assert single.get(path).status_code == 400


@pytest.mark.parametrize("text", ["\\ud800", "a\\udfff"])
def test_half_a_pair_of_surrogates_is_told(single: TestClient, text: str) -> None:
    for path, body in (
        ("decide", '{"case": {"service_date": "2024-10-15", "diagnoses": ["%s"]}}'),
        ("decide", '{"case": {"service_date": "2024-10-15", "lines": [{"code": "%s"}]}}'),
        ("answers", '{"case": {"service_date": "2024-10-15", "lines": [{"code": "%s"}]}}'),
        ("tokens", '{"subject": "%s", "roles": ["viewer"]}'),
        ("determinations", '{"answer": "%s"}'),
    ):
        headers = {"Content-Type": "application/json"}
        answer = single.post(f"/api/v1/{path}", content=(body % text).encode(), headers=headers)
        assert 400 <= answer.status_code < 500, (path, answer.text)


@pytest.mark.parametrize("unknown", [5, True, "device", {"fact": "device"}])
def test_what_is_no_list_is_told(single: TestClient, unknown: Any) -> None:
    answer = single.post("/api/v1/next-question", json={"case": CASE, "unknown": unknown})
    assert (answer.status_code, answer.json()["path"]) == (422, "unknown")


def test_a_body_of_nothing_but_slips_is_answered_at_once(single: TestClient) -> None:
    slips = {f"k{number}": 1 for number in range(50_000)}
    for body in ({"case": {**CASE, **slips}}, {"case": CASE, **slips}):
        answer = single.post("/api/v1/decide", json=body)
        assert answer.status_code == 422
        assert len(answer.json()["errors"]) <= 101


def test_a_page_elsewhere_cannot_speak_with_the_service_under_its_own_name(single: TestClient) -> None:
    for host in ("evil.example", "evil.example:8640", "127.0.0.1.evil.example", ""):
        answer = single.get("/api/v1/me", headers={"Host": host})
        assert answer.status_code == 421, host


def test_a_page_elsewhere_cannot_read_an_answer(single: TestClient) -> None:
    answer = single.options(
        "/api/v1/decide", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    )
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_cookies_are_for_https_and_the_service_alone(tmp_path: Path) -> None:
    import datetime as dt

    from clausal.store import people

    found = many_people(signing_in(tmp_path))
    assert found.app.state.parts.doorkeeper.cookie == "__Host-clausal"
    with found.app.state.parts.database.writing() as connection:
        person = people.Person("nurse-1", "Ada", frozenset({"reviewer"}))
        secret, session = people.begin_session(connection, person, dt.timedelta(hours=1))
    cookie = {"Cookie": f"__Host-clausal={secret}", "X-CSRF-Token": session.csrf}
    assert found.nobody.get("/api/v1/me", headers=cookie).json()["way"] == "session"
    ended = found.nobody.post("/sign-out", headers=cookie, follow_redirects=False)
    assert "Secure" in ended.headers["set-cookie"]
    assert ended.headers["strict-transport-security"]
    assert found.nobody.get("/api/v1/me", headers=cookie).json()["way"] == "nobody"


def test_one_who_asks_too_often_waits_and_others_do_not() -> None:
    moment = 0.0
    rates = Rates(Configuration(limits=Limits(requests_per_minute=60)), clock=lambda: moment)
    for _ in range(60):
        rates.take("one")
    with pytest.raises(Refusal) as caught:
        rates.take("one")
    assert (caught.value.status, caught.value.headers["Retry-After"]) == (429, "2")
    rates.take("other")
    moment = 2.0
    rates.take("one")


def test_what_is_kept_is_for_its_owner_alone(served: Started, tmp_path: Path) -> None:
    client = served().client
    client.post("/api/v1/adjudications", files={"claims": ("claims.csv", CLAIMS)})
    for path in (tmp_path / "data").rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0, (path, oct(mode))


def test_what_is_sent_is_never_run_and_its_name_leads_nowhere(served: Started, tmp_path: Path) -> None:
    client = served().client
    for name in ("../../evil.csv", "/etc/evil.csv", "a\x00.csv", "evil.csv\r\nX: y", "results.parquet.csv"):
        answer = client.post("/api/v1/adjudications", files={"claims": (name, CLAIMS)})
        assert answer.status_code in (202, 400, 422), answer.text
    names = {path.name for path in (tmp_path / "data" / "jobs").rglob("*") if path.is_file()}
    assert not [name for name in names if "evil" in name]
    assert not (tmp_path / "evil.csv").exists()
    yaml = b"columns: !!python/object/apply:os.system ['touch evil']"
    files: Any = {"claims": ("claims.csv", CLAIMS), "mapping": ("mapping.yaml", yaml)}
    number = client.post("/api/v1/adjudications", files=files).json()["id"]
    until(lambda: client.get(f"/api/v1/adjudications/{number}").json()["state"] == "failed")


def test_a_failure_of_ours_shows_a_number_and_nothing_else(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("P-77-SECRET")

    monkeypatch.setattr("clausal.service.api.decide.decide", fail)
    answer = many.viewer.post("/api/v1/decide", json={"case": CASE})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "P-77" not in answer.text
    assert answer.json()["instance"] == f"urn:request:{answer.headers['x-request-id']}"


def test_a_token_of_the_printed_address_is_not_in_the_log(served: Started) -> None:
    running = served()
    with httpx2.Client(base_url=running.address) as browser:
        browser.get(f"/sign-in?token={running.token}")
        browser.get("/sign-in?token=guess")
    running.stop()
    assert running.token not in running.logged()
    assert "guess" not in running.logged()


def test_the_service_does_not_run_as_a_server_of_files(single: TestClient) -> None:
    for path in (
        "/static/../rendered.py",
        "/static/%2e%2e/rendered.py",
        "/static/",
        "/static/nothing.js",
        "/.git/config",
    ):
        assert single.get(path).status_code in (404, 405), path
    assert single.get("/static/clausal.css").headers["content-type"].startswith("text/css")


def test_every_threat_of_the_document_names_tests_that_there_are() -> None:
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "`test_" in line]
    assert len(rows) >= 15
    there = set()
    for path in (*(ROOT / "tests" / "service").glob("test_*.py"), *(ROOT / "tests" / "store").glob("test_*.py")):
        there |= set(re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.M))
    named = [name for row in rows for name in re.findall(r"`(test_\w+)`", row)]
    assert [name for name in named if name not in there] == []


def test_every_route_of_the_interface_is_described(many: Many) -> None:
    described = many.nobody.get("/api/v1/openapi.json").json()["paths"]
    for route in many.app.routes:
        if isinstance(route, APIRoute) and route.path.startswith("/api/v1/") and route.include_in_schema:
            assert route.path in described
    assert os.sep not in described
