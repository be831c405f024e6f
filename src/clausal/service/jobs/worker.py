"""The process that takes jobs from the queue on Postgres: `python -m clausal.service.jobs.worker`."""

from __future__ import annotations

import asyncio
import os

from clausal.service.configuration import Configuration
from clausal.service.jobs.processes import CONFIGURED
from clausal.service.jobs.shared import look_after, prepare
from clausal.service.logs import configure
from clausal.store.database import Database


def main() -> None:
    """Look after the queue until asked to stop."""
    configuration = Configuration.model_validate_json(os.environ[CONFIGURED])
    configure(configuration.log)
    database = Database(configuration.database_url)
    prepare(database)
    asyncio.run(look_after(configuration, database))


if __name__ == "__main__":
    main()
