"""Determinations of people: what rules recommended of a case, and each step that people took from there.

A determination is its steps; what it is now is the last of them. A step that lacks what its gate wants is refused here,
and, of what the law wants, by the database itself.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select
from sqlalchemy.exc import IntegrityError

from clausal.problems import InvalidInput, Place, Problem
from clausal.store import answers, chain
from clausal.store.gates import (
    DECIDING,
    NOBODY,
    WITHOUT_A_PERSON,
    Asked,
    Decided,
    Passing,
    Reviewer,
    State,
    decided,
    is_adverse,
    lacking,
    same_reviewer,
)
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
    def standing(self) -> list[Decided]:
        """The lines as they were decided last."""
        return next((one.lines for one in reversed(self.steps) if one.state in DECIDING), [])

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
    told = {"answer": saved.id, "digest": begun_digest(number, saved.id, made, actor.subject)}
    chain.append(connection, actor, "determination.begun", found.subject, told)
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
    begun = dt.date.fromisoformat(found.at[:10])
    passing = Passing(found.state, move.to, found.adverse, asked, begun, found.standing)
    if move.automatic:
        problems = list(_without_a_person(passing, move))
    else:
        problems = list(lacking(passing, move.lines, move.reviewer, move.note, today))
        problems = problems or list(_on_appeal(found, actor, move))
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
    answer = json.loads(saved.answer)
    safe = not answer["safety"] and answer["safety_screening"] in ("done", "not-applicable")
    return [Asked(one["code"], one["units"], one["status"], safe and _is_clear(one)) for one in answer["lines"]]


def _is_clear(line: dict[str, Any]) -> bool:
    """Whether nothing stands beside a line's status that a person should look at."""
    approval = line["approval"] or {}
    too_many = bool(approval.get("units")) and (line["units"] or 1) > approval["units"]
    edits = [one for one in line["edits"] if not one["passes"]]
    beside = (line["needs"], line["denials"], line["conflicts"], line["warnings"], line["proposed"], edits)
    return not too_many and not any(beside)


def asked_of(connection: Connection, found: PersonDetermination) -> list[Asked]:
    """The lines that a determination is about; none where its answer was deleted."""
    saved = answers.load(connection, found.answer)
    return lines_asked(saved) if saved else []


def _without_a_person(passing: Passing, move: Move) -> Iterator[Problem]:
    """Whether a determination may be made that no person makes: favourable, and covered by the rules in every line."""
    place = Place("determination", path="to")
    if (passing.previous, passing.to) != WITHOUT_A_PERSON:
        yield Problem(place, f"nobody takes it from '{passing.previous}' to '{passing.to}'", "a person has to")
    elif is_adverse(move.lines, passing.asked) or not all(is_plain(one) for one in passing.asked):
        message = (
            "only what the rules find covered in every line, with nothing against it, is determined without a person"
        )
        yield Problem(place, message, "let a reviewer determine it")
    else:
        yield from decided(move.lines, passing.asked)


def _on_appeal(found: PersonDetermination, actor: chain.Actor, move: Move) -> Iterator[Problem]:
    """Whether an appeal is decided by somebody else than whoever decided before, whatever comes of it."""
    if found.state != "appealed" or move.to not in DECIDING:
        return
    hint = "29 CFR 2560.503-1(h)(3)(ii), 42 CFR 438.406(b)(2): nobody who decided at a level before"
    for one in found.steps:
        if one.state not in DECIDING:
            continue
        if one.actor == actor.subject and not actor.is_shared:
            message = "an appeal is decided by another person: you determined it before"
            yield Problem(Place("determination", path="to"), message, f"sign in as another physician; {hint}")
            return
        for name, before, now_ in (
            ("licence", one.licence, move.reviewer.licence),
            ("name", one.reviewer, move.reviewer.name),
        ):
            if same_reviewer(before, now_):
                message = f"an appeal is decided by another person: this {name} answers for what is appealed"
                yield Problem(Place("determination", path=f"reviewer.{name}"), message, hint)
                return


def is_plain(one: Asked) -> bool:
    """Whether the rules find a line covered, with a code and with nothing against it."""
    return one.status == "covered" and one.code is not None and one.is_clear


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


def begun_digest(number: str, answer: str, made: str, actor: str) -> str:
    """The digest of what a determination is of, and who began it when."""
    return digest(canonical([number, answer, made, actor]))


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
