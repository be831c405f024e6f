"""Service lines by column: what pricing and edits are computed on. A case is a batch of one claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MODIFIERS = (
    "22", "24", "25", "26", "27", "50", "51", "52", "53", "54", "55", "56", "57", "58", "59", "62", "66", "73", "74",
    "78", "79", "80", "81", "82", "91", "AS", "TC", "LT", "RT", "E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4",
    "F5",
    "F6", "F7", "F8", "F9", "TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "LC", "LD", "RC", "LM", "RI",
    "XE", "XS", "XP", "XU",
)  # fmt: skip
BIT = {modifier: 1 << index for index, modifier in enumerate(MODIFIERS)}
"""The bit of each modifier that bears on payment or on an edit; others are without effect here."""

FACILITY = frozenset({2, 6, 8, 19, 21, 22, 23, 24, 26, 31, 34, 41, 42, 51, 52, 53, 56, 61})
"""Places of service that Medicare pays at the facility rate (CMS's place-of-service table, 2024)."""
_IS_FACILITY = np.array([place in FACILITY for place in range(100)])
OFFICE, ASC, HOSPITAL_OUTPATIENT = 11, 24, 22
OUTPATIENT_DEPARTMENTS = frozenset({19, 22, 23})
_IS_OUTPATIENT = np.array([place in OUTPATIENT_DEPARTMENTS for place in range(100)])


@cache
def bits(*modifiers: str) -> int:
    """The mask of some modifiers."""
    return sum(BIT[modifier] for modifier in modifiers)


@dataclass(frozen=True)
class Lines:
    """Service lines. Arrays have one entry a line.

    `code` indexes `codes`; `date` is in days since 1970-01-01; `group` numbers what is ranked and paired together
    (claim, practitioner, day); `modifiers` is a mask of BIT; `place` a place of service as a number; `locality` indexes
    `localities` (-1: national); `wage` is a wage index in ten-thousandths; `charge` is in cents (-1: not known).
    """

    codes: tuple[str, ...]
    localities: tuple[str, ...]
    code: Ints
    date: Ints
    units: Ints
    modifiers: Ints
    place: Ints
    group: Ints
    locality: Ints
    wage: Ints
    charge: Ints

    def __len__(self) -> int:
        return len(self.code)

    def at(self, which: Ints) -> Lines:
        """Some of the lines."""
        return replace(self, **{name: getattr(self, name)[which] for name in _COLUMNS})

    def has(self, *modifiers: str) -> Bools:
        """Lines that carry any of the modifiers; not to be written to."""
        mask = bits(*modifiers)
        if not self._carried & mask:
            return self._none
        found: Bools = (self.modifiers & mask) != 0
        return found

    @cached_property
    def _carried(self) -> int:
        """The modifiers that some line carries."""
        return int(np.bitwise_or.reduce(self.modifiers)) if len(self) else 0

    @cached_property
    def _none(self) -> Bools:
        return np.zeros(len(self), dtype=bool)

    @property
    def facility(self) -> Bools:
        """Lines that the practitioner is paid at the facility rate for."""
        found: Bools = _IS_FACILITY[self.place]
        return found

    @cached_property
    def units_of_day(self) -> Ints:
        """For each line the units of its code over all lines of its group."""
        total = self.units
        repeated = np.flatnonzero(self._is_repeated)
        if len(repeated):
            key = self.group[repeated] * max(len(self.codes), 1) + self.code[repeated]
            _, inverse = np.unique(key, return_inverse=True)
            total = total.copy()
            total[repeated] = np.bincount(inverse, weights=self.units[repeated]).astype(np.int64)[inverse]
        return total

    @property
    def _is_repeated(self) -> Bools:
        """Lines whose code stands on another line of their group."""
        found = np.zeros(len(self), dtype=bool)
        if len(self) > 1 and (self.group[1:] < self.group[:-1]).any():
            return ~found
        for step in range(1, len(self)):
            same = self.group[step:] == self.group[:-step]
            if not same.any():
                break
            same &= self.code[step:] == self.code[:-step]
            found[step:] |= same
            found[:-step] |= same
        return found

    @property
    def outpatient(self) -> Bools:
        """Lines in an outpatient department of a hospital."""
        found: Bools = _IS_OUTPATIENT[self.place]
        return found

    @cached_property
    def surgical(self) -> Bools:
        """Lines whose code is a surgical procedure: of CPT's surgery section, or of Category III."""
        of_code = np.array([code[:1] in set("123456") or code[4:] == "T" for code in self.codes], dtype=bool)
        return of_code[self.code] if len(of_code) else np.zeros(len(self), dtype=bool)

    def code_at(self, line: int) -> str:
        return self.codes[int(self.code[line])]


_COLUMNS = ("code", "date", "units", "modifiers", "place", "group", "locality", "wage", "charge")


def make_lines(
    codes: Sequence[str],
    *,
    day: np.datetime64 | Sequence[np.datetime64],
    units: Sequence[int],
    modifiers: Sequence[Sequence[str]],
    place: int | Sequence[int] = OFFICE,
    group: Sequence[int] | None = None,
    locality: str | None = None,
    wage: int = 10_000,
    charge: Sequence[int] | None = None,
) -> Lines:
    """Lines from plain lists: of one claim, unless `group` numbers several."""
    count = len(codes)
    distinct = tuple(dict.fromkeys(codes))
    index = {code: position for position, code in enumerate(distinct)}

    def ints(values: object) -> Ints:
        return np.full(count, values, dtype=np.int64)

    days = np.asarray(day, dtype="datetime64[D]").astype(np.int64)
    return Lines(
        codes=distinct,
        localities=(locality,) if locality else (),
        code=ints([index[code] for code in codes]),
        date=ints(days),
        units=ints(list(units)),
        modifiers=ints([sum(BIT.get(one, 0) for one in of_line) for of_line in modifiers]),
        place=ints(place),
        group=ints(0 if group is None else list(group)),
        locality=ints(0 if locality else -1),
        wage=ints(wage),
        charge=ints(-1 if charge is None else list(charge)),
    )
