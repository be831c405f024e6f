"""Hold an interview in a test: what is typed in order, and what stands and is asked after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from clausal.determination.interview.answers import Interview, put
from clausal.determination.interview.questions import Asked, Setting, Standing, standing
from clausal.determination.interview.understanding import Understood, understand
from clausal.documents.library import Library

TODAY = dt.date(2026, 1, 1)


def setting_of(library: Library) -> Setting:
    return Setting(library, TODAY, TODAY)


def answered(setting: Setting, typed: Iterable[str], begun: dict[str, Any] | None = None) -> tuple[Interview, Standing]:
    """The interview after each typed answer in turn (empty: not known); what is not understood fails."""
    interview = Interview(begun or {})
    now = standing(setting, interview)
    for text in typed:
        assert now.question is not None, f"nothing is asked any more: {text}"
        interview = put(interview, now.question.key, value_of(setting, now.question, text))
        now = standing(setting, interview)
    return interview, now


def value_of(setting: Setting, asked: Asked, text: str) -> Any:
    if not text:
        return None
    read = understand(setting, asked, text)
    assert isinstance(read, Understood), f"{asked.key}: {read}"
    return read.value


def asked_in(setting: Setting, replies: dict[str, str], begun: dict[str, Any] | None = None) -> list[tuple[str, str]]:
    """Every question, as its part and fact, if each is answered as given (empty: not known)."""
    interview = Interview(begun or {})
    found: list[tuple[str, str]] = []
    while (asked := standing(setting, interview).question) is not None:
        found.append((asked.part, asked.key.fact))
        interview = put(interview, asked.key, value_of(setting, asked, replies.get(asked.key.fact, "")))
    return found
