"""Determinations of people: what rules recommended of a case, and each step that people took from there.

A determination is its steps; what it is now is the last of them. A step that lacks what its gate wants is refused here,
and, of what the law wants, by the database itself.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select
from sqlalchemy.exc import IntegrityError

from clausal.problems import InvalidInput, Place, Problem
from clausal.store import answers, chain
from clausal.store.gates import DECIDING, NOBODY, Asked, Decided, Reviewer, State, is_adverse, lacking
from clausal.store.identifiers import canonical, digest, new_id, now
from clausal.store.tables import determinations, steps


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a determination: from `previous` to `state`, by whom, and what was decided with it."""

    number: int
    at: str
    actor: str
    state: State
    previous: str
    adverse: bool
    automatic: bool
    reviewer: str
    credential: str
    licence: str
    reviewed_on: str
    rationale: str
    lines: list[Decided]
    note: str
    digest: str


@dataclass(frozen=True, slots=True)
class PersonDetermination:
    """A determination with all its steps; `asked` are the lines that it is about."""

    id: str
    answer: str
    at: str
    actor: str
    steps: list[Step] = field(default_factory=list)

    @property
    def state(self) -> State:
        """What it is now."""
        return self.steps[-1].state

    @property
    def adverse(self) -> bool:
        """Whether the last decision gives less than what was asked for."""
        return next((one.adverse for one in reversed(self.steps) if one.state in DECIDING), False)

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"determination:{self.id}"


@dataclass(frozen=True, slots=True)
class Move:
    """A step that is asked for; `expected` is the number of the last step that its author has seen, if it matters."""

    to: State
    lines: Sequence[Decided] = ()
    reviewer: Reviewer = NOBODY
    note: str = ""
    expected: int | None = None
    automatic: bool = False


class Refused(InvalidInput):
    """Raised for a step that its gate does not let through."""


class Conflict(Exception):
    """Raised where somebody else took a step in between."""


def open_for(connection: Connection, actor: chain.Actor, saved: answers.Saved) -> PersonDetermination:
    """Begin with what the rules recommend of a saved answer."""
    number = new_id()
    made = now()
    connection.execute(insert(determinations).values(id=number, answer=saved.id, at=made, actor=actor.subject))
    found = PersonDetermination(number, saved.id, made, actor.subject)
    _add(connection, actor, found, Move("recommended"), adverse=False)
    return _again(connection, number)


def take(
    connection: Connection, actor: chain.Actor, found: PersonDetermination, move: Move, today: dt.date
) -> PersonDetermination:
    """Take a step; raises Refused with all that is lacking, Conflict where another step was taken in between."""
    saved = answers.load(connection, found.answer)
    if saved is None:
        raise Refused.at(Place("determination", path="answer"), "its answer was deleted", "open another")
    if move.expected is not None and move.expected != len(found.steps):
        raise Conflict
    asked = lines_asked(saved)
    problems = list(lacking(move.to, found.state, move.lines, asked, move.reviewer, today))
    if not problems:
        problems = list(_of_people(found, actor, move, asked))
    if problems:
        raise Refused(problems)
    adverse = is_adverse(move.lines, asked) if move.to in DECIDING else found.adverse
    _add(connection, actor, found, move, adverse=adverse)
    return _again(connection, found.id)


def load(connection: Connection, number: str) -> PersonDetermination | None:
    """A determination, or None where there is none of this number, or it was deleted."""
    row = connection.execute(select(determinations).where(determinations.c.id == number)).first()
    if row is None:
        return None
    found = connection.execute(select(steps).where(steps.c.determination == number).order_by(steps.c.number))
    taken = [_step(one._mapping) for one in found]
    return PersonDetermination(row.id, row.answer, row.at, row.actor, taken) if taken else None


def listed(
    connection: Connection, state: State | None = None, before: str = "", most: int = 100
) -> list[PersonDetermination]:
    """Determinations, the newest first, of one state where that is given."""
    last = select(steps.c.determination, func.max(steps.c.number).label("number")).group_by(steps.c.determination)
    latest = last.subquery()
    query = (
        select(determinations.c.id)
        .join(latest, latest.c.determination == determinations.c.id)
        .join(steps, and_(steps.c.determination == latest.c.determination, steps.c.number == latest.c.number))
        .order_by(determinations.c.at.desc())
        .limit(most)
    )
    if state is not None:
        query = query.where(steps.c.state == state)
    if before:
        query = query.where(determinations.c.at < before)
    return [_again(connection, number) for number in connection.execute(query).scalars().all()]


def lines_asked(saved: answers.Saved) -> list[Asked]:
    """The lines of a saved answer."""
    return [Asked(one["units"], one["status"]) for one in json.loads(saved.answer)["lines"]]


def _of_people(found: PersonDetermination, actor: chain.Actor, move: Move, asked: Sequence[Asked]) -> list[Problem]:
    """What the law says of who may decide, and of what no person decides."""
    place = "determination"
    if move.automatic:
        open_ = [one for one in asked if one.status != "covered"]
        if open_ or is_adverse(move.lines, asked):
            message = "only what the rules find covered in every line is determined without a person"
            return [Problem(Place(place, path="to"), message, "let a reviewer determine it")]
        return []
    if move.to == "determined" and found.state == "recommended":
        return [Problem(Place(place, path="to"), "no person has reviewed it", "take it 'in review' first")]
    if found.state == "appealed" and move.to in DECIDING and is_adverse(move.lines, asked):
        first = next(one for one in found.steps if one.state in DECIDING)
        is_same = first.actor == actor.subject or _same_licence(first.licence, move.reviewer.licence)
        if is_same:
            hint = "29 CFR 2560.503-1(h)(3)(ii): neither the one who determined nor a subordinate"
            return [Problem(Place(place, path="reviewer"), "an appeal is decided by another person", hint)]
    return []


def _same_licence(one: str, other: str) -> bool:
    plain = ["".join(filter(str.isalnum, text)).casefold() for text in (one, other)]
    return bool(plain[0]) and plain[0] == plain[1]


def _add(connection: Connection, actor: chain.Actor, found: PersonDetermination, move: Move, *, adverse: bool) -> None:
    number = len(found.steps) + 1
    reviewer = move.reviewer
    contents: dict[str, Any] = {
        "determination": found.id,
        "number": number,
        "at": now(),
        "actor": actor.subject,
        "state": move.to,
        "previous": found.steps[-1].state if found.steps else "",
        "previous_number": number - 1 or None,
        "adverse": adverse,
        "automatic": move.automatic,
        "reviewer": reviewer.name.strip(),
        "credential": reviewer.credential.strip(),
        "licence": reviewer.licence.strip(),
        "reviewed_on": reviewer.reviewed_on.isoformat() if reviewer.reviewed_on else "",
        "rationale": reviewer.rationale.strip(),
        "lines": canonical([asdict(one) for one in move.lines]),
        "note": move.note.strip(),
    }
    contents["digest"] = step_digest(contents)
    try:
        with connection.begin_nested():
            connection.execute(insert(steps).values(**contents))
    except IntegrityError as error:
        if "unique" in str(error.orig).lower() or "primary" in str(error.orig).lower():
            raise Conflict from None
        raise
    detail = {name: contents[name] for name in ("number", "state", "previous", "adverse", "automatic", "digest")}
    chain.append(connection, actor, "determination.step", found.subject, detail)


def step_digest(contents: Any) -> str:
    """The digest of a step's row."""
    return digest(canonical({name: contents[name] for name in contents if name != "digest"}))


def _again(connection: Connection, number: str) -> PersonDetermination:
    found = load(connection, number)
    assert found is not None
    return found


def _step(row: Any) -> Step:
    values = {name: row[name] for name in Step.__dataclass_fields__ if name != "lines"}
    lines = [Decided(**one) for one in json.loads(row["lines"])]
    return Step(**values, lines=lines)


def of_answer(connection: Connection, answer: str) -> list[str]:
    """The numbers of the determinations that rest on an answer and were not deleted."""
    query = select(determinations.c.id).join(steps, steps.c.determination == determinations.c.id)
    return list(connection.execute(query.where(determinations.c.answer == answer).distinct()).scalars())
