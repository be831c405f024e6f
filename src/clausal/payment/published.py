"""What the published tables say of one code on a day at a place: every column, with the release that it is of.

Prices are of one unit without modifiers (but 26, TC and 53, which have rows of their own), by the same functions that
price a claim; so a figure here is the fee before what a claim's other lines do to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from clausal.payment.facility import FacilityPriced, price_asc, price_opps
from clausal.payment.fees import ROWS
from clausal.payment.indicators import INDICATORS, meaning
from clausal.payment.model import Quote
from clausal.payment.pfs import Priced, price
from clausal.payment.quote import quote
from clausal.schedules.holdings import missing
from clausal.schedules.kinds import KINDS, MONEY
from clausal.schedules.lines import ASC, HOSPITAL_OUTPATIENT, OFFICE, Lines, make_lines
from clausal.schedules.places import Place
from clausal.schedules.tables import Schedules, Table

PRICES = ("non_facility", "facility", "opps", "asc")
SITE = {"non_facility": OFFICE, "facility": HOSPITAL_OUTPATIENT, "opps": HOSPITAL_OUTPATIENT, "asc": ASC}
"""At which place of service each price is worked out."""
OF_ROW = ROWS[1:]


def published(
    schedules: Schedules, code: str, modifiers: Sequence[str], day: dt.date, at: Place, qualifying: bool | None
) -> dict[str, Any]:
    """Everything as plain data: prices with their formulas, columns as text, releases, and what is not held."""
    own = [one for one in modifiers if one in OF_ROW][:1]

    def lines(place: int) -> Lines:
        return make_lines(
            [code],
            day=np.datetime64(day),
            units=[1],
            modifiers=[own],
            place=place,
            locality=at.locality.number,
            wage=at.index,
            qualifying=-1 if qualifying is None else int(qualifying),
        )

    of_site = {place: lines(place) for place in dict.fromkeys(SITE.values())}
    quotes = {place: quote(one, [own], schedules, at=at) for place, one in of_site.items()}
    priced = price(of_site[OFFICE], schedules)
    opps, asc = price_opps(of_site[HOSPITAL_OUTPATIENT], schedules), price_asc(of_site[ASC], schedules)
    pfs = _row(schedules.table("pfs"), int(priced.row[0]))
    tables: dict[str, Priced | FacilityPriced] = {"pfs": priced, "opps": opps, asc.table_of(0): asc}
    releases = [_release(schedules.table(kind), kind, int(one.release[0]), day) for kind, one in tables.items()]
    return {
        "code": code,
        "modifier": str(pfs["mod"]) if pfs else (own[0] if own else ""),
        "service_date": day,
        "prices": {name: _price(quotes[SITE[name]], name) for name in PRICES},
        "rvus": _values(pfs) if pfs else None,
        "gpcis": _indices(schedules.table("gpci"), int(priced.gpci_row[0])),
        "conversion_factor": _decimal(int(priced.factor[0]), 4) if pfs else None,
        "indicators": _indicators(pfs) if pfs else None,
        "opps": _opps(schedules, opps),
        "asc": _asc(schedules, asc),
        "releases": [one for one in (*releases, _of_places(schedules, priced, day)) if one],
        "not_held": _not_held(schedules, tables, day, at),
    }


def _row(table: Table, row: int) -> dict[str, Any] | None:
    return {name: values[row] for name, values in table.columns.items()} if row >= 0 else None


def _price(found: Quote, name: str) -> dict[str, Any]:
    """One price: the amount or why there is none, and its formula."""
    component = "professional" if name in ("non_facility", "facility") else "facility"
    line = next((one for one in found.lines if one.component == component), None)
    if line is None:
        why = "no row of the table"
        return {"amount": None, "held": True, "formula": [], "why": why, "place": "", "place_found": ""}
    return {
        "amount": line.allowed,
        "held": line.release is not None,
        "formula": line.derivation,
        "why": line.why,
        "place": line.place,
        "place_found": line.place_found,
    }


def _values(row: dict[str, Any]) -> dict[str, Any]:
    """Relative values as the file has them; a sum of its parts."""
    work, office, facility, mp = (int(row[name]) for name in ("work", "pe_nf", "pe_f", "mp"))
    return {
        "work": _decimal(work, 2),
        "pe_non_facility": _decimal(office, 2),
        "pe_facility": _decimal(facility, 2),
        "mp": _decimal(mp, 2),
        "total_non_facility": _decimal(work + office + mp, 2),
        "total_facility": _decimal(work + facility + mp, 2),
        "not_in_office": row["na_nf"] == "NA",
        "not_in_facility": row["na_f"] == "NA",
        "pre_percent": _decimal(int(row["pre"]), 2),
        "intra_percent": _decimal(int(row["intra"]), 2),
        "post_percent": _decimal(int(row["post"]), 2),
    }


def _indices(table: Table, row: int) -> dict[str, Any] | None:
    """The indices of the locality; None where the price is national, and each is 1."""
    if row < 0:
        return None
    values = {name: _decimal(int(table.columns[name][row]), 3) for name in ("work", "pe", "mp")}
    return {"locality": str(table.columns["locality"][row]), "name": str(table.columns["name"][row]), **values}


def _indicators(row: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"column": name, "label": label, "value": str(row[name]), "meaning": meaning(name, str(row[name]))}
        for name, (label, _) in INDICATORS.items()
    ]


def _opps(schedules: Schedules, priced: FacilityPriced) -> dict[str, Any] | None:
    row = _row(schedules.table("opps"), int(priced.row[0]))
    if row is None:
        return None
    return {
        "status": row["si"],
        "apc": row["apc"] or None,
        "rate": _money(int(row["rate"])),
        "copayment": _money(int(row["copay"])),
        "least_copayment": _money(int(row["min_copay"])),
    }


def _asc(schedules: Schedules, priced: FacilityPriced) -> dict[str, Any] | None:
    kind = priced.table_of(0)
    row = _row(schedules.table(kind), int(priced.row[0]))
    if row is None:
        return None
    return {
        "addendum": "BB" if kind == "ascbb" else "AA",
        "indicator": row["indicator"],
        "discounted": row["discount"] or None if "discount" in row else None,
        "rate": _money(int(row["rate"])),
    }


def _release(table: Table, kind: str, number: int, day: dt.date) -> dict[str, Any] | None:
    if number < 0:
        return None
    release = table.releases[number]
    return {
        "table": KINDS[kind].label,
        "release": release.name,
        "from": release.start,
        "to": release.end,
        "whole": bool(table.is_whole[number]),
        "of_other_dates": not release.start <= day <= release.end,
    }


def _of_places(schedules: Schedules, priced: Priced, day: dt.date) -> dict[str, Any] | None:
    table, row = schedules.table("gpci"), int(priced.gpci_row[0])
    return _release(table, "gpci", int(table.release[row]), day) if row >= 0 else None


def _not_held(schedules: Schedules, tables: dict[str, Priced | FacilityPriced], day: dt.date, at: Place) -> list[str]:
    """For each kind of table of which none is held for the day: what is, and how to get the rest."""
    kinds = [kind for kind, one in tables.items() if int(one.release[0]) < 0]
    asked: Iterable[tuple[str, bool]] = (("gpci", bool(at.locality.number)), ("wage", bool(at.said)))
    days = np.array([np.datetime64(day).astype(np.int64)])
    kinds += [kind for kind, is_asked in asked if is_asked and int(schedules.table(kind).on(days)[0][0]) < 0]
    return [missing(schedules.store, kind, day) for kind in kinds]


def _decimal(value: int, places: int) -> str | None:
    return None if value < 0 else f"{Decimal(value).scaleb(-places):f}"


def _money(value: int) -> str | None:
    """An amount of a table in dollars; more digits than cents where the table has them."""
    if value < 0:
        return None
    exact = Decimal(value) / MONEY
    return f"{exact:.2f}" if exact == round(exact, 2) else f"{exact:f}"
