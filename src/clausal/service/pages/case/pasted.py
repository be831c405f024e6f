"""A case that is pasted: YAML or JSON as a case file has it, or a claim in X12; what was read, and what was not."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request

from clausal.facts.case import CaseReader
from clausal.facts.source import parse_source
from clausal.problems import InvalidInput, nearest
from clausal.service.api.common import held_of
from clausal.service.api.decide import EXAMPLE_CASE
from clausal.service.held import Held
from clausal.service.pages.case import query
from clausal.service.pages.case.live import setting_of
from clausal.service.pages.view import Shown, view
from clausal.service.problems import FieldProblem, field_problem

router = APIRouter(include_in_schema=False)
WHOLE = ("lines", "history", "place")
"""Keys of a case that are read as a whole."""
BUNDLE = "resourceType"


@view(router, "/case/paste", "paste.html", "decide")
def show_paste(request: Request) -> Shown:
    """An empty box, and what can be put into it."""
    return Shown(_empty(held_of(request)))


@view(router, "/case/paste", "paste.html", "decide", methods=("POST",))
async def take_paste(request: Request) -> Shown:
    """What was read of a text, and what was ignored and why; the case goes on from there."""
    form = await request.form()
    text = str(form.get("text", ""))
    return await to_thread.run_sync(_read, held_of(request), text)


def _empty(held: Held, text: str = "") -> dict[str, Any]:
    return {
        "text": text,
        "read": [],
        "ignored": [],
        "pairs": [],
        "what": "",
        "example": json.dumps(EXAMPLE_CASE, indent=2),
        "library": held.library.fingerprint,
    }


def _read(held: Held, text: str) -> Shown:
    data = _empty(held, text)
    problems: list[FieldProblem] = []
    try:
        case = _case(held, text, data)
    except InvalidInput as error:
        problems = [_in_box(field_problem(one)) for one in error.problems]
        return Shown(data, problems=problems, at="")
    if isinstance(case, FieldProblem):
        return Shown(data, problems=[case], at="")
    setting = setting_of(held.library, dt.date.today())
    pairs = query.pairs_of(case, setting.facts)
    read = query.read(pairs, setting)
    facts = setting.facts
    data["pairs"] = pairs
    data["read"] = [
        {"name": name, "text": "withheld" if name in facts and query.is_withheld(facts[name]) else value}
        for name, value in pairs
    ]
    data["ignored"] += [{"name": one.path, "why": f"{one.message}. {one.hint}".strip()} for one in read.problems]
    return Shown(data, at="")


def _case(held: Held, text: str, data: dict[str, Any]) -> dict[str, Any] | FieldProblem:
    """The data of the case in a text, less what no case has, which is told."""
    if not text.strip():
        return FieldProblem(path="text", message="nothing was pasted", hint="a case in YAML or JSON")
    if text.lstrip().startswith("ISA"):
        hint = "give it as a file: Claims, or `clausal adjudicate FILE`"
        return FieldProblem(path="text", message="this is an X12 interchange, of any number of claims", hint=hint)
    source = parse_source(text, "case", is_json=text.lstrip().startswith(("{", "[")))
    found = source.data
    if isinstance(found, dict) and BUNDLE in found:
        kind = str(found[BUNDLE])[:40]
        return FieldProblem(path="text", message=f"FHIR resources ({kind}) are not read here yet", hint="paste a case")
    if isinstance(found, dict) and isinstance(found.get("case"), dict):
        data["what"] = "the case of a request"
        found = found["case"]
    if not isinstance(found, dict):
        return FieldProblem(path="text", message="a case is a mapping of keys to values", hint="`clausal schema case`")
    data["what"] = data["what"] or "a case"
    kept, ignored = _known(found, held.library.cases)
    data["ignored"] = list(ignored)
    return kept


def _known(data: Mapping[str, Any], reader: CaseReader) -> tuple[dict[str, Any], Iterator[dict[str, str]]]:
    """What a case can have, and what it cannot with the nearest key."""
    paths = {path for path in reader.by_path if path is not None}
    kept: dict[str, Any] = {}
    left: list[tuple[str, str]] = []
    names = [".".join(path) for path in paths]
    for key, value in data.items():
        if key == "lines":
            kept[key], odd = _lines(value, {path[1] for path in paths if path[0] == "lines"})
            left += odd
        elif key in WHOLE or (key,) in paths:
            kept[key] = value
        elif isinstance(value, dict) and any(path[0] == key for path in paths):
            kept[key] = {name: one for name, one in value.items() if (key, name) in paths}
            left += [_unknown(f"{key}.{name}", names) for name in value if (key, name) not in paths]
        else:
            left.append(_unknown(str(key), names))
    return kept, ({"name": name[:80], "why": why} for name, why in left)


def _unknown(name: str, names: list[str]) -> tuple[str, str]:
    return name, f"no fact of a case. {nearest(name, names)}".strip()


def _lines(value: Any, known: set[str]) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """Service lines of which each is a mapping, by the keys that one can have; what else stands there is told."""
    found, odd = [], []
    for number, one in enumerate(value if isinstance(value, list) else [None], 1):
        name = f"line {number}"
        modifiers = one.get("modifiers", []) if isinstance(one, dict) else None
        is_plain = isinstance(modifiers, list) and all(isinstance(each, str | int) for each in modifiers)
        if not isinstance(one, dict) or not is_plain:
            odd.append((name, "write it as in {code: '64640', units: 2, modifiers: [RT]}"))
            continue
        line = {key: each for key, each in one.items() if key in known}
        if modifiers:
            line["modifiers"] = [str(each) for each in modifiers]
        found.append(line)
        odd += [
            (f"{name}, {key}", f"no fact of a line. {nearest(str(key), known)}".strip())
            for key in one
            if key not in known
        ]
    return found, odd


def _in_box(one: FieldProblem) -> FieldProblem:
    """A problem of the text, by its line and column."""
    return FieldProblem(path="text", message=f"{one.path}: {one.message}" if one.path else one.message, hint=one.hint)
