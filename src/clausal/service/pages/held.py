"""The page of what is held: documents, plans, fee tables with their days and gaps, fingerprints."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Request

from clausal.service.api.common import held_of
from clausal.service.pages.holding import holding_data
from clausal.service.pages.view import Shown, view

router = APIRouter(include_in_schema=False)


@view(router, "/held", "held.html", "read", has_table=True)
def held(request: Request) -> Shown:
    """Packs, tables, till when they hold, and the days that no table is held for."""
    data = holding_data(held_of(request), dt.date.today())
    return Shown(data, table=data["tables"])
