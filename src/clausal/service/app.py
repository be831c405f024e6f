"""The service as one application: what it is made of, what stands before its routes, what it does at start and stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from clausal import __version__
from clausal.problems import InvalidInput, nearest
from clausal.service import health, reloading, sign_in
from clausal.service.api import adjudications, answers, decide, determinations, documents, me, operate, prices
from clausal.service.api.common import API, Parts
from clausal.service.api.described import described
from clausal.service.configuration import Configuration
from clausal.service.held import Holder
from clausal.service.identity import Doorkeeper
from clausal.service.jobs.queues import queue_of
from clausal.service.observed import Observed
from clausal.service.pages.routers import PAGES
from clausal.service.problems import TITLES, Refusal, is_for_page, of_disk, of_input, response
from clausal.service.protection import Known, OfHost, Rates, Sized, Timely, Watched, of_store
from clausal.service.rendering.rendered import FOLDER
from clausal.service.shape import of_shape
from clausal.service.tidying import keep_tidy
from clausal.service.traces import tracing
from clausal.service.warm import warm
from clausal.store.database import Database, StoreFault

ROUTERS = (decide, prices, answers, determinations, adjudications, documents, me, operate)
log = structlog.get_logger("clausal.service")


def create_app(configuration: Configuration, token: str = "", *, works: bool = True) -> FastAPI:
    """The application; `token` lets the single user in. With `works` it runs jobs where they run in this process."""
    database = Database(configuration.database_url)
    database.upgrade()
    provider = None
    if configuration.sign_in is not None:
        from clausal.service.oidc import Provider  # what speaks with a provider is loaded where there is one

        provider = Provider(configuration.sign_in, f"{configuration.origin}/sign-in/callback")
    doorkeeper = Doorkeeper(configuration, database, token, provider)
    observed, rates = Observed(), Rates(configuration)
    parts = Parts(
        configuration=configuration,
        holder=Holder(configuration.packs, configuration.data),
        database=database,
        doorkeeper=doorkeeper,
        observed=observed,
        queue=queue_of(configuration, database),
    )
    traced, stop_tracing = tracing(configuration.tracing)
    app = FastAPI(
        title="Clausal",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(parts, stop_tracing, works=works),
        middleware=[
            *traced,
            Middleware(Watched, configuration=configuration, observed=observed),
            Middleware(OfHost, configuration=configuration),
            Middleware(Sized, configuration=configuration),
            Middleware(Known, configuration=configuration, doorkeeper=doorkeeper, rates=rates),
            Middleware(Timely, configuration=configuration),
        ],
    )
    app.state.parts, app.state.rates, app.state.stopping = parts, rates, False
    for router in (*(one.router for one in (*ROUTERS, health, sign_in)), *PAGES):
        app.routes.extend(router.routes)
    app.mount("/static", Static(directory=FOLDER / "static"), name="static")
    app.add_api_route(f"{API}/openapi.json", _openapi, methods=["GET"], include_in_schema=False, **_public())
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)
    app.openapi = lambda: described(app, parts.holder.current)  # type: ignore[method-assign]
    _check_permissions(app)
    return app


class Static(StaticFiles):
    """Style and script: a browser may keep them, and asks whether they are still the same."""

    def file_response(self, *given: Any, **named: Any) -> Response:
        answer = super().file_response(*given, **named)
        answer.headers["Cache-Control"] = "no-cache"
        return answer


def _public() -> dict[str, Any]:
    return {"openapi_extra": {"x-permission": "public"}}


def _openapi(request: Request) -> dict[str, Any]:
    """The interface, described as OpenAPI 3.1."""
    return request.app.openapi()  # type: ignore[no-any-return]


def _lifespan(parts: Parts, stop_tracing: Callable[[], None], *, works: bool) -> Any:
    """What runs beside the requests: the watch for reloads, jobs where they run here; a graceful end."""

    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[None]:
        beside = [
            asyncio.create_task(reloading.follow(parts.holder, parts.database)),
            asyncio.create_task(warm(parts.holder.current)),
            asyncio.create_task(keep_tidy(parts.configuration, parts.database)),
        ]
        if works:
            parts.queue.start()
        _reload_when_asked(parts)
        log.info("started", library=parts.holder.current.library.fingerprint, store=parts.database.told)
        try:
            yield
        finally:
            app.state.stopping = True
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await asyncio.to_thread(parts.queue.stop)
            parts.database.close()
            await asyncio.to_thread(stop_tracing)
            log.info("stopped")

    return run


def _reload_when_asked(parts: Parts) -> None:
    """Read packs anew on SIGHUP, where this process gets signals."""
    asked: set[asyncio.Task[bool]] = set()

    def reload() -> None:
        task = asyncio.create_task(reloading.reload(parts.holder))
        asked.add(task)
        task.add_done_callback(asked.discard)

    with suppress(ValueError, RuntimeError, NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload)


def _check_permissions(app: FastAPI) -> None:
    """Every route says what it needs: one that was forgotten keeps the service from starting."""
    for route in app.routes:
        if isinstance(route, APIRoute) and "x-permission" not in (route.openapi_extra or {}):
            raise AssertionError(f"{route.path} does not say what it needs")


def _sent(request: Request, refusal: Refusal) -> Response:
    """A refusal as whoever asked can read it."""
    as_page = is_for_page(request.method, request.url.path, request.headers.get("accept", ""))
    return response(refusal, str(request.scope.get("state", {}).get("request", "")), as_page=as_page)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return _sent(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    """A body or query that is not of the shape that is described."""
    assert isinstance(error, RequestValidationError)
    errors = [of_shape(one) for one in error.errors()]
    is_no_json = any(one["type"] == "json_invalid" for one in error.errors())
    detail = errors[0].message if len(errors) == 1 else f"{len(errors)} things are wrong"
    return _sent(request, Refusal(400 if is_no_json else 422, detail, errors=errors))


async def _http(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses: a path or method that is not there."""
    assert isinstance(error, HTTPException)
    # What is raised while a form is read comes here wrapped.
    if isinstance(error.__cause__, Refusal):
        return _sent(request, error.__cause__)
    if isinstance(error.__cause__, OSError):
        return _sent(request, of_disk(error.__cause__))
    told = TITLES.get(error.status_code, str(error.detail))
    hint = _instead(request) if error.status_code in (404, 405) else ""
    return _sent(request, Refusal(error.status_code, told, hint, headers=error.headers))


def _instead(request: Request) -> str:
    """Where to look instead of an address at which nothing is."""
    if request.url.path.startswith("/api/"):
        return "GET /api/v1/openapi.json tells what there is"
    paths = {route.path for route in request.app.routes if isinstance(route, APIRoute)}
    names = [path for path in paths if "{" not in path and "." not in path and not path.startswith(("/api/", "/-/"))]
    return nearest(request.url.path, names) or "the pages stand at the top; the search finds the rest"


async def _of_store(request: Request, error: Exception) -> Response:
    assert isinstance(error, StoreFault)
    log.error("store", kind=error.kind)
    return _sent(request, of_store(error))


async def _of_input(request: Request, error: Exception) -> Response:
    """What the engine or the store cannot use, and no route has told by its own fields."""
    assert isinstance(error, InvalidInput)
    return _sent(request, of_input(error))


_HANDLERS: dict[Any, Any] = {
    Refusal: _refused,
    RequestValidationError: _invalid,
    HTTPException: _http,
    StoreFault: _of_store,
    InvalidInput: _of_input,
}
