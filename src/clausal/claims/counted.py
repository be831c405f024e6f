"""Lines of a claim file counted, with sums of their amounts, each with the number of lines that have that amount."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from clausal.amounts import Sum

LINES = "lines"
OF_LINES = f"_{LINES}"
OTHERS = "(others)"
"""Stands for all values beyond those that are told apart."""
SIGNED = ("difference",)
"""Amounts that are told with their sign."""
Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass
class Counted:
    """How many lines, and sums of some of their amounts by name; an amount that is not summed has no name here."""

    lines: int = 0
    amounts: dict[str, Sum] = field(default_factory=dict)

    @classmethod
    def none(cls, amounts: Iterable[str]) -> Counted:
        """No lines yet, and the amounts that are to be summed of them."""
        return cls(0, {name: Sum() for name in amounts})

    def sum(self, name: str) -> Sum:
        """The sum of one amount; of no line where it was not summed."""
        return self.amounts.get(name) or Sum()

    def add(self, other: Counted) -> None:
        self.lines += other.lines
        for name, amount in other.amounts.items():
            self.amounts.setdefault(name, Sum()).add(amount)

    def as_json(self) -> dict[str, int | None]:
        """Plain data: each sum in cents, null where no line has the amount, and beside it how many lines have it."""
        told: dict[str, int | None] = {LINES: self.lines}
        for name, amount in self.amounts.items():
            told |= {name: amount.known, f"{name}{OF_LINES}": amount.lines}
        return told

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Counted:
        if any(type(one) is not int for one in data.values() if one is not None):
            raise ValueError("counts and sums are whole numbers")
        names = [name for name in data if name != LINES and not name.endswith(OF_LINES)]
        return cls(data[LINES], {name: Sum(data[name] or 0, data[f"{name}{OF_LINES}"]) for name in names})


@dataclass(frozen=True)
class Amounts:
    """One amount of each line."""

    cents: Floats
    """0 where a line has none. Floats, since numpy sums by group in floats; they are whole, and exact below 2 ** 53."""
    known: Floats | None
    """1 where a line has one, 0 where not; None: all lines have one."""

    @classmethod
    def of(cls, cents: npt.NDArray[np.integer[Any]], known: npt.NDArray[np.bool_]) -> Amounts:
        """Amounts in whole cents, of the lines that have one."""
        return cls(np.where(known, cents, 0).astype(np.float64), None if known.all() else known.astype(np.float64))

    def at(self, which: npt.NDArray[np.integer[Any]]) -> Amounts:
        """The amounts of some lines."""
        return Amounts(self.cents[which], None if self.known is None else self.known[which])

    def by(
        self, group: npt.NDArray[np.integer[Any]], lines: npt.NDArray[np.integer[Any]]
    ) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """The sum of each group, and how many of its `lines` have an amount."""
        count = len(lines)
        of: npt.NDArray[Any] = lines if self.known is None else np.bincount(group, self.known, count)
        return np.bincount(group, self.cents, count), of


def counted(
    group: npt.NDArray[np.integer[Any]], count: int, amounts: Mapping[str, Amounts]
) -> list[tuple[int, Counted]]:
    """Each group that has lines, with its lines and the sums of their amounts."""
    lines = np.bincount(group, minlength=count)
    sums = {name: one.by(group, lines) for name, one in amounts.items()}
    return [
        (number, Counted(int(lines[number]), {name: _sum(*one, number) for name, one in sums.items()}))
        for number in np.flatnonzero(lines).tolist()
    ]


def _sum(cents: npt.NDArray[Any], lines: npt.NDArray[Any], number: int) -> Sum:
    return Sum(round(float(cents[number])), int(lines[number]))
