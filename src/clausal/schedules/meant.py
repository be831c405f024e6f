"""What the name of a place means: a number, a state, a county, or a city for which a locality or area is named."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from clausal.facts.given_place import GivenPlace
from clausal.schedules.counties import LOCALITY
from clausal.schedules.gazetteer import Area, Gazetteer, Locality
from clausal.schedules.names import STATES, county_title, is_county, plain, state_of, title

ZIP = re.compile(r"[0-9]{5}(-?[0-9]{4})?\Z")
_LAST_WORD = re.compile(r"(.+) ([A-Z]{2})\Z")
MOST_CHOICES = 6


class NoPlace(Exception):
    """There is no such place, several, or its parts contradict one another; `part` is the key that is at fault."""

    def __init__(self, part: str, message: str, hint: str = "") -> None:
        self.part, self.message, self.hint = part, message, hint
        super().__init__(f"{message}; {hint}" if hint else message)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a name stands for: a locality, an area, or both, in these states."""

    locality: str = ""
    area: Area | None = None
    states: frozenset[str] = frozenset()
    is_county: bool = False


def read_name(name: str, held: Gazetteer) -> GivenPlace:
    """A name as the parts of a place: what is left as a name is a city, or a locality's or area's own name."""
    text = " ".join(name.split())
    if LOCALITY.match(text):
        return GivenPlace(locality=text)
    if text in held.areas:
        if text in held.zips:
            both = f"'{text}' is a ZIP code of {held.zips[text][0]} and the wage area {held.areas[text].name}"
            raise NoPlace("name", both, "say which: as `zip`, or as `cbsa`")
        return GivenPlace(cbsa=text)
    if ZIP.match(text):
        return GivenPlace(zip=text)
    state = state_of(text)
    if state:
        cities = held.by_name.get(plain(text), ())
        if cities:
            of_cities = sorted({f"{title(text)}, {one}" for city in cities for one in city.states})
            numbers = [one.number for one in held.localities_of(state)]
            raise NoPlace("name", f"'{text}' is a state, and a city", f"write {either([*of_cities, *numbers])}")
        return GivenPlace(state=state)
    head, comma, tail = text.rpartition(",")
    of_word = _LAST_WORD.match(text)
    if comma:
        if plain(text) in held.by_name:
            return GivenPlace(name=text)
        state = state_of(tail)
        if not state:
            near = nearest_few(tail.strip(), STATES.values())
            raise NoPlace("name", f"'{tail.strip()}' in '{text}' is not a state", near or "as in Portland, OR")
    elif of_word and state_of(of_word[2]):
        head, state = of_word[1], state_of(of_word[2])
    else:
        head = text
    city, more, county = head.strip().rstrip(",").rpartition(",")
    if more and not is_county(county):
        raise NoPlace("name", f"'{text}' has more parts than a town, its county and its state", "as in Portland, OR")
    if is_county(county):
        return GivenPlace(name=city.strip(), county=county.strip(), state=state)
    return GivenPlace(name=county, state=state)


def meant(name: str, within: frozenset[str], held: Gazetteer) -> Meant:
    """The locality and the wage area that go by a name in some states; refused unless there is one of each at most."""
    inside = [one for one in held.by_name.get(plain(name), ()) if within.intersection(one.states)]
    if not inside and len(within) == 1:
        (state,) = within
        if held.counties.is_listed(state, name):
            return Meant(held.counties.locality(state, name), None, within, is_county=True)
    if not inside:
        raise _unknown(name, within, held)
    localities = [one for one in inside if isinstance(one, Locality)]
    areas = [one for one in inside if isinstance(one, Area)]
    states = within.intersection(*(one.states for one in inside[:1])) if len(inside) == 1 and localities else None
    if states is None:
        states = within & {state for one in inside for state in one.states}
        if len(states) > 1:
            choices = [f"{title(name)}, {state}" for state in sorted(states)]
            raise NoPlace("name", f"'{name}' may be in {len(states)} states", f"write {either(choices)}")
    for ones in (localities, areas):
        if len(ones) > 1:
            choices = [f"{one.number} ({one.name})" for one in ones]
            raise NoPlace("name", f"'{name}' is {len(ones)} places", f"write the number of one: {either(choices)}")
    number = localities[0].number if localities else ""
    return Meant(number, areas[0] if areas else None, states)


def _unknown(name: str, within: frozenset[str], held: Gazetteer) -> NoPlace:
    """No place goes by a name: the nearest that do."""
    if not held.localities and not held.areas:
        return NoPlace(
            "name", f"no table of localities or wage areas is held for {held.day.year}", "`clausal fees list` shows all"
        )
    where = f" in {STATES[next(iter(within))]}" if len(within) == 1 else ""
    key = plain(name)
    inside = {
        f"{title(other)}, {one.states[0]}": None
        for other, ones in held.by_name.items()
        for one in ones
        if "," not in other and within.intersection(one.states)
    }
    close = [f"{title(name)}, {state}" for one in held.by_name.get(key, ()) for state in one.states]
    close += [county_title(name, state) for state in STATES if held.counties.is_listed(state, name)]
    close += [one for one in inside if f" {key} " in f" {plain(one.partition(',')[0])} "]
    state = f", {next(iter(within))}" if len(within) == 1 else ""
    near = f"did you mean {either(close)}?" if close else nearest_few(name + state, inside)
    hint = near or "a county with its state (Kent County, MI), a ZIP code, or a number"
    return NoPlace("name", f"no locality or wage area is named '{name}'{where}", f"{hint}; `clausal places` lists them")


def either(choices: Iterable[str]) -> str:
    """`a or b or c`, cut short where there are many."""
    ordered = list(dict.fromkeys(choices))
    more = f" or {len(ordered) - MOST_CHOICES} more" if len(ordered) > MOST_CHOICES else ""
    return " or ".join(ordered[:MOST_CHOICES]) + more


def nearest_few(word: str, known: Iterable[str], cutoff: float = 0.75) -> str:
    """`did you mean 'x' or 'y'?` for the names closest to a word, or an empty string."""
    folded = {name.upper(): name for name in known}
    cut = {name.partition(",")[0]: name for name in folded} if "," not in word else {}
    close = difflib.get_close_matches(word.upper(), [*folded, *cut], n=3, cutoff=cutoff)
    found = list(dict.fromkeys(folded[cut.get(one, one)] for one in close))
    return f"did you mean {' or '.join(repr(one) for one in found)}?" if found else ""
