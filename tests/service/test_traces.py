"""Traces reach a collector over HTTP, and hold nothing of a request but its route, status and number."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.service.conftest import CASE, Started

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    received: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            received.append(gzip.decompress(raw) if self.headers.get("content-encoding") == "gzip" else raw)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/traces", received
    server.shutdown()


def test_a_request_is_a_span_of_the_callers_trace(served: Started, collector: tuple[str, list[bytes]]) -> None:
    endpoint, received = collector
    running = served(config={"tracing": {"endpoint": endpoint, "service_name": "clausal-test"}})
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    answer = running.client.post("/api/v1/decide?secret=P-77", json={"case": CASE}, headers=headers)
    assert answer.status_code == 422
    running.stop()
    spans: dict[str, Any] = {}
    for raw in received:
        sent = ExportTraceServiceRequest.FromString(raw)
        for resource in sent.resource_spans:
            assert "clausal-test" in str(resource.resource)
            for scope in resource.scope_spans:
                spans |= {span.name: span for span in scope.spans}
    span = spans["POST /api/v1/decide"]
    assert span.trace_id.hex() == TRACE
    told = {one.key: one.value.string_value or one.value.int_value for one in span.attributes}
    assert told == {
        "http.request.method": "POST",
        "http.route": "/api/v1/decide",
        "http.response.status_code": 422,
        "clausal.request": answer.headers["x-request-id"],
    }
    assert "P-77" not in str(received)
