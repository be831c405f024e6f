"""From an Arrow column to numbers: what each line's value lets one know of a fact; 0 where there is no value."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Hashable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clausal.claims.arrays import indices
from clausal.facts.case import MOST_CODES, CaseReader
from clausal.facts.knowledge import Listed, Origin, Possible
from clausal.facts.numbered import Numbered
from clausal.facts.vocabulary import Fact
from clausal.problems import InvalidInput
from clausal.rules.moves import Grown, Moves, Numbers

BAD = -1
"""Stands for a value that the fact cannot have."""
FIRST_DAY, LAST_DAY = (int(np.datetime64(day).astype(int)) for day in ("1900-01-01", "2199-12-31"))
"""Days outside are taken as the nearest of these: no rule tells them apart."""
Ids: TypeAlias = npt.NDArray[np.int32]
Kinds = Callable[[str], Hashable]


class Encoder(Protocol):
    """One fact's column."""

    problems: dict[Any, str]
    """Why a value is bad, for each bad value met."""

    def numbers(self, column: pa.Array) -> Numbers:
        """The number of each line's value, BAD where the fact cannot have it."""


def encoder(fact: Fact, reader: CaseReader, numbered: Numbered, kind: Kinds, lock: threading.RLock) -> Encoder:
    """The encoder for a fact; `kind` tells codes of a list apart as far as any rule does."""
    if fact.type == "codes":
        return _Lists(fact, reader, numbered, kind, lock)
    if fact.type == "date":
        return _Days(fact, numbered)
    if fact.type == "flag":
        return _Flags(fact, numbered)
    return _Values(fact, reader, numbered)


def arrow_type(fact: Fact) -> pa.DataType:
    """The type of a fact's column in a claim file."""
    if fact.type == "codes":
        return pa.list_(pa.string())
    if fact.type == "date":
        return pa.date32()
    if fact.type == "flag":
        return pa.bool_()
    return pa.int64() if fact.type == "number" and fact.whole else pa.string()


def number(text: str) -> Decimal | str:
    """A number that need not be whole as it stands in a claim file, exactly; the text itself if it is none."""
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return text
    return found if found.is_finite() else text


class _Checked:
    """Values checked against the vocabulary, each once."""

    def __init__(self, fact: Fact, reader: CaseReader) -> None:
        self._fact = fact
        self._reader = reader
        self.problems: dict[Any, str] = {}

    def __call__(self, raw: Any) -> Any:
        """The value as the vocabulary has it, or None, with the reason kept."""
        if self._fact.type == "number" and isinstance(raw, str):
            raw = number(raw)
        try:
            return self._reader.value(self._fact, raw)
        except InvalidInput as error:
            problem = error.problems[0]
            self.problems[raw[0] if isinstance(raw, list) else raw] = "; ".join(
                part for part in (problem.message, problem.hint) if part
            )
            return None


class _Values:
    """A choice, a code or a number: by Arrow's dictionary, each distinct value looked at once."""

    def __init__(self, fact: Fact, reader: CaseReader, numbered: Numbered) -> None:
        self._checked = _Checked(fact, reader)
        self.problems = self._checked.problems
        self._origin = Origin(fact.name)
        self._numbered = numbered
        self._number: dict[Any, int] = {}

    def numbers(self, column: pa.Array) -> Numbers:
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        of_value = np.array([*map(self._of, encoded.dictionary.to_pylist()), 0], dtype=np.int32)
        return _one_if_all(of_value.take(indices(encoded)))

    def _of(self, raw: Any) -> int:
        found = self._number.get(raw)
        if found is None:
            is_given = raw is not None and raw != ""
            value = self._checked(raw) if is_given else None
            if value is not None:
                found = self._numbered.number(Possible(frozenset([value]), self._origin))
            else:
                found = BAD if is_given else 0
            self._number[raw] = found
        return found


class _Flags:
    def __init__(self, fact: Fact, numbered: Numbered) -> None:
        self.problems: dict[Any, str] = {}
        known = [numbered.number(Possible(frozenset([value]), Origin(fact.name))) for value in (False, True)]
        self._of = np.array([*known, 0], dtype=np.int32)

    def numbers(self, column: pa.Array) -> Numbers:
        return _one_if_all(self._of[pc.fill_null(column.cast(pa.int8()), 2).to_numpy(zero_copy_only=False)])


class _Days:
    def __init__(self, fact: Fact, numbered: Numbered) -> None:
        self.problems: dict[Any, str] = {}
        self._origin = Origin(fact.name)
        self._numbered = numbered
        self._of = np.full(LAST_DAY - FIRST_DAY + 2, BAD, dtype=np.int32)
        self._of[-1] = 0

    def numbers(self, column: pa.Array) -> Numbers:
        days = column.cast(pa.int32())
        if column.null_count:
            days = pc.fill_null(days, LAST_DAY + 1)
        place = np.clip(days.to_numpy(zero_copy_only=False), FIRST_DAY, LAST_DAY + bool(column.null_count)) - FIRST_DAY
        found = self._of[place]
        if found.size and found.min() < 0:
            for one in np.unique(place[found < 0]).tolist():
                day = dt.date(1970, 1, 1) + dt.timedelta(days=one + FIRST_DAY)
                self._of[one] = self._numbered.number(Possible(frozenset([day]), self._origin))
            found = self._of[place]
        return _one_if_all(found)


class _Lists:
    """Lists of codes: which kinds of code a list holds is built up code by code, for many lines at a time."""

    def __init__(self, fact: Fact, reader: CaseReader, numbered: Numbered, kind: Kinds, lock: threading.RLock) -> None:
        self._checked = _Checked(fact, reader)
        self.problems = self._checked.problems
        self._fact = fact
        self._numbered = numbered
        self._kind = kind
        self._lock = lock
        self._kind_of_code: dict[Any, int] = {}
        self._kinds: dict[Hashable, int] = {}
        self._samples: list[str] = []
        self._sets: dict[frozenset[int], int] = {frozenset(): 0}
        self._members: list[frozenset[int]] = [frozenset()]
        self._known = Grown()
        self._known.append(numbered.number(self._listed(frozenset())))
        self._join = Moves(self._joined, lock)

    def numbers(self, column: pa.Array) -> Numbers:
        starts = column.offsets.to_numpy()
        length = np.diff(starts)
        starts = starts[:-1]
        values = column.values
        encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
        kinds = np.array([*map(self._of_code, encoded.dictionary.to_pylist()), BAD], dtype=np.int32)[indices(encoded)]
        state = np.zeros(len(column), dtype=np.int32)
        bad = length > MOST_CODES
        for step in range(min(int(length.max()), MOST_CODES) if len(length) else 0):
            lines = np.flatnonzero(length > step)
            kind = kinds[starts[lines] + step]
            if kind.min() < 0:
                bad[lines[kind < 0]] = True
                lines, kind = lines[kind >= 0], kind[kind >= 0]
            state[lines] = self._join(state[lines], kind)
        found = np.asarray(self._known[state])
        if column.null_count:
            found[column.is_null().to_numpy(zero_copy_only=False)] = 0
        found[bad] = BAD
        return _one_if_all(found)

    def _of_code(self, raw: Any) -> int:
        found = self._kind_of_code.get(raw)
        if found is None:
            codes = self._checked([raw]) if raw is not None else None
            found = self._kind_of_code[raw] = BAD if codes is None else self._of_kind(codes[0])
        return found

    def _of_kind(self, code: str) -> int:
        with self._lock:
            found = self._kinds.setdefault(self._kind(code), len(self._samples))
            if found == len(self._samples):
                self._samples.append(code)
        return found

    def _joined(self, before: int, kind: int) -> int:
        members = self._members[before] | {kind}
        found = self._sets.get(members)
        if found is None:
            found = len(self._members)
            self._members.append(members)
            self._known.append(self._numbered.number(self._listed(members)))
            self._sets[members] = found
        return found

    def _listed(self, members: frozenset[int]) -> Listed:
        codes = frozenset(self._samples[kind] for kind in members)
        return Listed(codes, self._fact.complete, Origin(self._fact.name))


def _one_if_all(numbers: Ids) -> Numbers:
    """A column of one number throughout is told as that number."""
    if numbers.size and (numbers == numbers[0]).all():
        return int(numbers[0])
    return numbers


def problems_of(column: pa.Array, which: Sequence[int], encoder: Encoder) -> list[str]:
    """Why the values of some lines are bad."""
    found = []
    for line in which:
        value = column[line].as_py()
        several = value if isinstance(value, list) else [value]
        if len(several) > MOST_CODES:
            found.append(f"the list has more than {MOST_CODES} entries")
        else:
            reasons = (encoder.problems.get(one, "an entry of the list is missing") for one in several)
            found.append(next((why for one, why in zip(several, reasons, strict=True) if _is_bad(one, encoder)), ""))
    return found


def _is_bad(value: Any, encoder: Encoder) -> bool:
    return value is None or value in encoder.problems
