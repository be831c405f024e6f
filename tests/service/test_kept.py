"""Saved answers and determinations over the interface: once, by whom, replayed, each step by its gate and role."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from clausal.determination.worked import worked_cases
from clausal.documents.library import Library
from tests.service.conftest import CASE, CLAIMS, Many, many_people, signing_in

REVIEWER = {
    "name": "Ada Example",
    "credential": "MD",
    "licence": "MI 430100",
    "reviewed_on": dt.datetime.now(dt.UTC).date().isoformat(),
    "rationale": "Statement 2 applies to freezing for knee pain.",
}
DENIED = [{"line": 1, "outcome": "denied", "reason": "investigational for this condition"}]


def _saved(client: TestClient, case: Any = CASE, **headers: str) -> Any:
    answer = client.post("/api/v1/answers", json={"case": case}, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/v1/answers/{answer.json()['id']}"
    return answer.json()


def test_an_answer_is_kept_and_replays_to_the_letter(many: Many) -> None:
    saved = _saved(many.reviewer)
    assert saved["given"] == CASE
    read = many.reviewer.get(f"/api/v1/answers/{saved['id']}")
    assert read.json() == saved
    replay = many.reviewer.post(f"/api/v1/answers/{saved['id']}/replay").json()
    assert (replay["same"], replay["same_library"], replay["changes"]) == (True, True, [])


def test_every_worked_case_is_saved_and_replays_over_the_interface(single: TestClient, library: Library) -> None:
    """One of each pack here; tests/store holds all of them."""
    seen: set[str] = set()
    for one in worked_cases(library):
        if one.pack in seen:
            continue
        seen.add(one.pack)
        entry = one.source.data["cases"][one.path[1]]["case"]
        saved = _saved(single, json.loads(json.dumps(entry, default=float)))
        assert single.post(f"/api/v1/answers/{saved['id']}/replay").json()["same"]


def test_a_request_sent_again_with_its_key_is_not_done_again(many: Many) -> None:
    one = _saved(many.reviewer, **{"Idempotency-Key": "key-1"})
    assert _saved(many.reviewer, **{"Idempotency-Key": "key-1"}) == one
    assert _saved(many.physician, **{"Idempotency-Key": "key-1"})["id"] != one["id"]
    assert _saved(many.reviewer)["id"] != one["id"]
    other = {"case": {**CASE, "device": "other"}}
    refused = many.reviewer.post("/api/v1/answers", json=other, headers={"Idempotency-Key": "key-1"})
    assert (refused.status_code, refused.json()["path"]) == (409, "Idempotency-Key")
    long = many.reviewer.post("/api/v1/answers", json={"case": CASE}, headers={"Idempotency-Key": "k" * 65})
    assert long.status_code == 422


def test_a_biller_reads_only_what_is_theirs(many: Many) -> None:
    theirs, other = _saved(many.biller), _saved(many.reviewer)
    assert [one["id"] for one in many.biller.get("/api/v1/answers").json()["answers"]] == [theirs["id"]]
    assert many.biller.get(f"/api/v1/answers/{other['id']}").status_code == 404
    assert many.biller.post(f"/api/v1/answers/{other['id']}/replay").status_code == 404
    assert {one["id"] for one in many.reviewer.get("/api/v1/answers").json()["answers"]} == {theirs["id"], other["id"]}


def test_a_biller_sees_only_their_own_jobs(many: Many) -> None:
    files = {"claims": ("claims.csv", CLAIMS)}
    theirs = many.analyst.post("/api/v1/adjudications", files=files).json()["id"]
    own = many.biller.post("/api/v1/adjudications", files=files).json()["id"]
    assert [one["id"] for one in many.biller.get("/api/v1/adjudications").json()["jobs"]] == [own]
    assert {one["id"] for one in many.analyst.get("/api/v1/adjudications").json()["jobs"]} == {own, theirs}
    for method, path in (("GET", ""), ("GET", "/results"), ("POST", "/cancel"), ("DELETE", "")):
        assert many.biller.request(method, f"/api/v1/adjudications/{theirs}{path}").status_code == 404
        assert many.analyst.request(method, f"/api/v1/adjudications/{own}{path}").status_code != 404


def test_a_key_of_what_was_deleted_is_told(many: Many) -> None:
    key = {"Idempotency-Key": "key-1"}
    saved = _saved(many.reviewer, **key)
    assert many.admin.post(f"/api/v1/answers/{saved['id']}/deletion", json={"reason": "asked for"}).status_code == 204
    again = many.reviewer.post("/api/v1/answers", json={"case": CASE}, headers=key)
    assert (again.status_code, again.json()["detail"]) == (410, "what this key made was deleted")


def test_lists_go_on_by_page(many: Many) -> None:
    saved = [_saved(many.reviewer)["id"] for _ in range(5)]
    found: list[str] = []
    following = "/api/v1/answers?size=2"
    while following:
        told = many.reviewer.get(following).json()
        found += [one["id"] for one in told["answers"]]
        following = told["next"]
    assert found == saved[::-1]


def _opened(many: Many) -> str:
    answer = many.reviewer.post("/api/v1/determinations", json={"answer": _saved(many.reviewer)["id"]})
    assert answer.status_code == 201, answer.text
    assert answer.json()["state"] == "recommended"
    return str(answer.json()["id"])


def _step(client: TestClient, number: str, status: int = 201, **step: Any) -> Any:
    answer = client.post(f"/api/v1/determinations/{number}/steps", json=step)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_denial_goes_its_way_with_a_physician(many: Many) -> None:
    number = _opened(many)
    _step(many.reviewer, number, to="in review")
    refused = _step(many.reviewer, number, 403, to="determined", lines=DENIED, reviewer=REVIEWER)
    assert refused["hint"] == "elevate it to the role physician"
    lacking = _step(many.physician, number, 422, to="determined", lines=DENIED)
    assert [one["path"] for one in lacking["errors"]] == [
        "reviewer.name", "reviewer.credential", "reviewer.licence", "reviewer.rationale", "reviewer.reviewed_on",
    ]  # fmt: skip
    told = _step(many.physician, number, to="determined", lines=DENIED, reviewer=REVIEWER)
    assert (told["state"], told["adverse"], told["next"]) == ("determined", True, ["issued", "in review"])
    _step(many.reviewer, number, to="issued")
    _step(many.reviewer, number, to="appealed", note="letter of 2 June")
    same = _step(many.physician, number, 409, to="upheld", lines=DENIED, reviewer=REVIEWER)
    assert same["path"] == "to"
    assert "you determined it before" in same["detail"]


def test_a_reviewer_approves(many: Many) -> None:
    number = _opened(many)
    _step(many.reviewer, number, to="in review")
    told = _step(many.reviewer, number, to="determined", lines=[{"line": 1, "outcome": "approved"}])
    assert (told["state"], told["adverse"]) == ("determined", False)


def test_a_partial_approval_is_adverse(many: Many) -> None:
    number = _opened(many)
    _step(many.reviewer, number, to="in review")
    partly = [{"line": 1, "outcome": "partly approved", "units": 1, "reason": "one a day"}]
    _step(many.reviewer, number, 403, to="determined", lines=partly, reviewer=REVIEWER)
    assert _step(many.physician, number, to="determined", lines=partly, reviewer=REVIEWER)["adverse"]


def test_no_notice_is_issued_of_what_nobody_determined(many: Many) -> None:
    number = _opened(many)
    refused = _step(many.physician, number, 409, to="issued")
    assert refused["hint"] == "from here it can become 'in review' or 'withdrawn'"
    _step(many.physician, number, 409, to="determined", lines=[{"line": 1, "outcome": "approved"}])


def test_a_step_from_what_is_no_longer_so_is_refused(many: Many) -> None:
    number = _opened(many)
    _step(many.reviewer, number, to="in review", after=1)
    assert (
        _step(many.reviewer, number, 412, to="withdrawn", after=1)["detail"] == "somebody else took a step in between"
    )


def test_only_what_is_covered_is_approved_without_a_person_and_only_where_the_operator_says_so(
    tmp_path_factory: pytest.TempPathFactory, library: Library
) -> None:
    automatic = {"automatic_approval": True}
    people = many_people(signing_in(tmp_path_factory.mktemp("auto"), determinations=automatic))
    covered = [one for one in worked_cases(library) if one.expect.get("status") == "covered"]
    seen = set()
    for one in covered:
        given = json.loads(json.dumps(one.source.data["cases"][one.path[1]]["case"], default=float))
        saved = _saved(people.reviewer, given)
        told = people.reviewer.post("/api/v1/determinations", json={"answer": saved["id"]}).json()
        seen.add(told["state"])
        assert told["adverse"] is False
        if told["state"] == "determined":
            assert told["steps"][-1]["automatic"] is True
            assert all(line["status"] == "covered" and line["code"] for line in saved["answer"]["lines"])
            assert saved["answer"]["safety_screening"] in ("done", "not-applicable")
            assert not [edit for line in saved["answer"]["lines"] for edit in line["edits"] if not edit["passes"]]
    assert seen == {"determined", "recommended"}


def test_who_saw_and_did_what_stands_in_the_log_and_no_patient_does(many: Many) -> None:
    case = {**CASE, "patient": {"id": "P-77", "date_of_birth": "1950-02-03"}}
    saved = _saved(many.reviewer, case)
    many.physician.get(f"/api/v1/answers/{saved['id']}")
    number = many.reviewer.post("/api/v1/determinations", json={"answer": saved["id"]}).json()["id"]
    many.physician.get(f"/api/v1/determinations/{number}")
    events = many.admin.get("/api/v1/audit/events?size=1000").json()["events"]
    told = [(one["actor"], one["action"], one["subject"].partition(":")[0]) for one in events]
    assert ("test reviewer", "answer.saved", "answer") in told
    assert ("test physician", "answer.seen", "answer") in told
    assert ("test physician", "determination.seen", "determination") in told
    text = json.dumps(events)
    assert "P-77" not in text
    assert "1950" not in text
    assert "M17.11" not in text
    own = many.admin.get(f"/api/v1/audit/events?subject=answer:{saved['id']}").json()["events"]
    assert [one["action"] for one in own] == ["answer.saved", "answer.seen"]


def test_the_log_is_exported_and_verified(many: Many) -> None:
    saved = _saved(many.reviewer)
    lines = many.admin.get("/api/v1/audit/export").text.splitlines()
    last = json.loads(lines[-1])
    assert last["action"] == "audit.exported"
    address = f"/api/v1/audit/verify?number={last['number']}&hash="
    assert many.admin.get(address + last["hash"]).json()["whole"]
    told = many.admin.get(address + "0" * 64).json()
    assert (told["whole"], len(told["faults"])) == (False, 1)
    assert many.admin.get(f"/api/v1/answers/{saved['id']}").status_code == 403


def test_what_is_deleted_is_told_and_leaves_no_gap(many: Many) -> None:
    number = _opened(many)
    answer = many.reviewer.get(f"/api/v1/determinations/{number}").json()["answer"]
    reason = {"reason": "asked for by the member"}
    assert many.admin.post(f"/api/v1/answers/{answer}/deletion", json=reason).status_code == 409
    assert many.admin.post(f"/api/v1/determinations/{number}/deletion", json=reason).status_code == 204
    assert many.admin.post(f"/api/v1/answers/{answer}/deletion", json=reason).status_code == 204
    assert many.reviewer.get(f"/api/v1/answers/{answer}").status_code == 404
    assert many.reviewer.get(f"/api/v1/determinations/{number}").status_code == 404
    assert many.admin.get("/api/v1/audit/verify").json()["whole"]


def test_nobody_locks_themselves_out(single: TestClient) -> None:
    for subject, hint in (("local", "let another admin do it"), ("program: x", "take its token back")):
        refused = single.post("/api/v1/people/blocking", json={"subject": subject, "blocked": True})
        assert refused.status_code == 409
        assert hint in refused.json()["hint"]


def test_a_name_in_an_address_that_is_none_is_told(single: TestClient) -> None:
    for path, name in (("/pairs?code=64640&dat=2024-01-01", "dat"), ("/answers?sise=3", "sise"), ("/me?x=1", "x")):
        refused = single.get(f"/api/v1{path}")
        assert (refused.status_code, refused.json()["path"]) == (422, name)


@pytest.mark.parametrize("day", ["0", "1700006400", "2024-10-15T00:00:00", "15.10.2024", "20241015"])
def test_a_day_is_written_as_a_day(single: TestClient, day: str) -> None:
    refused = single.get(f"/api/v1/pairs?code=64640&date={day}")
    assert (refused.status_code, refused.json()["path"]) == (422, "date")
    assert refused.json()["expected"] == "year-month-day, as in 2024-10-15"


def test_a_token_is_made_used_and_taken_back(many: Many) -> None:
    made = many.admin.post("/api/v1/tokens", json={"subject": "claims-engine", "roles": ["viewer"], "days": 1})
    assert made.status_code == 201
    secret = {"Authorization": f"Bearer {made.json()['token']}"}
    assert many.nobody.get("/api/v1/me", headers=secret).json()["roles"] == ["viewer"]
    assert made.json()["token"] not in many.admin.get("/api/v1/tokens").text
    assert many.admin.delete(f"/api/v1/tokens/{made.json()['id']}").status_code == 204
    assert many.nobody.get("/api/v1/me", headers=secret).status_code == 401
