"""The interface as OpenAPI 3.1: the routes' own words, with the schema of a case as the packs held declare it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from clausal.service.held import Held
from clausal.service.problems import ProblemDetails

ABOUT = (
    "Medical coverage policy as dated, cited rules. Rules recommend; a person determines. Every answer names the "
    "fingerprint of the library that it is of, and each statement the clause that it rests on."
)


def described(app: FastAPI, held: Held) -> dict[str, Any]:
    """The description; made once for each library."""
    known: dict[str, Any] | None = getattr(app.state, "described", {}).get(held.etag)
    if known is not None:
        return known
    made = _describe(app, held)
    app.state.described = {held.etag: made}
    return made


def _describe(app: FastAPI, held: Held) -> dict[str, Any]:
    found = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        description=ABOUT,
        routes=app.routes,
    )
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in (("Case", held.library.cases.schema()), (ProblemDetails.__name__, _problem())):
        schema.pop("$schema", None)
        for inner, of_inner in schema.pop("$defs", {}).items():
            schemas[f"{name}.{inner}"] = _moved(of_inner, name)
        schemas[name] = _moved(schema, name)
    found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for methods in found["paths"].values():
        for call in methods.values():
            if call["x-permission"] != "public":
                call["security"] = [{"token": []}]
            if "422" not in _declared(call):
                call["responses"].pop("422", None)
    return found


def _declared(call: dict[str, Any]) -> set[str]:
    """The problems that a call itself declares; FastAPI adds one of its own shape where there is a body or a query."""
    return {status for status, one in call["responses"].items() if "application/problem+json" in one.get("content", {})}


def _problem() -> dict[str, Any]:
    return ProblemDetails.model_json_schema()


def _moved(value: Any, name: str) -> Any:
    """A schema whose definitions stand among the components."""
    if isinstance(value, dict):
        return {key: _moved(one, name) for key, one in value.items()} | (
            {"$ref": f"#/components/schemas/{name}.{value['$ref'].removeprefix('#/$defs/')}"}
            if str(value.get("$ref", "")).startswith("#/$defs/")
            else {}
        )
    return [_moved(one, name) for one in value] if isinstance(value, list) else value
