"""Idempotency keys: a request that is sent again with its key is not done again, and is answered as it was."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, delete, insert, select

from clausal.problems import InvalidInput, Place
from clausal.store.identifiers import now, written
from clausal.store.tables import keys

KEPT = dt.timedelta(days=1)


def done_before(connection: Connection, actor: str, key: str, request: str) -> str | None:
    """What the request of a key made before, or None; raises InvalidInput where the key was another request's.

    Within a transaction that writes, so that of two that come together the second finds what the first made.
    """
    row = connection.execute(select(keys).where(keys.c.actor == actor, keys.c.key == key)).first()
    if row is None or row.at < written(dt.datetime.now(dt.UTC) - KEPT):
        return None
    if row.request != request:
        message = "this key was used for another request"
        raise InvalidInput.at(Place("request", path="Idempotency-Key"), message, "take a new key for each request")
    return str(row.subject)


def note(connection: Connection, actor: str, key: str, request: str, subject: str) -> None:
    """Note what the request of a key made; keys that are old are put away."""
    old = keys.c.at < written(dt.datetime.now(dt.UTC) - KEPT)
    connection.execute(delete(keys).where(old))
    connection.execute(insert(keys).values(actor=actor, key=key, request=request, subject=subject, at=now()))
