"""What stands answered, in words, and which of it a person means by a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clausal.determination.interview.answers import Interview, Key, case_data
from clausal.determination.interview.questions import Setting
from clausal.determination.interview.understanding import line_told
from clausal.determination.interview.words import Meant, meant, words
from clausal.facts.knowledge import word
from clausal.facts.vocabulary import NOT, Fact


@dataclass(frozen=True, slots=True)
class Stated:
    """An answer that stands, given or from the case file: `told` in words, empty where it is not known."""

    key: Key
    name: str
    question: str
    told: str


def stated(setting: Setting, interview: Interview) -> tuple[Stated, ...]:
    """All that stands answered, in the order of the vocabulary, and then what was asked and is not known."""
    data = case_data(interview, setting.facts)
    known = list(_known(setting, data))
    have = {one.key for one in known}
    unknown = [
        Stated(one.key, name_of(one.key), setting.facts[one.key.fact].question, "")
        for one in interview.given
        if one.value is None and one.key not in have
    ]
    return (*known, *unknown)


def named(setting: Setting, answers: tuple[Stated, ...], text: str) -> tuple[Stated | None, tuple[Stated, ...]]:
    """The answer that a person means by a name, its number in the list, or words of its question; or the near ones.

    One that was not asked for yet is known by the name of its fact alone.
    """
    for fact in setting.facts.values():
        key = Key(fact.name)
        is_asked = any(one.key.fact == fact.name for one in answers)
        if fact.can_be_asked and not is_asked and words(name_of(key)) == words(text) and not fact.of_line:
            return Stated(key, name_of(key), fact.question, ""), ()
    by_name = {one.name: one for one in answers}
    found: Meant = meant(text, {name: one.question for name, one in by_name.items()})
    return (by_name[found.value] if found.value else None), tuple(by_name[name] for name in found.near)


def name_of(key: Key) -> str:
    """How an answer is named: `contract active`, `units of line 1`."""
    name = key.fact.replace("_", " ")
    return name if key.line is None else f"{name} of line {key.line + 1}"


def _known(setting: Setting, data: Mapping[str, Any]) -> Iterator[Stated]:
    lines = [line for line in data.get("lines") or () if isinstance(line, dict)]
    begun_anew = all(line.get("code") for line in lines)
    for fact in setting.facts.values():
        if fact.case and not fact.of_line:
            found: Any = data
            for step in fact.case:
                found = found.get(step) if isinstance(found, dict) else None
            if found is not None:
                yield Stated(Key(fact.name), name_of(Key(fact.name)), fact.question, _told(fact, found))
        elif fact.name == "code" and lines and begun_anew:
            told = ", ".join(line_told(line, setting.library.vocabulary.codes) for line in lines)
            yield Stated(Key("code"), "code", fact.question, told)
        if (fact.line_key and fact.name != "code") or (fact.name == "code" and not begun_anew):
            for index, line in enumerate(lines):
                is_told = begun_anew and fact.name in ("units", "modifiers")
                if line.get(fact.line_key or "") is not None and not is_told:
                    key = Key(fact.name, index)
                    yield Stated(key, name_of(key), fact.question, _told(fact, line[fact.line_key]))


def _told(fact: Fact, value: Any) -> str:
    """A value as a case file has it, in words."""
    if isinstance(value, list):
        return ", ".join(_told(fact, one) for one in value) or "none"
    if isinstance(value, str) and value.startswith(NOT):
        return f"not {fact.values.get(value.removeprefix(NOT), value.removeprefix(NOT))}"
    return fact.values.get(str(value), word(value))
