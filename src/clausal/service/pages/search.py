"""The search: documents, clauses, rules, codes, values of facts such as nerves and devices, and places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request

from clausal.determination.interview.words import words
from clausal.documents.library import Library
from clausal.facts.vocabulary import HCPCS, ICD10CM, normal_icd
from clausal.schedules.found_places import matching
from clausal.schedules.gazetteer import gazetteers
from clausal.schedules.names import title
from clausal.service.api.common import held_of
from clausal.service.held import Held
from clausal.service.pages.view import Shown, view
from clausal.service.rendering import addresses

router = APIRouter(include_in_schema=False)
MOST_LETTERS = 200
MOST_SHOWN = 20
"""Of each kind; how many there are is told."""
MOST_YEARS_BACK = 5


@view(router, "/search", "search.html", "read", has_table=True)
def search(request: Request, q: str = "") -> Shown:
    """Everything of what is held that has all the words, by kind; a code or place leads to its fees too."""
    text = " ".join(q[:MOST_LETTERS].split())
    held = held_of(request)
    groups = [one for one in _groups(held, text) if one["count"]] if text else []
    return Shown({"q": text, "groups": groups}, table=[row for one in groups for row in one["found"]])


def _groups(held: Held, text: str) -> Iterator[dict[str, Any]]:
    wanted = words(text)
    library = held.library
    yield _group("Codes", _codes(library, text, wanted))
    yield _group("Documents", (one for one in _documents(library, wanted)))
    yield _group("Clauses", _clauses(library, wanted))
    yield _group("Rules", _rules(library, wanted))
    yield _group("Nerves, devices and other values", _values(library, wanted))
    yield _group("Places", _places(held, text))


def _group(name: str, found: Iterator[dict[str, str]]) -> dict[str, Any]:
    rows = [{"kind": name, **one} for one in found]
    return {"name": name, "count": len(rows), "found": rows[:MOST_SHOWN]}


def _has(wanted: tuple[str, ...], *texts: str) -> bool:
    """Whether each word begins some word of the texts."""
    own = {word for text in texts for word in words(text.replace("-", " ").replace("_", " "))} | set(words(texts[0]))
    return bool(wanted) and all(any(word.startswith(one) for word in own) for one in wanted)


def _row(what: str, about: str, address: str) -> dict[str, str]:
    return {"what": what, "about": about, "address": address}


def _codes(library: Library, text: str, wanted: tuple[str, ...]) -> Iterator[dict[str, str]]:
    vocabulary = library.vocabulary
    code = text.upper()
    named = [one for one, says in vocabulary.codes.items() if one == code or (says and _has(wanted, says, one))]
    if HCPCS.match(code) and code not in named and any(letter.isdigit() for letter in code):
        named.insert(0, code)
    for one in named:
        about = vocabulary.codes.get(one) or "procedure code that no document names"
        yield _row(one, f"{about}: what Medicare pays", addresses.of_fees(one))
        yield _row(one, "code pairs and unit limits", addresses.of_pairs(one))
    diagnosis = normal_icd(code)
    for one, says in vocabulary.diagnoses.items():
        if one == diagnosis or _has(wanted, says, one):
            yield _row(one, f"{says}: decide a case", addresses.address("/case", {"diagnoses": one}))
    if ICD10CM.match(diagnosis) and diagnosis not in vocabulary.diagnoses and any(c.isdigit() for c in diagnosis):
        yield _row(diagnosis, "diagnosis: decide a case", addresses.address("/case", {"diagnoses": diagnosis}))


def _documents(library: Library, wanted: tuple[str, ...]) -> Iterator[dict[str, str]]:
    for pack in library.packs.values():
        plans = " ".join(f"{one.name} {one.label}" for one in pack.plans.values())
        if _has(wanted, pack.name, pack.title, pack.publisher, plans):
            yield _row(pack.title, f"{pack.publisher}, {pack.status}", addresses.of_pack(pack.name))


def _clauses(library: Library, wanted: tuple[str, ...]) -> Iterator[dict[str, str]]:
    for pack in library.packs.values():
        for clause in pack.clauses.values():
            if _has(wanted, clause.ref, clause.id, clause.says, clause.locator):
                yield _row(clause.ref, f"{clause.locator}: {clause.says}", addresses.of_clause(clause.ref))


def _rules(library: Library, wanted: tuple[str, ...]) -> Iterator[dict[str, str]]:
    for pack in library.packs.values():
        for table in pack.tables:
            for rule in table.rules:
                if _has(wanted, rule.name, rule.about):
                    where = addresses.of_clause(rule.cites[0]) if rule.cites else addresses.of_pack(pack.name)
                    yield _row(rule.name.replace("-", " "), f"rule of {table.id}", where)


def _values(library: Library, wanted: tuple[str, ...]) -> Iterator[dict[str, str]]:
    for fact in library.vocabulary.facts.values():
        if not fact.can_be_asked or fact.of_line:
            continue
        for value, label in fact.values.items():
            aliases = " ".join(alias for alias, of in fact.aliases.items() if of == value)
            if _has(wanted, value, label, aliases):
                about = f"{fact.name.replace('_', ' ')}: decide a case"
                yield _row(label, about, addresses.address("/case", {fact.name: value}))


def _places(held: Held, text: str) -> Iterator[dict[str, str]]:
    """Localities and wage areas of the last year that is held."""
    if len(text) < len("OH"):
        return
    if len(text) == len("48201") and text.isdecimal():
        yield _row(text, "ZIP code: what Medicare pays there", addresses.address("/fees", {"place": text}))
    today = dt.date.today()
    for year in range(today.year, today.year - MOST_YEARS_BACK, -1):
        day = min(today, dt.date(year, 12, 31))
        gazetteer = gazetteers(held.schedules).on(day)
        if not gazetteer.holds_localities:
            continue
        localities, areas = matching(gazetteer, text)
        for one in localities:
            about = f"Medicare locality {one.number}, {year}: what Medicare pays there"
            yield _row(title(one.name), about, addresses.address("/fees", {"place": one.number}))
        for area in areas:
            yield _row(
                title(area.name), f"wage area {area.number}, {year}", addresses.address("/fees", {"place": text})
            )
        return
