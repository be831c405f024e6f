"""Localities and wage areas by a part of a name, a number, a state, a county or a ZIP code."""

from __future__ import annotations

from clausal.facts.given_place import GivenPlace
from clausal.schedules.gazetteer import Area, Gazetteer, Locality
from clausal.schedules.meant import NoPlace, nearest_few
from clausal.schedules.names import county_key, plain, state_of, title
from clausal.schedules.places import Place, resolve
from clausal.schedules.tables import Schedules


def matching(held: Gazetteer, wanted: str) -> tuple[list[Locality], list[Area]]:
    """The localities and areas of a state, those that a text is a part of, and those of the place that it names."""
    localities = list(held.localities.values()) if held.holds_localities else []
    areas = list(held.areas.values()) if held.holds_areas else []
    if not wanted:
        return localities, areas
    head, comma, tail = wanted.rpartition(",")
    state = state_of(wanted) or (state_of(tail) if comma else "")
    if state:
        localities = [one for one in localities if state in one.states]
        areas = [one for one in areas if state in one.states]
    if state_of(wanted):
        return localities, areas
    place = _place(held, wanted)
    key = county_key(head if state else wanted)

    def matches(one: Locality | Area, *more: str) -> bool:
        parts = (one.number, plain(one.name), *map(plain, more))
        named = place and one.number in (place.locality.number, place.area.number)
        return bool(named) or any(key in part for part in parts)

    found = [one for one in localities if matches(one, held.counties.texts.get(one.number, ""))]
    return found, [one for one in areas if matches(one)]


def _place(held: Gazetteer, wanted: str) -> Place | None:
    """The place that a text names, if it is one."""
    try:
        return resolve(GivenPlace(name=wanted), held)
    except NoPlace:
        return None


def nothing_found(schedules: Schedules, held: Gazetteer, wanted: str) -> tuple[str, str]:
    """Why nothing is listed, and what to do."""
    if not held.holds_localities and not held.holds_areas:
        last = max((one.end for one in schedules.table("gpci").releases), default=None)
        hint = f"the last that are held: --date {last}" if last else "clausal fees import"
        return f"no table of localities or wage areas is held for {held.day.year}", hint
    shown = {*(held.localities if held.holds_localities else ()), *(held.areas if held.holds_areas else ())}
    known = [
        f"{title(name)}, {one.states[0]}"
        for name, ones in held.by_name.items()
        for one in ones
        if one.states and one.number in shown and "," not in name
    ]
    near = nearest_few(wanted, known) or "a part of a name or a number, a state, a county with its state"
    near = f"{near}; {held.cut}" if held.cut else near
    return f"no locality or wage area held for {held.day.year} has '{wanted}' in its name", near
