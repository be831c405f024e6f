"""`clausal serve` as people start it: the printed address, its end, bad configurations, clients of bad manners."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.service.conftest import CASE, CLAUSAL, Started, until


def test_it_prints_an_address_that_lets_its_user_in_and_ends_when_asked(served: Started) -> None:
    running = served()
    with httpx2.Client(base_url=running.address, follow_redirects=True) as browser:
        assert browser.get("/").status_code == 401
        page = browser.get(f"/sign-in?token={running.token}")
        assert page.status_code == 200
        assert str(page.url) == f"{running.address}/"
        assert "bcbsm-cryoneurolysis" in page.text
        assert running.token not in page.text
        interface = browser.get("/docs/api")
        assert "/api/v1/decide" in interface.text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert found
        assert browser.post("/sign-out", data={"csrf_token": "guess"}).status_code == 403
        assert browser.post("/sign-out", data={"csrf_token": found[1]}).status_code == 401  # sent to sign in again
        assert browser.get("/").status_code == 401
    assert running.stop() == 0
    assert "stopped" in running.logged()
    assert "Traceback" not in running.logged()


def test_it_ends_with_ctrl_c_too(served: Started) -> None:
    assert served().stop(signal.SIGINT) == 0


def test_what_is_being_answered_when_it_stops_is_answered(served: Started) -> None:
    running = served()
    lines = [{"code": "64640", "units": 1 + number % 3} for number in range(900)]
    with socket.create_connection(_place(running.address)) as client:
        body = json.dumps({"case": {**CASE, "lines": lines}}).encode()
        client.sendall(_head(running.token, len(body)) + body)
        time.sleep(0.4)
        running.process.send_signal(signal.SIGTERM)
        client.settimeout(30)
        assert client.recv(15) == b"HTTP/1.1 200 OK"
    assert running.process.wait(60) == 0


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = _run("--port", port, "--data", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr == (
        f"127.0.0.1:{port}: cannot be listened on: Address already in use; name another with --port, or 0 for any that "
        "is free\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prot: 1\n", "serve.yaml:1:1: unknown name 'prot' (prot); did you mean 'port'?"),
        ("port: high\n", "serve.yaml:1:1: 'high' is not a whole number (port); expected a whole number"),
        ("- a\n", "serve.yaml:1:1: a configuration is a mapping of names to values; see docs/operate.md"),
        ("limits:\n  upload: 3\n", "serve.yaml:2:3: unknown name 'upload' (limits.upload); did you mean 'upload_mb'?"),
        (
            "sign_in:\n  issuer: x\n  client_id: y\n  roles:\n    nurse: [a]\n",
            "serve.yaml:5:5: unknown role 'nurse' (sign_in.roles.nurse); expected one of viewer, biller, reviewer, "
            "physician, analyst, admin",
        ),
        (
            "sign_in:\n  issuer: x\n",
            "serve.yaml:1:1: `sign_in.client_id` is missing (sign_in.client_id); docs/operate.md",
        ),
        ("address: 0.0.0.0\n", "`address` is no loopback address and there is no `sign_in`: anybody could come in"),
        ("workers: 2\n", "several `workers` need a `database` on Postgres: SQLite has one writer"),
        ("public_url: clausal.example\n", "write it with https://, as people type it"),
        ("packs: [nowhere]\n", "nowhere: no such folder of packs"),
        ("database: mysql://x\n", "database: databases of the kind 'mysql' are not supported"),
        ("database: postgresql://clausal@127.0.0.1:1/x\n", "database: the store cannot be reached"),
        ("tracing: {}\n", "`tracing.endpoint` is missing"),
    ],
)
def test_what_is_wrong_with_a_configuration_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "serve.yaml").write_text(text)
    done = _run("--config", "serve.yaml", "--data", "data", folder=tmp_path)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data" / "store.sqlite").exists() or "packs" in text


def test_a_store_has_one_service(served: Started, tmp_path: Path) -> None:
    served()
    done = _run("--port", "0", "--data", str(tmp_path / "data"))
    assert done.returncode == 2
    assert "another service runs on this store; stop that one, or name another folder with --data" in done.stderr


def test_a_token_that_can_be_guessed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSAL_SERVICE_TOKEN", "short")
    done = _run("--port", "0", "--data", str(tmp_path / "data"))
    assert (done.returncode, done.stderr) == (
        2,
        "CLAUSAL_SERVICE_TOKEN: this token can be guessed; 20 characters or more\n",
    )


def test_packs_that_are_refused_keep_it_from_starting(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "pack.yaml").write_text("pack: bad\ncolour: blue\n")
    done = _run("--packs", str(tmp_path / "bad"), "--data", str(tmp_path / "data"))
    assert done.returncode == 2
    assert "pack.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_client_that_sends_half_a_head_is_let_go(served: Started) -> None:
    running = served(config={"limits": {"idle_seconds": 1}})
    with socket.create_connection(_place(running.address)) as client:
        client.sendall(b"POST /api/v1/decide HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        client.settimeout(20)
        assert _until_the_end(client) == b""
    assert running.client.get("/-/health").status_code == 200


def test_a_client_that_sends_half_a_body_is_told(served: Started) -> None:
    running = served(config={"limits": {"idle_seconds": 1}})
    with socket.create_connection(_place(running.address)) as client:
        client.sendall(_head(running.token, 500) + b'{"case":')
        client.settimeout(20)
        answer = _until_the_end(client)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"the request did not come in time" in answer
    assert running.client.get("/-/health").status_code == 200


def test_a_head_without_end_is_let_go(served: Started) -> None:
    running = served()
    with socket.create_connection(_place(running.address)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        client.settimeout(20)
        assert _is_let_go(client)
    assert running.client.get("/-/health").status_code == 200


def test_an_upload_of_100_megabytes_is_refused_and_nothing_of_it_stays(served: Started, tmp_path: Path) -> None:
    running = served()

    def blocks() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="claims"; filename="c.csv"\r\n\r\n'
        for _ in range(100):
            yield b"x" * (1 << 20)

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    whole = running.client.post("/api/v1/adjudications", files={"claims": ("c.csv", b"x" * (100 << 20))})
    assert whole.status_code == 413
    assert whole.json()["hint"].startswith("at most 64 MiB are read here")
    try:
        streamed = running.client.post("/api/v1/adjudications", content=blocks(), headers=headers)
        assert streamed.status_code == 413
    except httpx2.WriteError:
        pass  # it was told, and the line closed, before all was sent
    assert running.client.get("/api/v1/adjudications").json()["jobs"] == []
    assert not [one for one in (tmp_path / "data").rglob("*") if one.is_file() and one.stat().st_size > 1 << 20]


def test_too_much_json_is_refused(served: Started) -> None:
    running = served(config={"limits": {"body_kb": 64}})
    body = json.dumps({"case": {**CASE, "problem_list": ["I10"] * 20_000}})
    answer = running.client.post("/api/v1/decide", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["title"]) == (413, "the request is too large")


def test_a_start_takes_no_service_where_it_is_not_asked_for() -> None:
    """What only the service needs is loaded by its commands alone."""
    code = (
        "import sys; from clausal.determination.decide import decide; from clausal.documents.load import load_library;"
        "import clausal.cli.decide, clausal.cli; load_library();"
        "print([one for one in ('fastapi', 'starlette', 'sqlalchemy', 'uvicorn', 'jinja2', 'structlog') "
        "if one in sys.modules])"
    )
    done = subprocess.run([CLAUSAL[0], "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_metrics_count_requests_and_answers(served: Started) -> None:
    running = served()
    running.client.post("/api/v1/decide", json={"case": CASE})
    told = running.client.get("/-/metrics").text
    assert 'clausal_requests_total{method="POST",route="/api/v1/decide",status="200"} 1.0' in told
    assert 'clausal_lines_total{status="not-covered"} 1.0' in told


def test_packs_are_read_anew_without_a_restart_and_bad_ones_change_nothing(served: Started, tmp_path: Path) -> None:
    pack = tmp_path / "packs" / "house"
    pack.mkdir(parents=True)
    rules = "pack: house\ntitle: House rules\npublisher: House\nkind: terminology\nstatus: in-force\n"
    (pack / "pack.yaml").write_text(rules)
    running = served("--packs", str(tmp_path / "packs"))
    before = running.client.get("/api/v1/library").json()
    (pack / "pack.yaml").write_text(rules.replace("House rules", "Rules of the house"))
    told = running.client.post("/api/v1/library/reload").json()
    assert told["changed"]
    assert told["library"] != before["library"]
    assert running.client.get("/api/v1/policies/house").json()["title"] == "Rules of the house"
    assert running.client.post("/api/v1/decide", json={"case": CASE}).json()["library"] == told["library"]
    (pack / "pack.yaml").write_text("pack: house\ncolour: blue\n")
    refused = running.client.post("/api/v1/library/reload")
    assert refused.status_code == 422
    assert running.client.get("/api/v1/library").json()["library"] == told["library"]
    (pack / "pack.yaml").write_text(rules)
    running.process.send_signal(signal.SIGHUP)
    until(lambda: running.client.get("/api/v1/library").json()["library"] == before["library"])


def _until_the_end(client: socket.socket) -> bytes:
    """All that comes until the other side closes: a head and its body may come in two pieces."""
    return b"".join(iter(lambda: client.recv(4000), b""))


def _is_let_go(client: socket.socket) -> bool:
    """Whether the line is closed while a head is sent that never ends."""
    try:
        for _ in range(2000):
            client.sendall(b"X-Long: " + b"x" * 4000 + b"\r\n")
    except OSError:
        return True
    return False


def _run(*options: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [*CLAUSAL, "serve", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=folder)


def _place(address: str) -> tuple[str, int]:
    host, _, port = address.partition("://")[2].partition(":")
    return host, int(port)


def _head(token: str, length: int) -> bytes:
    return (
        f"POST /api/v1/decide HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    ).encode()
