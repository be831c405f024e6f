"""A real Postgres for tests: its own cluster in a folder, started and stopped here, without a network."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


def programs() -> Path | None:
    """The folder of Postgres's programs, or None where it is not installed."""
    found = shutil.which("postgres")
    if found and shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
    return Path(folders[-1]).parent if folders else None


class Cluster:
    """A running Postgres; each call of `database` makes an empty one."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], restart: list[str]) -> None:
        self.folder = folder
        self.process = process
        self._restart = restart
        self._made = 0

    @property
    def address(self) -> str:
        """The address of the first database."""
        return f"postgresql://clausal@/postgres?host={self.folder}"

    def database(self) -> str:
        """The address of an empty database."""
        self._made += 1
        name = f"test_{self._made}"
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.address.replace("/postgres?", f"/{name}?")

    def kill(self) -> None:
        """Take the database away at once."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)

    def start(self) -> None:
        """Bring it back."""
        self.process = _started(self._restart, self.folder)
        _wait(self.address)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Postgres in a folder of its own; where the tests run as root, as a user who is not."""
    where = programs()
    assert where is not None, "Postgres is not installed: apt-get install postgresql"
    folder = Path(tempfile.mkdtemp(prefix="clausal-pg-", dir="/tmp"))
    as_user: list[str] = []
    if os.getuid() == 0:
        user = next(one for one in ("postgres", "nobody") if _exists(one))
        shutil.chown(folder, user)
        as_user = ["setpriv", f"--reuid={user}", "--clear-groups"]
    make = [*as_user, str(where / "initdb"), "-D", str(folder / "data"), "-U", "clausal", "-A", "trust", "--no-sync"]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd=folder)
    options = ["-k", str(folder), "-c", "listen_addresses=", "-c", "max_connections=60"]
    start = [*as_user, str(where / "postgres"), "-D", str(folder / "data"), *options]
    process = _started(start, folder)
    found = Cluster(folder, process, start)
    try:
        _wait(found.address)
        yield found
    finally:
        found.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _started(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("Postgres does not start")
