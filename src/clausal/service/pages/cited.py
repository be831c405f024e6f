"""The clauses that a page cites, for their titles."""

from __future__ import annotations

from collections.abc import Iterable

from clausal.documents.library import Library


def clauses_of(library: Library, refs: Iterable[str]) -> dict[str, dict[str, str]]:
    """Where clauses (`pack#clause`) stand, and what they say."""
    found = {}
    for ref in dict.fromkeys(refs):
        pack, _, name = ref.partition("#")
        clause = library.packs[pack].clauses.get(name) if pack in library.packs else None
        if clause is not None:
            found[ref] = {"locator": clause.locator, "says": clause.says}
    return found
