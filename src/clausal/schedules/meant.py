"""What the name of a place means: a number, a state, a county, or a city for which a locality or area is named."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from clausal.facts.given_place import GivenPlace
from clausal.schedules.counties import LOCALITY
from clausal.schedules.gazetteer import Area, Gazetteer, Locality
from clausal.schedules.names import BOROUGHS, STATES, county_title, is_county, plain, state_of, title

ZIP = re.compile(r"[0-9]{5}(-?[0-9]{4})?\Z")
_LIKE_LOCALITY = re.compile(r"([0-9]{4,5})[ -]?([0-9]{2})\Z")
_COUNTRY = re.compile(r"(?i)(?<=\S),? (USA|U\.S\.A\.|U\.S\.|US|United States( of America)?)\Z")
NO_ZIPS = "no table of ZIP codes is held"
IMPORT_ZIPS = "import CMS's ZIP5 table (clausal fees import), or give the locality or the county"
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


def read_name(name: str, held: Gazetteer) -> GivenPlace:
    """A name as the parts of a place: what is left as a name is a city, or a locality's or area's own name."""
    text = _COUNTRY.sub("", " ".join(name.split()))
    number = _number(text, held)
    if number:
        return number
    state = state_of(text)
    if state:
        cities = held.by_name.get(plain(text), ())
        if cities:
            of_cities = sorted({f"{title(text)}, {one}" for city in cities for one in city.states})
            numbers = [f"{one.number} ({one.name})" for one in held.localities_of(state)]
            raise NoPlace("name", f"'{text}' is a state, and a city", f"write {either([*of_cities, *numbers])}")
        return GivenPlace(state=state)
    if plain(text) in held.by_name:
        return GivenPlace(name=text)
    head, comma, tail = text.rpartition(",")
    if comma:
        state = state_of(tail)
        if not state:
            near = nearest_few(tail.strip(), STATES.values())
            raise NoPlace("name", f"'{tail.strip()}' in '{text}' is not a state", near or "as in Portland, OR")
    else:
        head, state = _state_at_end(text)
    city, more, county = head.strip().rstrip(",").rpartition(",")
    if more and not is_county(county):
        raise NoPlace("name", f"'{text}' has more parts than a town, its county and its state", "as in Portland, OR")
    if is_county(county) or (plain(county).endswith(" CITY") and held.counties.is_listed(state, county)):
        return GivenPlace(name=city.strip(), county=county.strip(), state=state)
    if state and state_of(county) == state and plain(county) not in held.by_name:
        return GivenPlace(state=state)
    return GivenPlace(name=county, state=state)


def _number(text: str, held: Gazetteer) -> GivenPlace | None:
    """A place that is given as a number alone. Refused where it could be of several kinds: a ZIP code and a CBSA have
    five digits."""
    if LOCALITY.match(text):
        return GivenPlace(locality=text)
    area, which = held.areas.get(text), "write which: --zip or --cbsa (zip or cbsa in a case or claim file)"
    if ZIP.match(text):
        if area and text in held.zips:
            raise NoPlace(
                "name", f"'{text}' is a ZIP code of {held.zips[text][0]} and the wage area {area.name}", which
            )
        if area and not held.zips:
            raise NoPlace("name", f"'{text}' may be a ZIP code, or the wage area {area.name}", which)
        if not held.zips:
            raise NoPlace("name", NO_ZIPS, IMPORT_ZIPS)
        return GivenPlace(cbsa=text) if area else GivenPlace(zip=text)
    if area:
        rural = f"'{text}' is the number of the rural wage area {area.name}"
        raise NoPlace("name", rural, "write --cbsa (cbsa in a case or claim file) if that is meant")
    digits = _LIKE_LOCALITY.match(text)
    if digits:
        written = f"{digits[1].zfill(5)}-{digits[2]}"
        near = f"did you mean '{written}'?" if written in held.localities else nearest_few(written, held.localities)
        hint = near or "as CMS writes it: contractor-number, 10112-00"
        raise NoPlace("name", f"'{text}' is not a locality's number", hint)
    return None


def _state_at_end(text: str) -> tuple[str, str]:
    """A text without the state that its last words are, and that state; empty where they are none."""
    words = text.split(" ")
    for count in range(min(4, len(words) - 1), 0, -1):
        state = state_of(" ".join(words[-count:]))
        if state:
            return " ".join(words[:-count]), state
    return text, ""


def meant(name: str, within: frozenset[str], held: Gazetteer) -> Meant:
    """The locality and the wage area that go by a name in some states; refused unless there is one of each at most."""
    inside = [one for one in held.by_name.get(plain(name), ()) if within.intersection(one.states)]
    if not inside and len(within) == 1:
        (state,) = within
        if held.counties.is_listed(state, name):
            told = f"'{name}' is a county of {STATES[state]}, and a town of that name in no table held"
            raise NoPlace("name", told, f"write {county_title(name, state)}")
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
    if key in BOROUGHS and "NY" in within:
        near = f"it is {county_title(BOROUGHS[key], 'NY')}"
    hint = near or "a county with its state (Kent County, MI), a ZIP code, or a number"
    hint = f"{hint}; {held.cut}" if held.cut else hint
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
