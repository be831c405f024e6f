"""Addresses of pages; each restores what it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode


def address(path: str, query: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> str:
    """A path with a query; what is empty is left out."""
    pairs = query.items() if isinstance(query, Mapping) else query
    told = urlencode([(name, str(value)) for name, value in pairs if value not in (None, "")], quote_via=quote)
    return f"{path}?{told}" if told else path


def of_pack(pack: str, day: object = None) -> str:
    """The page of a document, on a day of service."""
    return f"/policies/{quote(pack)}{f'/{day}' if day else ''}"


def of_clause(ref: str, day: object = None) -> str:
    """The page of a clause (`pack#clause`) on a day of service; the day may be left out."""
    pack, _, clause = ref.partition("#")
    return f"/policies/{quote(pack)}/{day or 'now'}/{quote(clause)}"


def of_fees(codes: str, **more: Any) -> str:
    """What Medicare pays for codes."""
    return address("/fees", {"codes": codes, **more})


def of_pairs(code: str, **more: Any) -> str:
    """The code pairs of a code."""
    return address("/fees/pairs", {"code": code, **more})


def line_text(line: Mapping[str, Any]) -> str:
    """A service line as it is typed: `64640 x2 RT`."""
    units = f" x{line['units']}" if line.get("units") is not None else ""
    modifiers = f" {' '.join(line['modifiers'])}" if line.get("modifiers") else ""
    return f"{line.get('code') or ''}{units}{modifiers}".strip()


def of_comparison(pack: str, first: object, second: object, query: Mapping[str, Any] | None = None) -> str:
    """A document compared on two days."""
    return address(f"/compare/{quote(pack)}/{first}..{second}", query or {})
