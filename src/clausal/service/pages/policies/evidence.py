"""The page of the evidence that a document quotes, what its numbers give away, and a picture of it."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from clausal.documents.library import Library
from clausal.problems import InvalidInput
from clausal.service.api.common import needs
from clausal.service.pages.policies.asked import Asked, asked
from clausal.service.pages.view import Shown, view
from clausal.service.problems import Refusal

router = APIRouter(include_in_schema=False)
PATH = "/policies/{pack}/{day}/evidence"
# A picture is loaded as one, and styles itself; it still runs nothing and asks for nothing.
PICTURE = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}


@router.get(f"{PATH}.svg", **needs("read", 404))
def evidence_picture(request: Request, pack: str, day: str) -> Response:
    """Pain over time by study, and a timeline of trials."""
    of = asked(request, pack, day)
    _quoted(of)
    return Response(_drawn(of.held.library, pack, of.as_of), media_type="image/svg+xml", headers=PICTURE)


@view(router, PATH, "evidence.html", "read", 404, has_table=True)
def evidence_page(request: Request, pack: str, day: str) -> Shown:
    """Studies, trials, guidelines and what else is quoted, as tables."""
    from clausal.evidence import worded
    from clausal.evidence.as_data import evidence_data

    of = asked(request, pack, day)
    found = _quoted(of)
    evidence = found.evidence
    told = evidence_data(found)
    for one, finding in zip(told["findings"], found.findings, strict=True):
        one["place"] = _place(finding.place.file, finding.place.line)
        one["others"] = [{"what": what, "place": _place(at.file, at.line)} for what, at in finding.others]
    data: dict[str, Any] = of.data() | {
        "pack": of.pack.name,
        "title": of.pack.title,
        "on": of.day,
        "as_of": of.as_of,
        "edition": found.edition,
        "evidence": told,
        "studies": [
            {
                "study": one.name,
                "topic": one.topic,
                "design": one.design,
                "blinding": worded.blinding(one),
                "follow_up": one.follow_up,
                "sizes": worded.sizes(one),
                "results": worded.results(one),
                "tests": worded.tests(one),
                "cites": [_ref(pack, ref) for ref in one.cites],
            }
            for one in evidence.studies
        ],
        "trials": [
            {
                "trial": one.number,
                "about": one.about,
                "listed": "not listed" if one.listed == "absent" else one.listed,
                "planned": one.enrollment,
                "due": one.completion or None,
                "known": worded.known_of(one) or None,
            }
            for one in evidence.trials
        ],
        "statements": [{"heading": heading, "lines": lines} for heading, lines in worded.statements(evidence)],
        "drawn": drawn_data(evidence),
        "said": {},
    }
    return Shown(data, table=data["drawn"], problems=of.problems, at=of.restored("evidence"))


def drawn_data(evidence: Any) -> list[dict[str, Any]]:
    """The points of the picture: each average of pain with its study, arm and time."""
    from clausal.evidence.plot import MONTH, pain_series

    return [
        {
            "study": study.name,
            "measure": measure.what or measure.name,
            "arm": value.arm,
            "n": study.size(value.arm),
            "months": round(float(value.days) / MONTH, 1),
            "average": str(value.mean),
            "standard_deviation": str(value.sd) if value.sd else None,
        }
        for study, measure in pain_series(evidence)
        for value in sorted(measure.values, key=lambda one: (one.arm, one.days or 0))
        if value.mean is not None and value.days is not None
    ]


def _quoted(of: Asked) -> Any:
    from clausal.evidence.as_data import quoted

    try:
        return quoted(of.held.library, of.pack.name, of.as_of)
    except InvalidInput:
        hint = f"its clauses and rules are at /policies/{of.pack.name}/{of.day}"
        raise Refusal(404, "no evidence of this document is held", hint) from None


@lru_cache(maxsize=8)
def _drawn(library: Library, pack: str, as_of: dt.date) -> bytes:
    from clausal.evidence.as_data import quoted
    from clausal.evidence.plot import as_svg, drawn

    found = quoted(library, pack, as_of)
    return as_svg(drawn(found.evidence, f"{found.document.title} - evidence as quoted", found.edition, as_of))


def _place(file: str, line: int | None) -> str:
    """A place in a pack's file, without where the pack stands."""
    path = PurePath(file)
    return f"{path.parent.name}/{path.name}{f' line {line}' if line else ''}"


def _ref(pack: str, cite: str) -> str:
    return cite if "#" in cite else f"{pack}#{cite}"
