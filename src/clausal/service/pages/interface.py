"""The page on the interface: every call with what it needs, and a line for a shell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from clausal.service.api.common import JSON, needs
from clausal.service.pages.curl import curl_of
from clausal.service.rendering.rendered import page
from clausal.service.roles import ROLES, Permission, may

router = APIRouter(include_in_schema=False)


@router.get("/docs/api", **needs("public"))
async def interface(request: Request) -> Response:
    """Every call with what it needs and a line for `curl`."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for call in _calls(request):
        groups.setdefault(call["tag"], []).append(call)
    return page(request, "interface.html", groups=list(groups.items()))


def _calls(request: Request) -> Iterator[dict[str, Any]]:
    described = request.app.openapi()
    for path, methods in described["paths"].items():
        for method, call in methods.items():
            content = call.get("requestBody", {}).get("content", {})
            yield {
                "id": call["operationId"],
                "tag": call["tags"][0],
                "method": method.upper(),
                "path": path,
                "summary": call["summary"],
                "description": call.get("description", ""),
                "roles": _roles(call["x-permission"]),
                "curl": curl_of(request, _filled(path, call), method.upper(), content.get(JSON, {}).get("example"))
                + _form(described, content),
            }


def _roles(permission: Permission) -> str:
    """Who may make a call, in words."""
    found = [role for role in ROLES if may([role], permission)]
    return "anybody" if permission == "public" else ", ".join(found)


def _filled(path: str, call: Mapping[str, Any]) -> str:
    """An address with examples in the place of what has to be given."""
    asked = []
    for one in call.get("parameters", []):
        examples = one["schema"].get("examples") or [one["name"].upper()]
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", str(examples[0]))
        elif one.get("required"):
            asked.append(f"{one['name']}={examples[0]}")
    return f"{path}?{'&'.join(asked)}" if asked else path


def _form(described: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """The fields of a form that has to be sent, for curl."""
    shape = content.get("multipart/form-data", {}).get("schema", {})
    if not shape:
        return ""
    named = described["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    fields = [f" -F {name}={name.upper()}" for name in named.get("required", [])]
    return "".join([" -F claims=@claims.csv", *fields])
