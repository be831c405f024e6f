"""People and programs that may come in: who was seen, their sessions, and tokens for programs.

Secrets are kept as digests alone: whoever reads the store cannot come in with what stands there.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from clausal.store import chain
from clausal.store.identifiers import canonical, digest, new_id, new_secret, now, written
from clausal.store.tables import people, sessions, sign_ins, tokens


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in: the provider's identifier, a name to show, and roles."""

    subject: str
    name: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Session:
    """A session of a person; `csrf` is the secret that a page of it sends back."""

    digest: str
    person: Person
    csrf: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that has begun: what is needed when the provider sends the person back."""

    verifier: str
    nonce: str
    back: str


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a program; the secret itself is told once, when it is made."""

    id: str
    subject: str
    roles: frozenset[str]
    made_by: str
    made: str
    ends: str


def seen(connection: Connection, person: Person) -> bool:
    """Note that a person came in; False for one who is blocked."""
    row = connection.execute(select(people.c.blocked).where(people.c.subject == person.subject)).first()
    values = {"name": person.name, "roles": _roles(person.roles), "seen": now()}
    if row is None:
        connection.execute(insert(people).values(subject=person.subject, blocked=False, **values))
        return True
    connection.execute(update(people).where(people.c.subject == person.subject).values(**values))
    return not row.blocked


def all_people(connection: Connection) -> list[tuple[Person, bool, str]]:
    """Everybody who ever came in, whether blocked, and when last seen."""
    rows = connection.execute(select(people).order_by(people.c.subject))
    return [(Person(row.subject, row.name, _read_roles(row.roles)), row.blocked, row.seen) for row in rows]


def block(connection: Connection, subject: str, *, blocked: bool) -> bool:
    """Block a person, or let one in again; their sessions end. False where nobody of this name was seen."""
    done = connection.execute(update(people).where(people.c.subject == subject).values(blocked=blocked)).rowcount
    connection.execute(delete(sessions).where(sessions.c.subject == subject))
    return done > 0


def begin_session(connection: Connection, person: Person, lasts: dt.timedelta) -> tuple[str, Session]:
    """A new session, and the secret of its cookie."""
    secret, csrf = new_secret(), new_secret()
    made = now()
    ends = written(dt.datetime.now(dt.UTC) + lasts)
    values = {"subject": person.subject, "name": person.name, "roles": _roles(person.roles), "csrf": csrf}
    connection.execute(insert(sessions).values(digest=digest(secret), made=made, seen=made, ends=ends, **values))
    return secret, Session(digest(secret), person, csrf)


def session_of(connection: Connection, secret: str, idle: dt.timedelta) -> Session | None:
    """The session of a cookie, unless it has ended or lain idle too long."""
    found = connection.execute(select(sessions).where(sessions.c.digest == digest(secret))).first()
    moment = now()
    if found is None or found.ends < moment:
        return None
    if found.seen < written(dt.datetime.now(dt.UTC) - idle):
        return None
    return Session(found.digest, Person(found.subject, found.name, _read_roles(found.roles)), found.csrf)


def touch(connection: Connection, session: Session) -> None:
    """Note that a session is in use."""
    connection.execute(update(sessions).where(sessions.c.digest == session.digest).values(seen=now()))


def end_session(connection: Connection, secret: str) -> None:
    """End a session; those that are over are put away with it."""
    connection.execute(delete(sessions).where((sessions.c.digest == digest(secret)) | (sessions.c.ends < now())))


def forget_ended(connection: Connection) -> None:
    """Put away sessions, sign-ins and tokens that are over."""
    moment = now()
    for table in (sessions, sign_ins, tokens):
        connection.execute(delete(table).where(table.c.ends < moment))


def begin_sign_in(connection: Connection, state: str, sign_in: SignIn, lasts: dt.timedelta) -> None:
    """Keep what a sign-in needs until the provider answers."""
    connection.execute(delete(sign_ins).where(sign_ins.c.ends < now()))
    ends = written(dt.datetime.now(dt.UTC) + lasts)
    values = {"verifier": sign_in.verifier, "nonce": sign_in.nonce, "back": sign_in.back}
    connection.execute(insert(sign_ins).values(digest=digest(state), ends=ends, **values))


def end_sign_in(connection: Connection, state: str) -> SignIn | None:
    """What a sign-in needs, once: None where none of this state is open."""
    mine = sign_ins.c.digest == digest(state)
    found = connection.execute(select(sign_ins).where(mine, sign_ins.c.ends >= now())).first()
    connection.execute(delete(sign_ins).where(mine))
    return SignIn(found.verifier, found.nonce, found.back) if found else None


def make_token(
    connection: Connection, actor: chain.Actor, subject: str, roles: Collection[str], lasts: dt.timedelta
) -> tuple[str, Token]:
    """A token for a program, noted in the log, and its secret."""
    secret, number, made = new_secret(), new_id(), now()
    ends = written(dt.datetime.now(dt.UTC) + lasts)
    values = {"subject": subject, "made_by": actor.subject, "made": made, "ends": ends}
    connection.execute(insert(tokens).values(id=number, digest=digest(secret), roles=_roles(roles), **values))
    told = {"for": subject, "roles": sorted(roles), "digest": token_digest(subject, roles)}
    chain.append(connection, actor, "token.made", f"token:{number}", told)
    return secret, Token(number, subject, frozenset(roles), actor.subject, made, ends)


def token_of(connection: Connection, secret: str) -> Token | None:
    """The token of a secret, unless it has ended."""
    found = connection.execute(select(tokens).where(tokens.c.digest == digest(secret), tokens.c.ends >= now())).first()
    return _token(found) if found else None


def token_digest(subject: str, roles: Collection[str]) -> str:
    """The digest of what a token stands for."""
    return digest(canonical([subject, sorted(roles)]))


def all_tokens(connection: Connection) -> list[Token]:
    """Every token, the newest first."""
    return [_token(one) for one in connection.execute(select(tokens).order_by(tokens.c.made.desc()))]


def end_token(connection: Connection, number: str) -> bool:
    """Take a token back; False where there is none of this number."""
    return connection.execute(delete(tokens).where(tokens.c.id == number)).rowcount > 0


def _token(row: object) -> Token:
    values = {name: getattr(row, name) for name in Token.__dataclass_fields__}
    return Token(**values | {"roles": _read_roles(values["roles"])})


def _roles(roles: Collection[str]) -> str:
    return json.dumps(sorted(roles))


def _read_roles(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))
