"""That two sources leave a fact no value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What is stated of a fact and what is derived of it leave it no value."""

    fact: str
    stated: str
    stated_by: str
    inferred: str
    inferred_by: str
    clauses: tuple[str, ...]
