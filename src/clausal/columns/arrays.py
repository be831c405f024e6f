"""Arrow columns made of numpy's: words by index, dollars by cents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clausal.payment.money import NONE
from clausal.rules.moves import Grown

DENSE = 1 << 20
"""Up to how many keys a table of all of them is laid out, instead of sorting."""


def chosen(words: Sequence[str | None], index: npt.NDArray[np.integer[Any]]) -> pa.DictionaryArray:
    """A dictionary column that has `words[index]`; empty words are null."""
    found = Words()
    for word in words:
        found.append(word)
    return found.column(index)


class Words:
    """A growing list of words, of which columns are made by index; empty words are null."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._of = Grown()
        self._dictionary = pa.array([], pa.string())

    def __len__(self) -> int:
        return len(self._of)

    def append(self, word: str | None) -> None:
        self._of.append(self._number.setdefault(word, len(self._number)) if word else NONE)

    def column(self, index: npt.NDArray[np.integer[Any]]) -> pa.DictionaryArray:
        """A dictionary column that has the words of an index."""
        number = self._of.at(index)
        dictionary = self._dictionary
        if len(dictionary) < len(self._number):
            dictionary = self._dictionary = pa.array(list(self._number), pa.string())
        none = number < 0
        return pa.DictionaryArray.from_arrays(pa.array(number, mask=none if none.any() else None), dictionary)


def indices(encoded: pa.DictionaryArray) -> npt.NDArray[np.integer[Any]]:
    """The index of each value of a dictionary column, one past the last for a null."""
    column = encoded.indices
    if column.null_count:
        column = pc.fill_null(column, len(encoded.dictionary))
    found: npt.NDArray[np.integer[Any]] = column.to_numpy(zero_copy_only=False)
    return found


def texts_of(batch: pa.RecordBatch, name: str) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The distinct texts of a column and each line's index of them, one past the last where there is none."""
    if name not in batch.schema.names:
        return [], np.zeros(batch.num_rows, dtype=np.int64)
    column = batch.column(name)
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    texts = [(one or "").strip() for one in encoded.dictionary.to_pylist()]
    number = indices(encoded).astype(np.int64)
    if "" in texts:
        number = np.array([*(i if text else len(texts) for i, text in enumerate(texts)), len(texts)])[number]
    return texts, number


def distinct(key: npt.NDArray[np.int64], size: int) -> tuple[npt.NDArray[np.integer[Any]], npt.NDArray[np.int64]]:
    """The distinct keys (each at least 0 and below `size`) in order, and the index of each key among them."""
    if size > DENSE:
        found, inverse = np.unique(key, return_inverse=True)
        return found, inverse.astype(np.int64)
    used = np.flatnonzero(np.bincount(key, minlength=size))
    index = np.zeros(size, dtype=np.int64)
    index[used] = np.arange(len(used))
    return used, index[key]


def decimals(cents: npt.NDArray[np.integer[Any]]) -> pa.Array:
    """Whole cents as dollars; NONE is null."""
    none = cents == NONE
    wide = np.zeros((len(cents), 2), dtype=np.int64)
    wide[:, 0] = np.where(none, 0, cents)
    wide[:, 1] = wide[:, 0] >> 63
    validity = pa.array(~none).buffers()[1] if none.any() else None
    return pa.Array.from_buffers(pa.decimal128(12, 2), len(cents), [validity, pa.py_buffer(wide)])
