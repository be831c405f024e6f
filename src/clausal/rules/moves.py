"""A function of two numbers, by column: each pair is worked out when it is first met, and looked up from then on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Numbers: TypeAlias = npt.NDArray[np.int32] | int
"""A column of small numbers; an int stands for a column that has it everywhere."""

Spread: TypeAlias = npt.NDArray[np.intp]
"""For each line the number of its group."""

MOST_DENSE = 1 << 24
"""Up to how many pairs a table of them is laid out in full; beyond it the pairs met are kept in a dictionary."""


class Moves:
    """`make(left, right)` for columns of numbers from 0 up. Threads may share it; `make` is never run twice at once."""

    def __init__(self, make: Callable[[int, int], int], lock: threading.RLock) -> None:
        self._make = make
        self._lock = lock
        self._table = np.full((8, 8), -1, dtype=np.int32)
        self._sparse: dict[int, int] = {}

    def __call__(self, left: Numbers, right: Numbers, spread: Spread | None = None) -> Numbers:
        """For each pair; where one column is of groups of lines and one of lines, `spread` tells each its group."""
        left, right = meet(left, right, spread)
        if isinstance(left, int) and isinstance(right, int):
            return self._one(left << 32 | right)
        table = self._table
        highest = _highest(left), _highest(right)
        if highest[0] >= table.shape[0] or highest[1] >= table.shape[1]:
            if self._size(highest) > MOST_DENSE:
                return self._by_dictionary(left, right)
            table = self._grown(highest)
        found = self._found(table, left, right)
        if found.size and found.min() < 0:
            unmet = found < 0
            self._fill(table, _of(left, unmet), _of(right, unmet))
            found = self._found(table, left, right)
        return found

    @staticmethod
    def _found(table: npt.NDArray[np.int32], left: Numbers, right: Numbers) -> npt.NDArray[np.int32]:
        found: npt.NDArray[np.int32]
        if not isinstance(left, np.ndarray):
            found = table[left].take(right)
        elif not isinstance(right, np.ndarray):
            found = table[:, right].take(left)
        else:
            keys = left * np.int32(table.shape[1])
            keys += right
            found = table.ravel().take(keys)
        return found

    def _size(self, highest: tuple[int, int]) -> int:
        rows, columns = (
            old if high < old else 1 << high.bit_length() for old, high in zip(self._table.shape, highest, strict=True)
        )
        return int(rows * columns)

    def _grown(self, highest: tuple[int, int]) -> npt.NDArray[np.int32]:
        """The table with room for more; another thread may still read, and fill in vain, the one before."""
        with self._lock:
            old = self._table
            rows, columns = (
                n if high < n else 1 << high.bit_length() for n, high in zip(old.shape, highest, strict=True)
            )
            table = np.full((rows, columns), -1, dtype=np.int32)
            table[: old.shape[0], : old.shape[1]] = old
            self._table = table
            return table

    def _fill(self, table: npt.NDArray[np.int32], left: Numbers, right: Numbers) -> None:
        columns = table.shape[1]
        for key in np.unique(np.multiply(left, columns, dtype=np.int32) + np.asarray(right, dtype=np.int32)).tolist():
            of_left, of_right = divmod(key, columns)
            table[of_left, of_right] = self._one(of_left << 32 | of_right)

    def _one(self, key: int) -> int:
        found = self._sparse.get(key)
        if found is None:
            with self._lock:
                found = self._sparse.get(key)
                if found is None:
                    found = self._sparse[key] = self._make(key >> 32, key & 0xFFFFFFFF)
        return found

    def _by_dictionary(self, left: Numbers, right: Numbers) -> Numbers:
        keys = np.left_shift(left, 32, dtype=np.int64) | right
        distinct, inverse = np.unique(keys, return_inverse=True)
        found: npt.NDArray[np.int32] = np.array([self._one(key) for key in distinct.tolist()], dtype=np.int32)[inverse]
        return found


def _of(numbers: Numbers, lines: npt.NDArray[np.bool_]) -> Numbers:
    """A column's numbers for some lines."""
    return numbers[lines] if isinstance(numbers, np.ndarray) else int(numbers)


def meet(left: Numbers, right: Numbers, spread: Spread | None) -> tuple[Numbers, Numbers]:
    """Two columns of one length: the one that is of groups of lines is spread over the lines."""
    if spread is None or isinstance(left, int) or isinstance(right, int) or len(left) == len(right):
        return left, right
    return (left[spread], right) if len(left) < len(right) else (left, right[spread])


class Grown:
    """A list of numbers that grows, and the same as an array, made anew only when it has grown."""

    def __init__(self) -> None:
        self._list: list[int] = []
        self._array = np.zeros(0, dtype=np.int32)

    def __len__(self) -> int:
        return len(self._list)

    def append(self, number: int) -> None:
        self._list.append(number)

    def __getitem__(self, index: Numbers) -> Numbers:
        return self._list[index] if isinstance(index, int) else self.at(index)

    def at(self, index: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int32]:
        """The numbers at some places."""
        array = self._array
        if len(array) < len(self._list):
            array = self._array = np.array(self._list, dtype=np.int32)
        found: npt.NDArray[np.int32] = array.take(index)
        return found


def _highest(numbers: Numbers) -> int:
    if isinstance(numbers, int):
        return numbers
    return int(numbers.max()) if numbers.size else 0
