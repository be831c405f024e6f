"""The start page with what is held, a page on the interface, and what machines ask: health, readiness, metrics."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from clausal.documents.listed import library_data
from clausal.schedules.holdings import holdings
from clausal.schedules.kinds import KINDS
from clausal.service.api.common import JSON, answered, held_of, identity_of, needs, parts_of
from clausal.service.api.decide import EXAMPLE_CASE
from clausal.service.observed import MEDIA
from clausal.service.pages.rendered import page
from clausal.service.problems import Refusal
from clausal.service.roles import ROLES, Permission, may
from clausal.store.database import Database, StoreFault

router = APIRouter(include_in_schema=False)


@router.get("/", **needs("public"))
def start(request: Request) -> Response:
    """What is held: documents, plans, fee tables, fingerprints. Who is not signed in is sent to do so."""
    if identity_of(request).way == "nobody":
        return RedirectResponse("/sign-in", 303)
    held = held_of(request)
    packs = library_data(held.library)["packs"]
    for one in packs:
        days = sorted(str(version["effective"]) for version in one["versions"])
        one["editions"] = f"{days[0]} to {days[-1]}" if len(days) > 1 else "".join(days)
    tables = [
        {"kind": KINDS[one.release.kind].label, "start": one.release.start, "end": one.release.end, "how": one.how}
        for one in holdings(held.schedules.store)
    ]
    return page(
        request,
        "start.html",
        packs=packs,
        plans=list(held.library.plans.values()),
        tables=tables,
        library=held.library.fingerprint,
        fingerprint=held.tables,
        curl=_curl(request, "POST", "/api/v1/decide", {"case": EXAMPLE_CASE}),
    )


@router.get("/docs/api", **needs("public"))
async def interface(request: Request) -> Response:
    """Every call with what it needs and a line for `curl`."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for call in _calls(request):
        groups.setdefault(call["tag"], []).append(call)
    return page(request, "interface.html", groups=list(groups.items()))


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
                "curl": _curl(request, method.upper(), _filled(path, call), content.get(JSON, {}).get("example"))
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


def _curl(request: Request, method: str, path: str, body: Any) -> str:
    """A line for a shell that makes a call."""
    base = parts_of(request).configuration.public_url or str(request.base_url).rstrip("/")
    line = "curl -s -H 'Authorization: Bearer TOKEN'"
    if method != "GET":
        line += f" -X {method}"
    if body is not None:
        text = json.dumps(body).replace("'", "'\\''")
        line += f" -H 'Content-Type: application/json' -d '{text}'"
    return f"{line} '{base}{path}'"
