"""Lines of a claim file as a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from clausal.claims.whole import decoded
from clausal.columns.encode import number
from clausal.documents.library import Library
from clausal.facts.vocabulary import Fact


def case_of(claim: pa.RecordBatch, libraries: Sequence[Library]) -> dict[str, Any]:
    """A claim's lines as a case file has them, for facts that any of the libraries knows."""
    facts = {name: fact for library in libraries for name, fact in library.vocabulary.facts.items() if fact.case}
    plain = {name: decoded(claim.column(name)).to_pylist() for name in claim.schema.names if name in facts}
    case: dict[str, Any] = {"lines": [{} for _ in range(claim.num_rows)]}
    for name, values in plain.items():
        path = facts[name].case or ()
        if facts[name].of_line or (facts[name].by_line and any(value != values[0] for value in values)):
            for line, value in zip(case["lines"], values, strict=True):
                if value is not None:
                    line[path[-1]] = _plain(value, facts[name])
        elif values and values[0] is not None:
            section = case
            for step in path[:-1]:
                section = section.setdefault(step, {})
            section[path[-1]] = _plain(values[0], facts[name])
    return case


def _plain(value: Any, fact: Fact) -> Any:
    """A value as a case file has it."""
    if fact.type == "number" and isinstance(value, str):
        return number(value)
    return value.isoformat() if isinstance(value, dt.date) else value
