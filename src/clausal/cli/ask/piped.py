"""The next question where there is no terminal: for a person in words, for a program as data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clausal.cli.ask.shown import plain_question
from clausal.determination.interview.questions import Asked, Standing
from clausal.determination.model import Question
from clausal.facts.vocabulary import NOT, case_path


def next_data(found: Standing) -> dict[str, Any]:
    """`question`: the first that the status hangs on; `next`: what an interview asks now; null if there is none."""
    questions = found.determination.questions if found.determination else []
    asked = found.question
    first = questions[0] if questions else None
    if found.determination is None and asked:
        first = _question(asked)
    return {
        "question": first,
        "determination": found.determination,
        "next": {"part": asked.part, "line": asked.key.line, "question": _question(asked)} if asked else None,
    }


def next_lines(found: Standing) -> Iterable[str]:
    """The next question in words."""
    return plain_question(found.question) if found.question else ()


def _question(asked: Asked) -> Question:
    choices = dict(asked.choices)
    if asked.whether:
        choices = {asked.whether: choices[asked.whether], f"{NOT}{asked.whether}": "anything else"}
    return Question(asked.fact.name, asked.text, asked.fact.type, choices, case_path(asked.fact))
