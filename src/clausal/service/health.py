"""What machines ask: whether the service is up, whether it is ready, and its counts."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response

from clausal.service.api.common import answered, held_of, needs, parts_of
from clausal.service.observed import MEDIA
from clausal.service.problems import Refusal
from clausal.store.database import Database, StoreFault

router = APIRouter(include_in_schema=False)


@router.get("/-/health", **needs("public"))
async def health() -> Response:
    """That the process answers."""
    return answered({"status": "up"})


@router.get("/-/ready", **needs("public", 503))
async def ready(request: Request) -> Response:
    """That packs are held and the store can be reached; else a problem, so that no request is sent here."""
    database = parts_of(request).database
    if request.app.state.stopping:
        raise Refusal(503, "the service is stopping", "send requests elsewhere")
    await to_thread.run_sync(_reach, database)
    return answered({"status": "ready", "library": held_of(request).library.fingerprint})


def _reach(database: Database) -> None:
    if database.revision() is None:
        raise StoreFault("lost")


@router.get("/-/metrics", **needs("public"))
async def metrics(request: Request) -> Response:
    """Counts and timings as Prometheus reads them; no names, no numbers of anybody."""
    told = await to_thread.run_sync(parts_of(request).observed.told)
    return Response(told, media_type=MEDIA)
