"""Jobs: what is asked, how far it is, what came of it. Whoever works at one beats, so that one left behind is found."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, insert, select, update

from clausal.store import chain
from clausal.store.identifiers import canonical, new_id, now, written
from clausal.store.tables import jobs

Kind = Literal["adjudication", "impact"]
State = Literal["queued", "running", "done", "failed", "cancelled"]
OVER: tuple[State, ...] = ("done", "failed", "cancelled")
MOST_ATTEMPTS = 5
ALMOST = 0.99
"""How far a job is at most that is not done: a file is read ahead of what is decided of it."""
SILENT = dt.timedelta(seconds=15)
"""After so long without a beat whoever worked at a job is taken for gone."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job; `asked` is what it is to do, `result` what it came to, `problems` why it failed."""

    id: str
    kind: Kind
    actor: str
    state: State
    asked: dict[str, Any]
    made: str
    begun: str
    ended: str
    beat: str
    attempts: int
    to_stop: bool
    lines: int
    rejected: int
    fraction: float
    result: dict[str, Any]
    problems: list[dict[str, Any]]

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"job:{self.id}"


def make(connection: Connection, actor: chain.Actor, kind: Kind, asked: Mapping[str, Any], number: str = "") -> Job:
    """A job that waits for its turn."""
    number = number or new_id()
    values = {
        "id": number, "kind": kind, "actor": actor.subject, "state": "queued", "asked": canonical(dict(asked)),
        "made": now(), "begun": "", "ended": "", "beat": "", "attempts": 0, "to_stop": False, "lines": 0,
        "rejected": 0, "fraction": 0.0, "result": "{}", "problems": "[]",
    }  # fmt: skip
    connection.execute(insert(jobs).values(**values))
    chain.append(connection, actor, "job.made", f"job:{number}", {"kind": kind})
    found = load(connection, number)
    assert found is not None
    return found


def load(connection: Connection, number: str) -> Job | None:
    """A job, or None where there is none of this number."""
    row = connection.execute(select(jobs).where(jobs.c.id == number)).first()
    return _job(row) if row else None


def listed(
    connection: Connection, kind: Kind | None = None, before: str = "", most: int = 100, actor: str = ""
) -> list[Job]:
    """Jobs, the newest first; of one person where that is given."""
    query = select(jobs).order_by(jobs.c.made.desc(), jobs.c.id).limit(most)
    if kind is not None:
        query = query.where(jobs.c.kind == kind)
    if before:
        query = query.where(jobs.c.made < before)
    if actor:
        query = query.where(jobs.c.actor == actor)
    return [_job(row) for row in connection.execute(query)]


def waiting(connection: Connection) -> list[str]:
    """The jobs whose turn may come, the oldest first: queued ones, and running ones whose worker is gone."""
    silent = written(dt.datetime.now(dt.UTC) - SILENT)
    gone = (jobs.c.state == "running") & (jobs.c.beat < silent)
    query = select(jobs.c.id).where((jobs.c.state == "queued") | gone).order_by(jobs.c.made)
    return list(connection.execute(query).scalars())


def take(connection: Connection, number: str) -> Job | None:
    """Begin a job, or take it up where its worker is gone; None where another has it, or it is over."""
    if number not in waiting(connection):
        return None
    found = load(connection, number)
    if found is None:
        return None
    if found.to_stop:
        _end(connection, found, "cancelled", {}, ())
        return None
    if found.attempts >= MOST_ATTEMPTS:
        told = {
            "path": "",
            "expected": "",
            "message": f"it was taken up {found.attempts} times and never came to its end",
            "hint": "",
        }
        _end(connection, found, "failed", {}, [told])
        return None
    values = {"state": "running", "begun": found.begun or now(), "beat": now(), "attempts": found.attempts + 1}
    mine = (jobs.c.id == number) & (jobs.c.attempts == found.attempts) & (jobs.c.state == found.state)
    mine &= jobs.c.beat == found.beat
    if not connection.execute(update(jobs).where(mine).values(**values)).rowcount:
        return None  # somebody else was faster
    return load(connection, number)


def beat(connection: Connection, number: str, attempt: int, lines: int, fraction: float, rejected: int = 0) -> bool:
    """Note how far a job is; True where it is to stop: it was cancelled, or taken up by somebody else."""
    mine = (jobs.c.id == number) & (jobs.c.attempts == attempt) & (jobs.c.state == "running")
    reached = min(fraction, ALMOST)
    connection.execute(update(jobs).where(mine).values(beat=now(), lines=lines, rejected=rejected, fraction=reached))
    to_stop = connection.execute(select(jobs.c.to_stop).where(mine)).scalar()
    return to_stop is None or bool(to_stop)


def put_back(connection: Connection, number: str, attempt: int) -> None:
    """Let a job wait for its turn again: its worker stops, and another will go on."""
    running = (jobs.c.id == number) & (jobs.c.state == "running") & (jobs.c.attempts == attempt)
    connection.execute(update(jobs).where(running).values(state="queued", beat="", attempts=jobs.c.attempts - 1))


def abandon(connection: Connection, number: str) -> None:
    """Let a job be taken up at once whose worker was seen to be gone."""
    running = (jobs.c.id == number) & (jobs.c.state == "running")
    connection.execute(update(jobs).where(running).values(state="queued", beat=""))


def stop(connection: Connection, actor: chain.Actor, found: Job) -> None:
    """Cancel a job: at once where nobody works at it, else when whoever does sees it."""
    chain.append(connection, actor, "job.cancelled", found.subject)
    connection.execute(update(jobs).where(jobs.c.id == found.id).values(to_stop=True))
    if found.state == "queued":
        _end(connection, found, "cancelled", {}, ())


def resume(connection: Connection, actor: chain.Actor, found: Job) -> None:
    """Let a job that was cancelled, or failed, go on from what it kept."""
    chain.append(connection, actor, "job.resumed", found.subject)
    values = {"state": "queued", "to_stop": False, "ended": "", "attempts": 0, "problems": "[]"}
    connection.execute(update(jobs).where(jobs.c.id == found.id).values(**values))


def end(
    connection: Connection,
    number: str,
    attempt: int,
    state: State,
    result: Mapping[str, Any],
    problems: Sequence[Mapping[str, Any]] = (),
) -> None:
    """A job has come to its end."""
    found = load(connection, number)
    if found is not None and found.state == "running" and found.attempts == attempt:
        _end(connection, found, state, result, problems)


def _end(
    connection: Connection, found: Job, state: State, result: Mapping[str, Any], problems: Sequence[Mapping[str, Any]]
) -> None:
    values: dict[str, Any] = {"state": state, "ended": now(), "problems": canonical(list(problems))}
    if state == "done":
        values |= {"result": canonical(dict(result)), "fraction": 1.0, "to_stop": False}
        values |= {"lines": result.get("lines", found.lines), "rejected": result.get("rejected", 0)}
    connection.execute(update(jobs).where(jobs.c.id == found.id).values(**values))
    chain.append(connection, chain.Actor("system"), f"job.{state}", found.subject)


def _job(row: Any) -> Job:
    values = dict(row._mapping)
    return Job(**values | {name: json.loads(values[name]) for name in ("asked", "result", "problems")})
