"""The start page: three worked examples to begin with, a search, and what is held."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from clausal.service.api.common import held_of, identity_of
from clausal.service.pages.examples import examples
from clausal.service.pages.holding import holding_data
from clausal.service.pages.view import Shown, view

router = APIRouter(include_in_schema=False)


@view(router, "/", "start.html", "public")
def start(request: Request) -> Shown | Response:
    """Where a day begins. Who is not signed in is sent to do so."""
    if identity_of(request).way == "nobody":
        return RedirectResponse("/sign-in", 303)
    held = held_of(request)
    data: dict[str, Any] = {"examples": examples(held), "held": holding_data(held, dt.date.today())}
    return Shown(data)
