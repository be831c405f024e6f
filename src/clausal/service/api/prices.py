"""Prices and code pairs, from Medicare's published tables."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field, StrictInt
from starlette.responses import Response

from clausal.coding.pairs import pairs_of
from clausal.coding.pairs_data import pairs_data
from clausal.determination.asked import as_written
from clausal.determination.pricing import Asked, price, priced_data
from clausal.facts.given_place import GivenPlace
from clausal.payment.sites import SITES
from clausal.problems import InvalidInput
from clausal.service.api.common import API, Body, answered, held_of, needs, of_library, with_example
from clausal.service.fields import Code, Day, Money, PlaceOfService
from clausal.service.problems import Refusal, of_input

router = APIRouter(prefix=API, tags=["prices"])
Site = Literal["office", "asc", "hospital-outpatient"]
EXAMPLE = {
    "lines": [{"code": "64640", "units": 2, "modifiers": ["RT"], "service_date": "2024-10-15"}],
    "where": {"name": "Detroit"},
}
_OF_LINES = {
    "codes": "code", "units": "units", "modifiers": "modifiers", "days": "service_date", "through": "through",
    "charges": "charge",
}  # fmt: skip
"""The field of a line of what `determination.asked` has by column."""


class PricedLine(Body):
    """A line of the claim."""

    code: Code
    units: StrictInt = Field(1, ge=1, le=9999)
    modifiers: list[Annotated[str, Field(max_length=2)]] = Field([], max_length=4)
    service_date: Day | None = Field(None, description="Today, if it is not given.")
    through: Day | None = Field(None, description="The last day of a service that spans days.")
    charge: Money | None = Field(None, description="In dollars, as text; on all lines or on none.")


class Where(Body):
    """Where it is; nothing is national."""

    name: str = Field("", max_length=80, examples=["Detroit"])
    zip: str = Field("", max_length=10)
    county: str = Field("", max_length=80)
    state: str = Field("", max_length=40)
    locality: str = Field("", max_length=10)
    cbsa: str = Field("", max_length=10)


class PriceAsked(Body):
    """A claim to be priced."""

    lines: list[PricedLine] = Field(min_length=1, max_length=999, examples=[[{"code": "64640", "units": 2}]])
    claim_type: Literal["professional", "outpatient", "asc"] | None = None
    place_of_service: PlaceOfService | None = None
    compare_sites: list[Site] = Field([], max_length=3, description="Price it at each of these instead.")
    qualifying: bool | None = Field(None, description="Whether the practitioner is a qualifying participant.")
    where: Where = Where()
    deductible_left: Money = Field("0.00", description="Part B deductible still owed.")


@router.post(
    "/prices", summary="What Medicare pays", **needs("price", 400, 408, 413, 504, openapi_extra=with_example(EXAMPLE))
)
def read_prices(request: Request, asked: PriceAsked) -> Response:
    """Each amount with its formula, table and release, and what claim edits say. A rate is not coverage.

    Money is text in dollars; null is no amount, and never zero.
    """
    held = held_of(request)
    if asked.compare_sites and (asked.place_of_service or asked.claim_type):
        detail = "sites are compared, whatever the place or the type of claim"
        raise Refusal(422, detail, "leave out `compare_sites`, or the others", path="compare_sites")
    charges = [one.charge for one in asked.lines]
    if any(charges) and not all(charges):
        raise Refusal(422, "some lines have a charge and some have none", "all or none", path="lines")
    today = dt.date.today()
    days = [one.service_date or today for one in asked.lines]
    spans = any(one.through for one in asked.lines)
    places = [SITES[one] for one in asked.compare_sites]
    if asked.place_of_service:
        places = [int(asked.place_of_service)]
    full = Asked(
        codes=[one.code for one in asked.lines],
        days=days,
        through=[one.through or day for one, day in zip(asked.lines, days, strict=True)] if spans else None,
        units=[one.units for one in asked.lines],
        modifiers=[one.modifiers for one in asked.lines],
        charges=[_cents(one) for one in charges if one] or None,
        places=places,
        claim_type=asked.claim_type,
        qualifying=asked.qualifying,
        where=GivenPlace(**{name: text.strip() for name, text in asked.where.model_dump().items() if text.strip()}),
        deductible_left=_cents(asked.deductible_left),
    )
    codes = {as_written(one) for one in full.codes} - set(held.library.vocabulary.codes)
    try:
        found = price(held.library, held.with_codes(codes), full)
    except InvalidInput as error:
        raise _by_line(error) from None
    return answered(priced_data(found, bool(asked.compare_sites)), ETag=f'"{held.etag}"')


@router.get("/pairs", summary="NCCI code pairs and unit limits", **needs("price", 504))
def read_pairs(
    request: Request,
    code: Annotated[str, Query(pattern=r"^[A-Za-z0-9]{5}$", examples=["64640"])],
    other: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9]{5}$", description="Only pairs with this code.")] = None,
    date: Annotated[Day | None, Query(description="Date of service (today).")] = None,
    service: Annotated[
        Literal["practitioner", "outpatient"] | None, Query(description="For whom the table is (both).")
    ] = None,
) -> Response:
    """The pairs in force on a day, in both directions, with the modifiers that can separate them; and units a day.

    A table that holds a part of the published one never says that there is no pair: then it is not known.
    """
    held = held_of(request)
    schedules = held.about([code] if other is None else [code, other])
    known = held.library.vocabulary.codes
    try:
        found = pairs_of(schedules, code, other, on=date or dt.date.today(), service=service, known=known)
    except InvalidInput as error:
        raise of_input(error) from None
    return of_library(request, pairs_data(found), None if date else found.day)


def _cents(text: str) -> int:
    return int(Decimal(text) * 100)


def _by_line(error: InvalidInput) -> Refusal:
    """Problems by the fields of the body."""
    refusal = of_input(error)
    for one in refusal.errors:
        found = re.match(r"([a-z]+)\[(\d+)\](.*)", one.path)
        if found and found[1] in _OF_LINES:
            one.path = f"lines[{found[2]}].{_OF_LINES[found[1]]}{found[3]}"
        elif one.path in _OF_LINES:
            one.path = "lines"
        elif one.path.startswith("places"):
            one.path = "place_of_service"
    return refusal
