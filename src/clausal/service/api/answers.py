"""Saved answers: what was given and answered, by whom and with what; and whether it is answered so again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from clausal.service.api.common import (
    API,
    absent,
    actor_of,
    answered,
    before,
    done,
    gone,
    held_of,
    identity_of,
    json_of,
    key_of,
    needs,
    page_after,
    parts_of,
)
from clausal.service.api.decide import EXAMPLE_CASE, body, determined
from clausal.service.api.shapes import Answers, Replayed, SavedAnswer
from clausal.service.roles import may
from clausal.store import answers, chain
from clausal.store.answers import Saved

router = APIRouter(prefix=f"{API}/answers", tags=["saved answers"])
Page = Annotated[int, Query(ge=1, le=1000)]


@router.post(
    "",
    status_code=201,
    response_model=SavedAnswer,
    summary="Decide a case, and keep the answer",
    **needs("save", 400, 408, 409, 410, 413, 415, 504, 507, openapi_extra=body(["case"], {"case": EXAMPLE_CASE})),
)
async def save_answer(request: Request) -> Response:
    """The answer is kept with the case as it was given, the fingerprints of packs and fee tables, and who asked.

    With an `Idempotency-Key` the same request sent again within a day gives the answer that was kept.
    """
    held, source = held_of(request), await json_of(request, {"case": True, "as_of": False})
    key = key_of(request, source.data)
    determination = await determined(held, source)
    actor = actor_of(request)

    def keep() -> Saved:
        with parts_of(request).database.writing() as connection:
            known = before(connection, request, key)
            if known is not None:
                found = answers.load(connection, known.partition(":")[2])
                if found is None:
                    raise gone()
                chain.append(connection, actor, "answer.seen", found.subject)
                return found
            saved = answers.save(connection, actor, source.data["case"], determination, held.tables)
            done(connection, request, key, saved.subject)
            return saved

    saved = await to_thread.run_sync(keep)
    return answered(told(saved), 201, Location=f"/api/v1/answers/{saved.id}")


@router.get("", response_model=Answers, summary="Saved answers, the newest first", **needs("answers.own"))
def list_answers(request: Request, before: str = "", size: Page = 100) -> Response:
    """Who saved when, for which day and by which library; not what was given. One's own, or everybody's by role."""
    identity = identity_of(request)
    mine = "" if may(identity.person.roles, "answers.all") else identity.person.subject
    with parts_of(request).database.reading() as connection:
        found = answers.listed(connection, before, size, mine)
    rows = [about(one) for one in found]
    following = page_after("/answers", found[-1].at if found else "", size, len(found))
    return answered({"answers": rows, "next": following})


@router.get("/{number}", response_model=SavedAnswer, summary="A saved answer", **needs("answers.own", 404))
def read_answer(request: Request, number: str) -> Response:
    """The case as it was given and the answer to the letter. Who sees it stands in the log."""
    saved = seen(request, number, "answer.seen")
    return answered(told(saved), ETag=f'"{saved.digest[:32]}"')


@router.post(
    "/{number}/replay",
    response_model=Replayed,
    summary="Work a saved answer out again",
    **needs("answers.own", 404, 504),
)
def replay_answer(request: Request, number: str) -> Response:
    """Whether what is held now answers the same to the letter; else what changed, and whether packs or tables did."""
    saved, held = seen(request, number, "answer.replayed"), held_of(request)
    found = answers.replay(saved, held.library, lambda case: held.schedules_of([case]), held.tables)
    return answered(asdict(found) | {"library_then": saved.library, "library_now": held.library.fingerprint})


def seen(request: Request, number: str, action: str) -> Saved:
    """A saved answer for whoever may see it, noted in the log; raises Refusal."""
    identity = identity_of(request)
    with parts_of(request).database.writing() as connection:
        found = answers.load(connection, number)
        is_theirs = found is not None and found.actor == identity.person.subject
        if found is None or not (is_theirs or may(identity.person.roles, "answers.all")):
            raise absent("answer")
        chain.append(connection, actor_of(request), action, found.subject)
    return found


def about(saved: Saved) -> dict[str, Any]:
    """What may stand in a list of answers."""
    names = ("id", "at", "actor", "service_date", "as_of", "library", "tables", "version", "digest")
    return {name: getattr(saved, name) for name in names}


def told(saved: Saved) -> dict[str, Any]:
    """All of a saved answer."""
    return about(saved) | {"given": json.loads(saved.given), "answer": json.loads(saved.answer)}
