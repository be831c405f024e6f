"""What an operator does: packs read anew, people and tokens, the log of who did what, what is deleted and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from clausal.problems import InvalidInput
from clausal.service.api.common import API, Body, absent, actor_of, answered, identity_of, needs, parts_of, with_example
from clausal.service.api.me import holdings
from clausal.service.api.shapes import Blocked, Events, PeopleTold, Reloaded, TokenMade, Tokens, Verified
from clausal.service.problems import Refusal, of_input
from clausal.service.reloading import note_reload
from clausal.service.roles import ROLES, Role
from clausal.store import answers, chain, determinations, people, retention
from clausal.store.verify import faults

EXAMPLE = {"reason": "asked for by the member"}
LINES: dict[int | str, Any] = {200: {"description": "events", "content": {"application/x-ndjson": {}}}}
PROGRAM = "program: "
router = APIRouter(prefix=API, tags=["operation"])


class Reason(Body):
    """Why something is deleted."""

    reason: str = Field(min_length=3, max_length=200, description="What stands in the log; nothing of a patient.")


class TokenAsked(Body):
    """A token for a program."""

    subject: str = Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9 ._@-]+$", examples=["claims-engine"])
    roles: list[Role] = Field(min_length=1, max_length=len(ROLES))
    days: int = Field(90, ge=1, le=366)


class Blocking(Body):
    """Whether a person may come in."""

    subject: str = Field(min_length=1, max_length=255)
    blocked: bool


@router.post("/library/reload", response_model=Reloaded, summary="Read packs and fee tables anew", **needs("operate"))
async def reload_library(request: Request) -> Response:
    """All of it, or nothing: packs that are refused leave what is held as it is. Other workers follow in seconds."""
    parts = parts_of(request)
    try:
        changed = await to_thread.run_sync(parts.holder.reload)
    except InvalidInput as error:
        raise of_input(error) from None
    request.scope["state"].pop("held", None)
    actor = actor_of(request)

    def note() -> None:
        with parts.database.writing() as connection:
            note_reload(connection, parts.holder.current)
            chain.append(
                connection, actor, "library.reloaded", "", {"library": parts.holder.current.library.fingerprint}
            )

    await to_thread.run_sync(note)
    return answered(holdings(request) | {"changed": changed})


@router.get("/audit/events", response_model=Events, summary="The log of who saw and did what", **needs("audit"))
def read_events(
    request: Request,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    size: Annotated[int, Query(ge=1, le=1000)] = 100,
    subject: Annotated[str, Query(max_length=160)] = "",
) -> Response:
    """Events in order; of one subject (`answer:NUMBER`) where that is asked for. Reading the log stands in it too."""
    with parts_of(request).database.writing() as connection:
        found = list(chain.read(connection, after, size, subject))
        chain.append(connection, actor_of(request), "audit.read", "", {"after": after, "events": len(found)})
    following = f"/api/v1/audit/events?after={found[-1].number}&size={size}" if len(found) == size else None
    return answered({"events": [asdict(one) for one in found], "next": following})


@router.get("/audit/export", summary="The whole log, a line of JSON each", **needs("audit", responses=LINES))
def export_events(request: Request) -> Response:
    """Every event from the first; keep the last line elsewhere, and `verify` finds a log that was written anew."""
    database = parts_of(request).database
    with database.writing() as connection:
        chain.append(connection, actor_of(request), "audit.exported")

    def lines() -> Iterator[str]:
        with database.reading() as connection:
            for event in chain.read(connection):
                yield chain.as_line(event) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")


@router.get(
    "/audit/verify",
    response_model=Verified,
    summary="Whether log and store are as they were written",
    **needs("audit", 504),
)
def verify_log(
    request: Request,
    number: Annotated[int | None, Query(ge=1, le=2**62, description="An event that was kept elsewhere,")] = None,
    hash: Annotated[str, Query(max_length=64, description="and its hash.")] = "",
) -> Response:
    """What is wrong: nothing, or each change and gap in words."""
    if bool(number) != bool(hash):
        raise Refusal(
            422, "number and hash belong together", "send both, as the export's last line has them", path="hash"
        )
    with parts_of(request).database.reading() as connection:
        last = chain.head(connection)
        found = list(faults(connection, (number, hash) if number else None))
    return answered({"whole": not found, "faults": found, "events": last[0], "hash": last[1]})


@router.get("/people", response_model=PeopleTold, summary="Who came in", **needs("operate"))
def list_people(request: Request) -> Response:
    """Everybody who ever signed in, with the roles of the last time."""
    with parts_of(request).database.reading() as connection:
        found = people.all_people(connection)
    rows: list[dict[str, Any]] = [
        {"subject": one.subject, "name": one.name, "roles": sorted(one.roles), "blocked": blocked, "seen": seen}
        for one, blocked, seen in found
    ]
    return answered({"people": rows})


@router.post(
    "/people/blocking",
    response_model=Blocked,
    summary="Block somebody, or let them in again",
    **needs("operate", 400, 404, 409, openapi_extra=with_example({"subject": "nurse-1", "blocked": True})),
)
def block_person(request: Request, asked: Blocking) -> Response:
    """Their sessions end at once, here and on other workers within seconds."""
    parts = parts_of(request)
    if asked.subject == identity_of(request).person.subject:
        raise Refusal(409, "you would lock yourself out", "let another admin do it", path="subject")
    if asked.subject.startswith(PROGRAM):
        raise Refusal(409, "this is a program", "take its token back: DELETE /api/v1/tokens/ID", path="subject")
    with parts.database.writing() as connection:
        if not people.block(connection, asked.subject, blocked=asked.blocked):
            raise absent("person")
        chain.append(
            connection, actor_of(request), "person.blocked" if asked.blocked else "person.let-in", asked.subject
        )
    parts.doorkeeper.forget()
    return answered({"subject": asked.subject, "blocked": asked.blocked})


@router.post(
    "/tokens",
    status_code=201,
    response_model=TokenMade,
    summary="Make a token for a program",
    **needs("operate", 400, openapi_extra=with_example({"subject": "claims-engine", "roles": ["viewer"], "days": 90})),
)
def make_token(request: Request, asked: TokenAsked) -> Response:
    """The token itself is told once, here; the store has its digest alone."""
    with parts_of(request).database.writing() as connection:
        lasts = dt.timedelta(days=asked.days)
        name = f"{PROGRAM}{asked.subject}"
        secret, token = people.make_token(connection, actor_of(request), name, asked.roles, lasts)
    return answered({"token": secret, **_token(token)}, 201, Location=f"/api/v1/tokens/{token.id}")


@router.get("/tokens", response_model=Tokens, summary="The tokens of programs", **needs("operate"))
def list_tokens(request: Request) -> Response:
    """Without the secrets, which are not held."""
    with parts_of(request).database.reading() as connection:
        return answered({"tokens": [_token(one) for one in people.all_tokens(connection)]})


@router.delete("/tokens/{number}", status_code=204, summary="Take a token back", **needs("operate", 404))
def end_token(request: Request, number: str) -> Response:
    """It is refused at once here, and on other workers within seconds."""
    parts = parts_of(request)
    with parts.database.writing() as connection:
        if not people.end_token(connection, number):
            raise absent("token")
        chain.append(connection, actor_of(request), "token.ended", f"token:{number}")
    parts.doorkeeper.forget()
    return Response(status_code=204)


@router.post("/answers/{number}/deletion", status_code=204, summary="Delete a saved answer",
             **needs("operate", 400, 404, 409, openapi_extra=with_example(EXAMPLE)))  # fmt: skip
def delete_answer(request: Request, number: str, asked: Reason) -> Response:
    """The log tells that it was, when and why. One that a determination rests on is deleted after that."""
    with parts_of(request).database.writing() as connection:
        chain.lock(connection)
        if answers.load(connection, number) is None:
            raise absent("answer")
        if determinations.of_answer(connection, number):
            raise Refusal(409, "a determination rests on this answer", "delete that first")
        retention.delete_answer(connection, actor_of(request), number, asked.reason)
    return Response(status_code=204)


@router.post("/determinations/{number}/deletion", status_code=204, summary="Delete a determination",
             **needs("operate", 400, 404, openapi_extra=with_example(EXAMPLE)))  # fmt: skip
def delete_determination(request: Request, number: str, asked: Reason) -> Response:
    """What was decided and why is gone; the log keeps that there was one, and the digest of each step."""
    with parts_of(request).database.writing() as connection:
        if determinations.load(connection, number) is None:
            raise absent("determination")
        retention.delete_determination(connection, actor_of(request), number, asked.reason)
    return Response(status_code=204)


def _token(token: people.Token) -> dict[str, Any]:
    return asdict(token) | {"roles": sorted(token.roles)}
