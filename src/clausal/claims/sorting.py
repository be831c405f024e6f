"""Lines in order of claim, or of patient, for a file in which those of one lie apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from clausal.claims.whole import decoded
from clausal.exchange.tabular.opened import LINES_AT_ONCE


def sorted_by_claim(batches: Iterable[pa.RecordBatch], key: str, folder: Path) -> Iterator[pa.RecordBatch]:
    """All lines again, in order of claim."""
    return sorted_by(batches, lambda _: [key], folder)


def sorted_by(
    batches: Iterable[pa.RecordBatch], keys: Callable[[pa.Schema], Sequence[str]], folder: Path
) -> Iterator[pa.RecordBatch]:
    """All lines again, in order of some columns; DuckDB sorts them, on disk in `folder` where memory is too small.

    The columns are those of all batches; of a schema `keys` tells which to sort by.
    """
    import duckdb

    stream = iter(batches)
    first = next(stream, None)
    if first is None:
        return
    schema = pa.schema([*_plain(first).schema, ("position", pa.int64())])

    def numbered() -> Iterator[pa.RecordBatch]:
        seen = 0
        for batch in (one for part in ((first,), stream) for one in part):
            plain = _plain(batch)
            rows = pa.array(range(seen, seen + plain.num_rows), pa.int64())
            seen += plain.num_rows
            arrays = [
                plain.column(n) if n in plain.schema.names else pa.nulls(plain.num_rows, t)
                for n, t in zip(schema.names[:-1], schema.types[:-1], strict=True)
            ]
            yield pa.RecordBatch.from_arrays([*arrays, rows], schema=schema)

    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '400MB'")
        connection.execute("SET temp_directory = ?", [str(folder)])
        connection.execute("SET preserve_insertion_order = false")
        lines = pa.RecordBatchReader.from_batches(schema, numbered())
        connection.register("lines", lines)
        quoted = ", ".join('"{}"'.format(key.replace('"', '""')) for key in keys(schema))
        found = connection.execute(f"SELECT * FROM lines ORDER BY {quoted}, position")
        for batch in found.to_arrow_reader(LINES_AT_ONCE):
            yield batch.drop_columns(["position"])


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Text as text, and times as the clock showed them, so that nothing changes on the way through DuckDB."""
    arrays = []
    for column in map(decoded, batch.columns):
        zoned = pa.types.is_timestamp(column.type) and column.type.tz is not None
        arrays.append(pc.local_timestamp(column) if zoned else column)
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)
