"""A place, from whatever is given of it: each part derived from the others as far as a table held allows.

A county, a ZIP code or a state of one locality gives the locality; a name may give locality and wage area. No table
that is held leads from a county or a ZIP code to a wage area: that part is national there, and is said to be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from clausal.facts.given_place import GivenPlace
from clausal.schedules.gazetteer import NATIONAL, Area, Gazetteer
from clausal.schedules.meant import IMPORT_ZIPS, NO_ZIPS, Meant, NoPlace, either, meant
from clausal.schedules.names import STATES, county_title, is_same, state_of
from clausal.schedules.parts import ONE, Says, agreed, astray, checked, says, sorted_out


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


def resolve(given: GivenPlace, held: Gazetteer) -> Place:
    """The place that is meant; raises NoPlace where there is none, several, or parts contradict one another."""
    if not given:
        return NOWHERE
    read = sorted_out(given, held)
    said = said_of(given if given.name else read)
    given = checked(read, held)
    said_by = list(says(given, held))
    states = agreed(said_by)
    named = meant(given.name, states, held) if given.name else Meant()
    if given.name:
        said_by.append(Says("name", f"'{given.name}'", named.states, named.locality))
        states &= named.states
    state = next(iter(states)) if len(states) == 1 else ""
    first = _chosen(said_by, named, held)
    if isinstance(first, Says):
        locality = _locality(first, given, held)
    else:
        locality = first or _by_state(said, state, given, held)
    return _with_area(Place(said, state, locality, _no_area(said, state, held)), given, named, held)


def resolve_written(given: GivenPlace, held: Gazetteer) -> Place:
    """The place that a person writes: beside what `resolve` refuses, a ZIP code that no table held can place.

    A claim's line has a ZIP code whether or not its place was asked for: there it is national, and said to be.
    """
    found = resolve(given, held)
    if found.locality.note == NO_ZIPS:
        raise NoPlace("zip", NO_ZIPS, IMPORT_ZIPS)
    return found


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


def _locality(claim: Says, given: GivenPlace, held: Gazetteer) -> Part:
    """The locality that a part gives, with how it does."""
    if not held.holds_localities:
        one = held.localities.get(claim.locality)
        return Part(claim.locality, one.name if one else "", _no_gpci(held), _no_gpci(held))
    carried = claim.listing.told if claim.listing else ""
    if claim.part == "locality":
        how = "as given"
    elif claim.part == "zip":
        how = f"of ZIP code {given.zip}"
    elif claim.part == "name":
        how = "by its name"
    elif given.state in held.counties.whole:
        how = "one locality for all counties of the state"
    elif held.counties.is_listed(given.state, given.county):
        how = f"of the counties {held.counties.texts.get(claim.locality, '')}"
    else:
        how = "no list of a locality names this county: the rest of its state"
    name = held.localities[claim.locality].name
    return Part(claim.locality, name, f"{how}, {carried}" if carried else how, f"locality {carried}" if carried else "")


def _chosen(claims: list[Says], named: Meant, held: Gazetteer) -> Says | Part | None:
    """The part that gives the locality, none, or why what it gives is not known; refused where parts contradict."""
    told = [one for one in claims if one.locality]
    sure = [one for one in told if not astray(one.locality, one.listing, held)]
    for other in sure[1:]:
        if other.locality != sure[0].locality:
            one = f"{sure[0].told} is of locality {sure[0].locality}"
            raise NoPlace(other.part, f"{one}, {other.told} of {other.locality}", ONE)
    for other in told:
        wrong = astray(other.locality, other.listing, held)
        if wrong is None:
            continue
        why, hint = wrong
        if not sure:
            if other.part == "name" and named.area and held.holds_areas:
                return Part(None, "", f"{other.told} is {why}", f"{other.told} is {why}: {hint}")
            raise NoPlace(other.part, f"{other.told} is {why}", hint)
        then = other.listing.name(other.locality) if other.listing else held.absent[other.locality].name
        first = held.localities[sure[0].locality]
        if then and not is_same(then, first.name):
            raise NoPlace(other.part, f"{sure[0].told} is {first.name}, {other.told} is {why}", ONE)
    return sure[0] if sure else None


def _by_state(said: str, state: str, given: GivenPlace, held: Gazetteer) -> Part:
    """The locality of a state that has one alone; else none. A state alone that has several is no place."""
    is_alone = given == GivenPlace(state=given.state)
    number, listing = held.counties.whole.get(state, ""), held.of_counties
    of_state, lacks = held.localities_of(state), [one for one in held.absent.values() if state in one.states]
    if not number and len(of_state) == 1 and not lacks and not held.counties.is_divided(state):
        number = of_state[0].number
    why = f"no locality is known for {said}"
    if number and not held.holds_localities:
        one = held.localities.get(number)
        return Part(number, one.name if one else "", _no_gpci(held), _no_gpci(held))
    if number:
        wrong = astray(number, listing, held)
        if wrong is None:
            how = "one locality for all of the state" + (f", {listing.told}" if listing.told else "")
            return Part(number, held.localities[number].name, how, f"locality {listing.told}" if listing.told else "")
        if is_alone:
            raise NoPlace("state", f"{STATES[state]} is {wrong[0]}", wrong[1])
        why = f"{why}: {STATES[state]} is {wrong[0]}; {wrong[1]}"
    count = len(of_state) + len(lacks)
    if is_alone and count:
        choices = either(f"{other.number} ({other.name})" for other in of_state)
        hint = "; ".join(part for part in (choices and f"write one of them: {choices}", held.cut) if part)
        several = f"{count} localities" if count > 1 else f"more localities than {(*of_state, *lacks)[0].number}"
        raise NoPlace("state", f"{STATES[state]} has {several}", hint)
    if given.zip and not held.zips:
        why = NO_ZIPS
    elif not held.holds_localities:
        why = _no_gpci(held)
    elif count and not number:
        why = f"{why}: {STATES[state]} has {'several' if count == 1 else count}, the county tells which"
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
        raise NoPlace("cbsa", f"'{given.name}' is in area {named.area.number}, not {area.number}", ONE)
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
