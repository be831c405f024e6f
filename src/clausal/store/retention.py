"""How long things are kept, and their deletion: told in the log before it is done, so that no gap goes unexplained."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Exists, delete, exists, insert, select

from clausal.store import chain
from clausal.store.identifiers import now, written
from clausal.store.tables import answers, deletions, determinations, jobs, steps

ENDED = ("issued", "withdrawn")
"""States in which nobody works at a determination: the others are kept, however old."""
What = Literal["answers", "determinations", "jobs"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Things of a kind are deleted when they are older than a number of days."""

    what: What
    days: int

    def __str__(self) -> str:
        return f"{self.what} are kept for {self.days} days"


def due(connection: Connection, rule: Rule, moment: dt.datetime) -> list[str]:
    """What a rule deletes at a moment: numbers of answers without a determination, of determinations, or of jobs done.

    A determination is as old as its last step; an answer that one rests on stays as long as it does.
    """
    limit = written(moment - dt.timedelta(days=rule.days))
    if rule.what == "answers":
        rests = exists().where(determinations.c.answer == answers.c.id, ~_is_deleted("determination"))
        query = select(answers.c.id).where(answers.c.at < limit, ~rests)
    elif rule.what == "determinations":
        later = exists().where(steps.c.determination == determinations.c.id, steps.c.at >= limit)
        after = steps.alias()
        last = ~exists().where(after.c.determination == steps.c.determination, after.c.number > steps.c.number)
        over_ = exists().where(steps.c.determination == determinations.c.id, steps.c.state.in_(ENDED), last)
        query = select(determinations.c.id).where(~later, over_, ~_is_deleted("determination"))
    else:
        over = ("done", "failed", "cancelled")
        query = select(jobs.c.id).where(jobs.c.state.in_(over), jobs.c.ended < limit)
    return list(connection.execute(query).scalars())


def delete_answer(connection: Connection, actor: chain.Actor, number: str, rule: str) -> None:
    """Delete an answer; its number, digest and time stay in the log."""
    _tell(connection, actor, "answer", number, rule)
    connection.execute(delete(answers).where(answers.c.id == number))


def delete_determination(connection: Connection, actor: chain.Actor, number: str, rule: str) -> None:
    """Delete what was decided and why; the log keeps that there was one, and the digest of each step."""
    _tell(connection, actor, "determination", number, rule)
    of_it = steps.c.determination == number
    for step in connection.execute(select(steps.c.number).where(of_it).order_by(steps.c.number.desc())).scalars().all():
        connection.execute(delete(steps).where(of_it, steps.c.number == step))


def delete_job(connection: Connection, actor: chain.Actor, number: str, rule: str) -> None:
    """Delete what is known of a job; its files are its keeper's to delete first."""
    chain.append(connection, actor, "job.deleted", f"job:{number}", {"rule": rule})
    connection.execute(delete(jobs).where(jobs.c.id == number))


def _tell(connection: Connection, actor: chain.Actor, kind: str, number: str, rule: str) -> None:
    chain.append(connection, actor, f"{kind}.deleted", f"{kind}:{number}", {"rule": rule})
    connection.execute(insert(deletions).values(kind=kind, subject=number, at=now(), rule=rule))


def _is_deleted(kind: str) -> Exists:
    return exists().where(deletions.c.kind == kind, deletions.c.subject == determinations.c.id)
