"""Packs read anew in every worker: the one that is asked notes it in the store, the others look there."""

from __future__ import annotations

import asyncio

import structlog
from anyio import to_thread
from sqlalchemy import Connection, delete, insert, select

from clausal.problems import InvalidInput
from clausal.service.held import Held, Holder
from clausal.store.database import Database, StoreFault
from clausal.store.tables import settings

HELD = "held"
LOOKED = 2.0
"""Seconds between two looks."""
log = structlog.get_logger("clausal.library")


def note_reload(connection: Connection, held: Held) -> None:
    """Note what is held now."""
    connection.execute(delete(settings).where(settings.c.name == HELD))
    connection.execute(insert(settings).values(name=HELD, value=held.etag))


async def follow(holder: Holder, database: Database) -> None:
    """Reload when another worker has, until cancelled."""
    known = await _noted(database)
    while True:
        await asyncio.sleep(LOOKED)
        noted = await _noted(database)
        if noted == known:
            continue
        if noted and noted != holder.current.etag and not await reload(holder):
            continue  # it is tried again
        known = noted


async def reload(holder: Holder) -> bool:
    """Read packs and tables anew; what is refused leaves what is held, and is told in the log: False."""
    try:
        changed = await to_thread.run_sync(holder.reload)
        log.info("reloaded", library=holder.current.library.fingerprint, changed=changed)
    except InvalidInput as error:
        log.error("not reloaded", problems=[str(one) for one in error.problems])
        return False
    except Exception as error:  # what is held stays, whatever it is
        log.error("not reloaded", kind=type(error).__name__)
        return False
    return True


async def _noted(database: Database) -> str:
    def read() -> str:
        with database.reading() as connection:
            return connection.execute(select(settings.c.value).where(settings.c.name == HELD)).scalar() or ""

    try:
        return await to_thread.run_sync(read)
    except StoreFault:
        return ""
