"""Whole numbers by column, as far as any test tells them apart."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from clausal.columns.given import Ints
from clausal.rules.columns import OrderedColumn


class OrderedClasses:
    """The classes of whole numbers that no test tells apart, numbered in order."""

    def __init__(self, columns: Sequence[OrderedColumn]) -> None:
        points = sorted({Fraction(point) for column in columns for point in column.points})
        self._floors = np.array([int(point // 1) for point in points], dtype=np.int64)
        self._whole = np.array([point.denominator == 1 for point in points], dtype=bool)
        self.count = 2 * len(points) + 1

    def of(self, values: Ints) -> Ints:
        """The class of each value."""
        index = np.searchsorted(self._floors, values)
        at = np.minimum(index, max(len(self._floors) - 1, 0))
        exact = (index < len(self._floors)) & self._whole[at] & (self._floors[at] == values) if self.count > 1 else 0
        found: Ints = 2 * index + exact
        return found
