"""What a person's words mean as the answer to a question: a value as a case file has it, or why they mean none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from clausal.determination.interview.answers import Key
from clausal.determination.interview.days import FORM, day_meant
from clausal.determination.interview.questions import Asked, Setting
from clausal.determination.interview.words import Meant, meant, words
from clausal.facts.knowledge import word
from clausal.facts.standing import one_edit_away
from clausal.facts.vocabulary import DIAGNOSIS, HCPCS, ICD10CM, IDENTIFIER, NOT, Fact, normal_icd
from clausal.problems import InvalidInput, Problem

YES_OR_NO = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}
NONE = ("none", "no", "nothing")
_LINE = re.compile(r"(?P<code>\S+)(?:\s+[x×*]\s*(?P<units>[0-9]+))?(?P<modifiers>(?:[\s-]+[A-Za-z0-9]{2})*)\Z")
_UNITS = re.compile(r"[x×*][0-9]+\Z")
_MOST_SHOWN = 8
FAR_AHEAD = 2
"""Years from now within which a day is taken as it is typed; one later than that may be a slip, and is asked back."""
MOST_LETTERS = 1000
"""Of an answer; a list of many codes is shorter."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The value that an answer means, and how it is told back; where it is not `sure`, a person has to confirm it."""

    value: Any
    told: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Why an answer means no value, and what may be meant.

    `near` are values of the list asked for, with how each is told; `codes` are codes with their labels.
    """

    message: str
    near: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)


Reading = Understood | NotUnderstood


def understand(setting: Setting, asked: Asked, text: str, places: Sequence[str] | None = None) -> Reading:
    """What a text means as the answer to a question. Whether its codes exist on the day is for the case to tell.

    `places` is the list that the person sees, of which a number names a value; all values, if it is not given.
    """
    text = text.strip()
    if len(text) > MOST_LETTERS:
        return NotUnderstood(f"an answer has at most {MOST_LETTERS:,} characters")
    fact = asked.fact
    if asked.key == Key("code"):
        return _lines(setting, text)
    if fact.type == "flag":
        value = YES_OR_NO.get(text.lower())
        if value is None:
            return NotUnderstood("answer yes or no")
        return Understood(value, word(value))
    if fact.type == "date":
        try:
            day = day_meant(text, setting.today)
        except ValueError:
            return NotUnderstood(f"there is no such day as '{text}'")
        if day is None:
            return NotUnderstood(f"'{text}' is no date that can be read; write it {FORM}")
        read = _checked(setting, fact, day.isoformat(), day.isoformat())
        is_far = day.year > setting.today.year + FAR_AHEAD
        return replace(read, sure=False) if is_far and isinstance(read, Understood) else read
    if fact.type == "number":
        return _number(setting, fact, text)
    if fact.type == "choice":
        return _choice(asked, text, places)
    if fact.type == "code":
        code = text if fact.system == IDENTIFIER else text.upper()
        return _checked(setting, fact, code, code)
    return _several(setting, asked, text, places)


def is_value(asked: Asked, text: str) -> bool:
    """Whether a text is exactly a value of the list that is asked for, or another name of one: no command then."""
    return words(text) in {words(name) for name in (*asked.choices, *asked.fact.aliases)}


def _checked(setting: Setting, fact: Fact, raw: Any, told: str) -> Reading:
    """A value, if the vocabulary takes it."""
    try:
        setting.library.cases.value(fact, raw)
    except InvalidInput as error:
        return NotUnderstood(said(error.problems[0]))
    return Understood(raw, told)


def said(problem: Problem) -> str:
    """A problem without its place."""
    return f"{problem.message}{'; ' + problem.hint if problem.hint else ''}"


def _number(setting: Setting, fact: Fact, text: str) -> Reading:
    plain = text.replace(",", "")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return NotUnderstood(f"'{text}' is not a number; write digits, as in {'5' if fact.whole else '5 or 49.5'}")
    if not number.is_finite() or len(plain) > 20:
        return NotUnderstood(f"'{text}' is not a number that can be used")
    raw: int | Decimal = int(number) if number == number.to_integral_value() else number
    return _checked(setting, fact, raw, plain)


def _choice(asked: Asked, text: str, places: Sequence[str] | None) -> Reading:
    yes = YES_OR_NO.get(text.lower())
    both = {True: asked.whether, False: f"{NOT}{asked.whether}"} if asked.whether else {}
    both = both or ({True: asked.fact.yes, False: asked.fact.no} if asked.fact.yes else {})
    if yes is not None and both:
        return Understood(both[yes], f"{word(yes)} ({label(asked, both[yes])})")
    if asked.whether and text.lower().startswith(NOT):
        if meant(text[len(NOT) :], asked.choices, asked.fact.aliases).value == asked.whether:
            return Understood(both[False], label(asked, both[False]))
        return NotUnderstood(f"only 'not {asked.whether}' can be said here; name the one that it is, or leave it empty")
    found = meant(text, asked.choices, asked.fact.aliases, places)
    if found.value is not None:
        return Understood(found.value, label(asked, found.value), found.sure)
    return _not_understood(asked, text, found)


def label(asked: Asked, value: str) -> str:
    """How a value of a list is told: its label, with the value itself where that has another word."""
    if value.startswith(NOT):
        return f"not {asked.fact.values.get(value.removeprefix(NOT), value)}"
    own = asked.choices.get(value) or asked.fact.values.get(value, value)
    return own if set(words(value)) <= set(words(own)) else f"{own} ({value})"


def _not_understood(asked: Asked, text: str, found: Meant) -> NotUnderstood:
    left_out = meant(text, asked.fact.values, asked.fact.aliases).value if not found.near else None
    if left_out is not None:
        return NotUnderstood(f"'{label(asked, left_out)}' contradicts what was answered before; ? shows what is left")
    near = {value: label(asked, value) for value in found.near}
    if near:
        return NotUnderstood(f"'{text}' is none of the answers; is one of these meant?", near)
    return NotUnderstood(f"'{text}' is none of the answers; ? shows them all")


def _several(setting: Setting, asked: Asked, text: str, places: Sequence[str] | None) -> Reading:
    """A list: its parts stand between commas, or, where each is a value or code by itself, between blanks."""
    fact = asked.fact
    if text.lower() in NONE:
        if fact.complete and not fact.of_line:
            return NotUnderstood("it takes at least one; leave it empty if that is not known")
        return Understood([], "none")
    read: Callable[[str], Reading]
    if fact.values:
        choices = asked.choices or fact.values
        whole = Asked(asked.key, fact, asked.part, asked.text, choices)

        def read(part: str) -> Reading:
            found = meant(part, choices, fact.aliases, places)
            if found.value is not None:
                return Understood(found.value, label(whole, found.value), found.sure)
            return _not_understood(whole, part, found)
    else:

        def read(part: str) -> Reading:
            return _diagnosis(setting, part) if fact.system == DIAGNOSIS else Understood(part.upper(), part.upper())

    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if not parts:
        return NotUnderstood("that names nothing")
    found: list[Understood] = []
    for part in parts:
        one = read(part)
        if not (isinstance(one, Understood) and one.sure) and len(part.split()) > 1:
            each = [read(single) for single in part.split()]
            alone = [single for single in each if isinstance(single, Understood) and single.sure]
            if len(alone) == len(each):
                found.extend(alone)
                continue
        if isinstance(one, NotUnderstood):
            return one
        found.append(one)
    by_value = {one.value: one for one in found}
    told = ", ".join(one.told for one in by_value.values())
    checked = _checked(setting, fact, list(by_value), told)
    sure = all(one.sure for one in by_value.values())
    return Understood(checked.value, told, sure) if isinstance(checked, Understood) else checked


def _diagnosis(setting: Setting, text: str) -> Reading:
    """A diagnosis code; words are no code, and are told which codes have them."""
    labels = setting.library.vocabulary.diagnoses
    code = normal_icd(text)
    if ICD10CM.match(code) and any(letter.isdigit() for letter in code):
        return Understood(code, f"{code} ({labels[code]})" if code in labels else code)
    found = meant(text, labels)
    codes = (found.value,) if found.value is not None else found.near
    telling = {one for one in words(text) if len(one) > 2}
    sets = {
        ", ".join(entries): name.replace("-", " ")
        for name, one in setting.library.vocabulary.value_sets.items()
        if telling and telling <= set(words(name.replace("-", " "))) and (entries := _icd(one.entries()))
    }
    near = dict([*((code, labels[code]) for code in codes), *sets.items()][:_MOST_SHOWN])
    if near:
        return NotUnderstood(f"'{text}' is no ICD-10-CM code; codes known by such words:", codes=near)
    return NotUnderstood(f"'{text}' is no ICD-10-CM code; write codes{_as_in(labels)}, with commas between")


def _icd(entries: list[str]) -> list[str]:
    """The entries of a set, if they are a few diagnosis codes."""
    plain = [entry.rstrip("-").rstrip(".") for entry in entries]
    return entries if len(entries) <= 6 and all(ICD10CM.match(one) for one in plain) else []


def _lines(setting: Setting, text: str) -> Reading:
    """Procedure codes as service lines, with units and modifiers (`x2 RT`), and with commas between."""
    vocabulary = setting.library.vocabulary
    lines: list[dict[str, Any]] = []
    told = []
    for part in (one.strip() for one in re.split(r"[,;]", text) if one.strip()):
        bare = part.split()
        are_codes = all(HCPCS.match(one.upper()) and not _UNITS.match(one) for one in bare)
        pieces = bare if len(bare) > 1 and are_codes else [part]
        for piece in pieces:
            match = _LINE.match(piece)
            code = match["code"].upper() if match else ""
            if match is None or not HCPCS.match(code):
                return _no_procedure(vocabulary.codes, piece)
            line: dict[str, Any] = {"code": code}
            for name, raw in (("units", match["units"]), ("modifiers", match["modifiers"].upper().replace("-", " "))):
                fact = setting.facts[name]
                if not raw:
                    continue
                value: Any = int(raw) if name == "units" else raw.split()
                checked = _checked(setting, fact, value, "")
                if isinstance(checked, NotUnderstood):
                    return checked
                line[name] = value
            lines.append(line)
            told.append(line_told(line, vocabulary.codes))
    if not lines:
        return NotUnderstood(f"write procedure codes{_as_in(vocabulary.codes)}, with commas between")
    return Understood(lines, ", ".join(told))


def line_told(line: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    units = f" x{line['units']}" if "units" in line else ""
    modifiers = f" {'-'.join(line['modifiers'])}" if "modifiers" in line else ""
    says = f" ({labels[line['code']]})" if labels.get(line["code"]) else ""
    return f"{line['code']}{units}{modifiers}{says}"


def _no_procedure(labels: Mapping[str, str], text: str) -> NotUnderstood:
    """Words are no procedure code, and are told which codes packs name by them."""
    code = text.upper()
    close = one_edit_away(code, labels)
    found = meant(text, {code: says for code, says in labels.items() if says})
    codes = (close,) if close else (found.value,) if found.value is not None else found.near
    near = {one: labels[one] for one in codes[:_MOST_SHOWN]}
    message = f"'{text}' is no procedure code"
    if near:
        return NotUnderstood(f"{message}; is one of these meant?", codes=near)
    return NotUnderstood(f"{message}: it has five characters{_as_in(labels)}; units and modifiers follow as in x2 RT")


def _as_in(codes: Mapping[str, str]) -> str:
    """A code to show how one is written."""
    return f", as in {next(iter(codes))}" if codes else ""
