"""Jobs: a file decided beside the answers; cancelled, resumed, killed and taken up; results by page and facet."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import httpx2
import pyarrow.parquet as pq
import pytest

from tests.service.conftest import CASE, CLAIMS, CLAUSAL, Served, Started, on_postgres, until
from tests.service.many_claims import write_claims

LINES = 1_500_000
QUICK = {"jobs": {"part_seconds": 0.5}}


def _made(client: httpx2.Client, path: str = "adjudications", **more: Any) -> Any:
    files = more.pop("files", {"claims": ("claims.csv", CLAIMS)})
    answer = client.post(f"/api/v1/{path}", files=files, **more)
    assert answer.status_code == 202, answer.text
    return answer.json()


def _job(client: httpx2.Client, number: str, path: str = "adjudications") -> Any:
    return client.get(f"/api/v1/{path}/{number}").json()


def _over(client: httpx2.Client, number: str, path: str = "adjudications") -> Any:
    until(lambda: _job(client, number, path)["state"] in ("done", "failed", "cancelled"), 150)
    return _job(client, number, path)


@pytest.fixture
def big(tmp_path: Path) -> Path:
    (tmp_path / "claims").mkdir()
    return write_claims(tmp_path / "claims" / "big.parquet", LINES)


def test_a_file_is_decided_and_what_was_sent_is_deleted(served: Started, tmp_path: Path) -> None:
    client = served().client
    job = _over(client, _made(client, data={"as_of": "2025-06-01"})["id"])
    assert (job["state"], job["lines"], job["rejected"], job["fraction"]) == ("done", 3, 0, 1.0)
    assert job["result"]["by"]["status"]["not-covered"] == {
        "lines": 1, "charge": "1200.00", "charge_lines": 1, "allowed": "372.48", "allowed_lines": 1, "paid": "0.00",
        "paid_lines": 1,
    }  # fmt: skip
    assert sorted(job["files"]) == ["report.html", "results.parquet"]
    assert not list((tmp_path / "data" / "jobs" / job["id"]).glob("claims*"))
    results = client.get(f"/api/v1/adjudications/{job['id']}/results?status=open&facet=status&facet=needs").json()
    assert (results["total"], [row["claim_id"] for row in results["rows"]]) == (1, ["C3"])
    assert results["facets"]["needs"] == [
        {"value": "condition", "lines": 1, "charge": "600.00", "allowed": "248.32", "paid": None},
        {"value": "modality", "lines": 1, "charge": "600.00", "allowed": "248.32", "paid": None},
    ]
    whole = client.get(f"/api/v1/adjudications/{job['id']}/results?facet=status&size=0").json()
    assert (whole["rows"], sum(one["lines"] for one in whole["facets"]["status"])) == ([], 3)
    by_month = client.get(
        f"/api/v1/adjudications/{job['id']}/results?month=2024-10&facet=month&facet=plan&size=0"
    ).json()
    assert [(one["value"], one["lines"]) for one in by_month["facets"]["month"]] == [("2024-10", 3)]
    assert [(one["value"], one["lines"]) for one in by_month["facets"]["plan"]] == [
        ("bcn-commercial-hmo", 2), ("medicare-part-b", 1),
    ]  # fmt: skip
    wrong = client.get(f"/api/v1/adjudications/{job['id']}/results?claim_id=A1")
    assert (wrong.status_code, wrong.json()["path"]) == (422, "claim_id")
    taken = client.get(f"/api/v1/adjudications/{job['id']}/files/results.parquet")
    (tmp_path / "taken.parquet").write_bytes(taken.content)
    assert pq.read_table(tmp_path / "taken.parquet").num_rows == 3
    assert client.get(f"/api/v1/adjudications/{job['id']}/files/claims.csv").status_code == 404
    assert client.get(f"/api/v1/adjudications/{job['id']}/files/..%2f..%2fstore.sqlite").status_code == 404
    assert client.delete(f"/api/v1/adjudications/{job['id']}").status_code == 204
    assert not (tmp_path / "data" / "jobs" / job["id"]).exists()


def test_what_was_sent_is_kept_with_the_job_where_that_is_asked(served: Started, tmp_path: Path) -> None:
    client = served().client
    job = _over(client, _made(client, data={"keep": "true"})["id"])
    folder = tmp_path / "data" / "jobs" / job["id"]
    assert (job["asked"]["keep"], (folder / "claims.csv").read_text()) == (True, CLAIMS)
    assert client.delete(f"/api/v1/adjudications/{job['id']}").status_code == 204
    assert not folder.exists()


def test_the_job_says_what_the_command_says(served: Started, tmp_path: Path) -> None:
    import subprocess

    client = served().client
    job = _over(client, _made(client, data={"as_of": "2025-06-01"})["id"])
    (tmp_path / "claims.csv").write_text(CLAIMS)
    command = ["adjudicate", "claims.csv", "-o", "out.parquet", "--json", "--as-of", "2025-06-01"]
    told = json.loads(subprocess.run([*CLAUSAL, *command], cwd=tmp_path, capture_output=True, check=True).stdout)
    assert told["needed"] == job["result"]["needed"]
    assert {name: one["lines"] for name, one in told["by"]["status"].items()} == {
        name: one["lines"] for name, one in job["result"]["by"]["status"].items()
    }
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    results = client.get(f"/api/v1/adjudications/{job['id']}/results").json()["rows"]
    own = [{name: row[name] for name in rows[0]} for row in results]
    assert json.loads(json.dumps(rows, default=str)) == own
    assert [set(row) - set(rows[0]) for row in results] == [{"service_date", "plan", "code"}] * 3


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("claims.parquet", b"this is no parquet file at all", "it is named as Parquet and is none"),
        ("claims.csv", b"a,b\n1,2\n", "claim_id"),
        ("claims.xlsx", b"PK\x03\x04 nothing", ""),
        ("claims.837", b"\x00\x01 no claims", ""),
    ],
)
def test_a_file_of_the_wrong_kind_ends_in_a_clear_problem(
    served: Started, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    client = served().client
    job = _over(client, _made(client, files={"claims": (name, content)})["id"])
    assert job["state"] == "failed"
    assert said in json.dumps(job["problems"])
    assert job["problems"][0]["message"]
    assert str(tmp_path) not in json.dumps(job)
    assert job["files"] == {}


@pytest.mark.parametrize(
    ("files", "data", "path"),
    [
        ({"claims": ("claims.exe", b"MZ")}, {}, "claims"),
        ({"claims": ("claims.csv", b"")}, {}, "claims"),
        ({"mapping": ("m.yaml", b"columns: {}")}, {}, "claims"),
        ({"claims": ("claims.csv", b"a")}, {"output": "pdf"}, "output"),
        ({"claims": ("claims.csv", b"a")}, {"as_of": "soon"}, "as_of"),
        ({"claims": ("claims.csv", b"a"), "mapping": ("m.csv", b"a")}, {}, "mapping"),
        ({"mapping": ("m.yaml", b"columns: {}")}, {"claims_path": "../store.sqlite"}, "claims_path"),
    ],
)
def test_what_makes_no_job_is_told_and_leaves_nothing(
    served: Started, tmp_path: Path, files: Any, data: dict[str, str], path: str
) -> None:
    client = served().client
    answer = client.post("/api/v1/adjudications", files=files, data=data)
    assert (answer.status_code, answer.json()["path"]) == (422, path), answer.text
    assert client.get("/api/v1/adjudications").json()["jobs"] == []
    assert list((tmp_path / "data").glob("jobs/*")) == []


@pytest.mark.parametrize("output", ["csv", "xlsx"])
def test_results_are_written_in_other_forms_too(served: Started, tmp_path: Path, output: str) -> None:
    client = served().client
    job = _over(client, _made(client, data={"output": output})["id"])
    assert job["state"] == "done", job["problems"]
    taken = client.get(f"/api/v1/adjudications/{job['id']}/files/results.{output}").content
    if output == "csv":
        assert taken.decode().splitlines()[0].replace('"', "").endswith("service_date,plan,code")
    else:
        from python_calamine import CalamineWorkbook

        (tmp_path / "taken.xlsx").write_bytes(taken)
        rows = CalamineWorkbook.from_path(tmp_path / "taken.xlsx").get_sheet_by_index(0).to_python()
        assert rows[1][-3:] == ["2024-10-15", "bcn-commercial-hmo", "64640"]


def test_a_file_sent_again_with_its_key_makes_no_second_job(served: Started) -> None:
    client = served().client
    headers = {"Idempotency-Key": "upload-1"}
    one, other = _made(client, headers=headers), _made(client, headers=headers)
    assert one["id"] == other["id"]
    refused = client.post("/api/v1/adjudications", files={"claims": ("claims.csv", CLAIMS + " ")}, headers=headers)
    assert refused.status_code == 409


def test_an_impact_tells_what_changes_between_two_days(served: Started) -> None:
    client = served().client
    made = _made(client, "impacts", data={"before": "2022-01-01", "after": "2025-06-01"})
    job = _over(client, made["id"], "impacts")
    assert job["state"] == "done", job
    assert job["result"]["before"] == "published by 2022-01-01"
    assert sorted(job["files"]) == ["impact.json", "report.html"]


def test_a_named_file_is_only_of_the_operators_folder(served: Started, tmp_path: Path) -> None:
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "small.csv").write_text(CLAIMS)
    (tmp_path / "secret.csv").write_text(CLAIMS)
    (tmp_path / "claims" / "link.csv").symlink_to(tmp_path / "secret.csv")
    client = served(config={"jobs": {"claims_folder": str(tmp_path / "claims")}}).client
    answer = client.post("/api/v1/adjudications", data={"claims_path": "small.csv"})
    assert answer.status_code == 202
    assert _over(client, answer.json()["id"])["state"] == "done"
    assert (tmp_path / "claims" / "small.csv").exists()
    for name in ("../secret.csv", str(tmp_path / "secret.csv"), "link.csv", ".", "nothing.csv"):
        assert client.post("/api/v1/adjudications", data={"claims_path": name}).status_code == 422


def _running(served: Started, big: Path, *options: str, **more: Any) -> tuple[Served, str]:
    config = {**QUICK, **more, "jobs": {"part_seconds": 0.3, "claims_folder": str(big.parent)}}
    running = served(*options, config=config)
    answer = running.client.post("/api/v1/adjudications", data={"claims_path": big.name})
    number = answer.json()["id"]
    until(lambda: _job(running.client, number)["lines"] > 100_000)
    return running, number


def _is_whole(client: httpx2.Client, number: str) -> None:
    job = _over(client, number)
    assert (job["state"], job["lines"]) == ("done", LINES), job["problems"]
    told = client.get(f"/api/v1/adjudications/{number}/results?size=1").json()
    assert told["total"] == LINES


def test_a_job_is_cancelled_and_goes_on_from_what_it_kept(served: Started, big: Path) -> None:
    running, number = _running(served, big)
    client = running.client
    assert client.delete(f"/api/v1/adjudications/{number}").status_code == 409
    assert client.post(f"/api/v1/adjudications/{number}/cancel").status_code == 202
    job = _over(client, number)
    assert job["state"] == "cancelled"
    assert client.get(f"/api/v1/adjudications/{number}/results").status_code == 409
    assert client.post(f"/api/v1/adjudications/{number}/cancel").status_code == 409
    assert client.post(f"/api/v1/adjudications/{number}/resume").status_code == 202
    _is_whole(client, number)


def test_a_job_that_is_killed_is_taken_up_again(served: Started, big: Path) -> None:
    running, number = _running(served, big)
    os.kill(_worker_of(number), signal.SIGKILL)
    _is_whole(running.client, number)
    assert _job(running.client, number)["attempts"] == 2


def test_a_service_that_is_killed_goes_on_with_its_jobs_when_it_is_back(served: Started, big: Path) -> None:
    running, number = _running(served, big)
    saved = running.client.post("/api/v1/answers", json={"case": CASE}).json()
    running.stop(signal.SIGKILL)
    again = served(config={**QUICK, "jobs": {"part_seconds": 0.3, "claims_folder": str(big.parent)}})
    assert again.client.get(f"/api/v1/answers/{saved['id']}").json() == saved
    _is_whole(again.client, number)
    assert again.client.get("/api/v1/audit/verify").json()["whole"]


def test_a_service_that_stops_puts_its_job_back(served: Started, big: Path) -> None:
    running, number = _running(served, big)
    assert running.stop() == 0
    again = served(config={**QUICK, "jobs": {"part_seconds": 0.3, "claims_folder": str(big.parent)}})
    _is_whole(again.client, number)
    assert _job(again.client, number)["attempts"] == 1


@on_postgres
def test_on_postgres_jobs_go_by_the_shared_queue(served: Started, big: Path, postgres: Any) -> None:
    running, number = _running(served, big, "--database", postgres.database(), workers=2)
    os.kill(_worker_of(number), signal.SIGKILL)
    _is_whole(running.client, number)
    small = _over(running.client, _made(running.client)["id"])
    assert small["state"] == "done"
    assert running.stop() == 0


def _worker_of(number: str) -> int:
    """The process that works at a job."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"clausal.service.jobs.work" in words and number.encode() in words:
            return int(folder.name)
    raise AssertionError("nobody works at the job")
