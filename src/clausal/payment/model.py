"""What a claim is paid, as values: one line of one component, and all of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """One line of one component; `line` counts from 0. Amounts are dollars as decimal text, or null with `why`."""

    line: int
    code: str
    units: int
    modifiers: list[str]
    component: str
    allowed: str | None
    payer: str | None
    patient: str | None
    sequestration: str | None
    why: str | None
    table: str
    release: str | None
    derivation: list[str]
    place: str = "national"
    """Of where the amount is: the locality (professional) or wage area (facility) applied, with its name."""
    place_found: str = ""
    """How that was found, or why it is national."""
    service_date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """All lines at one site, with the total of what has a price (null: nothing has); `complete`: every line has one.

    Of a claim whose type is told there are the amounts of that claim alone; else those of the practitioner and of the
    facility at the place of service, as the encounter comes to in all.
    """

    place: int
    service_date: dt.date
    locality: str | None
    lines: list[QuotedLine]
    total: str | None
    payer: str | None
    patient: str | None
    complete: bool
    where: str = ""
    """The place as it was given; each line says whether its amount is of there."""
