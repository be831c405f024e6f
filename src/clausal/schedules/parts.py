"""The parts of a place as they are given: each in its own form, each one that there is, and what each says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from clausal.facts.given_place import GivenPlace
from clausal.schedules.counties import is_known
from clausal.schedules.gazetteer import Gazetteer, Locality
from clausal.schedules.meant import ZIP, NoPlace, either, nearest_few, read_name
from clausal.schedules.names import STATES, county_key, county_title, is_county, is_same, state_of, title
from clausal.schedules.numbered import Listing

ONE = "give one of the two, or parts of one place"
ANYWHERE = frozenset(STATES)


@dataclass(frozen=True, slots=True)
class Says:
    """What one part says: the states it allows, perhaps the locality; with its key, and how it is told."""

    part: str
    told: str
    states: frozenset[str]
    locality: str = ""
    listing: Listing | None = None
    """The list by which it is that locality."""


def sorted_out(given: GivenPlace, held: Gazetteer) -> GivenPlace:
    """The parts, each in its own form: a name that is a number, a state or a county is that part."""
    read = read_name(given.name, held) if given.name else GivenPlace()
    for part in ("zip", "county", "locality", "cbsa"):
        mine, its = getattr(given, part), getattr(read, part)
        if mine and its and mine != its:
            raise NoPlace(part, f"'{given.name}' and '{mine}' are two places", ONE)
    county, comma, of_county = given.county.rpartition(",") if "," in given.county else (given.county, "", "")
    state = _same(_state(given.state), read.state, "name")
    return GivenPlace(
        name=read.name,
        zip=given.zip or read.zip,
        county=county.strip() or read.county,
        state=_same(state, _state(of_county), "county") if comma else state,
        locality=given.locality or read.locality,
        cbsa=given.cbsa or read.cbsa,
    )


def _state(text: str) -> str:
    found = state_of(text)
    if text and not found:
        near = nearest_few(text, STATES.values())
        raise NoPlace("state", f"'{text.strip()}' is not a state", near or "two letters, or the name")
    return found


def _same(one: str, other: str, part: str) -> str:
    if one and other and one != other:
        raise NoPlace(part, f"{STATES[one]} and {STATES[other]} are two states", ONE)
    return one or other


def checked(given: GivenPlace, held: Gazetteer) -> GivenPlace:
    """The parts, each of which exists as far as the tables held can show it."""
    listed, year = "`clausal places` lists them", held.day.year
    if given.zip:
        if not ZIP.match(given.zip):
            raise NoPlace("zip", f"'{given.zip}' is not a ZIP code", "five digits, as in 48201")
        given = replace(given, zip=given.zip[:5])
        if held.zips and given.zip not in held.zips:
            raise NoPlace("zip", f"ZIP code '{given.zip}' is not in the table held", "give a county or a locality")
    if given.locality and given.locality not in held.localities:
        if given.locality in held.absent:
            told = f"locality {given.locality} {held.absent[given.locality].name} is not held for {year}"
            raise NoPlace("locality", told, held.cut)
        near = nearest_few(given.locality, held.localities) or "as CMS writes it: contractor-number, 10112-00"
        raise NoPlace("locality", f"unknown locality '{given.locality}' in {year}", f"{near}; {listed}")
    if given.cbsa and given.cbsa not in held.areas:
        near = nearest_few(given.cbsa, held.areas) or "a CBSA number, or a state's"
        raise NoPlace("cbsa", f"no wage index for area '{given.cbsa}' in {year}", f"{near}; {listed}")
    if given.county and not given.state:
        if not (given.zip or given.locality):
            listing = [state for state in STATES if held.counties.is_listed(state, given.county)]
            choices = either(county_title(given.county, state) for state in listing or ("MI",))
            raise NoPlace("county", f"'{given.county}' is a county without its state", f"as in {choices}")
        known = held.zips.get(given.zip, ("", ""))[0] or held.localities[given.locality].states[0]
        given = replace(given, state=known)
    if given.county:
        _check_county(given, held)
    return given


def _check_county(given: GivenPlace, held: Gazetteer) -> None:
    """Of a divided state, a county that no list names is no slip for one that is listed, and no town's name."""
    state, lists = given.state, held.counties
    if lists.is_listed(state, given.county) or not lists.is_divided(state):
        return
    shown, others = county_title(given.county, state), held.localities_of(state)
    near = [county_title(one, state) for one in lists.near(state, given.county)]
    if near:
        rest = [f"locality {one.number} ({one.name})" for one in others if one.number == lists.rest.get(state)]
        choices = either([*near, *rest])
        raise NoPlace("county", f"no list of counties names {shown}", f"did you mean {choices}?")
    towns = [one for one in held.by_name.get(county_key(given.county), ()) if state in one.states]
    name, says_so = title(given.county), is_county(given.county)
    if any(isinstance(one, Locality) for one in towns) and not (says_so and is_known(state, given.county)):
        told = f"'{name}' is no county that a list names, and a locality of {STATES[state]} is named so"
        raise NoPlace(
            "county",
            told,
            f"write its county, or the place by its name (--where '{title(county_key(given.county))}, {state}')",
        )
    if towns and not says_so:
        told = f"'{name}' is a town of {STATES[state]}, and in no list of counties"
        hint = f"write {shown} if the county is meant, or the place by its name (--where '{name}, {state}')"
        raise NoPlace("county", told, hint)


def says(given: GivenPlace, held: Gazetteer) -> Iterable[Says]:
    """What each part that is given says, but for the name."""
    if given.locality:
        one = held.localities.get(given.locality)
        told = f"locality {one.number} {one.name} ({one.states[0]})" if one else f"locality {given.locality}"
        yield Says("locality", told, frozenset(one.states) if one else ANYWHERE, given.locality)
    if given.zip in held.zips:
        state, number = held.zips[given.zip]
        told = f"ZIP code {given.zip} ({state})"
        yield Says("zip", told, frozenset([state]) if state else ANYWHERE, number, held.of_zips)
    if given.county:
        number = held.counties.locality(given.state, given.county)
        told = county_title(given.county, given.state)
        yield Says("county", told, frozenset([given.state]), number, held.of_counties)
    elif given.state:
        yield Says("state", STATES[given.state], frozenset([given.state]))
    if given.cbsa in held.areas:
        area = held.areas[given.cbsa]
        yield Says("cbsa", f"area {area.number} {area.name}", frozenset(area.states) or ANYWHERE)


def agreed(claims: list[Says]) -> frozenset[str]:
    """The states that all parts allow."""
    left = ANYWHERE
    for index, one in enumerate(claims):
        for before in claims[:index]:
            if not one.states & before.states:
                raise NoPlace(one.part, f"{before.told} and {one.told} are not in one state", ONE)
        left &= one.states
    return left


def astray(number: str, listing: Listing | None, held: Gazetteer) -> tuple[str, str] | None:
    """Why a number, perhaps of another year's list, is no locality of the day, and what to do; None where it is one."""
    year = held.day.year
    if not held.holds_localities:
        return None
    by = f" {listing.told}" if listing and listing.told else ""
    if number in held.absent:
        return f"of locality {number} {held.absent[number].name}{by}, which is not held for {year}", held.cut
    then = listing.name(number) if listing else ""
    moved = [other for other, one in held.localities.items() if then and is_same(one.name, then)]
    hint = f"{then} is {moved[0]} in {year}: give that locality" if len(moved) == 1 else "give the locality itself"
    if number not in held.localities:
        return f"of locality {number}{by}, which is not there in {year}", hint
    if listing and not then:
        wanted = f"import the GPCI table of {listing.year}, or give the locality itself"
        return f"of locality {number}{by}; which that was in {listing.year} is not held", wanted
    now = held.localities[number].name
    if listing and not is_same(then, now):
        return f"of locality {number}{by}: {then} in {listing.year}, but {now} in {year}", hint
    return None
