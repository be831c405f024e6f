"""What is typed into the form on which columns are confirmed: `c.` columns, `f.` how values are written, `v.` plans."""

from __future__ import annotations

import hashlib
from typing import Any

from starlette.datastructures import FormData

from clausal.claims.mapping_text import FORM, Choice, Chosen

COLUMN, FORMAT, PLAN, WORD = "c.", "f.", "v.", "w."


def chosen_from(form: FormData, stored: Chosen) -> Chosen:
    """The choices of a form; what a form cannot hold stays as it was stored."""
    pairs = [(name, value.strip()) for name, value in form.multi_items() if isinstance(value, str)]
    columns: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.startswith(COLUMN) and value and value not in columns.get(name.removeprefix(COLUMN), ()):
            columns.setdefault(name.removeprefix(COLUMN), []).append(value)
    formats = {name.removeprefix(FORMAT): value for name, value in pairs if name.startswith(FORMAT)}
    words = {name.removeprefix(WORD): value for name, value in pairs if name.startswith(WORD)}
    plans = {
        words[name.removeprefix(PLAN)]: value
        for name, value in pairs
        if name.startswith(PLAN) and name.removeprefix(PLAN) in words and value
    }
    choices = {}
    for name, names in columns.items():
        kept = stored.choices.get(name)
        same = kept is not None and kept.columns == tuple(names)
        values: dict[str, str] = dict(kept.values) if kept is not None and same else {}
        if name == "plan" and plans and len(names) == 1:
            values |= plans
        choices[name] = Choice(tuple(names), formats.get(name, "") if len(names) == 1 else "", values)
    rest = {name: spec for name, spec in stored.rest.items() if name not in choices}
    return Chosen(choices, _form(dict(pairs), stored), rest, stored.rows)


def shown_digest(chosen: Chosen) -> str:
    """What tells the columns that a page showed from others; words for plans do not count, which are seen as such."""
    told = sorted((name, one.columns, one.format) for name, one in chosen.choices.items() if one.columns)
    return hashlib.sha256(repr((told, sorted(chosen.form.items()))).encode()).hexdigest()[:16]


def words_shown(form: FormData) -> set[str]:
    """The words for plans that the form showed, whether or not a plan was chosen for them."""
    return {value for name, value in form.multi_items() if name.startswith(WORD) and isinstance(value, str)}


def _form(typed: dict[str, str], stored: Chosen) -> dict[str, Any]:
    """What is said of the file's form; a field that the page does not have stays as it was."""
    found: dict[str, Any] = {}
    for name in FORM:
        value: Any = typed.get(name, stored.form.get(name, ""))
        if value in ("", None):
            continue
        if name == "header" and str(value).isdecimal():
            value = int(value)
        found[name] = "\t" if value == "\\t" else value
    return found
