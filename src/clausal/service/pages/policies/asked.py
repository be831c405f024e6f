"""What an address of a policy asks for: the document, the day of service, the day of publication, the open case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request

from clausal.documents.pack import Clause, Pack
from clausal.problems import nearest
from clausal.service.api.common import held_of
from clausal.service.held import Held
from clausal.service.pages.case.query import MORE, is_withheld
from clausal.service.problems import FieldProblem, Refusal
from clausal.service.rendering.addresses import address, of_pack

NOW = "now"
EXPECTED = "a date as year-month-day, as in 2024-10-15"
MOST_CASE = 8000


@dataclass(frozen=True)
class Asked:
    """A document on a day; `tail` is what links to its other days and clauses keep."""

    held: Held
    pack: Pack
    day: dt.date
    as_of: dt.date
    case: str = ""
    problems: list[FieldProblem] = field(default_factory=list)
    tail: Mapping[str, str] = field(default_factory=dict)
    is_withheld: bool = False
    """Whether the address that was asked has what no address may have, and is not repeated."""

    def data(self) -> dict[str, Any]:
        """What every page of a policy is told of it."""
        return {"tail": dict(self.tail), "case": self.case or None}

    def at(self, *steps: str) -> str:
        """The address of a page of the document on this day."""
        return address("/".join((of_pack(self.pack.name, self.day), *steps)), self.tail)

    def restored(self, *steps: str) -> str | None:
        """The address that restores a page: None where it is the one that was asked."""
        return self.at(*steps) if self.is_withheld else None


def asked(request: Request, pack: str, day: str = NOW) -> Asked:
    """What an address asks for; raises Refusal where there is no such document or day."""
    held = held_of(request)
    if pack not in held.library.packs:
        near = nearest(pack, held.library.packs) or "GET /policies lists those that are held"
        raise Refusal(404, "no such document is held", near, path="pack")
    problems: list[FieldProblem] = []
    today = dt.date.today()
    on = today if day == NOW else date_of(day)
    if on is None:
        raise Refusal(404, "no such day", f"an address has {EXPECTED}, or `{NOW}`", path="day")
    written = request.query_params.get("as_of", "").strip()
    as_of = date_of(written) if written else today
    if as_of is None:
        problems.append(FieldProblem(path="as_of", message=f"'{written[:40]}' is not a date", expected=EXPECTED))
    case = request.query_params.get("case", "").strip()
    unfit = _unfit(case, held) if case else ""
    if unfit:
        problems.append(FieldProblem(path="case", message=f"the open case: {unfit}"))
        case = ""
    tail = {name: text for name, text in (("as_of", written if as_of else ""), ("case", case)) if text}
    return Asked(held, held.library.packs[pack], on, as_of or today, case, problems, tail, bool(unfit))


def _unfit(case: str, held: Held) -> str:
    """Why no address may have a case: it is too long, or tells who the patient is; empty where one may."""
    if len(case) > MOST_CASE:
        return "it is too long for an address"
    facts = held.library.vocabulary.facts
    heads = [name.partition(".")[0] for name, _ in parse_qsl(case)]
    if any(head == MORE or (head in facts and is_withheld(facts[head])) for head in heads):
        return "no address may have what tells who the patient is"
    return ""


def clause_of(pack: Pack, name: str) -> Clause:
    """A clause of a document; raises Refusal with the nearest name."""
    if name not in pack.clauses:
        near = nearest(name, pack.clauses) or "the page of the document lists its clauses"
        raise Refusal(404, f"'{pack.name}' has no such clause", near, path="clause")
    return pack.clauses[name]


def date_of(text: str) -> dt.date | None:
    """The date of a text; None where it is none."""
    try:
        return dt.date.fromisoformat(text) if len(text) == len("2024-10-15") else None
    except ValueError:
        return None
