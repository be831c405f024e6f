"""Where an amount is of: the locality or the wage area that was applied, or national, and how that was found."""

from __future__ import annotations

from dataclasses import dataclass

from clausal.payment.facility import FacilityPriced
from clausal.payment.pfs import Priced
from clausal.schedules.gazetteer import NATIONAL
from clausal.schedules.lines import Lines
from clausal.schedules.places import Place
from clausal.schedules.tables import Schedules

ONE_RATE = "paid at one rate everywhere: drugs, devices and blood are not wage-adjusted"


@dataclass(frozen=True, slots=True)
class Applied:
    """What was applied, `08202-01 DETROIT` or `national`, and how that was found or why it is national."""

    place: str
    found: str


def of_professional(lines: Lines, priced: Priced, schedules: Schedules, place: Place, line: int) -> Applied:
    """The locality of a physician fee."""
    row, index = int(priced.gpci_row[line]), int(lines.locality[line])
    if index < 0:
        return Applied("national", place.locality.how)
    number = lines.localities[index]
    how = place.locality.how if place.locality.number == number else "as given"
    name = str(schedules.table("gpci").columns["name"][row]) if row >= 0 else ""
    return Applied(f"{number} {name}".strip(), how)


def of_facility(lines: Lines, priced: FacilityPriced, place: Place, line: int) -> Applied:
    """The wage area of a facility's rate."""
    if priced.amount[line] > 0 and not priced.local[line]:
        return Applied("national", ONE_RATE)
    if place.area.number is None and lines.wage[line] != NATIONAL:
        return Applied(f"wage index {int(lines.wage[line]) / NATIONAL:.4f}", "as given")
    return Applied(place.area.said, place.area.how)
