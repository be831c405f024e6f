"""A place, from whatever is given of it: each part derived from the others as far as a table held allows.

A county, a ZIP code or a state of one locality gives the locality; a name may give locality and wage area. No table
that is held leads from a county or a ZIP code to a wage area: that part is national there, and is said to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from clausal.facts.given_place import GivenPlace
from clausal.schedules.counties import key_of
from clausal.schedules.gazetteer import NATIONAL, Area, Gazetteer
from clausal.schedules.meant import ZIP, Meant, NoPlace, either, meant, nearest_few, read_name
from clausal.schedules.names import STATES, county_title, state_of

ANYWHERE = frozenset(STATES)
NO_ZIPS = "no table of ZIP codes is held"
_ONE = "give one of the two, or parts of one place"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a place: the number of the locality or of the wage area, or none, which is national.

    `how` says how it was found, or why there is none; `note` is what has to be told beside an amount.
    """

    number: str | None
    name: str
    how: str
    note: str = ""

    @property
    def said(self) -> str:
        """As it is printed: `08202-01 DETROIT`, or `national`."""
        return f"{self.number} {self.name}".strip() if self.number else "national"


@dataclass(frozen=True, slots=True)
class Place:
    """A place: as it was given, the state if it is known, its parts; `index` is the wage index in ten-thousandths."""

    said: str
    state: str
    locality: Part
    area: Part
    index: int = NATIONAL


NOWHERE = Place("", "", Part(None, "", "no place is given"), Part(None, "", "no place is given"))
"""Where no place is given: every amount is national."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one part says: the states it allows, perhaps the locality; with its key, and how it is told."""

    part: str
    told: str
    states: frozenset[str]
    locality: str = ""


def resolve(given: GivenPlace, held: Gazetteer) -> Place:
    """The place that is meant; raises NoPlace where there is none, several, or parts contradict one another."""
    if not given:
        return NOWHERE
    read = _sorted_out(given, held)
    said = said_of(given if given.name else read)
    given = _checked(read, held)
    claims = list(_claims(given, held))
    states = _agreed(claims)
    named = meant(given.name, states, held) if given.name else Meant()
    if given.name:
        claims.append(_Claim("name", f"'{given.name}'", named.states, named.locality))
        states &= named.states
    state = next(iter(states)) if len(states) == 1 else ""
    of_locality = [one for one in claims if one.locality]
    for other in of_locality[1:]:
        if other.locality != of_locality[0].locality:
            one = f"{of_locality[0].told} is of locality {of_locality[0].locality}"
            raise NoPlace(other.part, f"{one}, {other.told} of {other.locality}", _ONE)
    first = of_locality[0] if of_locality else None
    locality = _locality(first, given, named, held) if first else _by_state(said, state, given, held)
    return _with_area(Place(said, state, locality, _no_area(said, state, held)), given, named, held)


def said_of(given: GivenPlace) -> str:
    """What is given, in words."""
    state = state_of(given.state) or given.state
    with_state = "," not in given.county and state
    shown = [
        given.name,
        f"ZIP {given.zip}" if given.zip else "",
        county_title(given.county, state if with_state else "") if given.county else "",
        f"locality {given.locality}" if given.locality else "",
        f"area {given.cbsa}" if given.cbsa else "",
    ]
    return ", ".join(part for part in shown if part) or STATES.get(state, state)


def _sorted_out(given: GivenPlace, held: Gazetteer) -> GivenPlace:
    """The parts, each in its own form: a name that is a number, a state or a county is that part."""
    read = read_name(given.name, held) if given.name else GivenPlace()
    for part in ("zip", "county", "locality", "cbsa"):
        mine, its = getattr(given, part), getattr(read, part)
        if mine and its and mine != its:
            raise NoPlace(part, f"'{given.name}' and '{mine}' are two places", _ONE)
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
        raise NoPlace(part, f"{STATES[one]} and {STATES[other]} are two states", _ONE)
    return one or other


def _checked(given: GivenPlace, held: Gazetteer) -> GivenPlace:
    """The parts, each of which exists as far as the tables held can show it."""
    listed, year = "`clausal places` lists them", held.day.year
    if given.zip:
        if not ZIP.match(given.zip):
            raise NoPlace("zip", f"'{given.zip}' is not a ZIP code", "five digits, as in 48201")
        given = replace(given, zip=given.zip[:5])
        if held.zips and given.zip not in held.zips:
            raise NoPlace("zip", f"ZIP code '{given.zip}' is not in the table held", "give a county or a locality")
    if given.locality and given.locality not in held.localities:
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
    return given


def _claims(given: GivenPlace, held: Gazetteer) -> Iterable[_Claim]:
    """What each part that is given says, but for the name."""
    if given.locality:
        one = held.localities.get(given.locality)
        told = f"locality {one.number} {one.name} ({one.states[0]})" if one else f"locality {given.locality}"
        yield _Claim("locality", told, frozenset(one.states) if one else ANYWHERE, given.locality)
    if given.zip in held.zips:
        state, number = held.zips[given.zip]
        told = f"ZIP code {given.zip} ({state})"
        yield _Claim("zip", told, frozenset([state]) if state else ANYWHERE, number)
    if given.county:
        number = held.counties.locality(given.state, given.county)
        yield _Claim("county", county_title(given.county, given.state), frozenset([given.state]), number)
    elif given.state:
        yield _Claim("state", STATES[given.state], frozenset([given.state]))
    if given.cbsa in held.areas:
        area = held.areas[given.cbsa]
        yield _Claim("cbsa", f"area {area.number} {area.name}", frozenset(area.states) or ANYWHERE)


def _agreed(claims: list[_Claim]) -> frozenset[str]:
    """The states that all parts allow."""
    left = ANYWHERE
    for index, one in enumerate(claims):
        for before in claims[:index]:
            if not one.states & before.states:
                raise NoPlace(one.part, f"{before.told} and {one.told} are not in one state", _ONE)
        left &= one.states
    return left


def _locality(claim: _Claim, given: GivenPlace, named: Meant, held: Gazetteer) -> Part:
    """The locality that a part gives, with how it does."""
    is_county = claim.part == "county" or (claim.part == "name" and named.is_county)
    carried = held.zips_told if claim.part == "zip" else held.counties_told if is_county else ""
    one = held.localities.get(claim.locality)
    if one and not held.holds_localities:
        return Part(one.number, one.name, _no_gpci(held), _no_gpci(held))
    if one is None:
        why = f"{claim.told} is of locality {claim.locality} {carried}".strip()
        raise NoPlace(claim.part, f"{why}, which is not there in {held.day.year}", "give the locality itself")
    slip = ""
    if claim.part == "locality":
        how = "as given"
    elif claim.part == "zip":
        how = f"of ZIP code {given.zip}"
    elif not is_county:
        how = "by its name"
    elif given.state in held.counties.whole:
        how = "one locality for all counties of the state"
    elif claim.part == "name" or held.counties.is_listed(given.state, given.county):
        how = f"of the counties {held.counties.texts.get(claim.locality, '')}"
    else:
        how = "no list of a locality names this county: the rest of its state"
        near = nearest_few(key_of(given.county), held.counties.of_state(given.state), cutoff=0.8)
        how = f"{how}; {near}" if near else how
        slip = f"{claim.told} is in no list of counties, {near}" if near else ""
    note = "; ".join(part for part in (carried and f"locality {carried}", slip) if part)
    return Part(one.number, one.name, f"{how}, {carried}" if carried else how, note)


def _by_state(said: str, state: str, given: GivenPlace, held: Gazetteer) -> Part:
    """The locality of a state that has one alone; else none. A state alone that has several is no place."""
    one = held.localities.get(held.counties.whole.get(state, ""))
    if one and not held.holds_localities:
        return Part(one.number, one.name, _no_gpci(held), _no_gpci(held))
    if one:
        how, told = "one locality for all of the state", held.counties_told
        return Part(one.number, one.name, f"{how}, {told}" if told else how, told and f"locality {told}")
    of_state = held.localities_of(state)
    if given == GivenPlace(state=given.state) and of_state:
        choices = either(f"{other.number} ({other.name})" for other in of_state)
        raise NoPlace("state", f"{STATES[state]} has {len(of_state)} localities", f"write one of them: {choices}")
    why = f"no locality is known for {said}"
    if given.zip and not held.zips:
        why = NO_ZIPS
    elif not held.holds_localities:
        why = _no_gpci(held)
    elif of_state:
        why = f"{why}: {STATES[state]} has {len(of_state)}, the county tells which"
    return Part(None, "", why, why)


def _no_gpci(held: Gazetteer) -> str:
    return f"no table of localities (GPCI) is held for {held.day.year}"


def _no_area(said: str, state: str, held: Gazetteer) -> Part:
    why = f"no wage area is known for {said}"
    of_state = held.areas_of(state)
    if not held.holds_areas:
        why = f"no wage index is held for {held.day.year}"
    elif of_state:
        why = f"{why}: {STATES[state]} has {len(of_state)}, the CBSA number tells which"
    return Part(None, "", why, why)


def _with_area(place: Place, given: GivenPlace, named: Meant, held: Gazetteer) -> Place:
    """The place with its wage area, if one is known."""
    area: Area | None = held.areas.get(given.cbsa)
    how = "as given"
    if area and named.area and area != named.area:
        raise NoPlace("cbsa", f"'{given.name}' is in area {named.area.number}, not {area.number}", _ONE)
    if area is None and named.area:
        area, how = named.area, "by its name"
    if area is None and place.state and not given.cbsa:
        of_state = held.areas_of(place.state)
        area, how = of_state[0] if len(of_state) == 1 else None, "the only wage area of its state"
    if area is None or not held.holds_areas:
        return place
    if len(area.indices) > 1:
        both = " and ".join(f"{index / NATIONAL:.4f}" for index in area.indices)
        why = f"the table has {both} for area '{area.number}'"
        if given.cbsa:
            raise NoPlace("cbsa", why, "the file is ambiguous there")
        return replace(place, area=Part(None, "", why, why))
    return replace(place, area=Part(area.number, area.name, how), index=area.indices[0])
