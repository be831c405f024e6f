"""Parquet: one file, or a folder of them, as batches."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from clausal.exchange.tabular.opened import LINES_AT_ONCE, Reading
from clausal.problems import InvalidInput, Place


class ParquetTable:
    """The columns of all files together, and their lines in batches."""

    def __init__(self, path: Path) -> None:
        self.files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
        if not self.files:
            raise InvalidInput.at(Place(str(path)), "no Parquet files in this folder")
        self._schemas = [pq.read_schema(file) for file in self.files]
        for one, file in zip(self._schemas, self.files, strict=True):
            if len(set(one.names)) < len(one.names):
                raise InvalidInput.at(Place(str(file)), "a column name stands twice", "name each column once")
        self.schema: pa.Schema = pa.unify_schemas(self._schemas, promote_options="permissive")
        self.lines = sum(pq.read_metadata(file).num_rows for file in self.files)

    def batches(self, reads: Sequence[str], plain: Collection[str], reading: Reading) -> Iterator[pa.RecordBatch]:
        """The columns `reads`; text is dictionary-encoded but for the columns `plain`."""
        there = [field for field in self.schema if field.name in reads]
        as_words = [one.name for one in there if pa.types.is_string(one.type) and one.name not in plain]
        lists = [f"{one.name}.list.element" for one in there if pa.types.is_list(one.type)]
        for file, own in zip(self.files, self._schemas, strict=True):
            held = [name for name in reads if name in own.names]
            words = [name for name in (*as_words, *lists) if name.partition(".")[0] in held]
            with pq.ParquetFile(file, read_dictionary=words, buffer_size=1 << 20) as opened:
                for group in range(opened.num_row_groups):  # each by itself, or else lists cannot stay words
                    for batch in opened.iter_batches(LINES_AT_ONCE, row_groups=[group], columns=held):
                        reading.lines += batch.num_rows
                        yield batch if len(held) == len(reads) else _with_missing(batch, self.schema, reads)


def _with_missing(batch: pa.RecordBatch, schema: pa.Schema, names: Sequence[str]) -> pa.RecordBatch:
    """A batch of a file that lacks columns which other files of its folder have."""
    arrays = [
        batch.column(name) if name in batch.schema.names else pa.nulls(batch.num_rows, schema.field(name).type)
        for name in names
    ]
    return pa.RecordBatch.from_arrays(arrays, names=list(names))
