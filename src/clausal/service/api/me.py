"""Who asks, and what is held: what a client needs to know before it asks anything else."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from clausal import __version__
from clausal.service.api.common import API, answered, held_of, identity_of, needs, of_library
from clausal.service.api.shapes import Held, Me
from clausal.service.roles import ROLES

router = APIRouter(prefix=API, tags=["who and what"])


@router.get("/me", response_model=Me, summary="Who is signed in", **needs("public"))
async def read_me(request: Request) -> Response:
    """Name, roles, and the secret that changes by a session bring along; an empty `subject` is nobody."""
    identity = identity_of(request)
    return answered(
        {
            "subject": identity.person.subject,
            "name": identity.person.name,
            "roles": [role for role in ROLES if role in identity.person.roles],
            "way": identity.way,
            "csrf": identity.csrf or None,
        }
    )


@router.get("/library", response_model=Held, summary="What is held", **needs("read"))
async def read_library(request: Request) -> Response:
    """The fingerprints of packs and fee tables, and the version; every answer names the first."""
    return of_library(request, holdings(request))


def holdings(request: Request) -> dict[str, Any]:
    """What is held, in short."""
    held = held_of(request)
    return {
        "version": __version__,
        "library": held.library.fingerprint,
        "tables": held.tables,
        "packs": len(held.library.packs),
        "etag": held.etag,
    }
