"""What is held of places on a day: localities, wage areas, counties and ZIP codes, and the names they go by."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from clausal.schedules.counties import CountyLists, read_lists
from clausal.schedules.lines import Ints
from clausal.schedules.names import STATES, is_county, joined, plain, state_of
from clausal.schedules.tables import EPOCH, Schedules, Table

NATIONAL = 10_000
"""The wage index of no place, in ten-thousandths."""
_TITLE = re.compile(r"(.+), ([A-Z]{2}(?:-[A-Z]{2})*)\Z")
_IN_BRACKETS = re.compile(r"\s*\(.*\)")


@dataclass(frozen=True, slots=True)
class Locality:
    """A Medicare locality: its number, the states it has counties in (its own first), its name in the GPCI table."""

    number: str
    states: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Area:
    """An area of the wage index: number, name, the states of its title, and its index, several where the file has
    several rows of other values (in ten-thousandths). An area of two digits is the rural rest of its state."""

    number: str
    name: str
    states: tuple[str, ...]
    indices: tuple[int, ...]


@dataclass(frozen=True)
class Gazetteer:
    """What is held for one day. Counties and ZIP codes of another year may be carried: `*_told` says which.

    Where no table of localities or of wage areas is held for the day, those of the nearest release tell which names and
    numbers there are, and nothing is priced by them: `holds_localities`, `holds_areas`.
    """

    day: dt.date
    localities: Mapping[str, Locality]
    areas: Mapping[str, Area]
    holds_localities: bool
    """Whether a GPCI table of the day's year is held."""
    holds_areas: bool
    counties: CountyLists
    counties_told: str
    zips: Mapping[str, tuple[str, str]]
    """State and locality of each ZIP code; empty where no table is held."""
    zips_told: str
    by_name: Mapping[str, tuple[Locality | Area, ...]]

    by_state: Mapping[str, tuple[tuple[Locality, ...], tuple[Area, ...]]]

    def localities_of(self, state: str) -> tuple[Locality, ...]:
        """The localities that have counties in a state."""
        return self.by_state[state][0] if state in self.by_state else ()

    def areas_of(self, state: str) -> tuple[Area, ...]:
        """The wage areas that lie in a state, wholly or in part, its rural rest included."""
        return self.by_state[state][1] if state in self.by_state else ()


class Gazetteers:
    """The gazetteer of each day, made once for days of the same releases."""

    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules
        self._made: dict[tuple[int, ...], Gazetteer] = {}
        self._on: dict[dt.date, Gazetteer] = {}

    def on(self, day: dt.date) -> Gazetteer:
        """What is held for a day."""
        found = self._on.get(day)
        if found is None:
            key = *self._releases(day), day.year
            if key not in self._made:
                self._made[key] = _make(self._schedules, day, key)
            found = self._on[day] = self._made[key]
        return found

    def _releases(self, day: dt.date) -> tuple[int, ...]:
        tables = self._schedules.table
        own = [_own(tables(kind), day) for kind in ("gpci", "wage")]
        return (*own, *(_nearest(tables(kind), day) for kind in ("counties", "zips")))


def gazetteers(schedules: Schedules) -> Gazetteers:
    """The gazetteers of some tables, made once for them."""
    return schedules.table("gpci").derived("gazetteers", lambda _: Gazetteers(schedules))


def _own(table: Table, day: dt.date) -> int:
    """The release that applies on a day; -1 where none of its year is held."""
    return int(table.on(np.array([(day - EPOCH).days], dtype=np.int64))[0][0])


def _nearest(table: Table, day: dt.date) -> int:
    """The release of the day's year, or else the last before it, or the first: counties of localities change rarely."""
    own = _own(table, day)
    if own >= 0:
        return own
    before = [index for index, one in enumerate(table.releases) if one.start <= day]
    return before[-1] if before else 0 if table.releases else -1


def _make(schedules: Schedules, day: dt.date, releases: tuple[int, ...]) -> Gazetteer:
    gpci, wage, counties, zips = (schedules.table(kind) for kind in ("gpci", "wage", "counties", "zips"))
    near = [own if own >= 0 else _nearest(table, day) for own, table in zip(releases, (gpci, wage), strict=False)]
    names = {number: (state, name) for number, state, name in _rows(gpci, near[0], "locality", "state", "name")}
    of_gpci = {number: tuple(dict.fromkeys([state, *_named_states(name)])) for number, (state, name) in names.items()}
    lists = read_lists(_rows(counties, releases[2], "locality", "state", "area", "counties"), of_gpci)
    localities = {
        number: Locality(number, tuple(dict.fromkeys([state, *lists.states.get(number, ())])), name.strip())
        for number, (state, name) in names.items()
    }
    areas: dict[str, Area] = {}
    for number, name, index in _rows(wage, near[1], "cbsa", "name", "index"):
        of_area = areas[number].indices if number in areas else ()
        areas[number] = Area(number, name, _states(name), tuple(sorted({*of_area, int(index)})))
    codes = {code: (state_of(state), number) for code, state, number in _rows(zips, releases[3], *_ZIP)}
    return Gazetteer(
        day=day,
        localities=localities,
        areas=areas,
        holds_localities=releases[0] >= 0,
        holds_areas=releases[1] >= 0,
        counties=lists,
        counties_told=_told(counties, releases[2], day),
        zips=codes,
        zips_told=_told(zips, releases[3], day),
        by_name=_by_name([*localities.values(), *areas.values()]),
        by_state={
            state: (
                tuple(one for one in localities.values() if state in one.states),
                tuple(one for one in areas.values() if state in one.states),
            )
            for state in STATES
        },
    )


_ZIP = ("zip", "state", "locality")


def _rows(table: Table, release: int, *names: str) -> Iterable[tuple[str, ...]]:
    if release < 0 or not len(table):
        return ()
    which: Ints = np.flatnonzero(table.release == release)
    return zip(*(table.columns[name][which].tolist() for name in names), strict=True)


def _told(table: Table, release: int, day: dt.date) -> str:
    """Which release is carried over from another year; empty where it is of the day's own."""
    if release < 0 or table.releases[release].start.year == day.year:
        return ""
    return f"by {table.releases[release].name}, published for {table.releases[release].start.year}"


def _states(name: str) -> tuple[str, ...]:
    """The states of an area, by its title: `Detroit-Dearborn-Livonia, MI`, or of a rural area `MICHIGAN`."""
    found = _TITLE.match(name)
    return tuple(found[2].split("-")) if found else tuple(filter(None, [state_of(name)]))


def _named_states(name: str) -> tuple[str, ...]:
    return tuple(filter(None, map(state_of, name.split(","))))


def _by_name(places: Iterable[Locality | Area]) -> dict[str, tuple[Locality | Area, ...]]:
    found: dict[str, list[Locality | Area]] = {}
    for one in places:
        for name in dict.fromkeys(_names(one)):
            found.setdefault(name, []).append(one)
    return {name: tuple(ones) for name, ones in found.items()}


def _names(one: Locality | Area) -> Iterable[str]:
    """The names that a locality or an area goes by: the cities of its title, each and joined. No states, no counties.

    `REST OF MICHIGAN` and `SUBURBAN CHICAGO` are names as a whole: the city in them lies elsewhere.
    """
    title = _TITLE.match(one.name)
    bare = title[1] if title else _IN_BRACKETS.sub("", one.name)
    names = {plain(one.name), plain(bare)}
    if isinstance(one, Area) or not bare.upper().startswith("REST OF "):
        bare = re.sub(r"\AMETROPOLITAN ", "", bare)
        for part in bare.split("/"):
            names.update(joined([cell for cell in part.split("-") if cell.strip()]))
    is_city = isinstance(one, Area) and title is not None
    return (name for name in sorted(names) if name and not is_county(name) and (is_city or not state_of(name)))
