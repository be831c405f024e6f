"""The log of the service on standard error: text or JSON, each line with the number of its request."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from clausal.service.configuration import Log

_QUIET = ("uvicorn.access", "httpx", "httpcore", "alembic", "procrastinate", "numexpr")


def configure(settings: Log) -> None:
    """Set up what logs; what libraries log goes the same way, without their lines for each request."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendering: list[Any] = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    if settings.form == "json":
        rendering = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    level = getattr(logging, settings.level.upper())
    structlog.configure(
        processors=[*shared, *rendering],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
