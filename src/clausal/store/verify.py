"""Whether the store is as it was written: the log's chain, and everything that the log has a digest of."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection, select

from clausal.store import chain
from clausal.store.answers import Saved
from clausal.store.determinations import step_digest
from clausal.store.tables import answers, deletions, steps


def faults(connection: Connection, noted: tuple[int, str] | None = None) -> Iterator[str]:
    """What is wrong with the store, in words; `noted` is a last event that was kept elsewhere (an export's)."""
    yield from chain.broken(chain.read(connection), chain.head(connection))
    if noted is not None:
        found = next(chain.read(connection, noted[0] - 1, 1), None)
        if found is None or found.hash != noted[1]:
            yield f"event {noted[0]} is not the one that was noted elsewhere: the log was written anew"
    logged = dict(_logged(connection))
    deleted = {(row.kind, row.subject) for row in connection.execute(select(deletions))}
    held: dict[str, str] = {}
    for row in connection.execute(select(answers)):
        saved = Saved(**row._mapping)
        held[saved.subject] = saved.digest
        if saved.expected_digest() != saved.digest:
            yield f"{saved.subject} was changed since it was saved"
    for row in connection.execute(select(steps)):
        name = f"determination:{row.determination} step {row.number}"
        held[name] = row.digest
        if step_digest(dict(row._mapping)) != row.digest:
            yield f"{name} was changed since it was taken"
    for name, known in logged.items():
        kind, _, number = name.partition(" ")[0].partition(":")
        if name not in held:
            if (kind, number) not in deleted:
                yield f"{name} is missing, and no deletion of it was told"
        elif held[name] != known:
            yield f"{name} is not what the log says was kept"
    for name in sorted(held.keys() - logged.keys()):
        yield f"{name} stands in the store, and the log does not tell of it"


def _logged(connection: Connection) -> Iterator[tuple[str, str]]:
    """The digests that the log has of what was kept."""
    for event in chain.read(connection):
        if event.action not in ("answer.saved", "determination.step"):
            continue
        try:
            detail = json.loads(event.detail)
            name = f"{event.subject} step {detail['number']}" if "number" in detail else event.subject
            yield name, str(detail["digest"])
        except (ValueError, KeyError, TypeError):
            continue  # the chain tells that the event was changed
