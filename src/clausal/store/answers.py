"""Saved answers: a case as it was given with what was answered, and whether it is answered so again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select

from clausal import __version__
from clausal.determination.decide import decide
from clausal.determination.model import Determination, to_json
from clausal.documents.library import Library
from clausal.facts.case import Case
from clausal.facts.source import parse_source
from clausal.problems import InvalidInput
from clausal.schedules.tables import Schedules
from clausal.store import chain
from clausal.store.identifiers import canonical, digest, new_id, now
from clausal.store.tables import answers


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer as it was saved: `given` is the case in JSON as it was given, `answer` the determination to the letter.

    `library` and `tables` are the fingerprints of the packs and of the fee tables that it was made with.
    """

    id: str
    at: str
    actor: str
    service_date: str
    as_of: str
    library: str
    tables: str
    version: str
    given: str
    answer: str
    digest: str

    def expected_digest(self) -> str:
        """The digest that its contents give."""
        contents = [self.id, self.at, self.actor, self.service_date, self.as_of, self.library, self.tables]
        return digest(canonical([*contents, self.version, self.given, self.answer]))

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"answer:{self.id}"


@dataclass(frozen=True, slots=True)
class Change:
    """A value of an answer that is another now: its path, and what it was and is (null: it is not there)."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Replay:
    """A saved answer, worked out again. `problems`: why its case cannot be decided any more."""

    same: bool
    same_library: bool
    same_tables: bool
    same_version: bool
    changes: list[Change]
    problems: list[str]


def save(
    connection: Connection, actor: chain.Actor, given: dict[str, Any], answer: Determination, tables: str
) -> Saved:
    """Keep an answer, and note that it was made."""
    bare = Saved(
        id=new_id(),
        at=now(),
        actor=actor.subject,
        service_date=answer.service_date.isoformat(),
        as_of=answer.as_of.isoformat(),
        library=answer.library,
        tables=tables,
        version=__version__,
        given=canonical(_plain(given)),
        answer=to_json(answer),
        digest="",
    )
    saved = replace(bare, digest=bare.expected_digest())
    connection.execute(insert(answers).values(**asdict(saved)))
    chain.append(connection, actor, "answer.saved", saved.subject, {"digest": saved.digest, "library": saved.library})
    return saved


def _plain(value: Any) -> Any:
    """A case with its decimals as JSON has numbers."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return float(value) if isinstance(value, Decimal) else value


def load(connection: Connection, number: str) -> Saved | None:
    """A saved answer, or None where there is none of this number."""
    row = connection.execute(select(answers).where(answers.c.id == number)).first()
    return Saved(**row._mapping) if row else None


def listed(connection: Connection, after: str = "", most: int = 100, actor: str = "") -> list[Saved]:
    """Saved answers, the newest first, from the one before a time on; of one person where that is given."""
    query = select(answers).order_by(answers.c.at.desc(), answers.c.id).limit(most)
    if after:
        query = query.where(answers.c.at < after)
    if actor:
        query = query.where(answers.c.actor == actor)
    return [Saved(**row._mapping) for row in connection.execute(query)]


def replay(saved: Saved, library: Library, schedules: Callable[[Case], Schedules], tables: str) -> Replay:
    """Work a saved answer out again with what is held now, on its own as-of day; `schedules` gives a case's tables."""
    same = saved.library == library.fingerprint, saved.tables == tables, saved.version == __version__
    try:
        case = library.cases.read(parse_source(saved.given, "case", is_json=True))
        again = to_json(decide(library, case, dt.date.fromisoformat(saved.as_of), schedules(case)))
    except InvalidInput as error:
        told = [f"{one.place.path or 'case'}: {one.message}" for one in error.problems]
        return Replay(False, *same, [], told)
    changes = list(differences(json.loads(saved.answer), json.loads(again)))
    return Replay(again == saved.answer, *same, changes, [])


def differences(before: Any, after: Any, path: str = "") -> Iterator[Change]:
    """Where two values of JSON differ, as deep as they can be told apart."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            where = f"{path}.{key}" if path else key
            yield from differences(before.get(key), after.get(key), where)
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            one, other = (some[index] if index < len(some) else None for some in (before, after))
            yield from differences(one, other, f"{path}[{index}]")
    elif before != after:
        yield Change(path, before, after)
