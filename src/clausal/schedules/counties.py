"""The counties of each locality, read from the words of CMS's list (LOCCO)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from clausal.schedules.names import county_key, plain, state_of

LOCALITY = re.compile(r"[0-9]{5}-[0-9]{2}\Z")
_IN_STATE = re.compile(r"\s+IN\s+([A-Z ]+)\Z")
_BETWEEN = re.compile(r"\s*(?:,|/|\bAND\b)\s*")
_OTHER_WORDS = {"ORAGNGE": "ORANGE", "MIAMI DADE": "DADE"}
"""A slip of the published list, and a county that it has under its old name."""


ALSO_THERE = frozenset(
    {("FL", "MARION"), ("IL", "MASON"), ("TX", "DALLAM"), ("TX", "HARRISON"), ("TX", "AUSTIN"), ("TX", "HOUSTON")}
)
"""Counties that no list names, and that are no slip for a listed one nor the place whose name a locality bears (Census
Bureau, county names of 2020)."""


@dataclass(frozen=True)
class CountyLists:
    """Which locality a county is of. Counties are keyed by state and name as `county_key` has it."""

    listed: Mapping[tuple[str, str], str]
    rest: Mapping[str, str]
    """By state the locality of all counties, or of all others."""
    excepted: frozenset[tuple[str, str]]
    whole: Mapping[str, str]
    """States that are one locality throughout, and that locality."""
    texts: Mapping[str, str]
    """The list of each locality, as it is published."""
    states: Mapping[str, tuple[str, ...]]
    """The states in which each locality has counties."""
    divided: frozenset[str]
    """States of which lists name some counties."""

    def locality(self, state: str, county: str) -> str:
        """The locality of a county; empty where the lists do not tell it."""
        key = state, key_of(county)
        if key in self.listed:
            return self.listed[key]
        return "" if key in self.excepted else self.rest.get(state, "")

    def of(self, numbers: Collection[str]) -> CountyLists:
        """These lists, with what they tell by number only for some localities: texts and states."""
        texts = {number: text for number, text in self.texts.items() if number in numbers}
        states = {number: of for number, of in self.states.items() if number in numbers}
        return replace(self, texts=texts, states=states)

    def is_divided(self, state: str) -> bool:
        """Whether lists name some counties of a state and not others."""
        return state in self.divided

    def near(self, state: str, county: str) -> list[str]:
        """Listed counties that a county of a divided state may be a slip of the pen for; empty where it is listed."""
        if self.is_listed(state, county) or not self.is_divided(state) or is_known(state, county):
            return []
        return difflib.get_close_matches(key_of(county), self.of_state(state), n=3, cutoff=0.8)

    def of_state(self, state: str) -> list[str]:
        """The counties of a state that lists name, as they are keyed."""
        return [county for of, county in self.listed if of == state]

    def is_listed(self, state: str, county: str) -> bool:
        """Whether a list names the county, and not only all others of its state."""
        return (state, key_of(county)) in self.listed


def key_of(county: str) -> str:
    """A county's name as the lists are keyed."""
    name = county_key(county)
    return _OTHER_WORDS.get(name, name)


def is_known(state: str, county: str) -> bool:
    """Whether a county that no list names is known to be one, though its name makes it doubtful."""
    return (state, key_of(county)) in ALSO_THERE


def read_lists(rows: Iterable[Sequence[str]], of_locality: Mapping[str, tuple[str, ...]]) -> CountyLists:
    """The lists of rows (locality, state, area, counties); `of_locality` tells states where a row's cell is empty."""
    listed: dict[tuple[str, str], str] = {}
    rest: dict[str, str] = {}
    excepted: set[tuple[str, str]] = set()
    texts: dict[str, str] = {}
    for number, cell, _, text in rows:
        if not LOCALITY.match(number):
            continue
        own = tuple(filter(None, map(state_of, re.split("[/,]", cell)))) or of_locality.get(number, ())
        texts[number] = text.strip()
        for segment in text.upper().split(";"):
            elsewhere = _IN_STATE.search(segment.strip())
            states = (state_of(elsewhere[1]),) if elsewhere else own
            names = _IN_STATE.sub("", segment.strip())
            if names.startswith("ALL "):
                rest |= dict.fromkeys(states, number)
                excepted |= {(state, key) for state in states for key in _keys(names.partition("EXCEPT")[2])}
            elif len(states) == 1 and state_of(names) == states[0] == "DC":
                rest["DC"] = number
            else:
                listed |= {(state, key): number for state in states for key in _keys(names)}
    divided = frozenset({state for state, _ in listed} | {state for state, _ in excepted})
    whole = {state: number for state, number in rest.items() if state not in divided}
    within: dict[str, list[str]] = {}
    for state, number in [*((state, number) for (state, _), number in listed.items()), *rest.items()]:
        if state not in within.setdefault(number, []):
            within[number].append(state)
    states_of = {number: tuple(states) for number, states in within.items()}
    return CountyLists(listed, rest, frozenset(excepted), whole, texts, states_of, divided)


def _keys(names: str) -> list[str]:
    return [key_of(name) for name in _BETWEEN.split(names) if plain(name)]
