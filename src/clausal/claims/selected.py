"""Rows of a claim file that count, by what some of its columns hold; the others are counted by why they do not."""

from __future__ import annotations

import collections
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from clausal.claims.mapping import Condition, Rows
from clausal.columns.arrays import indices
from clausal.exchange.tabular.plain import values_of
from clausal.exchange.tabular.values import text_of
from clausal.problems import PROBLEM
from clausal.schedules.lines import Bools

Left: TypeAlias = collections.Counter[str]
"""Rows that do not count, by the condition that leaves them out."""
NOT_KEPT = "not kept"


def selected(batch: pa.RecordBatch, rows: Rows, left: Left) -> pa.RecordBatch:
    """The rows that count. One that could not be read is kept, to be told: what it would have said is not known."""
    count = batch.num_rows
    out: Bools = np.zeros(count, dtype=bool)
    readable = np.ones(count, dtype=bool)
    if PROBLEM in batch.schema.names:
        readable = batch.column(PROBLEM).is_null().to_numpy(zero_copy_only=False)
    for condition in rows.drop:
        dropped = holds(condition, batch) & readable & ~out
        out |= dropped
        _count(left, str(condition), dropped)
    if rows.keep:
        kept = np.logical_or.reduce([holds(condition, batch) for condition in rows.keep])
        not_kept = ~kept & readable & ~out
        out |= not_kept
        _count(left, NOT_KEPT, not_kept)
    return batch.filter(pa.array(~out)) if out.any() else batch


def _count(left: Left, why: str, which: Bools) -> None:
    """Also nothing is told: a word that no row has is perhaps mistyped."""
    left[why] += int(which.sum())


def holds(condition: Condition, batch: pa.RecordBatch) -> Bools:
    """For each line whether a condition holds, by the text of its columns."""
    found: Bools = np.ones(batch.num_rows, dtype=bool)
    for name, words in condition.words.items():
        found &= _is_one_of(batch.column(name), words)
    return found


def _is_one_of(column: pa.Array, words: Sequence[str]) -> Bools:
    """For each line whether its value, or one of its list, is one of some words; the empty word is no value."""
    if pa.types.is_nested(column.type):
        rows = values_of(column)
        return np.array([any(text_of(one) in words for one in row) if row else "" in words for row in rows], dtype=bool)
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    texts = ["" if one is None else text_of(one) for one in values_of(encoded.dictionary)]
    of_value: Bools = np.array([text in words for text in [*texts, ""]], dtype=bool)
    found: Bools = of_value[indices(encoded)]
    return found
