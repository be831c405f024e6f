"""Reads what the first answers need, while the service listens already: fee tables, and what is made once."""

from __future__ import annotations

from anyio import to_thread

from clausal.determination.decide import decide
from clausal.facts.source import Source
from clausal.problems import InvalidInput
from clausal.service.held import Held

CASE = {"service_date": "2024-10-15", "lines": [{"code": "64640", "units": 1}]}


async def warm(held: Held) -> None:
    """Decide a case that is nobody's."""
    await to_thread.run_sync(_decide, held)


def _decide(held: Held) -> None:
    try:
        decide(held.library, held.read(Source("warm", CASE)), None, held.schedules)
    except InvalidInput:
        return
