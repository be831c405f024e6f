"""The clauses that an answer rests on, in the words of their entries, with how to cite them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from clausal.documents.library import Library

_REF = re.compile(r"[a-z0-9][a-z0-9-]*#[A-Za-z0-9][\w.-]*\Z")


def cited(library: Library, data: Any) -> dict[str, dict[str, str]]:
    """Each clause that plain data names (`pack#clause`), with what it says, where, and a citation of it."""
    found: dict[str, dict[str, str]] = {}
    for ref in _refs(data):
        if ref in found:
            continue
        clause = library.clause(ref)
        if clause is not None:
            pack = library.packs[ref.partition("#")[0]]
            editions = [one.name for one in pack.versions]
            edition = f", edition of {editions[-1]}" if editions else ""
            citation = f"{pack.publisher}: {pack.title}{edition}, {clause.locator} [{ref}]"
            found[ref] = {"says": clause.says, "locator": clause.locator, "pack": pack.name, "citation": citation}
    return found


def _refs(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        if _REF.match(data):
            yield data
    elif isinstance(data, dict):
        for one in data.values():
            yield from _refs(one)
    elif isinstance(data, list | tuple):
        for one in data:
            yield from _refs(one)
