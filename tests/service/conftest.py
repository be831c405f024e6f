"""The service for tests: in this process with a client for each role, and as the real command in its own process."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from clausal.service.app import create_app
from clausal.service.configuration import Configuration, Log, SignIn
from clausal.service.logs import configure
from clausal.service.roles import ROLES
from clausal.store import chain, people
from tests.postgres import Cluster, cluster

TOKEN = "the-token-of-the-single-user"
CASE: dict[str, Any] = {
    "service_date": "2024-10-15",
    "plan": "bcn-commercial-hmo",
    "diagnoses": ["M17.11"],
    "device": "iovera",
    "purpose": "pain",
    "lines": [{"code": "64640", "units": 2, "modifiers": ["RT"]}],
}
CLAIMS = """claim_id,line,service_date,plan,diagnoses,code,units,modifiers,device,purpose,state,charge
A1,1,2024-10-15,bcn-commercial-hmo,M17.11,64640,2,RT,iovera,pain,MI,1200.00
B2,1,2024-10-15,medicare-part-b,M17.12,64640,1,LT,iovera,pain,KY,600.00
C3,1,2024-10-15,bcn-commercial-hmo,M17.99,64640,1,RT,,pain,MI,600.00
"""
CLAUSAL = [sys.executable, "-c", "from clausal.cli import main; main()"]
LOCAL = "http://127.0.0.1:8640"
on_postgres = pytest.mark.xdist_group("postgres")


configure(Log(level="error"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as found:
        yield found


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The single user, by token."""
    app = create_app(Configuration(data=tmp_path_factory.mktemp("single")), TOKEN)
    with TestClient(app, LOCAL, headers={"Authorization": f"Bearer {TOKEN}"}, raise_server_exceptions=False) as client:
        yield client


@dataclass
class Many:
    """A service of many people: a client for each role, and one of nobody."""

    app: FastAPI
    by_role: dict[str, TestClient] = field(default_factory=dict)

    def __getattr__(self, role: str) -> TestClient:
        return self.by_role[role]


def many_people(configuration: Configuration) -> Many:
    """An application with sign-in, and a client with a token for each role."""
    app = create_app(configuration, works=False)
    found = Many(app)
    for role in ROLES:
        with app.state.parts.database.writing() as connection:
            secret, _ = people.make_token(
                connection, chain.Actor("test"), f"test {role}", [role], dt.timedelta(hours=1)
            )
        found.by_role[role] = _client(app, {"Authorization": f"Bearer {secret}"})
    found.by_role["nobody"] = _client(app, {})
    return found


def _client(app: FastAPI, headers: dict[str, str]) -> TestClient:
    return TestClient(app, "https://clausal.example", headers=headers, raise_server_exceptions=False)


def signing_in(data: Path, **more: Any) -> Configuration:
    """A configuration with sign-in."""
    sign_in = SignIn(issuer="http://127.0.0.1:1", client_id="clausal", roles={"reviewer": ["nurses"]})
    return Configuration(data=data, sign_in=sign_in, public_url="https://clausal.example", **more)


@pytest.fixture
def many(tmp_path: Path) -> Many:
    return many_people(signing_in(tmp_path))


Started = Callable[..., "Served"]


@dataclass
class Served:
    """`clausal serve` in a process of its own."""

    process: subprocess.Popen[str]
    address: str
    token: str
    log: Path

    @property
    def client(self) -> httpx2.Client:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return httpx2.Client(base_url=self.address, headers=headers, timeout=30)

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Stop it; the status of the process."""
        self.process.send_signal(how)
        return self.process.wait(60)

    def logged(self) -> str:
        return self.log.read_text()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Started]:
    started: list[Served] = []

    def start(*options: str, config: dict[str, Any] | None = None, wait: bool = True, **environment: str) -> Served:
        command = [*CLAUSAL, "serve", "--port", "0", "--data", str(tmp_path / "data"), *options]
        if config is not None:
            (tmp_path / "serve.yaml").write_text(json.dumps(config))
            command += ["--config", str(tmp_path / "serve.yaml")]
        log = tmp_path / f"log-{len(started)}"
        with log.open("w") as errors:
            process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, text=True, env=os.environ | environment
            )
        assert process.stdout is not None
        told = process.stdout.readline().strip().removeprefix("open ")
        address, _, token = told.partition("/sign-in?token=")
        found = Served(process, address.rstrip("/"), token, log)
        started.append(found)
        if wait:
            until(lambda: found.client.get("/-/ready").status_code == 200)
        return found

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait(20)


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until something is true, and return it."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            if found := true():
                return found
        except httpx2.HTTPError:
            pass
        time.sleep(0.1)
    raise TimeoutError
