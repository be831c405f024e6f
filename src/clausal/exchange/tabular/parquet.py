"""Parquet: one file, or a folder of them, as batches of a few plain types."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from clausal.exchange.tabular.opened import LINES_AT_ONCE, Reading
from clausal.exchange.tabular.plain import as_plain, is_text, plain_type
from clausal.files import opened as regular
from clausal.problems import InvalidInput, Place


class ParquetTable:
    """The columns of all files together, and their lines in batches.

    Columns that are not read may be of any type; of a column that is, `batches` refuses a type that has no values.
    """

    def __init__(self, path: Path) -> None:
        self.files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
        if not self.files:
            raise InvalidInput.at(Place(str(path)), "no Parquet files in this folder")
        schemas = []
        for file in self.files:
            with regular(file):  # neither a pipe nor a device
                schemas.append(pq.read_schema(file))
        for one, file in zip(schemas, self.files, strict=True):
            if len(set(one.names)) < len(one.names):
                raise InvalidInput.at(Place(str(file)), "a column name stands twice", "name each column once")
        self._schemas = schemas
        self._path = path
        self.schema = _united(schemas)
        self.lines = sum(pq.read_metadata(file).num_rows for file in self.files)

    def batches(self, reads: Sequence[str], plain: Collection[str], reading: Reading) -> Iterator[pa.RecordBatch]:
        """The columns `reads`; text is dictionary-encoded but for the columns `plain`."""
        nested = [one for one in self.schema if one.name in reads and one.type not in _PLAIN and _has_no_values(one)]
        if nested:
            hint = "columns hold one value a line, or a list of plain values"
            what = "; ".join(f"column '{one.name}' holds {_in_words(one.type)}" for one in nested)
            raise InvalidInput.at(Place(str(self._path)), what, hint)
        for file, own in zip(self.files, self._schemas, strict=True):
            held = [name for name in reads if name in own.names]
            with pq.ParquetFile(file, read_dictionary=_words(file, own, held, plain), buffer_size=1 << 20) as opened:
                for group in range(opened.num_row_groups):  # each by itself, or else lists cannot stay words
                    for batch in opened.iter_batches(LINES_AT_ONCE, row_groups=[group], columns=held):
                        yield self._fitted(batch, reads, file, reading.lines)
                        reading.lines += batch.num_rows

    def plain_names(self) -> list[str]:
        """The columns that hold a value a line, or a list of plain values."""
        return [one.name for one in self.schema if one.type in _PLAIN or not _has_no_values(one)]

    def _fitted(self, batch: pa.RecordBatch, reads: Sequence[str], file: Path, before: int) -> pa.RecordBatch:
        """A batch with all columns that are read, each of a plain type, and of the type that it has in all files."""
        arrays = []
        for name in reads:
            kind = self.schema.field(name).type
            column = batch.column(name) if name in batch.schema.names else pa.nulls(batch.num_rows, kind)
            try:
                arrays.append(column if _is_fit(column.type, kind) else as_plain(column, kind))
            except ValueError:
                arrays.append(None)
            if arrays[-1] is None or not is_text(arrays[-1]):
                where = f"column '{name}', in lines {before + 1:,} to {before + batch.num_rows:,} of all"
                hint = "write text as UTF-8 into Parquet, as the format has it"
                raise InvalidInput.at(Place(str(file)), f"{where}: bytes that are no UTF-8 text", hint)
        return pa.RecordBatch.from_arrays(arrays, names=list(reads))


_PLAIN = (pa.string(), pa.int64(), pa.int32(), pa.date32(), pa.bool_(), pa.list_(pa.string()))


def _is_fit(given: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether a column can stay as it was read: it has the type, or is the same as words."""
    if given == wanted:
        return True
    if pa.types.is_dictionary(given):
        return bool(given.value_type == wanted)
    if pa.types.is_list(given) and pa.types.is_list(wanted):
        value = given.value_type
        return bool((value.value_type if pa.types.is_dictionary(value) else value) == wanted.value_type)
    return False


def _united(schemas: Sequence[pa.Schema]) -> pa.Schema:
    """The columns of all schemas, each of a plain type; one that is of types that do not fit is text."""
    kinds: dict[str, list[pa.DataType]] = {}
    for schema in schemas:
        for field in schema:
            kinds.setdefault(field.name, []).append(plain_type(field.type))
    fields = []
    for name, met in kinds.items():
        try:
            one = pa.unify_schemas([pa.schema([(name, kind)]) for kind in met], promote_options="permissive")
            fields.append(one.field(0))
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            fields.append(pa.field(name, pa.string()))
    return pa.schema(fields)


def _words(file: Path, schema: pa.Schema, held: Sequence[str], plain: Collection[str]) -> list[str]:
    """The columns of text, also within lists, that are read as words: by their paths, whatever lists call their own."""
    text = {name for name in held if pa.types.is_string(schema.field(name).type) and name not in plain}
    lists = {name for name in held if pa.types.is_list(schema.field(name).type)}
    lists = {name for name in lists if pa.types.is_string(schema.field(name).type.value_type)}
    if not lists:
        return list(text)
    leaves = pq.read_metadata(file).schema
    paths = [leaves.column(index).path for index in range(len(leaves))]
    return [*text, *(path for path in paths if path.partition(".")[0] in lists and "." in path)]


def _has_no_values(field: pa.Field) -> bool:
    kind = field.type
    return bool(pa.types.is_nested(kind.value_type if pa.types.is_list(kind) else kind))


def _in_words(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return "lists of " + _in_words(kind.value_type).removeprefix("a ").removesuffix("s") + "s"
    return "records" if pa.types.is_struct(kind) else "nested values"
