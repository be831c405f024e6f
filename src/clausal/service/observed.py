"""What is measured of the service: requests by route, answers by status, jobs; as Prometheus reads it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SEVERAL = "PROMETHEUS_MULTIPROC_DIR"
"""The folder in which several workers count together."""


class Observed:
    """Counts of one process; several of them are added up where they share a folder."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("route", "method", "status")
        self._requests = Counter("clausal_requests", "Requests.", labels, registry=self._registry)
        self._seconds = Histogram(
            "clausal_request_seconds", "Seconds of a request.", ("route",), buckets=SECONDS, registry=self._registry
        )
        self._lines = Counter("clausal_lines", "Lines decided for a case.", ("status",), registry=self._registry)
        self._flying = Gauge(
            "clausal_requests_in_flight", "Requests being answered.", registry=self._registry,
            multiprocess_mode="livesum",
        )  # fmt: skip

    @contextmanager
    def in_flight(self) -> Iterator[None]:
        """Count a request while it is answered."""
        with self._flying.track_inprogress():
            yield

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def decided(self, status: str) -> None:
        """Count a line that was decided."""
        self._lines.labels(status).inc()

    def told(self) -> bytes:
        """All counts in Prometheus's form."""
        if SEVERAL not in os.environ:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
