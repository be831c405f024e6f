"""A view: one function that gives data, and three addresses of it: the page, its `.json`, and its table as `.csv`.

The page is rendered from the very data that `.json` sends, so neither says more than the other.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any, cast

from anyio import to_thread
from fastapi import APIRouter, Request
from pydantic_core import to_jsonable_python
from starlette.responses import Response

from clausal.service.api.common import answered, identity_of, needs, parts_of
from clausal.service.pages.curl import curl_of
from clausal.service.problems import FieldProblem, Refusal
from clausal.service.rendering.addresses import address
from clausal.service.rendering.rendered import page
from clausal.service.roles import Permission, may
from clausal.service.uploads import FORM_SECRET, form_secret

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """What a view shows: plain data, its table if it has one, and what is wrong with what was asked.

    `at` is the address that restores the view, where that is not the request's own; empty: no address may hold it.
    """

    data: Mapping[str, Any]
    table: Sequence[Row] | None = None
    problems: Sequence[FieldProblem] = ()
    at: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """What stands around a page: its own address, and those of its data."""

    at: str
    json: str
    csv: str
    curl: str
    csrf: str
    form_secret: Callable[[str], str]
    """The secret of a form that sends files to a path: its address is `path?form=` with it."""
    may: Callable[[str], bool]
    library: str


Make = Callable[..., Any]
"""Makes a Shown, or a Response of its own, of a request; in a coroutine or not."""
Answer = Callable[[Request, Shown], Response]
START = "/start"
"""Under which name the data of the page at `/` stands."""


def view(
    router: APIRouter,
    path: str,
    template: str,
    permission: Permission,
    *problems: int,
    has_table: bool = False,
    methods: Sequence[str] = ("GET",),
) -> Callable[[Make], Make]:
    """Registers a function as a view: its page at `path`, its data at `path.json`, and its table at `path.csv`."""

    base = START if path == "/" else path

    def register(make: Make) -> Make:
        ways: list[tuple[str, Answer]] = [(f"{base}.json", _as_json)]
        if has_table:
            ways.append((f"{base}.csv", _as_table))
        ways.append((path, partial(_as_page, template=template)))
        for where, answer in ways:
            told = needs(permission, *problems)
            router.add_api_route(where, _answering(make, answer), methods=list(methods), response_model=None, **told)
        return make

    return register


def _answering(make: Make, answer: Answer) -> Callable[..., Awaitable[Response]]:
    """A route that makes what is shown, beside other requests where it works, and answers with it."""

    @wraps(make)
    async def route(**given: Any) -> Response:
        shown = await make(**given) if iscoroutinefunction(make) else await to_thread.run_sync(partial(make, **given))
        return shown if isinstance(shown, Response) else answer(given["request"], shown)

    return route


def _as_json(_: Request, shown: Shown) -> Response:
    if shown.problems:
        told = shown.problems[0].message if len(shown.problems) == 1 else f"{len(shown.problems)} things are wrong"
        raise Refusal(422, told, errors=shown.problems)
    return answered(shown.data)


def _as_table(_: Request, shown: Shown) -> Response:
    if shown.problems:
        raise Refusal(422, shown.problems[0].message, errors=shown.problems)
    rows = [to_jsonable_python(dict(row)) for row in shown.table or ()]
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers={"Cache-Control": "no-store"})


def _cell(value: Any) -> Any:
    """A value of a table: lists by blanks; what is not known is empty."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(map(str, value)) if isinstance(value, list) else "" if value is None else value


def _as_page(request: Request, shown: Shown, template: str) -> Response:
    identity = identity_of(request)
    asked = [(name, text) for name, text in request.query_params.multi_items() if name != FORM_SECRET]
    at = shown.at if shown.at is not None else address(request.url.path, asked)
    json, table = data_addresses(at, has_table=shown.table is not None) if at else ("", "")
    held = parts_of(request).holder.current
    frame = Frame(
        at=at,
        json=json,
        csv=table,
        curl=curl_of(request, json) if json else "",
        csrf=identity.csrf,
        form_secret=partial(form_secret, identity.csrf),
        may=lambda permission: may(identity.person.roles, cast("Permission", permission)),
        library=held.library.fingerprint,
    )
    status = 422 if shown.problems and shown.status == 200 else shown.status
    return page(
        request,
        template,
        status,
        frame=frame,
        problems=shown.problems,
        headers=dict(shown.headers),
        **to_jsonable_python(dict(shown.data), fallback=str),
    )


def data_addresses(at: str, *, has_table: bool) -> tuple[str, str]:
    """The addresses of a view's data and table."""
    path, mark, query = at.partition("?")
    path = START if path == "/" else path
    return f"{path}.json{mark}{query}", f"{path}.csv{mark}{query}" if has_table else ""
