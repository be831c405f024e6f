"""What is asked to be priced, and what must be true of it; what is wrong is told by its path, as a JSON body has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from clausal.documents.library import Library
from clausal.facts.given_place import GivenPlace
from clausal.payment.sites import SITE_OF, SITES
from clausal.problems import InvalidInput, Place, expected_one_of, nearest
from clausal.schedules.modifiers import KNOWN, exists
from clausal.schedules.tables import Schedules
from clausal.schedules.unlisted import unlisted

ASKED = "price"
"""Stands for the file in places of what is asked."""
MOST_UNITS, MOST_CENTS, MOST_PLACE = 9_999, 10**11, 99
One = TypeVar("One")


@dataclass(frozen=True)
class Asked:
    """Codes of one claim to be priced; of days, units, modifiers and charges one for each code, or one for all.

    `days` are dates of service (today, if none is given), `through` the last days of services that span days. `charges`
    and `deductible_left` are in cents. `places` are places of service by number: several are compared; none is that
    of the claim type, or an office.
    """

    codes: Sequence[str]
    days: Sequence[dt.date] = ()
    through: Sequence[dt.date] | None = None
    units: Sequence[int] = ()
    modifiers: Sequence[Sequence[str]] = ()
    charges: Sequence[int] | None = None
    places: Sequence[int] = ()
    claim_type: str | None = None
    qualifying: bool | None = None
    where: GivenPlace = field(default_factory=GivenPlace)
    deductible_left: int = 0


def as_written(code: str) -> str:
    """A code or modifier as tables write it."""
    return code.strip().upper()


def cents_of(text: str) -> int | None:
    """The cents of an amount in dollars as it is written; None where it is no such amount, or too large."""
    try:
        cents = Decimal(text.strip().replace("$", "")) * 100
    except InvalidOperation:
        return None
    if not cents.is_finite() or cents < 0 or cents != cents.to_integral_value() or cents > MOST_CENTS:
        return None
    return int(cents)


def wrong(path: str, message: str, hint: str = "") -> InvalidInput:
    """What is wrong with a field of what is asked."""
    return InvalidInput.at(Place(ASKED, path=path), message, hint)


def checked(asked: Asked, library: Library, schedules: Schedules) -> Asked:
    """What is asked with a value for each code, and with a place of service; raises InvalidInput."""
    _check_claim_type(asked)
    codes = [as_written(code) for code in asked.codes]
    if not codes:
        raise wrong("codes", "no code is given", "a procedure code, as in 64640")
    for at, code in enumerate(codes):
        if said := unlisted(code, library.vocabulary.codes, schedules):
            raise wrong(f"codes[{at}]", *said)
    count = len(codes)
    days = _for_each("days", asked.days or [dt.date.today()], count)
    _numbers("charges", asked.charges or (), 0, MOST_CENTS)
    _numbers("deductible_left", [asked.deductible_left], 0, MOST_CENTS)
    return replace(
        asked,
        codes=codes,
        days=days,
        through=_through(asked, days),
        units=_for_each("units", _numbers("units", asked.units or (1,), 1, MOST_UNITS), count),
        modifiers=_for_each("modifiers", _modifiers(asked.modifiers or ((),)), count),
        charges=_for_each("charges", asked.charges, count) if asked.charges else None,
        places=_numbers("places", asked.places, 1, MOST_PLACE)
        or [SITES[SITE_OF.get(asked.claim_type or "", "office")]],
    )


def _check_claim_type(asked: Asked) -> None:
    if asked.claim_type is None:
        return
    if len(asked.places) > 1:
        raise wrong("claim_type", "sites are compared over both claims of an encounter", "leave out one of the two")
    if asked.claim_type not in SITE_OF:
        hint = nearest(asked.claim_type, SITE_OF) or expected_one_of(SITE_OF)
        raise wrong("claim_type", f"unknown claim type '{asked.claim_type}'", hint)


def _for_each(path: str, values: Sequence[One], count: int) -> Sequence[One]:
    """A value for each code; a single one counts for all."""
    if len(values) not in (1, count):
        raise wrong(path, f"{len(values)} values for {count} codes", "one for all, or one for each")
    return list(values) * count if len(values) == 1 else values


def _numbers(path: str, values: Sequence[int], low: int, high: int) -> Sequence[int]:
    for at, value in enumerate(values):
        if not low <= value <= high:
            where = path if path == "deductible_left" else f"{path}[{at}]"
            raise wrong(where, f"'{value}' is not a whole number from {low} to {high:,}")
    return values


def _modifiers(of_codes: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    found = [[as_written(one) for one in of_code] for of_code in of_codes]
    for code, of_code in enumerate(found):
        for at, modifier in enumerate(of_code):
            if not exists(modifier):
                hint = nearest(modifier, KNOWN, cutoff=0.5) or "two letters or digits, as in RT or 59"
                raise wrong(f"modifiers[{code}][{at}]", f"'{modifier}' is not a modifier", hint)
    return found


def _through(asked: Asked, days: Sequence[dt.date]) -> Sequence[dt.date]:
    """The last day of each code."""
    if not asked.through:
        return days
    last = _for_each("through", asked.through, len(days))
    for at, (day, other) in enumerate(zip(days, last, strict=True)):
        if other < day:
            path = f"through[{min(at, len(asked.through) - 1)}]"
            raise wrong(path, f"{other} is before the date of service {day}", "the last day")
    return last
