"""Deletes what has been kept long enough, by the rules of the configuration, once an hour and when it is asked for."""

from __future__ import annotations

import asyncio
import datetime as dt

import structlog
from anyio import to_thread

from clausal.service.configuration import Configuration
from clausal.service.jobs import folder as folders
from clausal.service.jobs import uploads
from clausal.store import chain, jobs, people, retention
from clausal.store.database import Database

EVERY = 3600.0
SENT = dt.timedelta(days=1)
"""How long what was sent for a job that was cancelled or failed is kept, so that it can go on; unless it is to be kept
with the job. How long a file waits whose columns nobody confirms."""
ACTOR = chain.Actor("system: retention")
log = structlog.get_logger("clausal.retention")


def rules_of(configuration: Configuration) -> list[retention.Rule]:
    """What is kept how long; determinations first, as answers stay while one rests on them."""
    keep = configuration.keep
    found = (("determinations", keep.determinations), ("answers", keep.answers), ("jobs", keep.jobs))
    return [retention.Rule(what, days) for what, days in found if days is not None]  # type: ignore[arg-type]


def tidy(configuration: Configuration, database: Database, moment: dt.datetime | None = None) -> dict[str, int]:
    """Delete what is due; how much of each kind."""
    moment = moment or dt.datetime.now(dt.UTC)
    counts: dict[str, int] = {}
    for rule in rules_of(configuration):
        with database.reading() as connection:
            due = retention.due(connection, rule, moment)
        counts[rule.what] = sum(_delete(configuration, database, rule, number, moment) for number in due)
    with database.writing() as connection:
        people.forget_ended(connection)
    _forget_sent(configuration, database, moment)
    uploads.forget(configuration.data, moment - SENT)
    return counts


async def keep_tidy(configuration: Configuration, database: Database) -> None:
    """Tidy once an hour, until cancelled."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            counts = await to_thread.run_sync(tidy, configuration, database)
            log.info("tidied", **counts)
        except Exception as error:  # whatever it is, the next hour tries again
            log.error("not tidied", kind=type(error).__name__)


def _delete(
    configuration: Configuration, database: Database, rule: retention.Rule, number: str, moment: dt.datetime
) -> bool:
    """Delete one thing, unless another worker has, or it is not due any more."""
    with database.writing() as connection:
        chain.lock(connection)
        if number not in retention.due(connection, rule, moment):
            return False
        if rule.what == "answers":
            retention.delete_answer(connection, ACTOR, number, str(rule))
        elif rule.what == "determinations":
            retention.delete_determination(connection, ACTOR, number, str(rule))
        else:
            folders.delete(folders.folder_of(configuration.data, number))
            retention.delete_job(connection, ACTOR, number, str(rule))
    return True


def _forget_sent(configuration: Configuration, database: Database, moment: dt.datetime) -> None:
    """Delete what was sent for jobs that ended otherwise than well, a day after."""
    rule = retention.Rule("jobs", SENT.days)
    with database.reading() as connection:
        found = [jobs.load(connection, number) for number in retention.due(connection, rule, moment)]
    for job in found:
        if job is not None:
            folders.forget_sent(folders.folder_of(configuration.data, job.id), job.asked)
