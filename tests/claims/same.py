"""One case and the same case as lines of a claim file, and both answers in one form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from clausal.claims.prepare import Layout
from clausal.columns.around import EARLIER
from clausal.columns.kernel import Kernel
from clausal.columns.schema import input_columns
from clausal.determination.decide import decide
from clausal.documents.library import Library
from clausal.facts.case import PAID, CaseReader
from clausal.facts.source import Source
from clausal.schedules.listings import Listings
from clausal.schedules.tables import Schedules

AS_OF = dt.date(2026, 1, 1)
ANSWER = (
    "status", "finding", "rule", "clauses", "denial", "denial_kind", "group_code", "carc", "rarc", "needs",
    "warnings", "readings", "edits", "edits_passed", "edit_details",
    "allowed", "payer", "patient", "withheld",
)  # fmt: skip


def paths(library: Library) -> dict[str, tuple[str, ...]]:
    """Where each fact stands in a case."""
    return {fact.name: fact.case for fact in library.vocabulary.facts.values() if fact.case}


def batch_of(library: Library, cases: Sequence[Mapping[str, Any]]) -> pa.RecordBatch:
    """Cases as lines of claims, prepared for the kernel."""
    rows = []
    where = paths(library)
    for number, case in enumerate(cases):
        of_case = {name: _at(case, path) for name, path in where.items() if path[0] != "lines"}
        for at, line in enumerate(case["lines"], 1):
            of_line = {name: line.get(path[1]) for name, path in where.items() if path[0] == "lines"}
            own = {name: line[path[-1]] for name, path in where.items() if path[0] != "lines" and path[-1] in line}
            rows.append({"claim_id": f"C{number:05}", "line": at, **of_case, **of_line, **own, **whose(number, case)})
        for at, one in enumerate(case.get("history", ())):
            known = {name: one[path[-1]] for name, path in where.items() if path[-1] in one}
            told = {EARLIER: True, PAID: one.get("paid")}
            rows.append({"claim_id": f"H{number:05}.{at}", "line": 1, **known, **whose(number, case), **told})
    columns = [column for column in input_columns(library.vocabulary) if column.name in rows[0]]
    schema = pa.schema(
        [(column.name, pa.string() if pa.types.is_date(column.type) else column.type) for column in columns]
    )
    texts = {field.name for field in schema if pa.types.is_string(field.type)}
    plain = [{name: _text(row.get(name)) if name in texts else row.get(name) for name in schema.names} for row in rows]
    batch = Layout("cases", schema, columns).prepare(pa.RecordBatch.from_pylist(plain, schema=schema))
    for name in (EARLIER, PAID):
        batch = batch.append_column(name, pa.array([row.get(name) for row in rows], pa.bool_()))
    return batch


def whose(number: int, case: Mapping[str, Any]) -> dict[str, str]:
    """The patient of a case: one of its own, whatever it says, since no case looks back at another."""
    return {"patient": f"P{number:05}"} if {"history", "history_from", "patient"} & case.keys() else {}


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _at(case: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = case
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return str(value) if isinstance(value, Decimal) else value


def by_column(kernel: Kernel, library: Library, cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the kernel says of each line of all cases, in one batch."""
    return [{name: row[name] for name in ANSWER} for row in kernel(batch_of(library, cases)).to_pylist()]


def one_by_one(library: Library, schedules: Schedules, cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What each case is told alone, line by line."""
    reader = CaseReader(library.vocabulary, tables=Listings(schedules))
    found = []
    for case in cases:
        told = decide(library, reader.read(Source("case", dict(case)), typed=True), AS_OF, schedules)
        paid = {one.line: one for one in told.payment.lines if one.component == "professional"} if told.payment else {}
        coded = [index for index, line in enumerate(told.lines) if line.code]
        for index, line in enumerate(told.lines):
            price = paid.get(coded.index(index)) if index in coded else None
            first = line.denial
            found.append(
                {
                    "status": line.status,
                    "finding": line.finding,
                    "rule": line.rule,
                    "clauses": " ".join(line.clauses) or None,
                    "denial": first.reason if first else None,
                    "denial_kind": first.kind if first else None,
                    "group_code": first.group if first else None,
                    "carc": first.carc if first else None,
                    "rarc": " ".join(first.rarc) or None if first else None,
                    "needs": " ".join(line.needs) or None,
                    "warnings": " ".join(line.warnings) or None,
                    "readings": " ".join(one.rests.replace(" or ", " ") for one in line.readings) or None,
                    "edits": {edit.edit for edit in line.edits if not edit.passes},
                    "edits_passed": " ".join(sorted({edit.edit for edit in line.edits if edit.passes})) or None,
                    "edit_details": "; ".join(dict.fromkeys(one.detail for one in line.edits if one.detail)) or None,
                    "allowed": _decimal(price.allowed if price else None),
                    "payer": _decimal(price.payer if price else None),
                    "patient": _decimal(price.patient if price else None),
                    "withheld": _decimal(price.sequestration if price else None),
                }
            )
    return found


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None
