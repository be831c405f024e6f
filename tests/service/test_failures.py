"""A full disk, a locked or lost database, a killed worker: a clear problem each, and nothing is half-written."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.postgres import Cluster, cluster
from tests.service.conftest import CASE, CLAIMS, Started, on_postgres, until


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB of its own."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_told_and_nothing_is_half_written(served: Started, small_disk: Path) -> None:
    running = served("--data", str(small_disk))
    client = running.client
    kept = [client.post("/api/v1/answers", json={"case": CASE}).json()["id"]]
    upload = client.post("/api/v1/adjudications", files={"claims": ("claims.csv", CLAIMS + "x" * (12 << 20))})
    assert upload.status_code in (507, 503), upload.text
    assert upload.headers["content-type"] == "application/problem+json"
    assert list(small_disk.glob("jobs/*")) == []
    (small_disk / "ballast").write_bytes(b"x" * (4 << 20))
    for _ in range(400):
        answer = client.post("/api/v1/answers", json={"case": CASE})
        if answer.status_code != 201:
            break
        kept.append(answer.json()["id"])
    assert answer.status_code in (507, 503), answer.text
    assert "disk" in answer.json()["detail"] or "room" in answer.json()["hint"]
    assert client.post("/api/v1/decide", json={"case": CASE}).status_code == 200
    (small_disk / "ballast").unlink()
    until(lambda: client.post("/api/v1/answers", json={"case": CASE}).status_code == 201)
    listed = client.get("/api/v1/answers?size=1000").json()["answers"]
    assert {one["id"] for one in listed} >= set(kept)
    assert client.get("/api/v1/audit/verify").json()["whole"]


def test_a_locked_database_is_told_and_decisions_go_on(served: Started, tmp_path: Path) -> None:
    running = served()
    other = sqlite3.connect(tmp_path / "data" / "store.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = running.client.post("/api/v1/answers", json={"case": CASE})
    assert (answer.status_code, answer.json()["detail"]) == (503, "the store is busy: another writer holds it")
    assert answer.headers["retry-after"]
    assert running.client.post("/api/v1/decide", json={"case": CASE}).status_code == 200
    other.execute("ROLLBACK")
    assert running.client.post("/api/v1/answers", json={"case": CASE}).status_code == 201


@pytest.fixture
def own_postgres() -> Iterator[Cluster]:
    with cluster() as found:
        yield found


@on_postgres
def test_a_lost_database_is_told_and_used_again_when_it_is_back(served: Started, own_postgres: Cluster) -> None:
    running = served("--database", own_postgres.database())
    client = running.client
    saved = client.post("/api/v1/answers", json={"case": CASE}).json()
    own_postgres.kill()
    answer = client.post("/api/v1/answers", json={"case": CASE})
    assert (answer.status_code, answer.json()["detail"]) == (503, "the store cannot be reached")
    assert client.get("/-/ready").status_code == 503
    assert client.get("/-/health").status_code == 200
    assert client.post("/api/v1/decide", json={"case": CASE}).status_code == 200
    own_postgres.start()
    until(lambda: client.get("/-/ready").status_code == 200)
    assert client.get(f"/api/v1/answers/{saved['id']}").json() == saved
    assert "Traceback" not in running.logged(), running.logged()


@on_postgres
def test_a_killed_worker_loses_nothing_that_was_acknowledged(served: Started, postgres: Cluster) -> None:
    running = served("--database", postgres.database(), config={"workers": 2})
    kept: list[str] = []
    stop = threading.Event()

    def save() -> None:
        with httpx2.Client(base_url=running.address, headers={"Authorization": f"Bearer {running.token}"}) as client:
            while not stop.is_set():
                try:
                    answer = client.post("/api/v1/answers", json={"case": CASE}, timeout=10)
                except httpx2.HTTPError:
                    continue
                if answer.status_code == 201:
                    kept.append(answer.json()["id"])

    threads = [threading.Thread(target=save) for _ in range(4)]
    for one in threads:
        one.start()
    for _ in range(3):
        before = len(kept)
        until(lambda: len(kept) > before + 20)  # noqa: B023
        os.kill(_workers(running.process.pid)[0], signal.SIGKILL)
    before = len(kept)
    until(lambda: len(kept) > before + 20)
    stop.set()
    for one in threads:
        one.join()
    until(lambda: len(_workers(running.process.pid)) == 2)
    client = running.client
    for number in kept:
        assert client.get(f"/api/v1/answers/{number}").status_code == 200
    assert client.get("/api/v1/audit/verify").json()["whole"]
    assert running.stop() == 0


@on_postgres
def test_a_service_that_is_killed_leaves_no_process_behind(served: Started, postgres: Cluster) -> None:
    running = served("--database", postgres.database(), config={"workers": 2})
    until(lambda: len(_children(running.process.pid)) >= 3)
    children = _children(running.process.pid)
    running.stop(signal.SIGKILL)
    until(lambda: not [one for one in children if _is_there(one)])


def _is_there(process: int) -> bool:
    try:
        return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@on_postgres
def test_packs_that_are_read_anew_are_read_by_all_workers(served: Started, postgres: Cluster, tmp_path: Path) -> None:
    pack = tmp_path / "packs" / "house"
    pack.mkdir(parents=True)
    rules = "pack: house\ntitle: {}\npublisher: House\nkind: terminology\nstatus: in-force\n"
    (pack / "pack.yaml").write_text(rules.format("one"))
    database = postgres.database()
    running = served("--database", database, "--packs", str(tmp_path / "packs"), config={"workers": 2})

    def libraries() -> set[str]:
        """The libraries of many requests, each on a connection of its own."""
        found = set()
        for _ in range(20):
            with running.client as client:
                found.add(client.get("/api/v1/library").json()["library"])
        return found

    (before,) = libraries()
    (pack / "pack.yaml").write_text(rules.format("two"))
    with running.client as client:
        assert client.post("/api/v1/library/reload").json()["changed"]
    until(lambda: len(found := libraries()) == 1 and before not in found)


def _workers(parent: int) -> list[int]:
    """The processes of the service that answer requests."""
    return [one for one in _children(parent) if b"spawn_main" in (Path("/proc") / str(one) / "cmdline").read_bytes()]


def _children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
        except (OSError, ValueError):
            continue
    return found
