"""Whether the store is as it was written: the log's chain, and everything that the log has a digest of."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection, select

from clausal.store import chain
from clausal.store.answers import Saved
from clausal.store.determinations import begun_digest, step_digest
from clausal.store.people import token_digest
from clausal.store.reviews import Review
from clausal.store.tables import answers, deletions, determinations, reviews, steps, tokens

KEPT = ("answer.saved", "determination.begun", "determination.step", "token.made", "review.made")
"""Events that have a digest of what was kept with them."""


def faults(connection: Connection, noted: tuple[int, str] | None = None) -> Iterator[str]:
    """What is wrong with the store, in words; `noted` is a last event that was kept elsewhere (an export's)."""
    yield from chain.broken(chain.read(connection), chain.head(connection))
    if noted is not None:
        found = next(chain.read(connection, noted[0] - 1, 1), None)
        if found is None or found.hash != noted[1]:
            yield f"event {noted[0]} is not the one that was noted elsewhere: the log was written anew"
    logged, told = _logged(connection)
    held = dict(_held(connection))
    for name, (known, is_whole) in held.items():
        if not is_whole:
            yield f"{name} was changed since it was kept"
        if name not in logged:
            yield f"{name} stands in the store, and the log does not tell of it"
        elif logged[name] != known:
            yield f"{name} is not what the log says was kept"
    for name in logged:
        # What was begun stays when what was decided is deleted; a token that is over goes.
        if name not in held and name.partition(" ")[0] not in told and not name.startswith("token:"):
            yield f"{name} is missing, and the log tells of no deletion of it"
    for row in connection.execute(select(deletions)):
        if f"{row.kind}:{row.subject}" not in told:
            yield f"a deletion of {row.kind}:{row.subject} stands in the store, and the log does not tell of it"


def _held(connection: Connection) -> Iterator[tuple[str, tuple[str, bool]]]:
    """What stands in the store by its name, with the digest that it has, and whether that is of its contents."""
    for row in connection.execute(select(answers)):
        saved = Saved(**row._mapping)
        yield saved.subject, (saved.digest, saved.expected_digest() == saved.digest)
    for row in connection.execute(select(determinations)):
        yield f"determination:{row.id}", (begun_digest(row.id, row.answer, row.at, row.actor), True)
    for row in connection.execute(select(steps)):
        name = f"determination:{row.determination} step {row.number}"
        yield name, (row.digest, step_digest(dict(row._mapping)) == row.digest)
    for row in connection.execute(select(reviews)):
        made = Review(**row._mapping)
        yield made.subject, (made.digest, made.expected_digest() == made.digest)
    for row in connection.execute(select(tokens)):
        yield f"token:{row.id}", (token_digest(row.subject, json.loads(row.roles)), True)


def _logged(connection: Connection) -> tuple[dict[str, str], set[str]]:
    """The digests that the log has of what was kept, by name; and of what it tells a deletion."""
    kept: dict[str, str] = {}
    deleted: set[str] = set()
    for event in chain.read(connection):
        if event.action in ("answer.deleted", "determination.deleted"):
            deleted.add(event.subject)
        if event.action not in KEPT:
            continue
        try:
            detail = json.loads(event.detail)
            name = f"{event.subject} step {detail['number']}" if "number" in detail else event.subject
            kept[name] = str(detail["digest"])
        except (ValueError, KeyError, TypeError):
            continue  # the chain tells that the event was changed
    return kept, deleted
