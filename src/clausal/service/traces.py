"""Traces by OpenTelemetry (extra `observe`): a span for each request with its route, status and number, and no address.

Made here and not by the ready-made middleware, whose spans carry whole addresses with their queries.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clausal.problems import InvalidInput, Place
from clausal.service.configuration import Tracing


def available() -> None:
    """Refuse tracing where the extra is not installed."""
    try:
        import opentelemetry.exporter.otlp.proto.http
        import opentelemetry.sdk.trace  # noqa: F401
    except ImportError:
        hint = "install it: pip install 'clausal[service,observe]'"
        raise InvalidInput.at(Place("serve", path="tracing"), "OpenTelemetry is not installed", hint) from None


def tracing(settings: Tracing | None) -> tuple[list[Middleware], Callable[[], None]]:
    """What traces requests, where it is configured; and what sends the last traces when the service stops."""
    if settings is None:
        return [], lambda: None
    available()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": settings.service_name}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.endpoint)))
    return [Middleware(Traced, provider=provider)], provider.shutdown


class Traced:
    """Makes a span of each request."""

    def __init__(self, app: ASGIApp, provider: Any) -> None:
        self._app = app
        self._provider = provider
        self._tracer = provider.get_tracer("clausal.service")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        from opentelemetry.propagate import extract
        from opentelemetry.trace import SpanKind

        context = extract(dict(Headers(scope=scope)))
        with self._tracer.start_as_current_span(scope["method"], context, SpanKind.SERVER) as span:

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            try:
                await self._app(scope, receive, sending)
            finally:
                route = getattr(scope.get("route"), "path", "") or "(none)"
                span.update_name(f"{scope['method']} {route}")
                span.set_attribute("http.request.method", scope["method"])
                span.set_attribute("http.route", route)
                span.set_attribute("clausal.request", str(scope.get("state", {}).get("request", "")))
