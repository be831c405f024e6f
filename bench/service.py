"""The service: start-up, `decide` over HTTP, two hundred users at once, memory of a worker, events a second.

`python -m bench.service` prints all of it; `python -m bench.service users` the two minutes of two hundred users.
The clients speak HTTP by hand on open connections, so that the machine's two cores are the service's and not theirs.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.postgres import cluster

from bench.timing import machine
from clausal.store import chain
from clausal.store.database import Database, sqlite_url

CASE = {
    "service_date": "2024-10-15",
    "plan": "bcn-commercial-hmo",
    "diagnoses": ["M17.11"],
    "device": "iovera",
    "purpose": "pain",
    "lines": [{"code": "64640", "units": 2, "modifiers": ["RT"]}],
}
USERS, SECONDS, THINKS = 200, 120.0, 2.0
"""People at once, for how long, and the seconds that each takes between an answer and the next request, on average."""
MIX: Sequence[tuple[int, str, str, Any]] = (
    (70, "POST", "/api/v1/decide", {"case": CASE}),
    (8, "POST", "/api/v1/next-question", {"case": {"service_date": "2024-10-15", "plan": "bcn-commercial-hmo"}}),
    (8, "POST", "/api/v1/prices", {"lines": [{"code": "64640", "units": 2}], "where": {"name": "Detroit"}}),
    (6, "POST", "/api/v1/answers", {"case": CASE}),
    (4, "GET", "/api/v1/policies/bcbsm-cryoneurolysis", None),
    (2, "GET", "/api/v1/pairs?code=64640", None),
    (2, "GET", "/api/v1/answers?size=20", None),
)
"""Of a hundred requests how many are what."""


@dataclass
class Serving:
    """A service in a process of its own."""

    host: str
    port: int
    token: str
    process: subprocess.Popen[str]
    started_in: float

    def memory(self) -> int:
        """Resident bytes of the largest process that answers."""
        sizes = [_resident(one) for one in [self.process.pid, *_children(self.process.pid)]]
        return max(sizes)


@contextmanager
def serving(*options: str, config: dict[str, Any] | None = None) -> Iterator[Serving]:
    """Start `clausal serve` in a folder of its own, and stop it."""
    folder = Path(tempfile.mkdtemp(prefix="clausal-bench-"))
    settings = {"limits": {"requests_per_minute": 10_000_000}, "log": {"level": "warning"}, **(config or {})}
    (folder / "serve.yaml").write_text(json.dumps(settings))
    command = [sys.executable, "-c", "from clausal.cli import main; main()", "serve", "--port", "0", *options]
    command += ["--data", str(folder / "data"), "--config", str(folder / "serve.yaml")]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    address, _, token = process.stdout.readline().strip().removeprefix("open ").partition("/sign-in?token=")
    host, _, port = address.partition("://")[2].partition(":")
    found = Serving(host, int(port), token, process, 0.0)
    while True:
        try:
            status, _ = asyncio.run(_once(found, "GET", "/-/ready"))
            if status == 200:
                break
        except OSError:
            time.sleep(0.005)
    found.started_in = time.perf_counter() - began
    try:
        yield found
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def run() -> None:
    """Every figure of the service."""
    print("\nthe service")
    _start_up()
    with serving() as one:
        for clients in (1, 16, 64):
            told = asyncio.run(_decide(one, clients, 8.0))
            print(f"  decide over HTTP, {clients:>2} clients   p50 {told.at(50):6.1f} ms   p99 {told.at(99):6.1f} ms   "
                  f"{told.count / told.seconds:6.0f} a second")  # fmt: skip
        print(f"  memory of the worker after that   {one.memory() / 1e6:.0f} MB")
    _events()


def users() -> None:
    """Two hundred users for two minutes, on SQLite with one worker and on Postgres with two."""
    print(f"\n{USERS} users, each with a request every {THINKS:g} s or so, for {SECONDS:g} s")
    with serving() as one:
        _users("SQLite, one worker", one)
    with cluster() as postgres, serving("--database", postgres.database(), config={"workers": 2}) as two:
        _users("Postgres, two workers", two)


def _users(name: str, service: Serving) -> None:
    asyncio.run(_decide(service, 4, 5.0))
    before = service.memory()
    told = asyncio.run(_mixed(service))
    decide = told["/api/v1/decide"]
    every = [one for times in told.values() for one in times.milliseconds]
    errors = sum(times.errors for times in told.values())
    print(f"  {name}: {len(every)} requests, {errors} errors, {len(every) / SECONDS:.0f} a second")
    print(
        f"    decide p50 {decide.at(50):.1f} ms, p99 {decide.at(99):.1f} ms, longest {max(decide.milliseconds):.1f} ms"
    )
    print(f"    memory {before / 1e6:.0f} MB before, {service.memory() / 1e6:.0f} MB after")
    for path, times in told.items():
        if path != "/api/v1/decide":
            print(f"    {path.partition('?')[0]:<40} p50 {times.at(50):6.1f} ms   p99 {times.at(99):6.1f} ms")


def _start_up() -> None:
    times = []
    for _ in range(5):
        with serving() as one:
            times.append(one.started_in)
    print(f"  start-up to the first answer   {statistics.median(times):.2f} s")


@dataclass
class Times:
    """How long answers took."""

    milliseconds: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0

    @property
    def count(self) -> int:
        return len(self.milliseconds)

    def at(self, percent: int) -> float:
        """A percentile."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


async def _decide(service: Serving, clients: int, seconds: float) -> Times:
    """Clients that ask again as soon as they are answered."""
    found = Times()
    ends = time.perf_counter() + seconds
    request = _request(service, "POST", "/api/v1/decide", {"case": CASE})

    async def client() -> None:
        reader, writer = await asyncio.open_connection(service.host, service.port)
        while time.perf_counter() < ends:
            began = time.perf_counter()
            status = await _ask(reader, writer, request)
            found.milliseconds.append((time.perf_counter() - began) * 1e3)
            found.errors += status >= 500
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    found.seconds = time.perf_counter() - began
    assert found.errors == 0
    return found


async def _mixed(service: Serving) -> dict[str, Times]:
    """Users that think between their requests."""
    found = {path: Times() for _, _, path, _ in MIX}
    ends = time.perf_counter() + SECONDS
    requests = [(path, _request(service, method, path, body)) for _, method, path, body in MIX]
    weights = [weight for weight, *_ in MIX]

    async def user(number: int) -> None:
        chance = random.Random(number)
        await asyncio.sleep(chance.random() * THINKS)
        reader, writer = await asyncio.open_connection(service.host, service.port)
        while time.perf_counter() < ends:
            path, request = chance.choices(requests, weights)[0]
            began = time.perf_counter()
            try:
                status = await _ask(reader, writer, request)
            except (OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection(service.host, service.port)
                status = 599
            found[path].milliseconds.append((time.perf_counter() - began) * 1e3)
            found[path].errors += status >= 400
            await asyncio.sleep(chance.expovariate(1 / THINKS))
        writer.close()

    await asyncio.gather(*(user(number) for number in range(USERS)))
    return found


def _request(service: Serving, method: str, path: str, body: Any = None) -> bytes:
    raw = json.dumps(body).encode() if body is not None else b""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: {service.host}:{service.port}\r\nAuthorization: Bearer {service.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
    )
    return head.encode() + raw


async def _once(service: Serving, method: str, path: str) -> tuple[int, float]:
    reader, writer = await asyncio.open_connection(service.host, service.port)
    began = time.perf_counter()
    status = await _ask(reader, writer, _request(service, method, path))
    writer.close()
    return status, time.perf_counter() - began


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """Send a request, and read its answer to the end; the status."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    at = head.lower().index(b"content-length:") + len(b"content-length:")
    await reader.readexactly(int(head[at : head.index(b"\r\n", at)]))
    return int(head[9:12])


def _events() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder) / "store.sqlite"))
        database.upgrade()
        print(f"  events a second, each its own transaction: SQLite {_rate(database):.0f}", end="")
    with cluster() as postgres:
        database = Database(postgres.database())
        database.upgrade()
        print(f", Postgres {_rate(database):.0f} by one writer, {_rate(database, 4):.0f} by four")
        database.close()


def _rate(database: Database, writers: int = 1, seconds: float = 4.0) -> float:
    counts = [0] * writers
    ends = time.perf_counter() + seconds

    def write(number: int) -> None:
        actor = chain.Actor("bench", "request")
        while time.perf_counter() < ends:
            with database.writing() as connection:
                chain.append(connection, actor, "answer.seen", "answer:abcdefghijkmnpqrstuvwxyz23")
            counts[number] += 1

    _all(write, writers)
    return sum(counts) / seconds


def _all(write: Callable[[int], None], writers: int) -> None:
    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def _children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
        except (OSError, ValueError):
            continue
    return found


def _resident(process: int) -> int:
    try:
        pages = int((Path("/proc") / str(process) / "statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    print(machine())
    if "users" in sys.argv:
        users()
    else:
        run()
