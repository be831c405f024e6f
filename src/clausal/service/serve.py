"""Starts the service: one process on SQLite, or several with a worker for jobs on Postgres; ends gracefully."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import IO, Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from clausal.files import private_folder
from clausal.problems import InvalidInput, Place
from clausal.service.app import create_app
from clausal.service.configuration import Configuration
from clausal.service.jobs.processes import CONFIGURED, PARENT, end, follow_parent
from clausal.service.logs import configure
from clausal.service.observed import SEVERAL
from clausal.service.pages.curl import header_file
from clausal.store.database import Database
from clausal.store.identifiers import new_secret

TOKEN = "CLAUSAL_SERVICE_TOKEN"
"""The environment variable that hands the token of the single user to workers."""
GRACE = 20
"""Seconds that requests are given to end when the service stops."""
SWITCHED = 0.0005
"""Seconds after which a thread that works lets another go on: requests wait for what is worked at beside them."""
LEAST_TOKEN = 20
AGAIN = 2.0
"""Seconds after which a worker for jobs that is gone is started again."""


def serve(configuration: Configuration, tell: Callable[[str], None] = print) -> None:
    """Serve until asked to stop; `tell` is given the address to open. Raises InvalidInput, StoreFault."""
    _prepare(configuration)
    held = _alone(configuration)
    token = _token(configuration)
    sockets = [_bound(configuration)]
    port = sockets[0].getsockname()[1]
    configuration = configuration.model_copy(update={"port": port})
    address = f"{configuration.origin}/sign-in?token={token}" if token else configuration.origin
    if configuration.workers == 1:
        app = create_app(configuration, token)
        settle()
        server = uvicorn.Server(_config(app, configuration))
        tell(address)
        with _jobs_worker(configuration), held or nullcontext(), _header(configuration, token):
            server.run(sockets)
        return
    os.environ |= {CONFIGURED: configuration.model_dump_json(), TOKEN: token, PARENT: str(os.getpid())}
    config = _config("clausal.service.serve:worker", configuration)
    tell(address)
    with _jobs_worker(configuration), _header(configuration, token):
        Multiprocess(config, sockets=sockets).run()
    shutil.rmtree(os.environ[SEVERAL], ignore_errors=True)


def worker() -> FastAPI:
    """The application of one of several workers, as its environment tells."""
    configuration = Configuration.model_validate_json(os.environ[CONFIGURED])
    configure(configuration.log)
    follow_parent()
    app = create_app(configuration, os.environ.get(TOKEN, ""))
    settle()
    return app


def settle() -> None:
    """Take what is loaded, and stays, out of what the collector looks through; let no thread hold others up long."""
    gc.collect()
    gc.freeze()
    gc.enable()
    sys.setswitchinterval(SWITCHED)


def _prepare(configuration: Configuration) -> None:
    """Folders, logs and tables, before any worker starts."""
    configure(configuration.log)
    private_folder(configuration.data)
    folder = private_folder(configuration.data / "tmp")
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    if configuration.workers > 1:
        counts = private_folder(configuration.data / "tmp" / f"counts-{os.getpid()}")
        os.environ[SEVERAL] = str(counts)
    if configuration.tracing is not None:
        from clausal.service.traces import available

        available()
    database = Database(configuration.database_url)
    database.upgrade()
    database.close()


def _token(configuration: Configuration) -> str:
    """The token of the single user: a new one, or the one of the environment, which must not be guessed."""
    if not configuration.is_single_user:
        return ""
    given = os.environ.get(TOKEN, "")
    if given and len(given) < LEAST_TOKEN:
        raise InvalidInput.at(Place(TOKEN), "this token can be guessed", f"{LEAST_TOKEN} characters or more")
    return given or new_secret()


@contextmanager
def _header(configuration: Configuration, token: str) -> Iterator[None]:
    """The single user's token in a file that nobody else reads, for `curl -H @FILE`, while the service runs."""
    path = header_file(configuration)
    path.unlink(missing_ok=True)
    if not token:
        yield
        return
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(f"Authorization: Bearer {token}\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _alone(configuration: Configuration) -> IO[str] | None:
    """A hold on an SQLite store, that no second service looks after the same jobs."""
    if not configuration.database_url.startswith("sqlite"):
        return None
    import fcntl

    path = configuration.data / "serve.lock"
    found = path.open("w")
    try:
        fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        hint = "stop that one, or name another folder with --data"
        raise InvalidInput.at(Place(str(configuration.data)), "another service runs on this store", hint) from None
    return found


def _config(app: Any, configuration: Configuration) -> uvicorn.Config:
    limits = configuration.limits
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=configuration.workers,
        http="clausal.service.patient:PatientProtocol",
        loop="uvloop",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=configuration.public_url is not None,
        forwarded_allow_ips=configuration.trusted_proxies,
        timeout_keep_alive=int(limits.idle_seconds),
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=1000,
        backlog=512,
    )


def _bound(configuration: Configuration) -> Any:
    """The socket that is listened on; a port that is taken is told."""
    import socket

    family = socket.AF_INET6 if ":" in configuration.address else socket.AF_INET
    found = socket.socket(family)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((configuration.address, configuration.port))
    except OSError as error:
        where = Place(f"{configuration.address}:{configuration.port}")
        hint = "name another with --port, or 0 for any that is free"
        raise InvalidInput.at(where, f"cannot be listened on: {error.strerror}", hint) from None
    found.set_inheritable(True)
    return found


class _jobs_worker:  # noqa: N801
    """Keeps a process running that takes jobs from the queue on Postgres, while the service runs."""

    def __init__(self, configuration: Configuration) -> None:
        self._is_shared = configuration.database_url.startswith("postgresql")
        told = {CONFIGURED: configuration.model_dump_json(), PARENT: str(os.getpid())}
        self._environment = os.environ | told
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="jobs worker", daemon=True)

    def __enter__(self) -> None:
        if self._is_shared:
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._is_shared:
            self._thread.join(AGAIN + 1)
        if self._process is not None:
            end(self._process)

    def _keep(self) -> None:
        command = [sys.executable, "-m", "clausal.service.jobs.worker"]
        while not self._over.is_set():
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(command, env=self._environment, stdin=subprocess.DEVNULL)
            self._over.wait(AGAIN)
