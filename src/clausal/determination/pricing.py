"""What Medicare pays for codes at one site or several, and what edits say of them; as a value, and as plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias, cast

import numpy as np

from clausal.amounts import Sum
from clausal.coding.edits import Finding
from clausal.determination.asked import Asked, as_written, checked, wrong
from clausal.determination.payment import edits, limits, said
from clausal.documents.library import Library
from clausal.facts.given_place import GivenPlace
from clausal.payment.indicators import meaning
from clausal.payment.model import Quote
from clausal.payment.money import dollars
from clausal.payment.parts import in_words
from clausal.payment.pfs import price as price_pfs
from clausal.payment.quote import TITLES, quote
from clausal.payment.sites import NOT_COVERAGE, site_name
from clausal.schedules.gazetteer import gazetteers
from clausal.schedules.holdings import missing
from clausal.schedules.lines import ASC, OUTPATIENT_DEPARTMENTS, ClaimType, Lines, make_lines
from clausal.schedules.meant import NoPlace
from clausal.schedules.places import Place as At
from clausal.schedules.places import resolve_written
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules

__all__ = ["Asked", "Edits", "Priced", "price", "priced_data", "tables_for"]

Edits: TypeAlias = dict[str, list[Finding]]
"""What edits say of the practitioner's claim (`professional`) and of the facility's (`facility`)."""


@dataclass(frozen=True)
class Priced:
    """What each site comes to, with its edits; `not_held` tells which tables were needed and are not there."""

    quotes: list[tuple[Quote, Edits]]
    not_held: list[str]


def tables_for(library: Library, codes: Sequence[str], store: Store | None = None) -> Schedules:
    """The tables that pricing some codes needs."""
    return Schedules(store, [*map(as_written, codes), *library.vocabulary.codes])


def price(library: Library, schedules: Schedules, asked: Asked) -> Priced:
    """Price what is asked; raises InvalidInput whose place has the path of what is wrong (`codes[1]`, `where.zip`)."""
    full = checked(asked, library, schedules)
    at = _where(schedules, full)
    kind = cast("ClaimType | None", full.claim_type)
    quotes = []
    for place in full.places:
        lines = _lines(full, place, at)
        found = _edits(library, lines, schedules, place, kind)
        left = full.deductible_left
        quoted = quote(lines, full.modifiers, schedules, deductible_left=left, at=at, claim_type=kind)
        quotes.append((quoted, found))
    return Priced(quotes, _not_held(schedules, [one for one, _ in quotes], full.days[0]))


def ranking(library: Library, schedules: Schedules, asked: Asked) -> list[dict[str, Any]]:
    """How the practitioner's procedures of a day rank beside one another at the first site, as plain data.

    Those of one multiple procedure indicator, the costliest unit first; `units` says what is paid of each. Empty where
    no rule of the day bears on the claim.
    """
    full = checked(asked, library, schedules)
    lines = _lines(full, full.places[0], _where(schedules, full))
    priced = price_pfs(lines, schedules)
    indicator = schedules.table("pfs").columns["mult"]
    touched = sorted({int(one) for parts in priced.parts for one in parts.line})
    words = {one: in_words(priced.parts, one) for one in touched if priced.row[one] >= 0}
    if not any(words.values()):
        return []
    rows = sorted(
        (str(indicator[int(priced.row[one])]), int(lines.date[one]), -int(priced.unit[one]), one) for one in words
    )
    return [
        {
            "line": one,
            "code": lines.code_at(one),
            "indicator": value,
            "meaning": meaning("mult", value),
            "unit": dollars(-worth),
            "units": words[one] or f"1 x {dollars(-worth)}",
        }
        for value, _, worth, one in rows
    ]


def priced_data(priced: Priced, compare: bool) -> dict[str, Any]:
    """The sites as plain data: several where they are compared, else the only one."""
    found = [_site_data(*one) for one in priced.quotes]
    answer = {"label": NOT_COVERAGE, "sites": found} if compare else found[0]
    return {**answer, "not_held": priced.not_held}


def _site_data(quoted: Quote, found: Edits) -> dict[str, Any]:
    """One site with its lines, and the edits of each."""
    lines = [
        {
            **asdict(line),
            "edits": [asdict(said(one)) for one in found.get(line.component, ()) if one.line == line.line],
        }
        for line in quoted.lines
    ]
    return {
        "label": NOT_COVERAGE,
        "site": site_name(quoted.place),
        "place_of_service": f"{quoted.place:02}",
        "service_date": quoted.service_date,
        "where": quoted.where or None,
        "locality": quoted.locality,
        "lines": lines,
        "total": quoted.total,
        "total_lines": Sum.of(line.allowed for line in quoted.lines).lines,
        "payer": quoted.payer,
        "patient": quoted.patient,
        "complete": quoted.complete,
    }


def _where(schedules: Schedules, asked: Asked) -> At:
    """The place that is meant, on the first date of service."""
    given: GivenPlace = asked.where
    try:
        return resolve_written(given, gazetteers(schedules).on(asked.days[0]))
    except NoPlace as error:
        part = error.part if getattr(given, error.part, "") else "name" if given.name else "county"
        raise wrong(f"where.{part}", error.message, error.hint) from None


def _lines(asked: Asked, place: int, at: At) -> Lines:
    last = asked.through or asked.days
    return make_lines(
        asked.codes,
        day=[np.datetime64(day) for day in asked.days],
        days=[(end - day).days + 1 for day, end in zip(asked.days, last, strict=True)],
        qualifying=-1 if asked.qualifying is None else int(asked.qualifying),
        units=asked.units,
        modifiers=asked.modifiers,
        place=place,
        locality=at.locality.number,
        wage=at.index,
        charge=asked.charges,
    )


def _edits(library: Library, lines: Lines, schedules: Schedules, place: int, kind: ClaimType | None) -> Edits:
    """Edits of the practitioner's claim and of the hospital's or surgical centre's; or of the claim that is told."""
    daily = limits(library.view(dt.date.today()))
    if kind:
        return {"professional" if kind == "professional" else "facility": edits(lines, schedules, kind, daily)}
    found = {"professional": edits(lines, schedules, "professional", daily)}
    if place in OUTPATIENT_DEPARTMENTS:
        found["facility"] = edits(lines, schedules, "outpatient", daily)
    elif place == ASC:
        found["facility"] = edits(lines, schedules, "asc", daily)
    return found


def _not_held(schedules: Schedules, quotes: list[Quote], date: dt.date) -> list[str]:
    """For each kind of table that was needed and is not held for the day: what is held, and how to get the rest."""
    used = {line.table for one in quotes for line in one.lines if line.release is None}
    kinds = [kind for kind, title in TITLES.items() if title in used]
    release, _ = schedules.table("gpci").on(np.array([np.datetime64(date).astype(np.int64)]))
    if release[0] < 0 and any(one.locality for one in quotes):
        kinds.append("gpci")
    release, _ = schedules.table("wage").on(np.array([np.datetime64(date).astype(np.int64)]))
    if release[0] < 0 and any(one.where and line.component == "facility" for one in quotes for line in one.lines):
        kinds.append("wage")
    return [missing(schedules.store, kind, date) for kind in kinds]
