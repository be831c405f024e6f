"""The pack or clause of a name that somebody wrote; one that there is not is refused with the nearest."""

from __future__ import annotations

from clausal.documents.library import Library
from clausal.documents.pack import Clause, Pack
from clausal.problems import InvalidInput, Place, unknown_name


def pack_named(library: Library, name: str) -> Pack:
    """The pack of that name."""
    if name not in library.packs:
        raise InvalidInput.at(Place("PACK"), *unknown_name("pack", name, library.packs))
    return library.packs[name]


def clause_named(pack: Pack, name: str) -> Clause:
    """The clause of that name, of a pack."""
    if name not in pack.clauses:
        raise InvalidInput.at(Place(f"{pack.name}#{name}"), *unknown_name("clause", name, pack.clauses))
    return pack.clauses[name]
