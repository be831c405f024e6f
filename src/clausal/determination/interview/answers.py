"""What was answered so far, and the case that it makes: it depends on the answers that stand, not on their order."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from clausal.facts.vocabulary import Fact


class Key(NamedTuple):
    """What an answer is about: a fact, and of a fact of service lines the line, counted from 0.

    The fact `code` without a line is about all lines: the answer is the list of them.
    """

    fact: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: the value as a case file has it, None where it is not known."""

    key: Key
    value: Any


@dataclass(frozen=True)
class Interview:
    """The data of the case with which it began, and the answers given since, in the order of their questions."""

    begun: Mapping[str, Any]
    given: tuple[Given, ...] = ()

    def answer(self, key: Key) -> Given | None:
        """The answer that stands for a key, if one does."""
        return next((one for one in self.given if one.key == key), None)


def put(interview: Interview, key: Key, value: Any) -> Interview:
    """The interview with an answer, in the place of an earlier one; other lines leave nothing of answers to the old."""
    before = interview.answer(key)
    one = Given(key, value)
    if before is None:
        given: tuple[Given, ...] = (*interview.given, one)
    else:
        given = tuple(one if other.key == key else other for other in interview.given)
    if key == Key("code") and (before is None or before.value != value):
        given = tuple(other for other in given if other.key.line is None)
    return replace(interview, given=given)


def case_data(interview: Interview, facts: Mapping[str, Fact]) -> dict[str, Any]:
    """The data of the case as it was begun, with every answer in its place; what is not known is left out."""
    data: dict[str, Any] = copy.deepcopy(dict(interview.begun))
    for one in sorted(interview.given, key=lambda one: (one.key.line is not None, one.key)):
        if one.key == Key("code"):
            _place(data, ("lines",), copy.deepcopy(one.value))
        elif one.key.line is not None:
            key = facts[one.key.fact].line_key
            assert key is not None
            _place_in_line(data, one.key.line, key, one.value)
        else:
            _place(data, facts[one.key.fact].case or (), one.value)
    return data


def _place(data: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    target = data
    for step in path[:-1]:
        if not isinstance(target.get(step), dict):
            if value is None:
                return
            target[step] = {}
        target = target[step]
    if value is None:
        target.pop(path[-1], None)
    else:
        target[path[-1]] = value


def _place_in_line(data: dict[str, Any], line: int, key: str, value: Any) -> None:
    """A value of a line; a case without lines gets its first, for which no code is chosen."""
    lines = data.get("lines") or []
    if not lines and value is not None:
        lines = data["lines"] = [{}]
    if line < len(lines) and isinstance(lines[line], dict):
        _place(lines[line], (key,), value)
