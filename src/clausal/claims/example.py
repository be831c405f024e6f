"""A claim file to begin with: lines of the worked cases of the packs, under the published names of columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from clausal.columns.schema import input_columns
from clausal.determination.worked import Worked
from clausal.documents.library import Library

MOST = 40
_FIRST = ("claim_id", "line", "service_date", "plan", "code", "units", "modifiers", "diagnoses")


def example_claims(library: Library, cases: Iterable[Worked], most: int = MOST) -> str:
    """CSV of some worked cases, a claim each: those that have lines, and tell nothing of who the patient is."""
    facts = {fact.name: fact for fact in library.vocabulary.facts.values() if fact.case}
    rows: list[dict[str, str]] = []
    fit = [case for worked in cases if _fits(case := worked.source.data["cases"][worked.path[1]]["case"], facts)]
    for count, case in enumerate(fit[:: max(1, len(fit) // most)][:most], 1):
        for number, line in enumerate(case["lines"], 1):
            row = {"claim_id": f"EX{count:03}", "line": str(number)}
            for fact in facts.values():
                path = fact.case or ()
                value = line.get(path[-1]) if path[0] == "lines" or path[-1] in line else _at(case, path)
                if value is not None and not fact.is_personal:
                    row[fact.name] = _text(value)
            rows.append(row)
    used = {name for row in rows for name in row}
    columns = [name for name in _FIRST if name in used]
    columns += [column.name for column in input_columns(library.vocabulary) if column.name in used - set(columns)]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _fits(case: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether a case is lines with codes, and facts that columns have."""
    lines = case.get("lines")
    if not lines or not set(case) <= _known(facts):
        return False
    return all(isinstance(one, Mapping) and one.get("code") for one in lines)


def _known(facts: Mapping[str, Any]) -> set[str]:
    """The keys of a case that columns have; what looks back at earlier services, or at places, stays out."""
    return {(fact.case or ("",))[0] for fact in facts.values() if not fact.is_personal} | {"lines"}


def _at(case: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = case
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
