"""Names of places as they are compared, and the states and territories."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

STATES: Mapping[str, str] = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
    "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont",
    "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
    "AS": "American Samoa", "GU": "Guam", "MP": "Northern Mariana Islands", "PR": "Puerto Rico",
    "VI": "Virgin Islands",
}  # fmt: skip
_HALVES = {"EK": "KS", "WK": "KS", "EM": "MO", "WM": "MO"}
"""CMS's ZIP table writes Kansas and Missouri by halves, east and west."""
_SHORT = {"ST": "St.", "EL": "El", "OF": "of", "ON": "on"}
BOROUGHS = {"BROOKLYN": "Kings", "STATEN ISLAND": "Richmond", "THE BRONX": "Bronx"}
"""Boroughs of New York that are counties of another name."""
_COUNTY = re.compile(r" (COUNTY|CNTY|PARISH|BOROUGH)\Z")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A name as it is compared: capitals without accents, points and hyphens; Saint and Fort written one way."""
    text = text.replace("\ufffd", "u")  # a letter that was lost in CMS's file: Mayagüez
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
    bare = re.sub(r"[.'*]", "", bare)
    bare = re.sub(r"[-/\s]+", " ", bare).strip()
    return re.sub(r"\bFT\b", "FORT", re.sub(r"\bSAINT\b", "ST", bare))


_BY_NAME = {plain(name): state for state, name in STATES.items()} | {state: state for state in STATES} | _HALVES


def state_of(text: str) -> str:
    """The two letters of a state written in any way; empty where it is none."""
    return _BY_NAME.get(plain(text), "")


def is_county(name: str) -> bool:
    """Whether a name says that it is a county's."""
    return bool(_COUNTY.search(plain(name)))


def is_same(one: str, other: str) -> bool:
    """Whether two names of one table's years are the same, but for points, spaces and marks."""
    return re.sub(r"\W", "", plain(one)) == re.sub(r"\W", "", plain(other))


def county_key(name: str) -> str:
    """A county's name as it is compared: without the word."""
    return _COUNTY.sub("", plain(name))


def title(name: str) -> str:
    """A name in capitals, or in none, as a person writes it; other words of two letters, and mixed case, stay."""
    if name not in (name.upper(), name.lower()):
        return name
    name = name.upper()
    shown = re.sub(r"[A-Z']{3,}", lambda word: word[0].capitalize(), name)
    return re.sub(r"\b(ST\b\.?|EL\b|OF\b|ON\b)", lambda word: _SHORT[word[0][:2]], shown)


def county_title(name: str, state: str = "") -> str:
    """A county as a person writes it: `Wayne County, MI`; an independent city has no such word."""
    shown = title(name)
    shown = shown if re.search(r"(?i) (county|cnty|parish|borough|city)\Z", shown) else f"{shown} County"
    return f"{shown}, {state}" if state else shown


def joined(parts: list[str]) -> Iterator[str]:
    """The parts of a hyphenated name, and each run of them: `Winston-Salem` is one name, and two."""
    for first in range(len(parts)):
        for last in range(first + 1, len(parts) + 1):
            yield plain(" ".join(parts[first:last]))
