"""Templates: found beside this module, everything escaped, undefined names refused."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from clausal import __version__
from clausal.service.rendering import addresses, words

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent


@cache
def environment() -> Environment:
    """The templates, with addresses and words that all of them use."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(FOLDER / "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= words.FILTERS
    made.globals |= {"address": addresses, "version": __version__, "words": words}
    return made


def rendered(template: str, **values: Any) -> str:
    """A template with its values."""
    return environment().get_template(template).render(**{"identity": None, "frame": None, "problems": (), **values})


def page(
    request: Request, template: str, status: int = 200, headers: Mapping[str, str] | None = None, /, **values: Any
) -> HTMLResponse:
    """A page; it is never kept by the browser or anybody between."""
    identity = request.scope["state"].get("identity")
    told = {"Cache-Control": "no-store", **(headers or {})}
    return HTMLResponse(rendered(template, identity=identity, **values), status, told)
