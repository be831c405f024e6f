"""Codes of claims on their day of service: what they let one know, and which of them a line is told of."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clausal.columns.arrays import Words
from clausal.facts.standing import Standings
from clausal.rules.moves import Moves, Numbers

DAY_ONE = dt.date(1970, 1, 1)
NONE = 0
"""The number of no code at all, and of a list of codes that has none."""


class Epochs:
    """Stretches of days within each of which the standing of no code of a system changes, numbered from 0."""

    def __init__(self, turns: Iterable[dt.date]) -> None:
        self._turns = sorted(set(turns))
        starts = [(turn - DAY_ONE).days for turn in self._turns]
        self._first, self._last = (starts[0] - 1, starts[-1]) if starts else (0, 0)
        """The days from before the first turn to the last; all others are as one of these two."""
        of_days = np.searchsorted(starts, np.arange(self._first, self._last + 1), side="right")
        self._of_days = of_days.astype(np.int32)

    def of(self, days: npt.NDArray[np.int32]) -> Numbers:
        """The stretch of each line's day, counted from 1970-01-01."""
        if days.size and days.min() == days.max():
            days = days[:1]
        found = self._of_days.take(np.clip(days, self._first, self._last) - self._first)
        return int(found[0]) if len(days) == 1 else found

    def day(self, epoch: int) -> dt.date:
        """A day of a stretch."""
        if not self._turns:
            return DAY_ONE
        return self._turns[epoch - 1] if epoch else self._turns[0] - dt.timedelta(days=1)


def epochs_of(days: pa.Array, epochs: Mapping[str, Epochs]) -> dict[str, Numbers]:
    """For each system of codes the stretch of each line's day of service; of a line without one the first."""
    filled = pc.fill_null(days.cast(pa.int32()), np.iinfo(np.int32).min)
    numbers: npt.NDArray[np.int32] = filled.to_numpy(zero_copy_only=False)
    return {system: one.of(numbers) for system, one in epochs.items()}


class InvalidCodes:
    """Lists of codes that are not known to be billable, in the order met, each with a number; 0 is the empty one."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._codes: list[str] = [""]
        self._number: dict[str, int] = {"": NONE}
        self._lists: list[tuple[int, ...]] = [()]
        self._of_list: dict[tuple[int, ...], int] = {(): NONE}
        self._moves = Moves(self._with, lock)
        self._joins = Moves(self._join, lock)
        self.words = Words()
        self.words.append(None)

    def number(self, code: str) -> int:
        """The number of a code, from 1 up."""
        with self._lock:
            found = self._number.setdefault(code, len(self._codes))
            if found == len(self._codes):
                self._codes.append(code)
        return found

    def noted(self, before: Numbers, codes: Numbers) -> Numbers:
        """The lists with one more code each."""
        return self._moves(before, codes)

    def joined(self, before: Numbers, after: Numbers) -> Numbers:
        """The lists of one column with those of another after them."""
        return self._joins(before, after)

    def _join(self, before: int, after: int) -> int:
        for code in self._lists[after]:
            before = self._with(before, code)
        return before

    def _with(self, before: int, code: int) -> int:
        codes = self._lists[before]
        if code == NONE or code in codes:
            return before
        codes = (*codes, code)
        found = self._of_list.setdefault(codes, len(self._lists))
        if found == len(self._lists):
            self._lists.append(codes)
            self.words.append(" ".join(self._codes[one] for one in codes))
        return found


@dataclass(frozen=True)
class Dated:
    """What the codes of one system are in each stretch of days, by which a claim's are read."""

    system: str
    standings: Standings
    epochs: Epochs
    invalid: InvalidCodes

    def stand(self, code: str, epoch: int) -> tuple[bool, int]:
        """Whether a code is known for what it says, and its number among invalid codes if it is not billable."""
        standing = self.standings.of(self.system, code, self.epochs.day(epoch))
        return standing.is_known, NONE if standing.kind == "billable" else self.invalid.number(code)


@dataclass
class Reading:
    """A batch while its codes are read: the stretch of each line's day by system, and what its lines are told of."""

    epochs: dict[str, Numbers]
    invalid: Numbers = NONE
