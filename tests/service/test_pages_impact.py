"""Dollars of a claim run beside each region: begun, followed, counted; what is said where the file is gone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from clausal.service.app import create_app
from clausal.service.configuration import Configuration, Jobs
from tests.service.conftest import LOCAL, TOKEN, Many, until

HTML = {"accept": "text/html"}
AT = "/compare/bcbsm-cryoneurolysis/2022-12-31..2023-01-01"
CLAIMS = """claim_id,line,service_date,plan,diagnoses,code,units,modifiers,modality,purpose,condition,state,charge
A1,1,2024-10-15,bcn-commercial-hmo,,64640,1,RT,cryoneurolysis,pain,facial-pain,MI,1200.00
A1,2,2024-10-15,bcn-commercial-hmo,,64640,1,LT,cryoneurolysis,pain,facial-pain,MI,800.00
B2,1,2024-10-15,bcbsm-ppo,,64640,1,RT,cryoneurolysis,spasticity,neuroma,MI,600.00
C3,1,2024-10-15,medicare-part-b,M17.12,64640,1,LT,cryoneurolysis,pain,,KY,600.00
D4,1,2024-10-15,bcn-commercial-hmo,M17.11,64640,1,RT,cryoneurolysis,pain,,MI,600.00
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("claims")
    (folder / "claims.csv").write_text(CLAIMS)
    configuration = Configuration(data=tmp_path_factory.mktemp("data"), jobs=Jobs(claims_folder=folder))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with TestClient(create_app(configuration, TOKEN), LOCAL, headers=headers) as found:
        yield found


@pytest.fixture(scope="module")
def run(client: TestClient) -> str:
    return _adjudicated(client, data={"claims_path": "claims.csv"})


def _adjudicated(client: TestClient, **sent: Any) -> str:
    number: str = client.post("/api/v1/adjudications", **sent).json()["id"]
    until(lambda: client.get(f"/api/v1/adjudications/{number}").json()["state"] == "done")
    return number


@pytest.fixture(scope="module")
def counted(client: TestClient, run: str) -> dict[str, Any]:
    at = f"{AT}/impact/{run}"
    assert "Count lines and dollars" in client.get(at, headers=HTML).text
    assert client.get(f"{at}.json").json()["job"] is None
    answer = client.post(at, headers=HTML, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, at)

    def done() -> Any:
        found = client.get(f"{at}.json").json()
        assert found["job"]["state"] in ("queued", "running", "done"), found["job"]
        return found if found["job"]["state"] == "done" else None

    found: dict[str, Any] = until(done)
    return found


def test_lines_and_dollars_stand_beside_each_region(counted: dict[str, Any]) -> None:
    counts = counted["counts"]
    assert (counts["lines"], counts["changed"]["lines"], counts["changed"]["charge"]) == (5, 3, "2600.00")
    assert {number: (one["lines"], one["claims"], one["charge"]) for number, one in counts["of"].items()} == {
        "1": (1, 1, "600.00"),
        "2": (2, 1, "2000.00"),
    }
    assert counts["other"] is None
    assert counts["of"]["2"]["by_plan"]["bcn-commercial-hmo"]["lines"] == 2
    assert counted["is_of_library"] is True


def test_the_page_says_what_the_data_says(client: TestClient, counted: dict[str, Any]) -> None:
    text = client.get(f"{AT}/impact/{counted['run']['id']}", headers=HTML).text
    for part in (
        "3 lines</strong> of 5 change",
        "charged $2,600.00",
        "sample of 2 lines",
        "A remark: it decides no line",
    ):
        assert part in text, part
    assert "hx-trigger" not in text


def test_looking_at_it_makes_no_other_job(client: TestClient, counted: dict[str, Any]) -> None:
    before = len(client.get("/api/v1/impacts").json()["jobs"])
    assert client.get(f"{AT}/impact/{counted['run']['id']}.json").json()["job"]["id"] == counted["job"]["id"]
    assert len(client.get("/api/v1/impacts").json()["jobs"]) == before


def test_all_changed_lines_can_be_fetched_without_the_patient(client: TestClient, counted: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(counted["lines_at"]).text)))
    assert [(one["region"], one["claim_id"], one["line"], one["charge"]) for one in rows] == [
        ("2", "A1", "1", "1200.00"),
        ("2", "A1", "2", "800.00"),
        ("1", "B2", "1", "600.00"),
    ]
    assert "patient" not in " ".join(rows[0])


def test_the_table_has_each_region_and_its_parts(client: TestClient, counted: dict[str, Any]) -> None:
    text = client.get(f"{AT}/impact/{counted['run']['id']}.csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(one["region"], one["lines"]) for one in rows if one["by"] == "all"] == [("1", "1"), ("2", "2")]
    assert [one["what"] for one in rows if one["by"] == "plan"] == ["bcbsm-ppo", "bcn-commercial-hmo"]


def test_the_memo_has_the_dollars_of_the_run(client: TestClient, counted: dict[str, Any]) -> None:
    text = client.get(f"{AT}/memo", params={"run": counted["run"]["id"]}, headers=HTML).text
    assert "charged $2,600.00" in text
    assert "no line of the run changes here" in text
    assert client.get(f"{AT}/memo", params={"run": "none"}, headers=HTML).status_code == 404


def test_a_run_whose_file_was_deleted_says_so(client: TestClient) -> None:
    number = _adjudicated(client, files={"claims": ("claims.csv", CLAIMS.encode())})
    at = f"{AT}/impact/{number}"
    text = client.get(at, headers=HTML).text
    assert "the claim file of the run is gone" in text
    assert "Count lines and dollars" not in text
    assert client.post(at).status_code == 409


def test_a_file_that_goes_before_the_count_fails_it_clearly(client: TestClient, tmp_path: Path) -> None:
    folder = client.app.state.parts.configuration.jobs.claims_folder  # type: ignore[attr-defined]
    path = folder / "passing.csv"
    path.write_text(CLAIMS)
    number = _adjudicated(client, data={"claims_path": "passing.csv"})
    at = f"{AT}/impact/{number}"
    parts = client.app.state.parts  # type: ignore[attr-defined]
    put, parts.queue.put = parts.queue.put, lambda _: None
    client.post(at, follow_redirects=False)
    path.unlink()
    parts.queue.put = put
    found = until(lambda: (told := client.get(f"{at}.json").json())["job"]["state"] == "failed" and told)
    assert found["job"]["problems"][0]["message"] == "the claim file of the run is gone"
    assert str(tmp_path.parent) not in str(found["job"])
    assert "The count failed" in client.get(at, headers=HTML).text


def test_runs_are_for_whoever_may_see_them(many: Many) -> None:
    assert many.analyst.get(f"{AT}/impact/none").status_code == 404
    assert many.biller.get(f"{AT}/impact/none").status_code == 403
    assert many.viewer.get(f"{AT}/memo", params={"run": "none"}).status_code == 403
