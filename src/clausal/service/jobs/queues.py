"""Where jobs wait for their turn: in this process on SQLite, with procrastinate on Postgres.

Either way a job is worked at by a process of its own (`work`), which stands back behind answers and can be stopped,
killed and taken up again.
"""

from __future__ import annotations

import subprocess
import threading
from typing import Protocol

import structlog

from clausal.service.configuration import Configuration
from clausal.service.jobs.processes import ENDS, end, process_of
from clausal.store import jobs
from clausal.store.database import Database, StoreFault

LOOKED = 1.0
log = structlog.get_logger("clausal.jobs")


class Queue(Protocol):
    """Where jobs wait."""

    def start(self) -> None:
        """Begin to take jobs, where this process does."""

    def stop(self) -> None:
        """Let jobs that run keep what they have done, and take no more."""

    def put(self, number: str) -> None:
        """Tell that a job waits. Where that fails the job is found all the same, a little later."""


def queue_of(configuration: Configuration, database: Database) -> Queue:
    """The queue that goes with the database."""
    if database.is_sqlite:
        return LocalQueue(configuration, database)
    from clausal.service.jobs.shared import SharedQueue

    return SharedQueue(database)


class LocalQueue:
    """Looks after jobs from a thread of this process."""

    def __init__(self, configuration: Configuration, database: Database) -> None:
        self._configuration = configuration
        self._database = database
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._told = threading.Event()
        self._ending = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread = threading.Thread(target=self._look_after, name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let jobs that run keep what they have done."""
        self._ending = True
        self._told.set()
        if self._thread is not None:
            self._thread.join(ENDS + 5)
        for process in self._running.values():
            end(process)

    def put(self, number: str) -> None:  # noqa: ARG002
        """Look for jobs at once."""
        self._told.set()

    def _look_after(self) -> None:
        while not self._ending:
            try:
                self._look()
                self._begin()
            except (StoreFault, OSError) as error:
                log.error("no job was begun", kind=type(error).__name__)
            self._told.wait(LOOKED)
            self._told.clear()

    def _look(self) -> None:
        """Let go of processes that have ended; the job of one that was killed is taken up again."""
        for number, process in list(self._running.items()):
            if process.poll() is not None:
                if process.returncode:
                    with self._database.writing() as connection:
                        jobs.abandon(connection, number)
                del self._running[number]

    def _begin(self) -> None:
        free = self._configuration.jobs.at_once - len(self._running)
        if free <= 0:
            return
        with self._database.reading() as connection:
            waiting = jobs.waiting(connection)
        for number in [one for one in waiting if one not in self._running][:free]:
            self._running[number] = process_of(self._configuration, number)
