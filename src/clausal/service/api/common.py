"""What routes share: what is held, who asks, what a route needs, how answers go out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast
from urllib.parse import quote, urlencode

from anyio import to_thread
from fastapi import Depends, Request
from fastapi.params import Depends as Dependency
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from clausal.determination.model import to_json
from clausal.facts.source import Source, parse_source
from clausal.problems import InvalidInput, brief, nearest
from clausal.service.configuration import Configuration
from clausal.service.held import Held, Holder
from clausal.service.identity import NOBODY, Doorkeeper, Identity
from clausal.service.observed import Observed
from clausal.service.problems import MEDIA, TITLES, FieldProblem, ProblemDetails, Refusal, of_input
from clausal.service.roles import MAY, ROLES, Permission, may
from clausal.store import chain, once
from clausal.store.database import Database
from clausal.store.identifiers import canonical, digest

API = "/api/v1"
JSON = "application/json"
MOST_KEY = 64
LARGE = 64 << 10
"""Letters of a body that is parsed beside the others."""
MOST_NAMES = 100


@dataclass(frozen=True)
class Parts:
    """What the service is made of; each request finds it."""

    configuration: Configuration
    holder: Holder
    database: Database
    doorkeeper: Doorkeeper
    observed: Observed
    queue: Any
    """Where jobs are put (jobs.queues.Queue)."""


class Body(BaseModel):
    """The body of a request: names that are not known are refused."""

    model_config = ConfigDict(extra="forbid")


def parts_of(request: Request) -> Parts:
    """What the service is made of."""
    return cast("Parts", request.app.state.parts)


def held_of(request: Request) -> Held:
    """What is held; the same for all of a request."""
    held: Held | None = request.scope["state"].get("held")
    if held is None:
        held = request.scope["state"]["held"] = parts_of(request).holder.current
    return held


def identity_of(request: Request) -> Identity:
    """Who asks."""
    return cast("Identity", request.scope["state"].get("identity", NOBODY))


def actor_of(request: Request) -> chain.Actor:
    """Who asks, as the log has it."""
    return identity_of(request).actor(str(request.scope["state"]["request"]))


class Needs:
    """Lets a request through whose sender has a role that may do what the route does."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> None:
        identity = identity_of(request)
        if may(identity.person.roles, self.permission):
            _check_names(request)
            return
        if identity.way == "nobody":
            hint = "send `Authorization: Bearer TOKEN`, or sign in"
            raise Refusal(401, "nobody is signed in", hint, headers={"WWW-Authenticate": "Bearer"})
        roles = [role for role in ROLES if self.permission in MAY[role]]
        raise Refusal(403, "this role may not do that", f"it takes the role {' or '.join(roles)}")


def _check_names(request: Request) -> None:
    """Refuse names in an address that the call does not have: a slip would change what is asked, unseen."""
    route = request.scope["route"]
    if (route.openapi_extra or {}).get("x-any-name") or not route.path.startswith(API):
        return
    known = [one.alias for one in route.dependant.query_params]
    for name in request.query_params:
        if name not in known:
            hint = nearest(name, known) or (f"expected one of {', '.join(known)}" if known else "it takes none")
            raise Refusal(422, f"unknown name '{brief(name)}' in the address", hint, path=brief(name))


def needs(permission: Permission, *problems: int, **more: Any) -> dict[str, Any]:
    """What a route declares of itself: who may call it, and in which problems it may end."""
    told = {400, 401, 403, 422, 429, 503, *problems} if permission != "public" else {400, 429, *problems}
    responses: dict[int | str, Any] = {
        status: {"description": TITLES[status], "content": {MEDIA: {"schema": _PROBLEM}}} for status in sorted(told)
    }
    extra = {"x-permission": permission, **more.pop("openapi_extra", {})}
    dependencies: list[Dependency] = [Depends(Needs(permission))]
    responses |= more.pop("responses", {})
    return {"dependencies": dependencies, "responses": responses, "openapi_extra": extra, **more}


_PROBLEM = {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}


def answered(value: object, status: int = 200, **headers: str) -> Response:
    """An answer as JSON: money is text, dates are ISO."""
    return Response(to_json(value), status, {"Cache-Control": "no-store", **headers}, JSON)


def of_library(request: Request, value: object, day: dt.date | None = None) -> Response:
    """What depends on what is held alone, and on a `day` that was not asked for: kept as long as these stay."""
    held = held_of(request)
    etag = f'"{held.etag}{f"-{day}" if day else ""}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(to_json(value), 200, headers, JSON)


async def json_of(request: Request, known: Mapping[str, bool]) -> Source:
    """The JSON body of a request with its places; `known` are the names it may have, and whether they must be there."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != JSON:
        raise Refusal(415, f"the body is to be {JSON}", f"send `Content-Type: {JSON}`")
    raw = await request.body()
    try:
        text = raw.decode("utf-8")
        parse = partial(parse_source, text, "case", is_json=True)
        source = await to_thread.run_sync(parse) if len(text) > LARGE else parse()
    except UnicodeDecodeError:
        raise Refusal(400, "the body is not UTF-8") from None
    except InvalidInput as error:
        raise of_input(error, 400) from None
    if not isinstance(source.data, dict):
        raise Refusal(422, "the body is to be an object", f"with {', '.join(known)}")
    if "case" in known and "case" not in source.data and "service_date" in source.data:
        raise Refusal(422, "the case stands by itself", 'put it under `case`: {"case": {...}}', path="case")
    errors = [
        FieldProblem(path=name[:80], message=f"unknown name '{name[:80]}'", expected=f"one of {', '.join(known)}")
        for name in list(source.data)[:MOST_NAMES]
        if name not in known
    ]
    errors += [
        FieldProblem(path=name, message=f"`{name}` is missing")
        for name, required in known.items()
        if required and name not in source.data
    ]
    if errors:
        raise Refusal(422, errors[0].message if len(errors) == 1 else f"{len(errors)} things are wrong", errors=errors)
    return source


@dataclass(frozen=True)
class Key:
    """An idempotency key with the digest of the request that it stands for; `key` is empty where none was sent."""

    key: str
    request: str


def key_of(request: Request, body: object) -> Key:
    """The idempotency key of a request."""
    key = request.headers.get("idempotency-key", "")
    if len(key) > MOST_KEY or not key.isprintable():
        hint = f"at most {MOST_KEY} letters that can be printed"
        raise Refusal(422, "this is no key", hint, path="Idempotency-Key")
    return Key(key, digest(f"{request.method} {request.url.path} {canonical(body)}"))


def before(connection: Any, request: Request, key: Key) -> str | None:
    """The subject that a request of this key made before; raises Refusal where the key was another request's.

    Of two that come together the second waits here for what the first makes.
    """
    if not key.key:
        return None
    chain.lock(connection)
    try:
        return once.done_before(connection, identity_of(request).person.subject, key.key, key.request)
    except InvalidInput as error:
        raise of_input(error, 409) from None


def gone() -> Refusal:
    """What a request of this key made was deleted since."""
    return Refusal(410, "what this key made was deleted", "take a new key to make another", path="Idempotency-Key")


def done(connection: Any, request: Request, key: Key, subject: str) -> None:
    """Note what a request of a key made."""
    if key.key:
        once.note(connection, identity_of(request).person.subject, key.key, key.request, subject)


def page_after(path: str, before: str, size: int, found: int, **more: str | None) -> str | None:
    """The address of the page after one of `found` rows, the last of which is of a time; None where none follows."""
    if found < size:
        return None
    query = {"before": before, "size": str(size), **{name: one for name, one in more.items() if one}}
    return f"{API}{path}?{urlencode(query, quote_via=quote)}"


def absent(what: str) -> Refusal:
    """There is no such thing, or not for who asks: which of the two is not told."""
    return Refusal(404, f"there is no such {what}", "look at the list of them")


def with_example(value: Any) -> dict[str, Any]:
    """An example of a body, as OpenAPI has it."""
    return {"requestBody": {"content": {JSON: {"example": value}}}}
