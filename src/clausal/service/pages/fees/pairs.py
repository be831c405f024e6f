"""The page of NCCI's pairs and unit limits: both directions, what separates a pair, what an appeal can rest on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request

from clausal.coding.pairs import SERVICES, pairs_of
from clausal.coding.pairs_data import APPEALS_OF_UNITS, NO_APPEAL, answers, pairs_data
from clausal.problems import InvalidInput, expected_one_of, nearest
from clausal.service.api.common import held_of
from clausal.service.pages.fees.query import Read, read_day
from clausal.service.pages.view import Shown, view
from clausal.service.problems import FieldProblem, field_problem
from clausal.service.rendering import addresses

router = APIRouter(include_in_schema=False)
FIELDS = ("code", "other", "date", "service")
EXAMPLE = {"code": "64640", "date": "2024-10-15"}


@view(router, "/fees/pairs", "pairs.html", "price", has_table=True)
def pairs(request: Request) -> Shown:
    """Which codes are bundled into which on a day, for practitioners and outpatient hospitals; the most units."""
    held, today = held_of(request), dt.date.today()
    sent = dict(request.query_params)
    form = Read({name: sent.get(name, "").strip() for name in FIELDS}, today)
    for name in sent:
        if name not in FIELDS:
            form.wrong(name[:80], f"unknown name '{name[:80]}'", nearest(name, FIELDS) or expected_one_of(FIELDS))
    form.day = read_day(form, form.texts["date"], today)
    _check_codes(form)
    data: dict[str, Any] = {
        "asked": form.texts,
        "service_date": form.day,
        "example": addresses.address("/fees/pairs", EXAMPLE),
        "answer": None,
    }
    code, other, service = form.texts["code"], form.texts["other"] or None, form.texts["service"] or None
    if not code or form.problems:
        return Shown(data, [], form.problems)
    schedules = held.about([code] if other is None else [code, other])
    known = held.library.vocabulary.codes
    try:
        found = pairs_of(schedules, code, other, on=form.day, service=service, known=known)
    except InvalidInput as error:
        return Shown(data, [], [field_problem(one) for one in error.problems])
    told = pairs_data(found)
    return Shown(data | {"answer": _with_answers(told)}, list(_rows(told)))


def _check_codes(form: Read) -> None:
    for name in ("code", "other"):
        text = form.texts[name]
        if text and not (len(text) == 5 and text.isascii() and text.isalnum()):
            form.problems.append(
                FieldProblem(path=name, message=f"'{text[:40]}' is no code", expected="five letters or digits")
            )
    if form.texts["other"] and not form.texts["code"]:
        form.wrong("code", "a pair is of two codes, and the first is not given")
    service = form.texts["service"]
    if service and service not in SERVICES:
        form.wrong("service", f"unknown service '{service[:40]}'", nearest(service, SERVICES))


def _with_answers(told: Mapping[str, Any]) -> dict[str, Any]:
    """The pairs by direction, each with its answers; limits with what an appeal can rest on."""
    services = []
    for one in told["services"]:
        every = [pair | {"answers": answers(pair["indicator"])} for pair in one["pairs"]]
        services.append(
            one
            | {
                "as_column_1": [pair for pair in every if pair["column_1"] == told["code"]],
                "as_column_2": [pair for pair in every if pair["column_1"] != told["code"]],
                "limits": [
                    limit | {"appeal": APPEALS_OF_UNITS.get(limit["mai"], NO_APPEAL) if limit["mai"] else None}
                    for limit in one["limits"]
                ],
            }
        )
    return {**told, "services": services}


def _rows(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The table: every pair, those that are not in force too."""
    names = ("column_1", "column_2", "indicator", "separable", "effective", "deleted", "release")
    for one in told["services"]:
        for force, pairs in (("yes", one["pairs"]), ("no", one["ended"])):
            for pair in pairs:
                yield {"service": one["service"], **{name: pair[name] for name in names}, "in_force": force}
