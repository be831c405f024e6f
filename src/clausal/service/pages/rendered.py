"""Templates: found beside this module, everything escaped, undefined names refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from clausal import __version__

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent


@cache
def environment() -> Environment:
    """The templates."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(FOLDER / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def rendered(template: str, **values: Any) -> str:
    """A template with its values."""
    return environment().get_template(template).render(**{"identity": None, "version": __version__, **values})


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page; it is never kept by the browser or anybody between."""
    identity = request.scope["state"].get("identity")
    return HTMLResponse(rendered(template, identity=identity, **values), status, {"Cache-Control": "no-store"})
