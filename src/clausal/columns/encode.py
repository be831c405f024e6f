"""From an Arrow column to numbers: what each line's value lets one know of a fact; 0 where there is no value."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clausal.columns.arrays import indices
from clausal.columns.invalid import NONE, Dated, Reading
from clausal.facts.case import MOST_CODES, CaseReader
from clausal.facts.knowledge import Listed, Origin, Possible
from clausal.facts.numbered import Numbered
from clausal.facts.vocabulary import Fact
from clausal.problems import InvalidInput
from clausal.rules.moves import Grown, Moves, Numbers

BAD = -1
"""Stands for a value that the fact cannot have."""
LEFT_OUT = 0
"""Stands among the kinds of code of a list, which count from 1, for a code that is not known for what it says."""
FIRST_DAY, LAST_DAY = (int(np.datetime64(day).astype(int)) for day in ("1900-01-01", "2199-12-31"))
"""Days outside are taken as the nearest of these: no rule tells them apart."""
Ids: TypeAlias = npt.NDArray[np.int32]
Kinds = Callable[[str], Hashable]


class Encoder(Protocol):
    """One fact's column."""

    problems: dict[Any, str]
    """Why a value is bad, for each bad value met."""

    def numbers(self, column: pa.Array, reading: Reading) -> Numbers:
        """The number of each line's value, BAD where the fact cannot have it; invalid codes are noted in `reading`."""


def encoder(
    fact: Fact,
    reader: CaseReader,
    numbered: Numbered,
    kind: Kinds,
    lock: threading.RLock,
    dated: Mapping[str, Dated] = MappingProxyType({}),
) -> Encoder:
    """The encoder for a fact; `kind` tells codes of a list apart as far as any rule does, `dated` those that exist."""
    if fact.type == "codes":
        return _Lists(fact, reader, numbered, kind, lock, dated.get(fact.system))
    if fact.type == "code" and fact.system in dated:
        return _Codes(fact, reader, numbered, dated[fact.system], lock)
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
        self._fact = fact
        self._origin = Origin(fact.name)
        self._numbered = numbered
        self._number: dict[Any, int] = {}

    def numbers(self, column: pa.Array, _: Reading) -> Numbers:
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        of_value = np.array([*map(self._of, encoded.dictionary.to_pylist()), 0], dtype=np.int32)
        return _one_if_all(of_value.take(indices(encoded)))

    def _of(self, raw: Any) -> int:
        found = self._number.get(raw)
        if found is None:
            is_given = raw is not None and raw != ""
            value = self._checked(raw) if is_given else None
            if value is not None:
                found = self._numbered.number(Possible(self._fact.possible(value), self._origin))
            else:
                found = BAD if is_given else 0
            self._number[raw] = found
        return found


class _Codes:
    """A code that exists on some days and not on others: each is looked at once in each stretch of days."""

    def __init__(self, fact: Fact, reader: CaseReader, numbered: Numbered, dated: Dated, lock: threading.RLock) -> None:
        self._checked = _Checked(fact, reader)
        self.problems = self._checked.problems
        self._origin = Origin(fact.name)
        self._numbered = numbered
        self._dated = dated
        self._lock = lock
        self._number: dict[Any, int] = {None: NONE, "": NONE}
        self._codes: list[str] = [""]
        self._on_day = Moves(self._stand, lock)
        self._known, self._invalid = Grown(), Grown()

    def numbers(self, column: pa.Array, reading: Reading) -> Numbers:
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        of_value = np.array([*map(self._of, encoded.dictionary.to_pylist()), NONE], dtype=np.int32)
        code = of_value.take(indices(encoded))
        bad = code == BAD
        stands = self._on_day(np.where(bad, NONE, code), reading.epochs[self._dated.system])
        reading.invalid = self._dated.invalid.noted(reading.invalid, self._invalid[stands])
        return _one_if_all(np.where(bad, BAD, self._known[stands]).astype(np.int32))

    def _of(self, raw: Any) -> int:
        found = self._number.get(raw)
        if found is None:
            code = self._checked(raw)
            with self._lock:
                if code is not None:
                    self._codes.append(code)
                found = self._number[raw] = BAD if code is None else len(self._codes) - 1
        return found

    def _stand(self, number: int, epoch: int) -> int:
        """What a code lets one know in a stretch of days: the index of it."""
        code = self._codes[number]
        is_known, invalid = self._dated.stand(code, epoch) if number else (False, NONE)
        known = Possible(frozenset([code]), self._origin) if is_known else None
        self._known.append(self._numbered.number(known))
        self._invalid.append(invalid)
        return len(self._known) - 1


class _Flags:
    def __init__(self, fact: Fact, numbered: Numbered) -> None:
        self.problems: dict[Any, str] = {}
        known = [numbered.number(Possible(frozenset([value]), Origin(fact.name))) for value in (False, True)]
        self._of = np.array([*known, 0], dtype=np.int32)

    def numbers(self, column: pa.Array, _: Reading) -> Numbers:
        return _one_if_all(self._of[pc.fill_null(column.cast(pa.int8()), 2).to_numpy(zero_copy_only=False)])


class _Days:
    def __init__(self, fact: Fact, numbered: Numbered) -> None:
        self.problems: dict[Any, str] = {}
        self._origin = Origin(fact.name)
        self._numbered = numbered
        self._of = np.full(LAST_DAY - FIRST_DAY + 2, BAD, dtype=np.int32)
        self._of[-1] = 0

    def numbers(self, column: pa.Array, _: Reading) -> Numbers:
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
    """Lists of codes: which kinds of code a list holds is built up code by code, for many lines at a time.

    A code that does not exist on the day of service is left out, and the list counts as incomplete.
    """

    def __init__(
        self,
        fact: Fact,
        reader: CaseReader,
        numbered: Numbered,
        kind: Kinds,
        lock: threading.RLock,
        dated: Dated | None,
    ) -> None:
        self._checked = _Checked(fact, reader)
        self.problems = self._checked.problems
        self._fact = fact
        self._numbered = numbered
        self._kind = kind
        self._lock = lock
        self._dated = dated
        self._number: dict[Any, int] = {}
        self._codes: list[str] = []
        self._kinds: dict[Hashable, int] = {}
        self._samples: list[str] = []
        self._sets: dict[tuple[frozenset[int], bool], int] = {}
        self._members: list[tuple[frozenset[int], bool]] = []
        self._known = Grown()
        self._empty = self._of_set(frozenset(), True)
        self._join = Moves(self._joined, lock)
        self._on_day = Moves(self._stand, lock)
        self._kind_on_day, self._invalid = Grown(), Grown()

    def numbers(self, column: pa.Array, reading: Reading) -> Numbers:
        starts = column.offsets.to_numpy()
        length = np.diff(starts)
        starts = starts[:-1]
        values = column.values
        encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
        codes = np.array([*map(self._of_code, encoded.dictionary.to_pylist()), BAD], dtype=np.int32)[indices(encoded)]
        epoch = reading.epochs[self._dated.system] if self._dated else 0
        state = np.full(len(column), self._empty, dtype=np.int32)
        invalid = np.zeros(len(column), dtype=np.int32)
        bad = length > MOST_CODES
        plain = self._the_same_on(codes, epoch)
        for step in range(min(int(length.max()), MOST_CODES) if len(length) else 0):
            lines = np.flatnonzero(length > step)
            code = codes[starts[lines] + step]
            if code.min() < 0:
                bad[lines[code < 0]] = True
                lines, code = lines[code >= 0], code[code >= 0]
            if plain is not None:
                state[lines] = self._join(state[lines], plain[code])
                continue
            stands = self._on_day(code, epoch if isinstance(epoch, int) else epoch[lines])
            state[lines] = self._join(state[lines], self._kind_on_day[stands])
            self._note(invalid, lines, np.asarray(self._invalid[stands]))
        if self._dated and invalid.any():
            reading.invalid = self._dated.invalid.joined(reading.invalid, invalid)
        found = np.asarray(self._known[state])
        if column.null_count:
            found[column.is_null().to_numpy(zero_copy_only=False)] = 0
        found[bad] = BAD
        return _one_if_all(found)

    def _the_same_on(self, codes: Ids, epoch: Numbers) -> Ids | None:
        """The kind of each code, if all codes met are billable and of one kind on all days met; else None."""
        if not len(codes):
            return None
        met = np.flatnonzero(np.bincount(codes[codes >= 0])) if codes.max() >= 0 else np.zeros(0, dtype=np.intp)
        epochs = [epoch] if isinstance(epoch, int) else np.flatnonzero(np.bincount(epoch)).tolist()
        kinds: Ids | None = None
        for one in epochs:
            stands = self._on_day(met.astype(np.int32), one)
            of_epoch = np.asarray(self._kind_on_day[stands])
            if np.any(self._invalid[stands]) or (kinds is not None and not np.array_equal(kinds, of_epoch)):
                return None
            kinds = of_epoch
        if kinds is None or not len(met):
            return None
        found = np.zeros(int(met[-1]) + 1, dtype=np.int32)
        found[met] = kinds
        return found

    def _note(self, invalid: Ids, lines: npt.NDArray[np.intp], codes: Ids) -> None:
        """Note the codes that lines are told of."""
        told = np.flatnonzero(codes)
        if self._dated and len(told):
            invalid[lines[told]] = self._dated.invalid.noted(invalid[lines[told]], codes[told])

    def _of_code(self, raw: Any) -> int:
        found = self._number.get(raw)
        if found is None:
            codes = self._checked([raw]) if raw is not None else None
            with self._lock:
                if codes is not None:
                    self._codes.append(codes[0])
                found = self._number[raw] = BAD if codes is None else len(self._codes) - 1
        return found

    def _stand(self, number: int, epoch: int) -> int:
        """What a code is in a stretch of days: the index of its kind and of what is told of it."""
        code = self._codes[number]
        is_known, invalid = self._dated.stand(code, epoch) if self._dated else (True, NONE)
        self._kind_on_day.append(self._of_kind(code) + 1 if is_known else LEFT_OUT)
        self._invalid.append(invalid)
        return len(self._invalid) - 1

    def _of_kind(self, code: str) -> int:
        found = self._kinds.setdefault(self._kind(code), len(self._samples))
        if found == len(self._samples):
            self._samples.append(code)
        return found

    def _joined(self, before: int, kind: int) -> int:
        members, is_whole = self._members[before]
        return self._of_set(members, False) if kind == LEFT_OUT else self._of_set(members | {kind - 1}, is_whole)

    def _of_set(self, members: frozenset[int], is_whole: bool) -> int:
        """The number of a list of kinds, of which none was left out if it `is_whole`."""
        found = self._sets.get((members, is_whole))
        if found is None:
            found = self._sets[members, is_whole] = len(self._members)
            self._members.append((members, is_whole))
            codes = frozenset(self._samples[kind] for kind in members)
            listed = Listed(codes, self._fact.complete and is_whole, Origin(self._fact.name))
            self._known.append(self._numbered.number(listed))
        return found


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
