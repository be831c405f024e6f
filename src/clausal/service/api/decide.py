"""Decide a case, ask its next question, say why a rule does not decide it. Nothing is kept."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response

from clausal.determination.decide import decide
from clausal.determination.interview.answers import Given, Interview, Key
from clausal.determination.interview.questions import Asked, Setting, standing
from clausal.determination.model import Determination
from clausal.determination.why_not import why_not
from clausal.facts.source import Source
from clausal.facts.vocabulary import case_path
from clausal.problems import InvalidInput, unknown_name
from clausal.service.api.common import API, answered, held_of, json_of, needs, parts_of
from clausal.service.api.shapes import Next, RulesTold
from clausal.service.held import Held
from clausal.service.problems import Refusal, of_input

router = APIRouter(prefix=API, tags=["answers"])
_MISSING = re.compile(r"'(\w+)' is missing")
MANY = 100
"""Of keys, lines, earlier services, codes or letters: a case with more is decided in a thread."""
CASE_SCHEMA = {"$ref": "#/components/schemas/Case"}
DAY_SCHEMA = {"type": "string", "format": "date", "description": "Only what was published by this day (today)."}
EXAMPLE_CASE: dict[str, Any] = {
    "service_date": "2024-10-15",
    "plan": "bcn-commercial-hmo",
    "diagnoses": ["M17.11"],
    "device": "iovera",
    "purpose": "pain",
    "lines": [{"code": "64640", "units": 2, "modifiers": ["RT"]}],
}


def body(required: list[str], example: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The body of a request about a case, as OpenAPI has it."""
    properties = {"case": CASE_SCHEMA, "as_of": DAY_SCHEMA, **more}
    schema = {"type": "object", "additionalProperties": False, "required": required, "properties": properties}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}}


@router.post(
    "/decide",
    summary="Decide a case",
    response_model=Determination,
    **needs("decide", 400, 408, 413, 415, 504, openapi_extra=body(["case"], {"case": EXAMPLE_CASE})),
)
async def decide_case(request: Request) -> Response:
    """The determination of a case: status, rule, clauses, denial codes, needs, safety, edits and payment of each line.

    It is what rules recommend; a person determines. The case is not kept: POST it to /answers for that.
    """
    held, source = held_of(request), await json_of(request, {"case": True, "as_of": False})
    determination = await determined(held, source)
    for line in determination.lines:
        parts_of(request).observed.decided(line.status)
    return answered(determination, ETag=f'"{held.etag}"')


async def determined(held: Held, source: Source) -> Determination:
    """The determination of the case of a body; raises Refusal."""
    as_of = day_of(source)

    def run() -> Determination:
        case = held.read(source, ("case",))
        return decide(held.library, case, as_of, held.schedules_of([case]))

    try:
        return await to_thread.run_sync(run) if _is_large(source) else run()
    except InvalidInput as error:
        raise _within(error) from None


def _is_large(source: Source) -> bool:
    """Whether a case is decided beside the others, so that it does not hold them up."""
    case = source.data["case"]
    if not isinstance(case, dict):
        return False
    return len(case) > MANY or any(len(one) > MANY for one in case.values() if isinstance(one, list | dict | str))


@router.post(
    "/next-question",
    response_model=Next, summary="The question that settles most",
    **needs(
        "decide",
        400, 408, 413, 415, 504,
        openapi_extra=body(
            ["case"],
            {"case": {"service_date": "2024-10-15", "plan": "bcn-commercial-hmo"}, "unknown": [{"fact": "device"}]},
            unknown={
                "type": "array",
                "description": "Questions that were asked and cannot be answered.",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["fact"],
                    "properties": {"fact": {"type": "string"}, "line": {"type": "integer", "minimum": 1}},
                },
            },
        ),
    ),
)  # fmt: skip
async def next_question(request: Request) -> Response:
    """The next question of a case that is asked for one question at a time; null when nothing is left to ask."""
    held = held_of(request)
    source = await json_of(request, {"case": True, "as_of": False, "unknown": False})
    case, as_of = source.data["case"], day_of(source)
    if not isinstance(case, dict):
        raise Refusal(422, "a case is a mapping of keys to values", path="case")
    setting = Setting(held.library, as_of, dt.date.today())
    interview = Interview(case, tuple(Given(one, None) for one in _unknown(held, source.data.get("unknown"))))
    try:
        found = await to_thread.run_sync(standing, setting, interview)
    except InvalidInput as error:
        raise _within(error, "case") from None
    answer = found.determination
    told = {
        "question": _question(found.question) if found.question else None,
        "statuses": [line.status for line in answer.lines] if answer else [],
        "contradictions": list(found.contradictions),
        "library": held.library.fingerprint,
        "as_of": as_of,
    }
    return answered(told, ETag=f'"{held.etag}"')


def _question(asked: Asked) -> dict[str, Any]:
    line = asked.key.line
    return {
        "fact": asked.key.fact,
        "line": None if line is None else line + 1,
        "part": asked.part,
        "question": asked.text,
        "type": asked.fact.type,
        "choices": dict(asked.choices),
        "whether": asked.whether or None,
        "sought": list(asked.sought),
        "path": case_path(asked.fact),
    }


def _unknown(held: Held, given: Any) -> list[Key]:
    found = []
    if not isinstance(given, list | None):
        raise Refusal(422, "expected a list of questions", 'as in [{"fact": "device"}]', path="unknown")
    for index, one in enumerate(given or []):
        path = f"unknown[{index}]"
        if not isinstance(one, dict) or not isinstance(one.get("fact"), str) or set(one) - {"fact", "line"}:
            raise Refusal(422, "expected an object with `fact`, and `line` for a fact of a line", path=path)
        if one["fact"] not in held.library.vocabulary.facts:
            message, hint = unknown_name("fact", one["fact"], held.library.vocabulary.facts)
            raise Refusal(422, message, hint, path=f"{path}.fact")
        line = one.get("line")
        if line is not None and (not isinstance(line, int) or isinstance(line, bool) or not 1 <= line <= 999):
            raise Refusal(422, "a line is a number from 1 to 999", path=f"{path}.line")
        found.append(Key(one["fact"], None if line is None else line - 1))
    return found


@router.post(
    "/why-not",
    response_model=RulesTold, summary="Why a rule does not decide a case",
    **needs(
        "decide",
        400, 408, 413, 415, 504,
        openapi_extra=body(
            ["case", "rule"],
            {"case": EXAMPLE_CASE, "rule": "facet-joint-pain"},
            rule={"type": "string", "description": "The name of a rule, or pack#rule."},
        ),
    ),
)  # fmt: skip
async def explain_rule(request: Request) -> Response:
    """Every test of a rule against every line of a case: which hold, which fail, which hang on what is not known."""
    held = held_of(request)
    source = await json_of(request, {"case": True, "rule": True, "as_of": False})
    rule = source.data["rule"]
    if not isinstance(rule, str):
        raise Refusal(422, "a rule is named by a text", path="rule")
    try:
        as_of = day_of(source)
        found = await to_thread.run_sync(lambda: why_not(held.library, held.read(source, ("case",)), rule, as_of))
    except InvalidInput as error:
        raise _within(error, "rule") from None
    told = [asdict(one) | {"verdict": one.verdict} for one in found]
    return answered({"library": held.library.fingerprint, "rules": told}, ETag=f'"{held.etag}"')


def day_of(source: Source) -> dt.date:
    """The as-of day of a body: today, if it is not given."""
    given = source.data.get("as_of")
    if given is None:
        return dt.date.today()
    try:
        return dt.date.fromisoformat(given) if len(given) == len("2024-10-15") else _no_day(given)
    except (TypeError, ValueError):
        return _no_day(given)


def _no_day(given: object) -> dt.date:
    raise Refusal(
        422, f"'{str(given)[:80]}' is not a date", "write it as year-month-day, as in 2024-10-15", path="as_of"
    )


def _within(error: InvalidInput, path: str = "case") -> Refusal:
    """Problems of a case, with the path that they have in the body."""
    refusal = of_input(error)
    for one in refusal.errors:
        missing = _MISSING.match(one.message)
        if missing and path == "case":
            one.path = f"{one.path}.{missing[1]}" if one.path not in ("", "case") else f"case.{missing[1]}"
        if one.path != "case" and not one.path.startswith(("case.", "case[")):
            one.path = f"{path}.{one.path}" if path == "case" and one.path else one.path or path
    return refusal
