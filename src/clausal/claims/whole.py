"""Whole claims: batches of lines cut between claims, and the watch that no claim's lines lie apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clausal.columns.kernel import claims_of
from clausal.problems import PROBLEM

MOST_LINES = 9_999
"""Lines of one claim; a longer run of lines with one claim id is refused, so that memory stays bounded."""
_POINT = np.uint64(0x9E3779B97F4A7C15)
MOST_CLAIMS_WATCHED = 40_000_000
"""Claims whose ids are remembered (8 bytes each) in a file that is not in order of claim id."""


class Apart(Exception):
    """The lines of a claim do not stand together."""


def whole_claims(
    batches: Iterable[pa.RecordBatch], key: str, least: int = 1, most: int | None = None, what: str = "a claim"
) -> Iterator[pa.RecordBatch]:
    """The same lines in batches of whole claims, of `least` lines or more: the last claim of one goes to the next.

    `key` may tell something else than claims apart, `what`, of which lines beyond `most` are refused.
    """
    most = MOST_LINES if most is None else most
    limit = _Limit(key, most, what)
    held: list[pa.RecordBatch] = []
    endless: Any = None
    """The key of a claim that was too long, of which more may come."""
    for arrived in batches:
        held.append(arrived)
        if sum(one.num_rows for one in held) <= least:
            continue
        batch = joined(held) if len(held) > 1 else arrived
        last = int(claims_of(batch, key).first[-1])
        end = batch.num_rows
        if end - last > most or (last == 0 and endless is not None and batch.column(key)[0].as_py() == endless):
            last = end
        batch = _without_endless(batch, limit, endless)
        endless = batch.column(key)[end - 1].as_py() if last == end else None
        held = [batch.slice(last)] if last < end else []
        if last:
            yield batch.slice(0, last)
    if held:
        batch = joined(held) if len(held) > 1 else held[0]
        if batch.num_rows:
            yield _without_endless(batch, limit, endless)


def joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    """Batches as one."""
    names = list(dict.fromkeys(name for batch in batches for name in batch.schema.names))
    if any(batch.schema.names != names for batch in batches):
        batches = [_with_all(batch, names, batches) for batch in batches]
    arrays = [_joined([batch.column(index) for batch in batches]) for index in range(len(names))]
    return pa.RecordBatch.from_arrays(arrays, names=names)


def _joined(columns: list[pa.Array]) -> pa.Array:
    """Arrays of one type as one; of lists of words, which Arrow does not join, the words are joined by themselves."""
    if any(column.type != columns[0].type for column in columns):
        columns = _alike(columns)
    kind = columns[0].type
    if not (pa.types.is_list(kind) and pa.types.is_dictionary(kind.value_type)):
        return pa.concat_arrays(columns)
    words = pa.concat_arrays([column.flatten() for column in columns])
    lengths = [pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False) for column in columns]
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int32)
    missing = np.concatenate([column.is_null().to_numpy(zero_copy_only=False) for column in columns])
    return pa.ListArray.from_arrays(pa.array(offsets), words, mask=pa.array(missing) if missing.any() else None)


def _alike(columns: list[pa.Array]) -> list[pa.Array]:
    """Arrays as one type: text as text, whether or not it was kept as words; a column of nothing as the others."""
    plain = [decoded(column) for column in columns]
    kind = next((column.type for column in plain if not pa.types.is_null(column.type)), plain[0].type)
    return [column.cast(kind) for column in plain]


def decoded(column: pa.Array) -> pa.Array:
    """A column without dictionaries: text as text."""
    if pa.types.is_dictionary(column.type):
        return column.dictionary_decode()
    if pa.types.is_list(column.type) and pa.types.is_dictionary(column.type.value_type):
        return column.cast(pa.list_(column.type.value_type.value_type))
    return column


def _with_all(batch: pa.RecordBatch, names: list[str], others: list[pa.RecordBatch]) -> pa.RecordBatch:
    kinds = {field.name: field.type for other in others for field in other.schema}
    arrays = [batch.column(n) if n in batch.schema.names else pa.nulls(batch.num_rows, kinds[n]) for n in names]
    return pa.RecordBatch.from_arrays(arrays, names=names)


@dataclass(frozen=True)
class _Limit:
    """How many lines may have the same in a column."""

    key: str
    most: int
    what: str


def _without_endless(batch: pa.RecordBatch, limit: _Limit, endless: Any) -> pa.RecordBatch:
    """The batch, with a problem for each line of a claim that is too long, or goes on from one that was."""
    key = limit.key
    claims = claims_of(batch, key)
    length = np.diff([*claims.first, batch.num_rows])
    wrong = length > limit.most
    if endless is not None and batch.column(key)[0].as_py() == endless:
        wrong[0] = True
    if not wrong.any():
        return batch
    why = f"{limit.what} has at most {limit.most:,} lines"
    old = batch.column(PROBLEM).to_pylist() if PROBLEM in batch.schema.names else [None] * batch.num_rows
    problems = [why if bad else one for one, bad in zip(old, wrong[claims.of_line].tolist(), strict=True)]
    column = pa.array(problems, pa.string())
    if PROBLEM in batch.schema.names:
        return batch.set_column(batch.schema.get_field_index(PROBLEM), PROBLEM, column)
    return batch.append_column(PROBLEM, column)


def hashes(texts: pa.Array) -> npt.NDArray[np.uint64]:
    """A number for each text of a column, the same for equal texts, and hardly ever for others.

    The bytes of a text are the coefficients of a polynomial, worked out at one odd point for all texts together.
    """
    column = decoded(texts).cast(pa.large_string())
    offsets = np.frombuffer(column.buffers()[1], dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    if not len(column) or column.buffers()[2] is None:
        return np.zeros(len(column), dtype=np.uint64)
    data = np.frombuffer(column.buffers()[2], dtype=np.uint8)[offsets[0] : offsets[-1]]
    offsets = offsets - offsets[0]
    inverse = np.full(len(data) + 1, pow(int(_POINT), -1, 1 << 64), dtype=np.uint64)
    powers = np.full(len(data) + 1, _POINT, dtype=np.uint64)
    powers[0] = inverse[0] = 1
    powers, inverse = np.cumprod(powers), np.cumprod(inverse)
    running = np.concatenate([[np.uint64(0)], np.cumsum((data.astype(np.uint64) + np.uint64(1)) * powers[:-1])])
    found: npt.NDArray[np.uint64] = (running[offsets[1:]] - running[offsets[:-1]]) * inverse[offsets[:-1]]
    return found


class Watch:
    """Sees to it that the lines of a claim stand together, over all batches of whole claims.

    While claim ids rise, or fall, there is nothing to remember. A file in another order is read again from its start
    (`Apart`), with `remembers`: then a number for each claim is kept, and a claim met twice tells at the end.
    """

    def __init__(self, key: str, *, remembers: bool) -> None:
        self._key = key
        self._remembers = remembers
        self._last: pa.Scalar | None = None
        self._rises: bool | None = None
        self._met: list[np.ndarray] = []
        self._count = 0

    def see(self, batch: pa.RecordBatch) -> None:
        """Look at one batch; raises Apart where the ids are out of order and are not remembered."""
        keys = batch.column(self._key).take(pa.array(claims_of(batch, self._key).first)).drop_null()
        if self._remembers:
            self._remember(keys)
            return
        if pa.types.is_dictionary(keys.type):
            keys = keys.dictionary_decode()
        if self._last is not None:
            keys = pa.concat_arrays([pa.array([self._last.as_py()], keys.type), keys])
        if len(keys) < 2:
            self._last = keys[-1] if len(keys) else self._last
            return
        before, after = keys.slice(0, len(keys) - 1), keys.slice(1)
        if self._rises is None:
            self._rises = bool(pc.less(before[0], after[0]).as_py())
        in_order = pc.less(before, after) if self._rises else pc.greater(before, after)
        if not pc.all(in_order).as_py():
            raise Apart
        self._last = keys[-1]

    def _remember(self, keys: pa.Array) -> None:
        self._count += len(keys)
        if self._count <= MOST_CLAIMS_WATCHED:
            self._met.append(hashes(keys))

    def finish(self) -> None:
        """Raises Apart where a claim was met twice, or where there were too many to tell."""
        if not self._remembers:
            return
        if self._count > MOST_CLAIMS_WATCHED:
            raise Apart
        met = np.sort(np.concatenate(self._met)) if self._met else np.zeros(0, dtype=np.int64)
        self._met.clear()
        if (met[1:] == met[:-1]).any():
            raise Apart
