"""Arrow columns made of numpy's: words by index, dollars by cents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clausal.payment.money import NONE


def chosen(words: Sequence[str | None], index: npt.NDArray[np.integer[Any]]) -> pa.DictionaryArray:
    """A dictionary column that has `words[index]`; empty words are null."""
    distinct = {word: number for number, word in enumerate(dict.fromkeys(word for word in words if word))}
    number = np.array([distinct[word] if word else NONE for word in words], dtype=np.int32)[index]
    indices = pa.array(number, mask=number < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(distinct), pa.string()))


def indices(encoded: pa.DictionaryArray) -> npt.NDArray[np.integer[Any]]:
    """The index of each value of a dictionary column, one past the last for a null."""
    column = encoded.indices
    if column.null_count:
        column = pc.fill_null(column, len(encoded.dictionary))
    found: npt.NDArray[np.integer[Any]] = column.to_numpy(zero_copy_only=False)
    return found


def decimals(cents: npt.NDArray[np.integer[Any]]) -> pa.Array:
    """Whole cents as dollars; NONE is null."""
    none = cents == NONE
    wide = np.zeros((len(cents), 2), dtype=np.int64)
    wide[:, 0] = np.where(none, 0, cents)
    validity = pa.array(~none).buffers()[1] if none.any() else None
    return pa.Array.from_buffers(pa.decimal128(12, 2), len(cents), [validity, pa.py_buffer(wide)])
