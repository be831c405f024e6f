"""The place of each line of a batch: locality, wage index, and what is told of them. Each place is found once."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from clausal.columns.arrays import DENSE, distinct, texts_of
from clausal.facts.given_place import GivenPlace
from clausal.schedules.calendar import FIRST_DAY, LAST_DAY
from clausal.schedules.gazetteer import NATIONAL, Gazetteer, gazetteers
from clausal.schedules.lines import Ints
from clausal.schedules.meant import NoPlace
from clausal.schedules.places import NOWHERE, Part, Place, resolve
from clausal.schedules.tables import EPOCH, Schedules

COLUMN = {"name": "place", "zip": "zip", "county": "county", "state": "state", "locality": "locality", "cbsa": "cbsa"}
"""The column of each part of a place. A state alone is a fact of the case, and no place to be priced for."""
UNKNOWN = "unknown"
"""The locality of a line whose place is none: no table has it, and the line has no price."""
MOST_PLACES = 200_000
"""How many places are kept from one batch to the next."""


class Met:
    """Every place met, by number, with what is told of it. Number 0: no place is given."""

    def __init__(self) -> None:
        self.number: dict[tuple[tuple[tuple[str, str], ...], int], int] = {}
        """Of what is given, part by part, and the gazetteer that it is found in."""
        self.localities: dict[str, int] = {}
        self.locality: list[int] = []
        self.wage: list[int] = []
        self.professional: list[Told] = []
        """Of physician fees."""
        self.facility: list[Told] = []
        """Of facilities' rates."""
        self.add(NOWHERE)

    def add(self, place: Place | None, why: str = "") -> int:
        """Keep a place; with `why`, that there is none."""
        number = place.locality.number if place else UNKNOWN
        self.locality.append(self.localities.setdefault(number, len(self.localities)) if number else -1)
        self.wage.append(place.index if place else -1)
        self.professional.append(_told(place.locality) if place else Told("", why, is_none=True))
        self.facility.append(_told(place.area) if place else Told("", why, is_none=True))
        return len(self.locality) - 1


@dataclass(frozen=True, slots=True)
class Told:
    """Of where an amount is: a locality or wage area, or `national`; a note on it; whether there is no such place."""

    priced_at: str
    note: str
    is_none: bool = False


EVERYWHERE = Told("national", "")
"""Of an amount that is the same everywhere, or of which no place is given."""


def _told(part: Part) -> Told:
    return Told(part.number or "national", part.note if part.number or not part.note else f"national: {part.note}")


@dataclass(frozen=True)
class Placed:
    """For each line the index of its locality (-1: national), its wage index (-1: no such place), its place's number
    among those met."""

    localities: tuple[str, ...]
    locality: Ints
    wage: Ints
    number: Ints
    met: Met


class Placements:
    """Finds the places of batches, each place once. Threads may share it."""

    def __init__(self, schedules: Schedules) -> None:
        self._held = gazetteers(schedules)
        self._lock = threading.RLock()
        self._met = Met()

    def of(self, batch: pa.RecordBatch, day: Ints) -> Placed:
        """The places of a batch; `day` in days since 1970-01-01."""
        parts = {part: texts_of(batch, name) for part, name in COLUMN.items() if name in batch.schema.names}
        if not any(texts for part, (texts, _) in parts.items() if part != "state"):
            zero = np.zeros(batch.num_rows, dtype=np.int64)
            return Placed((), zero - 1, zero + NATIONAL, zero, self._met)
        with self._lock:
            if len(self._met.number) > MOST_PLACES:
                self._met = Met()
            met, number = self._met, self._numbers(parts, day)
            locality = np.array(met.locality, dtype=np.int64)[number]
            wage = np.array(met.wage, dtype=np.int64)[number]
            return Placed(tuple(met.localities), locality, wage, number, met)

    def _numbers(self, parts: dict[str, tuple[list[str], Ints]], day: Ints) -> Ints:
        """The number of each line's place: of every combination of texts and stretch of days that occurs."""
        held, of_epoch = self._gazetteers(day)
        key, size = of_epoch, len(held)
        for texts, of_text in parts.values():
            key, size = key * (len(texts) + 1) + of_text, size * (len(texts) + 1)
            if size > DENSE:
                used, key = distinct(key, size)
                size = len(used)
        used, which = distinct(key, size)
        line = np.zeros(len(used), dtype=np.int64)
        line[which] = np.arange(len(key))
        places = [self._find(parts, one, held[of_epoch[one]]) for one in line.tolist()]
        found: Ints = np.array(places, dtype=np.int64)[which]
        return found

    def _gazetteers(self, day: Ints) -> tuple[list[Gazetteer], Ints]:
        """What is held on the days of a batch, and each line's index of it."""
        day = np.clip(day, FIRST_DAY, LAST_DAY)
        if not len(day) or day.min() == day.max():
            first = int(day[0]) if len(day) else 0
            return [self._held.on(EPOCH + dt.timedelta(days=first))], np.zeros(len(day), dtype=np.int64)
        first, last = int(day.min()), int(day.max())
        days, of_day = distinct(day - first, last - first + 1)
        held = [self._held.on(EPOCH + dt.timedelta(days=first + one)) for one in days.tolist()]
        index = {id(one): number for number, one in enumerate({id(one): one for one in held}.values())}
        of_held: Ints = np.array([index[id(one)] for one in held], dtype=np.int64)[of_day]
        return list({id(one): one for one in held}.values()), of_held

    def _find(self, parts: dict[str, tuple[list[str], Ints]], line: int, held: Gazetteer) -> int:
        """The number of the place of one line."""
        told = tuple(
            (part, texts[of_text[line]]) for part, (texts, of_text) in parts.items() if of_text[line] < len(texts)
        )
        of_place, met = (told, id(held)), self._met
        found = met.number.get(of_place)
        if found is None:
            given = GivenPlace(**dict(told))
            if all(part == "state" for part, _ in told):
                found = 0
            else:
                try:
                    found = met.add(resolve(given, held))
                except NoPlace as error:
                    found = met.add(None, str(error))
            met.number[of_place] = found
        return found
