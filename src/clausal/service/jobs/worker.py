"""The process that takes jobs from the queue on Postgres: `python -m clausal.service.jobs.worker`."""

from __future__ import annotations

import asyncio
import os
import time

import structlog
from procrastinate.exceptions import ConnectorException

from clausal.service.configuration import Configuration
from clausal.service.jobs.processes import CONFIGURED, follow_parent
from clausal.service.jobs.shared import look_after, prepare
from clausal.service.logs import configure
from clausal.store.database import Database, StoreFault

AGAIN = 2.0
"""Seconds after which a database that is away is looked for again."""
log = structlog.get_logger("clausal.jobs")


def main() -> None:
    """Look after the queue until asked to stop; a database that goes away is waited for."""
    configuration = Configuration.model_validate_json(os.environ[CONFIGURED])
    configure(configuration.log)
    follow_parent()
    database = Database(configuration.database_url)
    while True:
        try:
            prepare(database)
            asyncio.run(look_after(configuration, database))
            return
        except (StoreFault, ConnectorException) as error:
            log.error("the queue cannot be reached", kind=type(error).__name__)
            time.sleep(AGAIN)


if __name__ == "__main__":
    main()
