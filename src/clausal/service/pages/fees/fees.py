"""The fee page: codes as they are typed, every column that the tables have, the claim priced together, the policies."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request

from clausal.determination.asked import Asked, as_written
from clausal.determination.interview.questions import Setting
from clausal.determination.pricing import price, priced_data, ranking
from clausal.documents.library import Library
from clausal.documents.naming import naming
from clausal.payment.published import published
from clausal.payment.sites import NOT_COVERAGE, SITES
from clausal.problems import InvalidInput
from clausal.schedules.gazetteer import gazetteers
from clausal.schedules.holdings import holdings
from clausal.schedules.kinds import KINDS
from clausal.schedules.places import resolve_written
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules
from clausal.service.api.common import held_of
from clausal.service.pages.cited import cited
from clausal.service.pages.fees.query import Read, by_field, read
from clausal.service.pages.view import Shown, view
from clausal.service.rendering import addresses

router = APIRouter(include_in_schema=False)
EDITS = ("ptp", "mue")
"""Kinds of claim edits that are published for dates."""
EXAMPLE = {"codes": "64640 x2 RT, 64624", "place": "Detroit", "date": "2024-10-15", "pos": "11"}


@view(router, "/fees", "fees.html", "price", has_table=True)
def fees(request: Request) -> Shown:
    """What Medicare pays for codes, with every column of the tables; a rate is not coverage."""
    held = held_of(request)
    today = dt.date.today()
    found = read(dict(request.query_params), Setting(held.library, today, today))
    data: dict[str, Any] = {
        "asked": found.texts,
        "service_date": found.day,
        "today": today,
        "label": NOT_COVERAGE,
        "example": addresses.address("/fees", EXAMPLE),
        "answer": None,
    }
    if found.asked is None:
        return Shown(data, [], found.problems)
    codes = {as_written(one) for one in found.asked.codes} - set(held.library.vocabulary.codes)
    try:
        answer = _answer(held.library, held.with_codes(codes), found.asked)
    except InvalidInput as error:
        return Shown(data, [], by_field(error))
    return Shown(data | {"answer": answer | {"command": _command(found)}}, list(_rows(answer)))


def _answer(library: Library, schedules: Schedules, asked: Asked) -> dict[str, Any]:
    """The claim at its site and at each of three, then each code by itself."""
    claim = priced_data(price(library, schedules, asked), compare=False)
    every = replace(asked, places=list(SITES.values()), claim_type=None)
    sites = priced_data(price(library, schedules, every), compare=True)
    day = asked.days[0]
    at = resolve_written(asked.where, gazetteers(schedules).on(day))
    rows = [
        published(schedules, as_written(code), list(map(as_written, modifiers)), day, at, asked.qualifying)
        | {"units": units, "modifiers": list(modifiers)}
        for code, units, modifiers in zip(asked.codes, asked.units, asked.modifiers, strict=True)
    ]
    policies = [
        {"code": code, "documents": naming(library, code, day)}
        for code in dict.fromkeys(as_written(one) for one in asked.codes)
    ]
    lacking = (*claim["not_held"], *sites["not_held"], *(one for row in rows for one in row["not_held"]))
    return {
        "rows": rows,
        "claim": claim,
        "ranking": ranking(library, schedules, asked),
        "sites": sites,
        "policies": policies,
        "clauses": cited(library, policies),
        "edit_tables": [edit_table(schedules.store, kind, day) for kind in EDITS],
        "not_held": list(dict.fromkeys(lacking)),
    }


def edit_table(store: Store, kind: str, day: dt.date) -> dict[str, Any]:
    """Whether a kind of claim edits is held for a day, whole or in part; else the last day for which it is."""
    found = [one for one in holdings(store) if one.release.kind == kind]
    of_day = [one for one in found if one.release.start <= day <= one.release.end]
    return {
        "label": KINDS[kind].label,
        "held": bool(of_day),
        "whole": all(one.is_whole for one in of_day),
        "last": max((one.release.end for one in found), default=None),
    }


def _rows(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The table: one row a code, with every column."""
    for number, row in enumerate(answer["rows"]):
        flat: dict[str, Any] = {name: row[name] for name in ("code", "units", "modifiers", "service_date")}
        flat |= {f"price_{name}": one["amount"] for name, one in row["prices"].items()}
        flat |= {f"rvu_{name}": one for name, one in (row["rvus"] or {}).items()}
        flat |= {f"gpci_{name}": one for name, one in (row["gpcis"] or {}).items()}
        flat["conversion_factor"] = row["conversion_factor"]
        flat |= {f"indicator_{one['column']}": one["value"] for one in row["indicators"] or ()}
        for name in ("opps", "asc"):
            flat |= {f"{name}_{key}": one for key, one in (row[name] or {}).items()}
        for line in answer["claim"]["lines"]:
            if line["line"] == number:
                flat |= {f"claim_{line['component']}_{name}": line[name] for name in ("allowed", "payer", "patient")}
        flat["releases"] = "; ".join(f"{one['release']} ({one['from']} to {one['to']})" for one in row["releases"])
        flat["not_held"] = "; ".join(row["not_held"])
        yield flat


def _command(found: Read) -> str:
    """The command that prices the same claim."""
    asked, texts = found.asked, found.texts
    assert asked is not None
    parts = ["clausal price", *map(as_written, asked.codes)]
    options = {
        "units": ",".join(map(str, asked.units)) if any(one != 1 for one in asked.units) else "",
        "modifiers": ",".join("-".join(one) for one in asked.modifiers) if any(asked.modifiers) else "",
        "date": str(found.day),
        "place": str(asked.places[0]) if asked.places else "",
        "claim-type": asked.claim_type or "",
        "where": texts["place"],
        "charge": ",".join(f"{one / 100:.2f}" for one in asked.charges or ()),
        "deductible-left": f"{asked.deductible_left / 100:.2f}" if asked.deductible_left else "",
    }
    parts += [f"--{name} {shlex.quote(text)}" for name, text in options.items() if text]
    if asked.qualifying is not None:
        parts.append("--qualifying" if asked.qualifying else "--not-qualifying")
    return " ".join(parts)
