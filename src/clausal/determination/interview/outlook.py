"""What each answer to a question would make of the status of each line: every answer put in turn, and decided."""

from __future__ import annotations

from dataclasses import dataclass

from clausal.determination.decide import decide
from clausal.determination.interview.answers import Interview, case_data, put
from clausal.determination.interview.questions import Asked, Setting
from clausal.determination.model import Status
from clausal.facts.vocabulary import NOT
from clausal.problems import InvalidInput

MOST = 60
"""Answers that are tried; a question with more is not looked ahead at."""
MOST_LINES = 240
"""Service lines that are decided to look ahead."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer and what it comes to: the status of each line; None where no case can have it.

    `value` is as a case file has it; `needs` is how many facts the statuses then still hang on. Without `looked` it was
    not looked ahead: of a case with many lines.
    """

    value: str | bool
    label: str
    statuses: tuple[Status, ...] | None
    needs: int = 0
    looked: bool = True


def outlook(setting: Setting, interview: Interview, asked: Asked) -> list[Outcome]:
    """The answers of a closed list, each with what it comes to; empty for a number, a day, a code."""
    found = answers(asked)
    if len(found) * len(interview.begun.get("lines") or ()) > MOST_LINES:
        return [Outcome(value, label, None, looked=False) for value, label in found]
    return [_outcome(setting, interview, asked, value, label) for value, label in found]


def answers(asked: Asked) -> list[tuple[str | bool, str]]:
    """The values that a question can be answered by, with their labels; of a list, one value each."""
    if asked.fact.type == "flag":
        return [(True, "yes"), (False, "no")]
    if asked.whether:
        label = asked.choices.get(asked.whether, asked.whether)
        return [(asked.whether, label), (f"{NOT}{asked.whether}", f"not {label}")]
    return list(asked.choices.items()) if asked.fact.type == "choice" and len(asked.choices) <= MOST else []


def _outcome(setting: Setting, interview: Interview, asked: Asked, value: str | bool, label: str) -> Outcome:
    try:
        case = setting.read(case_data(put(interview, asked.key, value), setting.facts))
        found = decide(setting.library, case, setting.as_of)
    except InvalidInput:
        return Outcome(value, label, None)
    return Outcome(value, label, tuple(line.status for line in found.lines), len(found.questions))
