"""The documents that are held: policies, clauses, evidence, and what changes between two days of service."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from clausal.documents.listed import clause_data, library_data, pack_data
from clausal.documents.pack import Pack
from clausal.problems import InvalidInput, nearest
from clausal.service.api.common import API, held_of, needs, of_library
from clausal.service.fields import Day
from clausal.service.problems import Refusal, of_input

router = APIRouter(prefix=API, tags=["documents"])
PackName = Annotated[str, Path(examples=["bcbsm-cryoneurolysis"])]
UNCHANGED: dict[int | str, Any] = {304: {"description": "what the client has is still so"}}


@router.get("/policies", summary="The documents held", **needs("read", responses=UNCHANGED))
def list_policies(request: Request) -> Response:
    """Each with its status, editions, plans, and how many clauses and rules it has."""
    return of_library(request, library_data(held_of(request).library))


@router.get("/policies/{pack}", summary="A document", **needs("read", 404, responses=UNCHANGED))
def read_policy(
    request: Request,
    pack: PackName,
    on: Annotated[Day | None, Query(description="Only rules in force on this day.")] = None,
) -> Response:
    """Editions, clauses with paraphrase, place and fingerprint, rules with what they rest on; no text of the source."""
    return of_library(request, pack_data(held_of(request).library, _pack(request, pack).name, on))


@router.get("/clauses/{pack}/{clause}", summary="A clause", **needs("read", 404, responses=UNCHANGED))
def read_clause(request: Request, pack: PackName, clause: Annotated[str, Path(examples=["statement-2"])]) -> Response:
    """What it says, where, and all that rests on it."""
    found = _pack(request, pack)
    if clause not in found.clauses:
        raise Refusal(404, f"'{pack}' has no such clause", nearest(clause, found.clauses), path="clause")
    return of_library(request, clause_data(held_of(request).library, f"{pack}#{clause}"))


@router.get(
    "/evidence/{pack}", summary="The evidence that a document quotes", **needs("read", 404, responses=UNCHANGED)
)
def read_evidence(
    request: Request,
    pack: PackName,
    as_of: Annotated[Day | None, Query(description="By its edition of this day.")] = None,
) -> Response:
    """Studies, trials, guidelines and references as quoted, and what their numbers give away."""
    from clausal.evidence.as_data import evidence_data, quoted  # loaded when it is asked for, as is what compares

    _pack(request, pack)
    try:
        found = quoted(held_of(request).library, pack, as_of or dt.date.today())
    except InvalidInput as error:
        raise of_input(error, 404) from None
    return of_library(request, evidence_data(found), None if as_of else dt.date.today())


@router.get(
    "/diffs/{pack}", summary="What changes between two days of service", **needs("read", 404, 504, responses=UNCHANGED)
)
def read_diff(
    request: Request,
    pack: PackName,
    first: Annotated[Day, Query(alias="from", examples=["2022-12-31"])],
    second: Annotated[Day, Query(alias="to", examples=["2023-01-01"])],
) -> Response:
    """Every region of cases whose conclusion changes, exactly, with an example and the clauses of both sides."""
    from clausal.documents.diff import Side
    from clausal.documents.diff_data import diff_data

    library = held_of(request).library
    found = _pack(request, pack)
    title = f"{found.name}, services of {first} and of {second}"
    told = diff_data(Side(library, first), Side(library, second), [found.name], title)
    return of_library(request, told)


def _pack(request: Request, name: str) -> Pack:
    packs = held_of(request).library.packs
    if name not in packs:
        raise Refusal(404, "no such document is held", nearest(name, packs), path="pack")
    return packs[name]
