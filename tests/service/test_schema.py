"""The interface holds to its own description: schemathesis sends every call what it allows, and what it does not."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import jsonschema_rs
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from clausal.service.app import create_app
from clausal.service.configuration import Configuration, Limits
from tests.service.conftest import LOCAL, TOKEN


def _application(folder: Any) -> Any:
    limits = Limits(requests_per_minute=1_000_000)
    return create_app(Configuration(data=folder, limits=limits), TOKEN, works=False)


FOLDER = tempfile.TemporaryDirectory(prefix="clausal-schema-")
HOST = {"Host": "127.0.0.1:8640"}
schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", _application(Path(FOLDER.name)), headers=HOST)


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_call_answers_as_it_is_described(case: Any) -> None:
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    headers = {**HOST, "Authorization": f"Bearer {TOKEN}"}
    case.call_and_validate(headers=headers, checks=checks)


def test_the_description_is_openapi_and_its_examples_are_valid(tmp_path: Any) -> None:
    from starlette.testclient import TestClient

    client = TestClient(_application(tmp_path), LOCAL, headers={"Authorization": f"Bearer {TOKEN}"})
    told = client.get("/api/v1/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    tried = 0
    for path, calls in told["paths"].items():
        for method, call in calls.items():
            assert call["summary"], path
            assert call["description"], path
            content = call.get("requestBody", {}).get("content", {}).get("application/json")
            if content is None or method != "post":
                continue
            example = content.get("example")
            assert example is not None, f"{path} has no example"
            shape = {"$ref": "#/x", "x": content["schema"], "components": told["components"]}
            assert list(jsonschema_rs.iter_errors(json.loads(json.dumps(shape)), example)) == [], path
            tried += 1
            if "{" not in path:
                answer = client.post(path, json=example)
                assert answer.status_code < 400 or path in DEPENDING, (path, answer.text)
    assert tried > 5


DEPENDING = ("/api/v1/determinations", "/api/v1/people/blocking")
"""Calls whose example names something that has to be there first."""
