"""The process that works at one job: `python -m clausal.service.jobs.work NUMBER`.

It stands back behind answers, tells every second how far it is, and stops when it is asked to, or when the service is
gone: what is done is kept in the journal of the run, and whoever takes the job up next goes on from there.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from clausal.claims.job import Progress
from clausal.problems import InvalidInput, Problem
from clausal.service.configuration import Configuration
from clausal.service.jobs import folder as folders
from clausal.service.jobs.adjudicated import adjudicated
from clausal.service.jobs.by_region import counted_by_region
from clausal.service.jobs.compared import compared
from clausal.service.jobs.processes import CONFIGURED, is_left
from clausal.service.logs import configure
from clausal.service.problems import field_problem
from clausal.store import jobs
from clausal.store.database import Database, StoreFault

BEAT = 1.0
_OPTION = re.compile(r"--([a-z]+(?:-[a-z]+)*)")
log = structlog.get_logger("clausal.jobs")


class Stopped(BaseException):
    """Raised within a job that is to stop; no handler of ordinary errors takes it for one."""


class Reins:
    """Tells the store how far a job is, and the job whether to stop: a beat a second from a thread beside it."""

    def __init__(self, database: Database, number: str, attempt: int) -> None:
        self._database = database
        self._number = number
        self._attempt = attempt
        self._reached = Progress(0, 0.0)
        self._over = threading.Event()
        self.cancelled = False
        self.stopping = False
        self._thread = threading.Thread(target=self._beats, name="beats", daemon=True)

    def __enter__(self) -> Reins:
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "stopping", True))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(5)

    def reached(self, where: Progress) -> None:
        """Note how far it is; raises Stopped where it is to stop."""
        self._reached = where
        if self.cancelled or self.stopping:
            raise Stopped

    def _beats(self) -> None:
        while not self._over.wait(BEAT):
            if is_left():
                self.stopping = True
            with contextlib.suppress(StoreFault), self._database.writing() as connection:
                where = self._reached
                reached = where.lines, where.fraction, where.rejected
                self.cancelled = jobs.beat(connection, self._number, self._attempt, *reached)


def main(number: str) -> int:
    """Work at a job; the status of the process is 0 whatever comes of it, as the store tells."""
    configuration = Configuration.model_validate_json(os.environ[CONFIGURED])
    configure(configuration.log)
    os.nice(configuration.jobs.niceness)
    database = Database(configuration.database_url)
    with database.writing() as connection:
        job = jobs.take(connection, number)
    if job is None:
        return 0
    structlog.contextvars.bind_contextvars(job=number)
    log.info("begun", kind=job.kind, attempt=job.attempts)
    folder = folders.folder_of(configuration.data, number)
    with Reins(database, number, job.attempts) as reins:
        state, result, problems = _worked(configuration, job, folder, reins)
    with database.writing() as connection:
        if state is None:
            jobs.put_back(connection, number, job.attempts)
        else:
            jobs.end(connection, number, job.attempts, state, result, problems)
    if state == "done":
        folders.forget_sent(folder, job.asked)
    log.info("ended", state=state or "put back")
    database.close()
    return 0


def _worked(
    configuration: Configuration, job: jobs.Job, folder: Path, reins: Reins
) -> tuple[jobs.State | None, dict[str, Any], list[dict[str, Any]]]:
    """The state in which a job ends (None: it is to be taken up again), what it came to, and why it failed."""
    run: Callable[..., dict[str, Any]] = adjudicated if job.kind == "adjudication" else compared
    if job.kind == "impact" and "pack" in job.asked:
        run = counted_by_region
    try:
        reins.reached(Progress(0, 0.0))
        return "done", run(configuration, job, folder, reins.reached), []
    except Stopped:
        return ("cancelled" if reins.cancelled else None), {}, []
    except InvalidInput as error:
        return "failed", {}, [_told(one, folder) for one in error.problems]
    except Exception as error:  # the store tells that it failed; what it held is nobody's to read in a log
        log.error("failed", kind=type(error).__name__)
        told = {
            "path": "",
            "message": "the job failed for a reason of ours",
            "expected": "",
            "hint": "tell the operator",
        }
        return "failed", {}, [told]


def _told(problem: Problem, folder: Path) -> dict[str, Any]:
    """A problem without the folders of this machine."""
    found = field_problem(problem).model_dump()
    where = str(problem.place).replace(f"{folder}{os.sep}", "")
    found["path"] = found["path"] or where
    return {name: _as_sent(text.replace(f"{folder}{os.sep}", "")) for name, text in found.items()}


def _as_sent(text: str) -> str:
    """A message with the options of the command as the names under which things are sent."""
    return _OPTION.sub(lambda found: f"`{found[1].replace('-', '_')}`", text)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except StoreFault as error:  # whoever began this process lets the job be taken up again
        log.error("store", kind=error.kind)
        sys.exit(1)
