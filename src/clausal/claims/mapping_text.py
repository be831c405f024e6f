"""A mapping as it is chosen on a form, and as the YAML that a mapping file has: one is made of the other, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from clausal.claims.guessed import Guess
from clausal.columns.schema import Column
from clausal.exchange.tabular.values import text_of

FORM = ("header", "encoding", "delimiter", "sheet")
_PLAIN = {"column", "format", "values"}


@dataclass(frozen=True)
class Choice:
    """Columns of the file that a published one is taken from, how its values are written, and words that change."""

    columns: tuple[str, ...]
    format: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    because: str = ""
    """What a suggestion rests on; empty for what was chosen."""


@dataclass(frozen=True)
class Chosen:
    """All that a mapping says: what a form can hold as choices, and the rest of it as it stands."""

    choices: Mapping[str, Choice] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    rest: Mapping[str, Any] = field(default_factory=dict)
    """Columns of which more is said than a form holds: joined, by condition, a value for all lines."""
    rows: Any = None


def chosen_of(data: Mapping[str, Any], columns: Sequence[Column]) -> Chosen:
    """What a mapping file says, whose data were read already (`mapping.read_mapping`) and found right."""
    also = {other: column.name for column in columns for other in column.also}
    choices: dict[str, Choice] = {}
    rest: dict[str, Any] = {}
    for given, spec in (data.get("columns") or {}).items():
        name = also.get(given, given)
        if isinstance(spec, str):
            choices[name] = Choice((spec,))
        elif isinstance(spec, list):
            choices[name] = Choice(tuple(spec))
        elif isinstance(spec, dict) and "column" in spec and set(spec) <= _PLAIN:
            values = {text_of(word): "" if to is None else text_of(to) for word, to in spec.get("values", {}).items()}
            choices[name] = Choice((spec["column"],), spec.get("format", ""), values)
        else:
            rest[name] = spec
    return Chosen(choices, {name: data[name] for name in FORM if name in data}, rest, data.get("rows"))


def chosen_by(guesses: Mapping[str, Guess], form: Mapping[str, Any] | None = None) -> Chosen:
    """What is suggested, as choices."""
    choices = {name: Choice(one.columns, one.format or "", {}, one.because) for name, one in guesses.items()}
    return Chosen(choices, form or {})


def data_of(chosen: Chosen) -> dict[str, Any]:
    """A mapping file's data."""
    data: dict[str, Any] = {name: value for name, value in chosen.form.items() if value not in ("", None)}
    if chosen.rows is not None:
        data["rows"] = chosen.rows
    columns: dict[str, Any] = {name: _spec(one) for name, one in chosen.choices.items() if one.columns}
    data["columns"] = columns | dict(chosen.rest)
    return data


def yaml_of(data: Mapping[str, Any]) -> str:
    """A mapping file's text."""
    return yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)


def _spec(choice: Choice) -> Any:
    if len(choice.columns) > 1:
        return list(choice.columns)
    if not choice.format and not choice.values:
        return choice.columns[0]
    spec: dict[str, Any] = {"column": choice.columns[0]}
    if choice.format:
        spec["format"] = choice.format
    if choice.values:
        spec["values"] = dict(choice.values)
    return spec
