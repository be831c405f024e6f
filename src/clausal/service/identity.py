"""Who a request is of: the single user by token, a person by session, a program by token or by its issuer's."""

from __future__ import annotations

import datetime as dt
import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from anyio import to_thread

from clausal.service.claims import roles_of, subject_of
from clausal.service.configuration import Configuration
from clausal.service.problems import Refusal
from clausal.service.roles import ROLES
from clausal.store import people
from clausal.store.chain import Actor
from clausal.store.database import Database
from clausal.store.identifiers import digest

if TYPE_CHECKING:
    from clausal.service.oidc import Provider

Way = Literal["nobody", "session", "token"]
LOCAL = people.Person("local", "the user of this machine", frozenset(ROLES))
REMEMBERED = 5.0
"""Seconds for which a session or token is taken as it was found: one that is ended elsewhere ends here by then."""
TOUCHED = 60.0
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Identity:
    """Whoever sends a request; `csrf` is the secret that changes by a session have to bring along."""

    person: people.Person
    way: Way
    csrf: str = ""

    def actor(self, request: str) -> Actor:
        """As the log has it."""
        return Actor(self.person.subject, request, self.person == LOCAL)


NOBODY = Identity(people.Person("", "", frozenset()), "nobody")


class Doorkeeper:
    """Tells who a request is of; what the store says is remembered for some seconds."""

    def __init__(self, configuration: Configuration, database: Database, token: str, provider: Provider | None) -> None:
        self._configuration = configuration
        self._database = database
        self._token = token
        self.provider = provider
        self._known: dict[str, tuple[float, Identity | None]] = {}
        self._touched: dict[str, float] = {}

    @property
    def cookie(self) -> str:
        """The name of the session's cookie."""
        return "__Host-clausal" if self.is_secure else "clausal"

    @property
    def is_secure(self) -> bool:
        """Whether people come by https."""
        return self._configuration.origin.startswith("https://")

    def is_local_token(self, text: str) -> bool:
        """Whether a text is the token of the printed address."""
        return (
            self._configuration.is_single_user
            and bool(self._token)
            and hmac.compare_digest(text.encode(), self._token.encode())
        )

    async def identify(self, authorization: str, cookies: Mapping[str, str]) -> Identity:
        """Who a request is of; raises Refusal for a token that is none."""
        if authorization:
            scheme, _, secret = authorization.partition(" ")
            if scheme.lower() != "bearer" or not secret.strip():
                raise _unknown("only bearer tokens are taken")
            return await self._by_token(secret.strip())
        secret = cookies.get(self.cookie, "")
        if not secret:
            return NOBODY
        return await self._remembered(f"session {digest(secret)}", lambda: self._session(secret)) or NOBODY

    def forget(self) -> None:
        """Ask the store anew: somebody was blocked, or signed out."""
        self._known.clear()

    async def _by_token(self, secret: str) -> Identity:
        if self.is_local_token(secret):
            return Identity(LOCAL, "token")
        if self.provider is not None and secret.count(".") == 2:
            return Identity(await self._of_issuer(secret), "token")
        found = await self._remembered(f"token {digest(secret)}", lambda: self._program(secret))
        if found is None:
            raise _unknown("this token is not known, or has ended")
        return found

    async def _of_issuer(self, secret: str) -> people.Person:
        assert self.provider is not None
        assert self._configuration.sign_in is not None
        claims = await self.provider.claims_of(secret)
        subject = subject_of(claims)
        person = people.Person(subject, subject, roles_of(claims, self._configuration.sign_in))
        known = Identity(person, "token")
        if await self._remembered(f"issuer {subject}", lambda: self._unless_blocked(known)) is None:
            raise Refusal(403, "you are not let in", "the operator has blocked this account")
        return person

    async def _remembered(self, key: str, ask: Callable[[], Identity | None]) -> Identity | None:
        moment = time.monotonic()
        known = self._known.get(key)
        if known is not None and known[0] > moment:
            return known[1]
        found = await to_thread.run_sync(ask)
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[key] = moment + REMEMBERED, found
        return found

    def _session(self, secret: str) -> Identity | None:
        sign_in = self._configuration.sign_in
        idle = dt.timedelta(minutes=sign_in.idle_minutes) if sign_in else dt.timedelta(days=1)
        with self._database.reading() as connection:
            found = people.session_of(connection, secret, idle)
        if found is None or (found.person.subject == LOCAL.subject) != self._configuration.is_single_user:
            return None
        if self._touched.get(found.digest, 0.0) < time.monotonic() - TOUCHED:
            with self._database.writing() as connection:
                people.touch(connection, found)
            if len(self._touched) >= MOST:
                self._touched.clear()
            self._touched[found.digest] = time.monotonic()
        return Identity(found.person, "session", found.csrf)

    def _unless_blocked(self, identity: Identity) -> Identity | None:
        with self._database.writing() as connection:
            return identity if people.seen(connection, identity.person) else None

    def _program(self, secret: str) -> Identity | None:
        with self._database.reading() as connection:
            found = people.token_of(connection, secret)
        if found is None:
            return None
        return Identity(people.Person(found.subject, found.subject, found.roles), "token")


def _unknown(what: str) -> Refusal:
    headers = {"WWW-Authenticate": "Bearer"}
    return Refusal(401, what, "send `Authorization: Bearer TOKEN`, or sign in", headers=headers)
