"""Service lines by column: what pricing and edits are computed on. A case is a batch of one claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from clausal.schedules.modifiers import WORDS, bits, mask_of

ClaimType = Literal["professional", "outpatient", "asc", "institutional"]
"""Whose claim it is: a practitioner's, a hospital's, a surgical centre's, another institution's."""
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FACILITY = frozenset({2, 6, 8, 19, 21, 22, 23, 24, 26, 31, 34, 41, 42, 51, 52, 53, 56, 61})
"""Places of service that Medicare pays at the facility rate (CMS's place-of-service table, 2024)."""
_IS_FACILITY = np.array([place in FACILITY for place in range(100)])
NO_PLACE = 0
"""The place of service is not told; a professional line is then priced as in an office."""
OFFICE, ASC, HOSPITAL_OUTPATIENT = 11, 24, 22
OUTPATIENT_DEPARTMENTS = frozenset({19, 22, 23})
_IS_OUTPATIENT = np.array([place in OUTPATIENT_DEPARTMENTS for place in range(100)])


@dataclass(frozen=True)
class Lines:
    """Service lines. Arrays have one entry a line.

    `code` indexes `codes`; `date` is the first day of service in days since 1970-01-01 and `days` how many it spans;
    `claim` numbers claims, `group` what a practitioner's rules look at together (claim, practitioner, day); `modifiers`
    is a row of masks (`modifiers.bits`); `place` a place of service as a number (NO_PLACE: not told); `locality`
    indexes `localities` (-1: national); `wage` is a wage index in ten-thousandths (-1: of an area that no table knows);
    `charge` is in cents (-1: not known); `assumed` tells that no units were given and one is taken; `qualifying`
    whether the practitioner is a qualifying participant of an advanced payment model (1, 0; -1: not told).
    """

    codes: tuple[str, ...]
    localities: tuple[str, ...]
    code: Ints
    date: Ints
    days: Ints
    units: Ints
    assumed: Bools
    modifiers: Ints
    place: Ints
    claim: Ints
    group: Ints
    locality: Ints
    wage: Ints
    charge: Ints
    qualifying: Ints

    def __len__(self) -> int:
        return len(self.code)

    def at(self, which: Ints) -> Lines:
        """Some of the lines."""
        return replace(self, **{name: getattr(self, name)[which] for name in _COLUMNS})

    def has(self, *modifiers: str) -> Bools:
        """Lines that carry any of the modifiers; not to be written to."""
        found = self._none
        for word, mask in enumerate(bits(*modifiers)):
            if self._carried[word] & mask:
                found = found | ((self.modifiers[:, word] & mask) != 0)
        return found

    @cached_property
    def _carried(self) -> list[int]:
        """The modifiers that some line carries, a mask for each word."""
        return [int(np.bitwise_or.reduce(self.modifiers[:, word])) if len(self) else 0 for word in range(WORDS)]

    @cached_property
    def _none(self) -> Bools:
        return np.zeros(len(self), dtype=bool)

    @cached_property
    def day(self) -> Ints:
        """A number for the lines of one claim and day, whoever rendered them."""
        if not (self.claim == self.group).all():
            return numbered(self.claim, self.date)
        return self.group

    @property
    def facility(self) -> Bools:
        """Lines that the practitioner is paid at the facility rate for."""
        found: Bools = _IS_FACILITY[self.place]
        return found

    @cached_property
    def units_of_day(self) -> Ints:
        """For each line the units of its code over all lines of its group."""
        return self.units_by(self.group)

    def units_by(self, group: Ints) -> Ints:
        """For each line the units of its code over all lines of the same number."""
        total = self.units
        repeated = np.flatnonzero(self._is_repeated(group))
        if len(repeated):
            key = group[repeated] * max(len(self.codes), 1) + self.code[repeated]
            _, inverse = np.unique(key, return_inverse=True)
            total = total.copy()
            total[repeated] = np.bincount(inverse, weights=self.units[repeated]).astype(np.int64)[inverse]
        return total

    def _is_repeated(self, group: Ints) -> Bools:
        """Lines whose code may stand on another line of the same number."""
        found = np.zeros(len(self), dtype=bool)
        if len(self) > 1 and (group[1:] < group[:-1]).any():
            return ~found
        for step in range(1, len(self)):
            same = group[step:] == group[:-step]
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


_COLUMNS = (
    "code", "date", "days", "units", "assumed", "modifiers", "place", "claim", "group", "locality", "wage", "charge",
    "qualifying",
)  # fmt: skip


def numbered(*columns: Ints) -> Ints:
    """A number for each distinct row of some columns."""
    found = np.unique(columns[0], return_inverse=True)[1].astype(np.int64)
    for column in columns[1:]:
        values, inverse = np.unique(column, return_inverse=True)
        found = np.unique(found * len(values) + inverse, return_inverse=True)[1].astype(np.int64)
    return found


def make_lines(
    codes: Sequence[str],
    *,
    day: np.datetime64 | Sequence[np.datetime64],
    units: Sequence[int | None],
    modifiers: Sequence[Sequence[str]],
    place: int | Sequence[int] = OFFICE,
    claim: Sequence[int] | None = None,
    group: Sequence[int] | None = None,
    days: Sequence[int] | int = 1,
    qualifying: int = -1,
    locality: str | None = None,
    wage: int = 10_000,
    charge: Sequence[int] | None = None,
) -> Lines:
    """Lines from plain lists: of one claim and practitioner, unless `claim` or `group` number several.

    Without `group` the lines of one claim and day are looked at together.
    """
    count = len(codes)
    distinct = tuple(dict.fromkeys(codes))
    index = {code: position for position, code in enumerate(distinct)}

    def ints(values: object) -> Ints:
        return np.full(count, values, dtype=np.int64)

    date = ints(np.asarray(day, dtype="datetime64[D]").astype(np.int64))
    of_claim = ints(0 if claim is None else list(claim))
    if claim is None and group is not None:
        of_claim = ints(list(group))
    return Lines(
        codes=distinct,
        localities=(locality,) if locality else (),
        code=ints([index[code] for code in codes]),
        date=date,
        days=ints(days),
        units=ints([1 if one is None else one for one in units]),
        assumed=np.array([one is None for one in units], dtype=bool),
        modifiers=np.array([mask_of(of_line) for of_line in modifiers], dtype=np.int64).reshape(count, WORDS),
        place=ints(place),
        claim=of_claim,
        group=numbered(of_claim, date) if group is None else ints(list(group)),
        locality=ints(0 if locality else -1),
        wage=ints(wage),
        charge=ints(-1 if charge is None else list(charge)),
        qualifying=ints(qualifying),
    )
