"""Determinations of people: from what rules recommend to what a person determines, issues, and decides on appeal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from clausal.service.api.common import (
    API,
    Body,
    absent,
    actor_of,
    answered,
    before,
    done,
    gone,
    identity_of,
    key_of,
    needs,
    page_after,
    parts_of,
    with_example,
)
from clausal.service.api.shapes import Determinations, DeterminationTold
from clausal.service.problems import Refusal, of_input
from clausal.service.roles import may
from clausal.store import answers, chain, determinations
from clausal.store.determinations import Conflict, Move, PersonDetermination, Refused
from clausal.store.gates import DECIDING, NOBODY, Asked, Decided, Outcome, Reviewer, State, following, is_adverse

EXAMPLE_STEP = {
    "to": "determined",
    "lines": [{"line": 1, "outcome": "denied", "reason": "the policy calls it investigational for this condition"}],
    "reviewer": {
        "name": "Ada Example",
        "credential": "MD",
        "licence": "MI 4301000000",
        "reviewed_on": "2025-06-01",
        "rationale": "Statement 2 applies: freezing for pain from osteoarthritis of the knee.",
    },
}
router = APIRouter(prefix=f"{API}/determinations", tags=["determinations of people"])


class Opened(Body):
    """What a determination is to be made of."""

    answer: str = Field(description="The number of a saved answer: what the rules recommend.", max_length=32)


class LineDecided(Body):
    """What is decided of a line."""

    line: int = Field(ge=1, description="Counted from 1, in the order of `asked`.")
    outcome: Outcome
    units: int | None = Field(None, ge=0, le=9999, description="Units approved; left out: all that were asked for.")
    reason: str = Field("", max_length=4000, description="The specific reason of a line that is not approved.")


class ReviewerNamed(Body):
    """Who answers for an adverse determination."""

    name: str = Field("", max_length=255)
    credential: str = Field("", max_length=64, examples=["MD"])
    licence: str = Field("", max_length=64, description="State and number of the licence.")
    reviewed_on: dt.date | None = None
    rationale: str = Field("", max_length=20_000)


class StepAsked(Body):
    """A step that is to be taken."""

    to: State
    after: int | None = Field(None, ge=1, description="The number of the last step that was seen; another is told.")
    lines: list[LineDecided] = Field([], max_length=999)
    reviewer: ReviewerNamed | None = None
    note: str = Field("", max_length=4000)


@router.post(
    "",
    status_code=201,
    response_model=DeterminationTold,
    summary="Begin a determination",
    **needs(
        "determinations.work",
        400,
        404,
        409,
        410,
        507,
        openapi_extra=with_example({"answer": "abcdefghijkmnpqrstuvwxyz23"}),
    ),
)
def open_determination(request: Request, asked: Opened) -> Response:
    """Begin with what the rules recommend of a saved answer: its state is `recommended`.

    Where the operator allows it, what the rules find covered in every line is determined at once, without a person.
    """
    key, actor = key_of(request, asked.model_dump()), actor_of(request)
    with parts_of(request).database.writing() as connection:
        known = before(connection, request, key)
        found = determinations.load(connection, known.partition(":")[2]) if known else None
        if known and found is None:
            raise gone()
        if found is None:
            chain.lock(connection)
            saved = answers.load(connection, asked.answer)
            if saved is None:
                raise absent("answer")
            found = determinations.open_for(connection, actor, saved)
            if parts_of(request).configuration.determinations.automatic_approval:
                found = _approved(connection, found, saved)
            done(connection, request, key, found.subject)
        asked_of = determinations.asked_of(connection, found)
    return answered(told(found, asked_of), 201, Location=f"/api/v1/determinations/{found.id}")


def _approved(connection: Any, found: PersonDetermination, saved: answers.Saved) -> PersonDetermination:
    """The determination, made where the rules find every line covered; else as it is."""
    asked = determinations.lines_asked(saved)
    if not all(map(determinations.is_plain, asked)):
        return found
    lines = [Decided(number, "approved") for number in range(1, len(asked) + 1)]
    actor = chain.Actor("system: automatic approval")
    move = Move("determined", lines, note="covered by the rules in every line", automatic=True)
    return determinations.take(connection, actor, found, move, dt.date.today())


@router.get(
    "", response_model=Determinations, summary="Determinations, the newest first", **needs("determinations.read")
)
def list_determinations(
    request: Request,
    state: State | None = None,
    before: str = "",
    size: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Each with its state; of one state where that is asked for."""
    with parts_of(request).database.reading() as connection:
        found = determinations.listed(connection, state, before, size)
    rows = [_about(one) for one in found]
    page = page_after("/determinations", found[-1].at if found else "", size, len(found), state=state)
    return answered({"determinations": rows, "next": page})


@router.get(
    "/{number}",
    response_model=DeterminationTold,
    summary="A determination with its steps",
    **needs("determinations.read", 404),
)
def read_determination(request: Request, number: str) -> Response:
    """Every step, by whom, and what was decided with it. Who sees it stands in the log."""
    with parts_of(request).database.writing() as connection:
        found = determinations.load(connection, number)
        if found is None:
            raise absent("determination")
        chain.append(connection, actor_of(request), "determination.seen", found.subject)
        asked_of = determinations.asked_of(connection, found)
    return answered(told(found, asked_of))


@router.post(
    "/{number}/steps",
    response_model=DeterminationTold,
    summary="Take a step",
    **needs("determinations.work", 400, 404, 409, 412, 507, openapi_extra=with_example(EXAMPLE_STEP)),
)
def take_step(request: Request, number: str, asked: StepAsked) -> Response:
    """Take a determination to its next state.

    An adverse one (denied, or less approved than was asked for) takes the role physician, and name, credential,
    licence, date and rationale of the reviewer who answers for it; on appeal another one than before.
    """
    key, actor = key_of(request, asked.model_dump()), actor_of(request)
    lines = [Decided(one.line, one.outcome, one.units, one.reason) for one in asked.lines]
    reviewer = Reviewer(**asked.reviewer.model_dump()) if asked.reviewer else NOBODY
    move = Move(asked.to, lines, reviewer, asked.note, asked.after)
    with parts_of(request).database.writing() as connection:
        found = determinations.load(connection, number)
        if found is None:
            raise absent("determination")
        asked_of = determinations.asked_of(connection, found)
        if before(connection, request, key) is None:
            _check_step(found, asked.after)
            _check_role(request, move, asked_of)
            found = _taken(partial(determinations.take, connection, actor, found, move, dt.date.today()))
            done(connection, request, key, found.subject)
    return answered(told(found, asked_of), 201)


def _check_step(found: PersonDetermination, after: int | None) -> None:
    """Whether the last step that was seen is one that there is."""
    if after is not None and after > len(found.steps):
        raise Refusal(422, f"there is no step {after}", f"the last step is {len(found.steps)}", path="after")


def _check_role(request: Request, move: Move, asked: Sequence[Asked]) -> None:
    """An adverse determination is a physician's to make, and one on appeal."""
    if move.to not in DECIDING or may(identity_of(request).person.roles, "determinations.determine"):
        return
    is_off = any(not 1 <= one.line <= len(asked) for one in move.lines)
    if move.to != "determined" or is_off or is_adverse(move.lines, asked):
        what = "an adverse determination, or one on appeal, is not this role's to make"
        raise Refusal(403, what, "elevate it to the role physician")


def _taken(take: Callable[[], PersonDetermination]) -> PersonDetermination:
    try:
        return take()
    except Conflict:
        hint = "read it again, and take the step from what it is now"
        raise Refusal(412, "somebody else took a step in between", hint) from None
    except Refused as error:
        raise of_input(error, 409 if error.problems[0].place.path == "to" else 422) from None


def _about(found: PersonDetermination) -> dict[str, Any]:
    return {
        "id": found.id,
        "answer": found.answer,
        "at": found.at,
        "actor": found.actor,
        "state": found.state,
        "adverse": found.adverse,
        "steps_taken": len(found.steps),
        "next": list(following(found.state, adverse=found.adverse)),
    }


def told(found: PersonDetermination, asked: Sequence[Asked]) -> dict[str, Any]:
    """All of a determination: what was asked for with what the rules recommend, and every step."""
    lines = [
        {"line": number, "code": one.code, "units": one.units, "recommended": one.status}
        for number, one in enumerate(asked, 1)
    ]
    return _about(found) | {"asked": lines, "steps": [asdict(one) for one in found.steps]}
