"""The example of a region as a case that can be opened, as far as a case can give its facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from clausal.documents.library import Library
from clausal.service.pages.case.query import address_of
from clausal.service.pages.compare.filters import is_asked

UNASSIGNED = "unassigned"
NO_CODE = "any code that no rule names"


def opened(
    library: Library, table: Mapping[str, Any], example: Mapping[str, Any], days: tuple[dt.date, dt.date]
) -> dict[str, Any]:
    """The addresses of the example on both days, and the facts that follow from others and cannot be given."""
    facts = library.vocabulary.facts
    data: dict[str, Any] = {}
    line: dict[str, Any] = {}
    left = {}
    for name, value in example.items():
        fact = facts.get(name)
        if fact is None or fact.case is None or value == NO_CODE:
            left[name] = value
        elif fact.of_line:
            if value != UNASSIGNED:
                line[fact.case[-1]] = value
        else:
            section = data
            for step in fact.case[:-1]:
                section = section.setdefault(step, {})
            section[fact.case[-1]] = value
    if "plan" not in data and (asking := _plan(library, table)):
        data["plan"] = asking
    data["lines"] = [line]
    first, second = (address_of({"service_date": str(day), **data}, facts) for day in days)
    return {"before": first, "after": second, "left_out": left}


def _plan(library: Library, table: Mapping[str, Any]) -> str | None:
    """A plan that asks the table; of those that ask it first of all the first."""
    asking = [one for one in library.plans.values() if is_asked(table, one)]
    name = next(iter(table["answers"].values()))
    first = [one for one in asking if one.authorities[:1] == (name,)]
    found = next(iter(first or asking), None)
    return found.name if found else None
