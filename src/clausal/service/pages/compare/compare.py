"""The page of a comparison: every region whose conclusion changes, with who has reviewed it, and reviewing one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from clausal.documents.pack import Pack
from clausal.service.api.common import actor_of, held_of, identity_of, needs, parts_of
from clausal.service.held import Held
from clausal.service.pages.cited import cited
from clausal.service.pages.compare.between import between, day_of, pack_of, regions_of
from clausal.service.pages.compare.example import opened
from clausal.service.pages.compare.filters import FIELDS, Wanted, is_wanted, pair_of, pairs_of, read
from clausal.service.pages.view import Shown, view
from clausal.service.problems import Refusal
from clausal.service.rendering.addresses import of_comparison
from clausal.service.roles import may
from clausal.store import jobs, reviews
from clausal.store.reviews import Review

router = APIRouter(include_in_schema=False)
PATH = "/compare/{pack}/{first}..{second}"
MOST_COMMENT = 2000
MOST_RUNS = 20


@view(router, PATH, "compare.html", "read", 404, has_table=True)
def compare(request: Request, pack: str, first: str, second: str) -> Shown:
    """Every region of cases whose conclusion changes; those that only cite other clauses apart."""
    held = held_of(request)
    found, days = pack_of(held, pack), (day_of(first), day_of(second))
    told = between(held, found.name, *days)
    wanted, problems = read(dict(request.query_params), held.library, [one["pair"] for one in pairs_of(told)])
    data = compared_data(request, held, found, days, Wanted() if problems else wanted)
    data["filters"] = {name: request.query_params.get(name, "") for name in FIELDS}
    data["runs"] = _runs(request)
    if problems:
        data["tables"] = []
    return Shown(data, list(_rows(data)), problems)


def compared_data(
    request: Request, held: Held, pack: Pack, days: tuple[dt.date, dt.date], wanted: Wanted
) -> dict[str, Any]:
    """What changes, with reviews and examples; of what is filtered out only the count."""
    told = between(held, pack.name, *days)
    with parts_of(request).database.reading() as connection:
        ticks = reviews.last(connection, pack.name, str(days[0]), str(days[1]))
    every = regions_of(told)
    tables = []
    for table in told["tables"]:
        kept = [one for one in table["changes"] if is_wanted(wanted, table, one, held.library)]
        rests = [one for one in table["other_clauses"] if is_wanted(wanted, table, one, held.library)]
        if not wanted or kept or rests:
            shown = [_with_review(one, ticks.get(one["digest"]), held, table, days) for one in kept]
            tables.append({**table, "changes": shown, "other_clauses": rests})
    done = [one for digest in every if (one := ticks.get(digest)) and _counts(one, held)]
    return {
        "pack": pack.name,
        "title": pack.title,
        "publisher": pack.publisher,
        "document_status": pack.status,
        "from": days[0],
        "to": days[1],
        "editions": [_edition(pack, day) for day in days],
        "library": held.library.fingerprint,
        "others": told["others"],
        "tables": tables,
        "regions": len(every),
        "shown": sum(len(table["changes"]) for table in tables),
        "reviewed": len(done),
        "other_clauses": sum(len(table["other_clauses"]) for table in told["tables"]),
        "pairs": pairs_of(told),
        "plans": [{"plan": one.name, "label": one.label} for one in held.library.plans.values()],
        "clauses": cited(held.library, tables),
    }


def _edition(pack: Pack, day: dt.date) -> dict[str, Any] | None:
    found = pack.version_on(day)
    return {"name": found.name, "effective": found.effective, "published": found.published} if found else None


def _counts(review: Review, held: Held) -> bool:
    """Whether a tick stands: it was not taken back, and was of the library that is held."""
    return review.reviewed and review.library == held.library.fingerprint


def _with_review(
    region: Mapping[str, Any],
    review: Review | None,
    held: Held,
    table: Mapping[str, Any],
    days: tuple[dt.date, dt.date],
) -> dict[str, Any]:
    told = None
    if review is not None:
        told = {
            "reviewed": _counts(review, held),
            "by": review.name,
            "at": review.at,
            "comment": review.comment,
            "of_another_library": review.library != held.library.fingerprint,
        }
    return {
        **region,
        "pair": pair_of(region),
        "review": told,
        "open": opened(held.library, table, region["example"], days),
    }


def _runs(request: Request) -> list[dict[str, Any]]:
    """The claim runs that are done, for whoever may see what a change does to them."""
    person = identity_of(request).person
    if not may(person.roles, "impact"):
        return []
    mine = "" if may(person.roles, "claims.all") else person.subject
    with parts_of(request).database.reading() as connection:
        found = jobs.listed(connection, "adjudication", most=MOST_RUNS, actor=mine)
    return [{"run": one.id, "made": one.made, "lines": one.lines} for one in found if one.state == "done"]


def _rows(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The table: a row for each region."""
    for table in data["tables"]:
        for kind in ("changes", "other_clauses"):
            for region in table[kind]:
                review = region.get("review") or {}
                yield {
                    "number": region["number"],
                    "table": table["table"],
                    "kind": "conclusion changes" if kind == "changes" else "other clauses",
                    "region": "; ".join(f"{name} {text}" for name, text in region["words"].items()),
                    "but_not": " | ".join(region["but_not_words"]),
                    **{f"{side}": region[side]["conclusion"] for side in ("before", "after")},
                    **{f"{side}_clauses": list(region[side]["clauses"]) for side in ("before", "after")},
                    **{f"{side}_rules": list(region[side]["rules"]) for side in ("before", "after")},
                    "reviewed": review.get("reviewed", False) if kind == "changes" else None,
                    "reviewed_by": review.get("by"),
                    "reviewed_at": review.get("at"),
                    "comment": review.get("comment"),
                    "digest": region["digest"],
                }


@router.post(f"{PATH}/reviews", **needs("impact", 404, 409))
def review(
    request: Request,
    pack: str,
    first: str,
    second: str,
    region: Annotated[str, Form(pattern="^[0-9a-f]{64}$")],
    reviewed: Annotated[str, Form(pattern="^(yes|no)$")],
    comment: Annotated[str, Form(max_length=MOST_COMMENT)] = "",
) -> Response:
    """Tick a region as reviewed, or take a tick back; the page is shown again at the region."""
    held = held_of(request)
    found, days = pack_of(held, pack), (day_of(first), day_of(second))
    if region not in regions_of(between(held, found.name, *days)):
        raise Refusal(409, "this region is not told any more", "the library was changed: look at the page anew")
    with parts_of(request).database.writing() as connection:
        reviews.review(
            connection,
            actor_of(request),
            identity_of(request).person.name,
            pack=found.name,
            before=str(days[0]),
            after=str(days[1]),
            region=region,
            library=held.library.fingerprint,
            reviewed=reviewed == "yes",
            comment=comment.strip(),
        )
    kept = {name: request.query_params.get(name, "") for name in FIELDS}
    return RedirectResponse(f"{of_comparison(found.name, *days, kept)}#r-{region[:12]}", 303)
