"""Signing in and out: by the token of the printed address, or by the provider that is configured."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from clausal.service.api.common import actor_of, needs, parts_of
from clausal.service.claims import roles_of, subject_of
from clausal.service.identity import LOCAL, Doorkeeper
from clausal.service.problems import Refusal
from clausal.service.protection import cookies_of
from clausal.service.rendering.rendered import page
from clausal.store import chain, people
from clausal.store.identifiers import new_secret

router = APIRouter(include_in_schema=False)
OPEN = dt.timedelta(minutes=10)
"""How long a sign-in that was begun may take."""
LOCAL_LASTS = dt.timedelta(days=7)
BEGUN = "clausal-sign-in"
"""The cookie that ties a sign-in to the browser in which it was begun."""
CODE = Query(max_length=2048)


@router.get("/sign-in", **needs("public"))
async def sign_in(request: Request, token: Annotated[str, Query(max_length=128)] = "", back: str = "/") -> Response:
    """Let the single user in by the printed address; send others to the provider."""
    parts = parts_of(request)
    if parts.configuration.is_single_user:
        if not token:
            return page(request, "sign_in.html", 401)
        if not parts.doorkeeper.is_local_token(token):
            request.app.state.rates.strange(request.client.host if request.client else "?")
            raise Refusal(401, "this is not the token of the address that was printed", "copy the whole address")
        return await _let_in(request, LOCAL, LOCAL_LASTS, "/")
    provider = parts.doorkeeper.provider
    assert provider is not None
    state, nonce, verifier = new_secret(), new_secret(), new_secret() + new_secret()
    begun = people.SignIn(verifier, nonce, _own(back))

    def keep() -> None:
        with parts.database.writing() as connection:
            people.begin_sign_in(connection, state, begun, OPEN)

    address = await provider.address(state, nonce, verifier)
    await to_thread.run_sync(keep)
    answer = RedirectResponse(address, 303)
    seconds = int(OPEN.total_seconds())
    answer.set_cookie(BEGUN, state, seconds, httponly=True, samesite="lax", secure=parts.doorkeeper.is_secure)
    return answer


@router.get("/sign-in/callback", **needs("public"))
async def signed_in(
    request: Request, state: Annotated[str, CODE] = "", code: Annotated[str, CODE] = "", error: str = ""
) -> Response:
    """Where the provider sends a person back."""
    parts = parts_of(request)
    provider, settings = parts.doorkeeper.provider, parts.configuration.sign_in
    if provider is None or settings is None:
        raise Refusal(404, "there is nothing here")
    if error or not code:
        raise Refusal(401, "the provider did not let you in", "sign in again")
    if not state or cookies_of(request.headers).get(BEGUN) != state:
        raise Refusal(401, "this sign-in was begun in another browser", "sign in again")

    def take() -> people.SignIn | None:
        with parts.database.writing() as connection:
            return people.end_sign_in(connection, state)

    begun = await to_thread.run_sync(take)
    if begun is None:
        raise Refusal(401, "this sign-in is over, or took too long", "sign in again")
    claims = await provider.signed_in(code, begun.verifier, begun.nonce)
    subject = subject_of(claims)
    name = str(claims.get("name") or claims.get("preferred_username") or subject)[:255]
    person = people.Person(subject, name, roles_of(claims, settings))
    answer = await _let_in(request, person, dt.timedelta(hours=settings.hours), begun.back)
    answer.delete_cookie(BEGUN)
    return answer


@router.post("/sign-out", **needs("public"))
async def sign_out(request: Request) -> Response:
    """End the session, here and everywhere."""
    parts = parts_of(request)
    secret = cookies_of(request.headers).get(parts.doorkeeper.cookie, "")
    actor = actor_of(request)

    def end() -> None:
        with parts.database.writing() as connection:
            people.end_session(connection, secret)
            if actor.subject:
                chain.append(connection, actor, "signed.out", actor.subject)

    await to_thread.run_sync(end)
    parts.doorkeeper.forget()
    answer = RedirectResponse("/", 303)
    _delete(answer, parts.doorkeeper)
    return answer


async def _let_in(request: Request, person: people.Person, lasts: dt.timedelta, back: str) -> Response:
    parts, number = parts_of(request), str(request.scope["state"]["request"])

    def begin() -> str | None:
        with parts.database.writing() as connection:
            actor = chain.Actor(person.subject, number)
            if not people.seen(connection, person):
                chain.append(connection, actor, "sign-in.refused", person.subject)
                return None
            secret, session = people.begin_session(connection, person, lasts)
            chain.append(connection, actor, "signed.in", person.subject, {"session": session.digest[:16]})
            return secret

    secret = await to_thread.run_sync(begin)
    if secret is None:
        raise Refusal(403, "you are not let in", "the operator has blocked this account")
    answer = RedirectResponse(back, 303)
    keeper = parts.doorkeeper
    seconds = int(lasts.total_seconds())
    answer.set_cookie(keeper.cookie, secret, seconds, path="/", httponly=True, samesite="lax", secure=keeper.is_secure)
    return answer


def _delete(answer: Response, keeper: Doorkeeper) -> None:
    answer.delete_cookie(keeper.cookie, path="/", secure=keeper.is_secure, httponly=True, samesite="lax")


def _own(back: str) -> str:
    """A path of ours to go back to: never another site."""
    if not back.startswith("/") or back.startswith(("//", "/\\")) or not back.isprintable():
        return "/"
    return quote(back[:500], safe="/?=&%#.-_~:@!$'()*+,;")
