"""NCCI's pairs and limits in words and as plain data: what indicators mean, which modifiers separate, what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from clausal.coding.edits.ptp import SEPARATE, SITES
from clausal.coding.pairs import Limit, OfService, Pair, Pairs
from clausal.schedules.kinds import KINDS

INDICATORS: Mapping[int, str] = {
    0: "no modifier separates the two: column 2 is denied beside column 1",
    1: "a modifier separates the two where the services were separate; else column 2 is denied beside column 1",
    9: "the pair is deleted, and holds no more",
}
"""What a modifier indicator means."""
MAIS: Mapping[int, str] = {
    1: "on a line: units beyond it can stand on another line, with a modifier, where they are separate",
    2: "in a day over all lines, absolute: no more is paid",
    3: "in a day over all lines: more can be appealed with evidence of medical necessity",
}
"""What an MUE adjudication indicator means."""
APPEALS: Mapping[int, str] = {
    1: "an appeal has ground only with records that the services were separate, and with the modifier that says so",
}
"""By modifier indicator what an appeal of a denied pair can rest on; of others it rests on nothing."""
APPEALS_OF_UNITS: Mapping[int, str] = {
    1: "no appeal is needed: bill further units on another line with a modifier, where they were separate",
    3: "units beyond it can be appealed with records of medical necessity",
}
"""The same by MUE adjudication indicator."""
NO_APPEAL = "none: the indicator leaves nothing to appeal on"
STAND_ON = "either code of the pair"
SEPARATING = (
    "sites separate only if they are not the same on both codes; the others say that the services were separate"
)


def known_of(found: OfService, other: str | None) -> str:
    """What is known of the pairs, in a sentence."""
    get = f"get the {KINDS['ptp'].source}, and `clausal fees import FILE`"
    if not found.releases:
        return f"not known: no table of pairs is held; {get}"
    count = len(found.pairs)
    force = "in force"
    if all(one.carried for one in found.releases):
        force = "in a table of other dates, which is applied: for this day none is held"
    listed = f"{count} {'pair is' if count == 1 else 'pairs are'} {force}"
    if found.complete or (count and other):
        return listed if count else f"no pair is {force}"
    held = "the table is held in rows of codes that packs name"
    return f"{listed}; whether others are is not known: {held}; {get}" if count else f"not known: {held}; {get}"


def limit_of(limit: Limit) -> str:
    """The most units of a code, in words."""
    if limit.units is not None and limit.mai is not None:
        return f"{limit.units} {'unit' if limit.units == 1 else 'units'} {MAIS[limit.mai]} (MAI {limit.mai})"
    return "none in the table" if limit.is_known else "not known: no row of it is held"


def answers(indicator: int) -> dict[str, str | bool]:
    """Can a modifier separate the two, on which line, which? And what could an appeal rest on?"""
    can = indicator in APPEALS
    return {
        "can": can,
        "on": f"{STAND_ON}; it is column 2 that is denied without it" if can else "",
        "which": f"sites: {' '.join(SITES)}; others: {' '.join(SEPARATE)}" if can else "",
        "appeal": APPEALS.get(indicator, NO_APPEAL),
    }


def pairs_data(found: Pairs) -> dict[str, Any]:
    """The answer as plain data."""
    return {
        "code": found.code,
        "other": found.other,
        "date": found.day,
        "services": [_service_data(one, found.other) for one in found.services],
        "modifiers": {"sites": list(SITES), "others": list(SEPARATE), "stand_on": STAND_ON, "says": SEPARATING},
    }


def _service_data(one: OfService, other: str | None) -> dict[str, Any]:
    return {
        "service": one.service,
        "releases": [asdict(release) for release in one.releases],
        "complete": one.complete,
        "known": known_of(one, other),
        "pairs": [_pair_data(pair) for pair in one.pairs],
        "ended": [_pair_data(pair) for pair in one.ended],
        "limits": [_limit_data(limit) for limit in one.limits],
    }


def _pair_data(pair: Pair) -> dict[str, Any]:
    return {
        "column_1": pair.column_1,
        "column_2": pair.column_2,
        "indicator": pair.indicator,
        "meaning": INDICATORS.get(pair.indicator),
        "separable": pair.is_separable,
        "effective": pair.effective,
        "deleted": pair.deleted,
        "release": pair.release.name,
    }


def _limit_data(limit: Limit) -> dict[str, Any]:
    return {
        "code": limit.code,
        "units": limit.units,
        "mai": limit.mai,
        "meaning": MAIS[limit.mai] if limit.mai is not None else None,
        "known": limit.is_known,
        "release": asdict(limit.release) if limit.release else None,
    }
