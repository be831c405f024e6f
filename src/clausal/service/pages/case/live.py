"""What the case page shows: the fields, the next question with what each answer would come to, the determination."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from clausal.determination.codes import doubt_said
from clausal.determination.decide import decide
from clausal.determination.interview.answers import Given, Interview, Key
from clausal.determination.interview.listed import stated
from clausal.determination.interview.outlook import MOST, outlook
from clausal.determination.interview.questions import Asked, Setting, Standing, asked_for, standing
from clausal.determination.next_steps import next_steps
from clausal.documents.library import Library
from clausal.facts.vocabulary import case_path
from clausal.problems import InvalidInput
from clausal.service.held import Held
from clausal.service.pages.case import query
from clausal.service.pages.case.fields import Field, add_derived, addable, by_field, fields_of, lines_of
from clausal.service.pages.cited import cited
from clausal.service.problems import FieldProblem

MANY = "many"
"""How a question is filled in that takes several of a list."""


def setting_of(library: Library, as_of: dt.date) -> Setting:
    """With what a case of the page is read and asked."""
    return Setting(library, as_of, dt.date.today(), typed=True)


def case_data(
    held: Held,
    pairs: Sequence[query.Pair],
    as_of: dt.date | None,
    *,
    ask: str = "",
    shown: Collection[str] = (),
    form: bool = True,
    wrong: Sequence[FieldProblem] = (),
) -> tuple[dict[str, Any], query.Read]:
    """The data of the page of a case, and what was read of its fields; with problems there is no answer.

    `wrong` is what was found wrong before.
    """
    setting = setting_of(held.library, as_of or dt.date.today())
    read = query.read(pairs, setting)
    read.problems[:0] = wrong
    fields = fields_of(held.library, read, shown)
    data: dict[str, Any] = {
        "as_of": setting.as_of,
        "case": read.data,
        "fields": fields,
        "lines": lines_of(read),
        "more": _more(read),
        "derived_": [],
        "addable": addable(held.library, read, shown),
        "shown": [name for name in shown if name not in read.texts],
        "question": None,
        "others": [],
        "stated": [],
        "contradictions": [],
        "determination": None,
        "next_steps": [],
        "clauses": {},
        "line_hints": [],
        "unknown": [_named(key) for key in read.unknown],
        "library": held.library.fingerprint,
        "fee_tables": held.tables,
        "leaves_out": query.split(pairs, setting.facts)[1],
    }
    if not read.problems:
        _answer(held, setting, read, data, fields, ask, form=form)
    return data, read


def _answer(
    held: Held,
    setting: Setting,
    read: query.Read,
    data: dict[str, Any],
    fields: list[Field],
    ask: str,
    *,
    form: bool,
) -> None:
    """Add the answer to the data of a page, or what keeps the case from being read."""
    interview = Interview(read.data, tuple(Given(key, None) for key in read.unknown))
    try:
        found = standing(setting, interview, form=form)
        if found.case is not None:
            _determined(held, setting, found, data, fields)
    except InvalidInput as error:
        read.problems.extend(by_field(error, setting.facts))
        return
    asked = _asked(setting, found, ask)
    data["question"] = question_data(setting, interview, asked) if asked else None
    if found.determination is not None:
        data["others"] = [one.fact for one in found.determination.questions if not asked or one.fact != asked.fact.name]
        data["contradictions"] = list(found.contradictions)
    data["stated"] = [
        {"name": one.name, "fact": _named(one.key), "question": one.question, "told": one.told}
        for one in stated(setting, interview)
    ]


def _determined(held: Held, setting: Setting, found: Standing, data: dict[str, Any], fields: list[Field]) -> None:
    assert found.case is not None
    answer = decide(held.library, found.case, setting.as_of, held.schedules_of([found.case]))
    hints: dict[str, list[str]] = {}
    for doubt in found.case.doubts:
        hints.setdefault(doubt.fact, []).append(doubt_said(doubt, found.case.service_date))
    for one in fields:
        one.hint = "; ".join(hints.get(one.name, ()))
    data["derived_"] = add_derived(fields, answer)
    data["determination"] = answer
    data["next_steps"] = [asdict(one) for one in next_steps(held.library, answer)]
    data["clauses"] = cited(held.library, asdict(answer) | {"derived": [one.derived for one in fields]})
    data["line_hints"] = hints.get("code", [])


def _asked(setting: Setting, found: Standing, ask: str) -> Asked | None:
    """The question that a person picked, else the one that comes next."""
    name, _, number = ask.partition(".")
    fact = setting.facts.get(name)
    if fact is not None and fact.can_be_asked and (not number or query.number_of(number)):
        lines = len(found.case.lines) if found.case else 0
        line = query.number_of(number) - 1 if number else (0 if fact.of_line and name != "code" else None)
        if line is None or 0 <= line < max(lines, 1):
            return asked_for(setting, Key(name, line), "coverage")
    return found.question


def question_data(setting: Setting, interview: Interview, asked: Asked) -> dict[str, Any]:
    """A question as the page asks it: its words, how it is answered, and what each answer would come to."""
    fact = asked.fact
    ways = outlook(setting, interview, asked)
    choices = [
        {
            "value": query.text_of(one.value),
            "label": one.label,
            "statuses": None if one.statuses is None else list(dict.fromkeys(one.statuses)),
            "needs": one.needs,
            "looked": one.looked,
        }
        for one in ways
    ]
    several = list(asked.choices.items()) if fact.type == "codes" else []
    return {
        "fact": fact.name,
        "field": _named(asked.key) if fact.name != "code" else query.LINE,
        "unknown": _named(asked.key),
        "line": None if asked.key.line is None else asked.key.line + 1,
        "part": asked.part,
        "question": asked.text,
        "about": fact.about,
        "type": fact.type,
        "choices": choices,
        "several": several[:MOST],
        "sought": list(asked.sought),
        "path": case_path(fact),
        "required": fact.required,
    }


def _named(key: Key) -> str:
    """A fact as a field has it: that of a line with its number, from 1."""
    return key.fact if key.line is None else f"{key.fact}.{key.line + 1}"


def _more(read: query.Read) -> list[dict[str, str]]:
    """What is given that no field has."""
    names = [name for name in read.texts if name.startswith((f"{query.PLACE}.", query.MORE)) or "." in name]
    return [{"name": name, "text": read.texts[name]} for name in names if not name.startswith(f"{query.LINE}.")]
