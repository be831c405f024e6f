"""Cases with earlier services as lines of a batch, those of each case under a patient of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from clausal.claims.prepare import Layout
from clausal.columns.around import EARLIER
from clausal.columns.schema import Column, input_columns
from clausal.documents.library import Library
from clausal.facts.case import PAID


def history_batch(library: Library, cases: Sequence[Mapping[str, Any]]) -> pa.RecordBatch:
    """Each case's lines, and after them its earlier services."""
    rows = []
    for number, case in enumerate(cases):
        whole = {name: value for name, value in case.items() if name not in ("lines", "history")}
        own = {"patient": f"P{number}"}
        rows += [{**whole, **line, **own, "claim_id": f"C{number}", EARLIER: False} for line in case["lines"]]
        for at, one in enumerate(case.get("history", ())):
            rows.append({**one, **own, "claim_id": f"H{number}.{at}", EARLIER: True})
    batch, columns = table_of(library, rows)
    prepared = Layout("cases", batch.schema, columns).prepare(batch)
    for name in (EARLIER, PAID):
        prepared = prepared.append_column(name, pa.array([row.get(name) for row in rows], pa.bool_()))
    return prepared


def table_of(library: Library, rows: Sequence[Mapping[str, Any]]) -> tuple[pa.RecordBatch, list[Column]]:
    """Rows as a batch, with the published columns that it has."""
    names = {name for row in rows for name in row}
    columns = [column for column in input_columns(library.vocabulary) if column.name in names]
    schema = pa.schema([(one.name, pa.string() if pa.types.is_date(one.type) else one.type) for one in columns])
    plain = [{name: row.get(name) for name in schema.names} for row in rows]
    return pa.RecordBatch.from_pylist(plain, schema=schema), columns
