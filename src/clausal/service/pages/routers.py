"""The pages that there are: their routers, in the order in which an address is looked for."""

from __future__ import annotations

from fastapi import APIRouter

from clausal.service.pages import held, interface, search, start
from clausal.service.pages.case import pasted, routes, saved, whynot
from clausal.service.pages.claims import columns, line, run, runs
from clausal.service.pages.compare import choose, compare, impact, memo
from clausal.service.pages.fees import fees, pairs
from clausal.service.pages.policies import clause, evidence, listing, newer, policy, text

PAGES: tuple[APIRouter, ...] = (
    *(one.router for one in (start, search, held, interface)),
    *(one.router for one in (routes, whynot, pasted, saved)),
    *(one.router for one in (listing, policy, text, newer, evidence, clause)),
    *(one.router for one in (choose, compare, memo, impact)),
    *(one.router for one in (fees, pairs)),
    *(one.router for one in (runs, columns, run, line)),
)
