"""Authoring errors of a table that can be found exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clausal.facts.vocabulary import Fact
from clausal.problems import Problem
from clausal.rules.compile import CompiledTable
from clausal.rules.model import Table


def overlaps(table: Table, facts: Mapping[str, Fact]) -> Iterable[Problem]:
    """Pairs of rules of a `unique` table that can hold for one case, each with such a case."""
    if table.hit != "unique":
        return
    compiled = CompiledTable(table, facts)
    for later in range(len(table.rules)):
        together = compiled.everything
        for column in compiled.columns:
            together &= _or(mask for mask in column.options(None) if mask >> later & 1)
        for earlier in range(later):
            if together >> earlier & 1:
                one, other = table.rules[earlier], table.rules[later]
                message = f"rules '{one.name}' and '{other.name}' overlap, and `unique` allows one rule for a case"
                yield Problem(other.place, message, f"both hold for: {_example(compiled, earlier, later)}")


def _or(masks: Iterable[int]) -> int:
    result = 0
    for mask in masks:
        result |= mask
    return result


def _example(compiled: CompiledTable, earlier: int, later: int) -> str:
    both = 1 << earlier | 1 << later
    parts = []
    for column in compiled.columns:
        mask = next(mask for mask in column.options(None) if mask & both == both)
        parts.append(f"{column.fact} {column.sample(mask)}")
    return ", ".join(parts) or "any case"
