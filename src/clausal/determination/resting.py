"""Which worked cases rest on which clauses: each is decided, and every clause that its answer cites counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from clausal.determination.decide import decide
from clausal.determination.model import to_json
from clausal.determination.worked import Worked, worked_cases
from clausal.documents.library import Library


@dataclass(frozen=True)
class Answered:
    """A worked case with the statuses of its lines, each once."""

    worked: Worked
    statuses: tuple[str, ...]
    decided: frozenset[str]
    """The clauses on which the status of some line rests; the others are cited beside it."""


@dataclass(frozen=True)
class Resting:
    """The worked cases of a library: how many each pack has, and those whose answers cite each clause."""

    of_pack: Mapping[str, int]
    by_clause: Mapping[str, tuple[Answered, ...]]


@lru_cache(maxsize=2)
def worked_resting(library: Library) -> Resting:
    """Decide every worked case of a library once; about a second for several hundred."""
    of_pack: dict[str, int] = {}
    by_clause: dict[str, list[Answered]] = {}
    for worked in worked_cases(library):
        of_pack[worked.pack] = of_pack.get(worked.pack, 0) + 1
        found = decide(library, worked.case, worked.as_of)
        statuses = tuple(dict.fromkeys(line.status for line in found.lines))
        one = Answered(worked, statuses, frozenset(ref for line in found.lines for ref in line.clauses))
        for ref in dict.fromkeys(_cited(json.loads(to_json(found)))):
            by_clause.setdefault(ref, []).append(one)
    return Resting(of_pack, {ref: tuple(found) for ref, found in by_clause.items()})


def _cited(value: Any) -> Iterator[str]:
    """Every clause that an answer cites, at any depth."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key == "clauses":
                yield from one
            else:
                yield from _cited(one)
    elif isinstance(value, list):
        for one in value:
            yield from _cited(one)
