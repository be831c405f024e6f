"""Results of a job by page and facet: questions to its Parquet file, put by DuckDB, with nothing of ours but names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from clausal.problems import InvalidInput, Place, unknown_name
from clausal.service.jobs.asked import ROW, Asked, Page
from clausal.service.jobs.facets import FACETS, MONTH, SEVERAL

AMOUNTS = ("charge", "allowed", "paid")
MOST_VALUES = 100
MEMORY = "256MB"


def page(path: Path, asked: Asked) -> Page:
    """A page of results; raises InvalidInput for a column that is none."""
    names = pq.read_schema(path).names
    for name in (*asked.where, *asked.facets):
        if name not in FACETS or (name not in names and name != MONTH):
            raise InvalidInput.at(Place("request", path=name), *unknown_name("facet", name, FACETS))
    condition, values = _condition(asked.where)
    with duckdb.connect(config={"threads": 1, "memory_limit": MEMORY}) as connection:
        connection.execute("SET enable_progress_bar = false")
        numbered = ", file_row_number = true" if asked.numbered else ""
        source = f"FROM read_parquet(?{numbered}) {condition}"
        given = [str(path), *values]
        total = connection.execute(f"SELECT count(*) {source}", given).fetchone()
        cursor = connection.execute(f"SELECT * {source} LIMIT ? OFFSET ?", [*given, asked.size, asked.offset])
        columns = [ROW if one[0] == "file_row_number" else one[0] for one in cursor.description]
        rows = [dict(zip(columns, map(_plain, row), strict=True)) for row in cursor.fetchall()]
        facets = {name: _counted(connection, name, source, given, names) for name in asked.facets}
    return Page(rows, total[0] if total else 0, facets)


def row(path: Path, number: int) -> dict[str, Any] | None:
    """The row of a number, from 0, with money as text; None where there is none."""
    with duckdb.connect(config={"threads": 1, "memory_limit": MEMORY}) as connection:
        cursor = connection.execute(
            "SELECT * EXCLUDE (file_row_number) FROM read_parquet(?, file_row_number = true) WHERE file_row_number = ?",
            [str(path), number],
        )
        columns = [one[0] for one in cursor.description]
        found = cursor.fetchone()
    return dict(zip(columns, map(_plain, found), strict=True)) if found else None


def _condition(where: Mapping[str, str]) -> tuple[str, list[str]]:
    tests, values = [], []
    for name, value in where.items():
        if not value:
            tests.append(f"{_value(name)} IS NULL")
            continue
        several = f"list_contains(string_split({_value(name)}, ' '), ?)"
        tests.append(several if name in SEVERAL else f"{_value(name)} = ?")
        values.append(value)
    return (f"WHERE {' AND '.join(tests)}" if tests else ""), values


def _value(name: str) -> str:
    """The value of a facet, in SQL; names are those of FACETS alone."""
    return "strftime(service_date, '%Y-%m')" if name == MONTH else f'"{name}"::VARCHAR'


def _counted(
    connection: duckdb.DuckDBPyConnection, name: str, source: str, given: list[str], names: Sequence[str]
) -> list[dict[str, Any]]:
    value = _value(name)
    if name in SEVERAL:
        value = f"unnest(CASE WHEN {value} IS NULL THEN [NULL] ELSE string_split({value}, ' ') END)"
    held = [one for one in AMOUNTS if one in names]
    sums = "".join(f', sum("{one}") AS "{one}"' for one in held)
    amounts = "".join(f', "{one}"' for one in held)
    query = (
        f"SELECT value, count(*) AS lines{sums} FROM (SELECT {value} AS value{amounts} {source}) "
        f"GROUP BY value ORDER BY lines DESC, value LIMIT {MOST_VALUES}"
    )
    cursor = connection.execute(query, given)
    columns = [one[0] for one in cursor.description]
    return [dict(zip(columns, map(_plain, row), strict=True)) for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    """Money is text; days are ISO."""
    return str(value) if isinstance(value, Decimal | dt.date) else value
