"""What is held of places on a day: localities, wage areas, counties and ZIP codes, and the names they go by."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clausal.schedules.counties import CountyLists, read_lists
from clausal.schedules.names import STATES, is_county, is_same, joined, plain, state_of
from clausal.schedules.numbered import Listing, lacking, listing, localities, nearest, own, rows
from clausal.schedules.tables import Schedules

NATIONAL = 10_000
"""The wage index of no place, in ten-thousandths."""
CUT = "of the GPCIs of {} only the localities that agree with CMS's numbering are held; import CMS's file"
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
    """What is held for one day. Counties and ZIP codes of another year may be carried: `Listing.told` says which.

    Where no table of localities or of wage areas is held for the day, those of the nearest release tell which names and
    numbers there are, and nothing is priced by them: `holds_localities`, `holds_areas`.
    """

    day: dt.date
    localities: Mapping[str, Locality]
    areas: Mapping[str, Area]
    holds_localities: bool
    """Whether a GPCI table of the day's year is held."""
    holds_areas: bool
    cut: str
    """What to say where only a part of the day's localities is held; empty where all are."""
    absent: Mapping[str, Locality]
    """The localities that this part lacks, as the last table in full has them; nothing is priced by them."""
    counties: CountyLists
    of_counties: Listing
    zips: Mapping[str, tuple[str, str]]
    """State and locality of each ZIP code; empty where no table is held."""
    of_zips: Listing
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
        of_year = [own(tables(kind), day) for kind in ("gpci", "wage")]
        return (*of_year, *(nearest(tables(kind), day) for kind in ("counties", "zips")))


def gazetteers(schedules: Schedules) -> Gazetteers:
    """The gazetteers of some tables, made once for them."""
    return schedules.table("gpci").derived("gazetteers", lambda _: Gazetteers(schedules))


def _make(schedules: Schedules, day: dt.date, releases: tuple[int, ...]) -> Gazetteer:
    gpci, wage, counties, zips = (schedules.table(kind) for kind in ("gpci", "wage", "counties", "zips"))
    of_gpci = releases[0] if releases[0] >= 0 else nearest(gpci, day, in_full=True)
    of_wage = releases[1] if releases[1] >= 0 else nearest(wage, day)
    named = localities(gpci, of_gpci)
    cut = of_gpci >= 0 and not gpci.is_whole[of_gpci]
    beside = lacking(gpci, of_gpci) if cut else {}
    of_counties, of_zips = listing(gpci, counties, releases[2], day), listing(gpci, zips, releases[3], day)
    of_list = {
        number: tuple(dict.fromkeys([state, *_named_states(name)]))
        for number, (state, name) in of_counties.localities.items()
    }
    lists = read_lists(rows(counties, releases[2], "locality", "state", "area", "counties"), of_list)
    known = (named | beside).items()
    lists = lists.of({number for number, (_, name) in known if is_same(name, of_counties.name(number))})
    held = _with_states(named, lists)
    absent = _with_states(beside, lists)
    areas: dict[str, Area] = {}
    for number, name, index in rows(wage, of_wage, "cbsa", "name", "index"):
        of_area = areas[number].indices if number in areas else ()
        areas[number] = Area(number, name, _states(name), tuple(sorted({*of_area, int(index)})))
    return Gazetteer(
        day=day,
        localities=held,
        areas=areas,
        holds_localities=releases[0] >= 0,
        holds_areas=releases[1] >= 0,
        cut=CUT.format(gpci.releases[of_gpci].start.year) if cut else "",
        absent=absent,
        counties=lists,
        of_counties=of_counties,
        zips={code: (state_of(state), number) for code, state, number in rows(zips, releases[3], *_ZIP)},
        of_zips=of_zips,
        by_name=_by_name([*held.values(), *absent.values(), *areas.values()]),
        by_state={
            state: (
                tuple(one for one in held.values() if state in one.states),
                tuple(one for one in areas.values() if state in one.states),
            )
            for state in STATES
        },
    )


def _with_states(named: Mapping[str, tuple[str, str]], lists: CountyLists) -> dict[str, Locality]:
    return {
        number: Locality(number, tuple(dict.fromkeys([state, *lists.states.get(number, ())])), name)
        for number, (state, name) in named.items()
    }


_ZIP = ("zip", "state", "locality")


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
