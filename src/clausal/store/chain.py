"""The log of who did and saw what: events in a chain of hashes, so that a change or a gap is found.

Each event's hash is of its own contents and of the hash before it. No event holds anything of a patient: subjects are
random identifiers, details are counts, states, fingerprints and digests of what is kept elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from clausal.store.identifiers import canonical, digest, now
from clausal.store.tables import events, heads

BEGINNING = "0" * 64
"""What stands for the hash before the first event."""
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody did something to a subject (`answer:ID`, `job:ID`, ...); `detail` is canonical JSON."""

    number: int
    at: str
    actor: str
    action: str
    subject: str
    request: str
    detail: str
    previous: str
    hash: str

    def expected_hash(self) -> str:
        """The hash that its contents and the event before it give."""
        contents = [self.number, self.at, self.actor, self.action, self.subject, self.request, self.detail]
        return digest(canonical([*contents, self.previous]))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and in which request; an account that `is_shared` does not tell one person from another."""

    subject: str
    request: str = ""
    is_shared: bool = False


def append(
    connection: Connection, actor: Actor, action: str, subject: str = "", detail: Mapping[str, Any] | None = None
) -> Event:
    """Add an event within a transaction; it is there if the transaction is. One writer at a time gets this far."""
    # Taken first: on Postgres it makes other writers wait, so that no two events follow the same one.
    connection.execute(update(heads).values(number=heads.c.number + 1).where(heads.c.id == 1))
    number, previous = connection.execute(select(heads.c.number, heads.c.hash).where(heads.c.id == 1)).one()
    told = canonical(dict(detail or {}))
    bare = Event(number, now(), actor.subject, action, subject, actor.request, told, previous, "")
    event = Event(*(asdict(bare) | {"hash": bare.expected_hash()}).values())
    connection.execute(insert(events).values(**asdict(event)))
    connection.execute(update(heads).values(hash=event.hash).where(heads.c.id == 1))
    return event


def lock(connection: Connection) -> None:
    """Make other transactions that write wait from here on: what is read now stays so until this one ends."""
    connection.execute(select(heads.c.number).where(heads.c.id == 1).with_for_update())


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last event, as they were noted when it was added."""
    found = connection.execute(select(heads.c.number, heads.c.hash).where(heads.c.id == 1)).first()
    return (int(found.number), str(found.hash)) if found else (0, BEGINNING)


def read(connection: Connection, after: int = 0, most: int | None = None, subject: str = "") -> Iterator[Event]:
    """Events in order, from the one after a number on."""
    query = select(events).where(events.c.number > after).order_by(events.c.number)
    if subject:
        query = query.where(events.c.subject == subject)
    if most is not None:
        query = query.limit(most)
    rows = connection.execution_options(yield_per=AT_ONCE).execute(query)
    for row in rows:
        yield Event(**row._mapping)


def as_line(event: Event) -> str:
    """An event as a line of JSON, as it is exported."""
    return json.dumps(asdict(event))


def broken(found: Iterator[Event], noted: tuple[int, str] | None) -> Iterator[str]:
    """What is wrong with a chain of events from its beginning: in words, nothing where all of it is as it was written.

    `noted` is the number and hash that the last event has to have.
    """
    number, previous = 0, BEGINNING
    for event in found:
        expected = number + 1
        if event.number != expected:
            gap = (
                f"event {expected} is"
                if event.number == expected + 1
                else f"events {expected} to {event.number - 1} are"
            )
            yield f"{gap} missing"
        elif event.previous != previous:
            yield f"event {event.number} does not follow the one before it: one of the two was changed"
        if event.expected_hash() != event.hash:
            yield f"event {event.number} was changed since it was written ({event.at}, {event.action})"
        number, previous = event.number, event.hash
    if noted is None:
        return
    if noted[0] > number:
        yield f"{_several(number + 1, noted[0])} missing at the end of the log"
    elif noted[0] < number:
        yield f"the log has {number} events, and {noted[0]} were noted"
    elif noted[1] != previous:
        yield f"event {number} is not the one that was noted as the last"


def _several(first: int, last: int) -> str:
    return f"event {first} is" if first >= last else f"events {first} to {last} are"
