"""The queue on Postgres: procrastinate keeps it in the same database, and one worker process looks after it."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from clausal.service.configuration import Configuration
from clausal.service.jobs.processes import end, process_of
from clausal.store import jobs
from clausal.store.database import Database, StoreFault

QUEUE, TASK = "clausal", "clausal.job"
SWEPT = 5.0
"""Seconds between two looks for jobs that are in no queue: their service was killed, or their worker."""
log = structlog.get_logger("clausal.jobs")


class SharedQueue:
    """Puts jobs into the queue of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        prepare(database)
        self._app = App(connector=SyncPsycopgConnector(conninfo=plain_url(database)))

    def start(self) -> None:
        """Open the connections."""
        self._app.open()

    def stop(self) -> None:
        """Close them."""
        self._app.close()

    def put(self, number: str) -> None:
        """Put a job into the queue, unless it is there."""
        try:
            self._app.configure_task(TASK, queue=QUEUE, queueing_lock=number).defer(number=number)
        except AlreadyEnqueued:
            return
        except ConnectorException:
            log.error("a job is not queued yet", job=number)


def prepare(database: Database) -> None:
    """Make procrastinate's tables where they are missing, once."""
    from sqlalchemy import text

    with database.writing() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(4711)"))
        if connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is None:
            schema = App(connector=SyncPsycopgConnector()).schema_manager.get_schema()
            raw: Any = connection.connection.driver_connection
            raw.execute(schema)


def plain_url(database: Database) -> str:
    """The address of the database as libpq reads it."""
    return database.url.set(drivername="postgresql").render_as_string(hide_password=False)


async def look_after(configuration: Configuration, database: Database) -> None:
    """Take jobs from the queue until the process is asked to stop."""
    app = App(connector=PsycopgConnector(conninfo=plain_url(database), min_size=1, max_size=4))

    @app.task(name=TASK, queue=QUEUE)
    async def run(number: str) -> None:
        process = process_of(configuration, number)
        try:
            while process.poll() is None:
                await asyncio.sleep(0.2)
        finally:
            if process.poll() is None:
                await asyncio.to_thread(end, process)
            if process.returncode:
                await asyncio.to_thread(_abandon, database, number)

    async with app.open_async():
        sweeping = asyncio.create_task(_sweep(app, database))
        try:
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=configuration.jobs.at_once,
                fetch_job_polling_interval=1.0,
                shutdown_graceful_timeout=0.1,
                delete_jobs="always",
            )
        finally:
            sweeping.cancel()


async def _sweep(app: App, database: Database) -> None:
    """Put jobs into the queue that wait and are not in it; forget those of workers that are gone."""
    while True:
        try:
            waiting = await asyncio.to_thread(_waiting, database)
            for stalled in await app.job_manager.get_stalled_jobs():
                await app.job_manager.finish_job(stalled, status=_failed(), delete_job=True)
            for number in waiting:
                try:
                    await app.configure_task(TASK, queue=QUEUE, queueing_lock=number).defer_async(number=number)
                except AlreadyEnqueued:
                    continue
        except (StoreFault, ConnectorException) as error:
            log.error("the queue was not looked after", kind=type(error).__name__)
        await asyncio.sleep(SWEPT)


def _failed() -> Any:
    from procrastinate.jobs import Status

    return Status.FAILED


def _abandon(database: Database, number: str) -> None:
    with database.writing() as connection:
        jobs.abandon(connection, number)


def _waiting(database: Database) -> list[str]:
    with database.reading() as connection:
        return jobs.waiting(connection)
