"""What is wrong with a request, as problem details (RFC 9457): each with the field's path, what was expected, a hint.

A problem repeats what the client sent it about, and nothing that others sent; a failure of ours tells its number alone.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from clausal.determination.model import to_json
from clausal.problems import InvalidInput, Problem
from clausal.service.rendering.rendered import rendered

MEDIA = "application/problem+json"
_EXPECTED = "expected "
FULL = (errno.ENOSPC, errno.EDQUOT)
"""A disk, or a quota, has no room."""
TITLES = {
    400: "the request cannot be read",
    401: "nobody is signed in",
    403: "this may not be done",
    404: "there is nothing here",
    405: "this cannot be done here",
    408: "the request did not come in time",
    409: "something stands against it",
    410: "this was deleted",
    412: "somebody else was faster",
    413: "the request is too large",
    415: "this form is not read",
    421: "this is served elsewhere",
    422: "something is wrong with the input",
    429: "too many requests",
    431: "the head of the request is too large",
    500: "the service failed",
    503: "the service cannot answer now",
    504: "the answer took too long",
    507: "there is no room",
}


def is_for_page(method: str, path: str, accept: str) -> bool:
    """Whether a request is of somebody who looks at a page."""
    return method in ("GET", "POST") and not path.startswith(("/api/", "/-/")) and "text/html" in accept


class FieldProblem(BaseModel):
    """One thing that is wrong: the path of the field, what is wrong with it, what was expected, what to do."""

    path: str = Field(examples=["case.lines[0].units"])
    message: str = Field(examples=["'two' is not a whole number"])
    expected: str = Field("", examples=["a number from 1 to 9999"])
    hint: str = ""


class ProblemDetails(BaseModel):
    """Problem details of RFC 9457; `path`, `expected` and `hint` are those of the first of `errors`."""

    type: str = Field("about:blank", examples=["/problems/422"])
    title: str = Field(examples=["something is wrong with the input"])
    status: int = Field(examples=[422])
    detail: str
    instance: str = Field("", description="The number of the request, as the log has it.")
    path: str = ""
    expected: str = ""
    hint: str = ""
    errors: list[FieldProblem] = []


class Refusal(Exception):
    """Raised for a request that ends in a problem."""

    def __init__(
        self,
        status: int,
        detail: str,
        hint: str = "",
        *,
        path: str = "",
        errors: Iterable[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.hint = hint
        self.path = path
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def field_problem(problem: Problem) -> FieldProblem:
    """A problem of the engine by its field; of a text that cannot be parsed by line and column."""
    place = problem.place
    path = place.path
    if not path and place.line is not None:
        path = f"line {place.line}, column {place.column}"
    expected = problem.hint.removeprefix(_EXPECTED) if problem.hint.startswith(_EXPECTED) else ""
    return FieldProblem(path=path, message=problem.message, expected=expected, hint="" if expected else problem.hint)


def of_input(error: InvalidInput, status: int = 422) -> Refusal:
    """The refusal of an input that the engine cannot use."""
    errors = [field_problem(one) for one in error.problems]
    detail = errors[0].message if len(errors) == 1 else f"{len(errors)} things are wrong"
    return Refusal(status, detail, errors=errors)


def of_disk(error: OSError) -> Refusal:
    """The refusal of what could not be kept: the disk is full, or does not take it."""
    if error.errno in FULL:
        return Refusal(507, "there is no room for it", "nothing was kept; the operator is to make room on the disk")
    return Refusal(503, "it could not be kept", "nothing was kept; try again", headers={"Retry-After": "2"})


def response(refusal: Refusal, request: str = "", *, as_page: bool = False) -> Response:
    """A refusal as it is sent: as problem details, or as a page to somebody in a browser."""
    alone = FieldProblem(path=refusal.path, message=refusal.detail, hint=refusal.hint)
    errors = list(refusal.errors) or [alone]
    first = errors[0]
    details = ProblemDetails(
        type=f"/problems/{refusal.status}",
        title=TITLES.get(refusal.status, "the request failed"),
        status=refusal.status,
        detail=refusal.detail,
        instance=f"urn:request:{request}" if request else "",
        path=first.path,
        expected=first.expected,
        hint=first.hint or refusal.hint,
        errors=errors,
    )
    headers: dict[str, Any] = {"Cache-Control": "no-store", **refusal.headers}
    if as_page:
        return HTMLResponse(rendered("problem.html", problem=details), refusal.status, headers)
    return Response(to_json(details), refusal.status, headers, MEDIA)
