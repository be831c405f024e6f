"""Three examples to begin with, of what is held: a nurse's case, a biller's claim, an analyst's comparison.

They are of the policy with most worked cases, so that other packs bring other examples.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from clausal.determination.decide import decide
from clausal.determination.worked import Worked, worked_cases
from clausal.documents.library import Library
from clausal.documents.pack import Pack
from clausal.service.held import Held
from clausal.service.pages.case.query import address_of
from clausal.service.rendering import addresses

DAY = dt.timedelta(days=1)


def examples(held: Held) -> list[dict[str, Any]]:
    """For whom each is, what it shows, and its address; none where no policy has worked cases."""
    return list(_examples(held.library, held.etag))


@lru_cache(maxsize=2)
def _examples(library: Library, _: str) -> tuple[dict[str, Any], ...]:
    cases: dict[str, list[Worked]] = {}
    for one in worked_cases(library):
        if library.packs[one.pack].kind == "coverage-policy":
            cases.setdefault(one.pack, []).append(one)
    if not cases:
        return ()
    name = max(cases, key=lambda pack: len(cases[pack]))
    pack = library.packs[name]
    return tuple(one for one in (_nurse(library, cases[name]), _biller(cases[name]), _analyst(pack)) if one)


def _nurse(library: Library, cases: Iterable[Worked]) -> dict[str, Any] | None:
    """A worked case that is still open; one that is shown in full before others."""
    for one in sorted(cases, key=lambda one: (not one.shown, one.as_of is not None)):
        found = decide(library, one.case, one.as_of)
        if found.lines and found.lines[0].status == "open" and found.questions:
            return {
                "who": "a nurse",
                "what": "decide a case, and see which question settles most",
                "about": one.name,
                "address": address_of(one.source.data["cases"][one.path[1]]["case"], library.vocabulary.facts),
            }
    return None


def _biller(cases: Iterable[Worked]) -> dict[str, Any] | None:
    """The lines of a worked case, with units and modifiers, priced."""
    for one in sorted(cases, key=lambda one: not one.shown):
        lines = one.source.data["cases"][one.path[1]]["case"].get("lines") or []
        if lines and all(line.get("code") for line in lines) and lines[0].get("modifiers"):
            codes = ", ".join(addresses.line_text(line) for line in lines)
            return {
                "who": "a biller",
                "what": "price a claim, with its code pairs and what each policy says",
                "about": codes,
                "address": addresses.of_fees(codes, date=one.case.service_date),
            }
    return None


def _analyst(pack: Pack) -> dict[str, Any] | None:
    """The edition with which most rules came into force after the first, against the day before."""
    began = Counter(rule.force.start for table in pack.tables for rule in table.rules if rule.force.start)
    days = sorted(one.effective for one in pack.versions)[1:]
    if not any(began[day] for day in days):
        return None
    after = max(days, key=lambda day: began[day])
    before = after - DAY
    return {
        "who": "an analyst",
        "what": "compare two editions: every region of cases whose answer changes",
        "about": f"{pack.name}, {before} and {after}",
        "address": f"/compare/{pack.name}/{before}..{after}",
    }
