"""A case as an address or a form has it: a name and a text for each fact given, and back.

`line` stands once for each service line, as it is typed (`64640 x2 RT`; `?` for a code that is not chosen); a further
fact of the second line is `name.2`, as is that it surely has no modifier (`modifiers.2=none`). `place` is a name or a
ZIP code, its parts are `place.county` and so on; `unknown` names facts that were asked for and are not known. What
tells who the patient is, and earlier services, no address has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from clausal.determination.interview.answers import Key
from clausal.determination.interview.questions import Setting, asked_for
from clausal.determination.interview.understanding import NotUnderstood, understand
from clausal.facts.given_place import KEYS as PLACE_KEYS
from clausal.facts.vocabulary import IDENTIFIER, Fact
from clausal.problems import nearest
from clausal.service.problems import FieldProblem
from clausal.service.rendering.addresses import address, line_text

LINE, PLACE, UNKNOWN, MORE = "line", "place", "unknown", "more"
OF_LINE = ("code", "units", "modifiers")
NO_CODE = "?"
NONE = "none"
"""Of a list: that it is empty, which is not that it is not known."""
MOST_LINES = 99
MOST_DEEP = 6
"""How deep what else is given may be nested: a case is not deeper."""
_ZIP = re.compile(r"\d{5}(?:-\d{4})?\Z")
Pair = tuple[str, str]


def is_withheld(fact: Fact) -> bool:
    """Whether a fact could tell who the patient is: no address and no message has it."""
    return fact.system == IDENTIFIER or (fact.is_personal and fact.type == "date")


@dataclass
class Read:
    """What a form or an address says: the data of a case, what is not known, and what could not be read."""

    data: dict[str, Any] = field(default_factory=dict)
    unknown: list[Key] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    """What stands in each field, as it was typed."""
    problems: list[FieldProblem] = field(default_factory=list)


def pairs_of(data: Mapping[str, Any], facts: Mapping[str, Fact], unknown: Iterable[Key] = ()) -> list[Pair]:
    """The fields of a case, withheld ones too; what no field has stands under `more` as JSON."""
    left = json.loads(json.dumps(data, default=str))
    found: list[Pair] = []
    for fact in facts.values():
        if fact.case and not fact.of_line:
            value = _take(left, fact.case)
            if value is not None:
                found.append((fact.name, text_of(value)))
    found.extend(_place_pairs(left.pop(PLACE, None)))
    lines = left.pop("lines", None) or []
    by_key = {fact.line_key: fact for fact in facts.values() if fact.line_key}
    for number, line in enumerate(lines, 1):
        plain = dict(line)
        told = line_text({**plain, "code": plain.get("code") or NO_CODE})
        for key in OF_LINE:
            if plain.get(key) != []:
                plain.pop(key, None)
        found.append((LINE, told))
        found.extend((f"{by_key[key].name}.{number}", text_of(value)) for key, value in plain.items() if key in by_key)
    if left:
        found.append((MORE, json.dumps(left)))
    found.extend((UNKNOWN, one.fact if one.line is None else f"{one.fact}.{one.line + 1}") for one in unknown)
    return found


def split(pairs: Iterable[Pair], facts: Mapping[str, Fact]) -> tuple[list[Pair], list[str]]:
    """The pairs that an address may have, and the names of those that none has."""
    may: list[Pair] = []
    withheld: list[str] = []
    for name, text in pairs:
        fact = facts.get(name.partition(".")[0])
        if name == MORE:
            withheld.extend(_object(text))
        elif fact is not None and is_withheld(fact):
            withheld.append(name)
        else:
            may.append((name, text))
    return may, withheld


def address_of(data: Mapping[str, Any], facts: Mapping[str, Fact]) -> str:
    """The address of a what-if; what no address has is left out."""
    return address("/case", split(pairs_of(data, facts), facts)[0])


def read(pairs: Sequence[Pair], setting: Setting) -> Read:
    """What fields say, with what is wrong by field; an empty field says nothing."""
    found, facts = Read(), setting.facts
    lines: list[str] = []
    by_line: list[tuple[Fact, int, str]] = []
    place: dict[str, str] = {}
    for name, raw in pairs:
        text = raw.strip()
        if not text:
            continue
        head, _, number = name.partition(".")
        line = number_of(number)
        if name == LINE:
            lines.append(text)
        elif name == UNKNOWN:
            _read_unknown(found, text, facts)
        elif head == PLACE and (number in PLACE_KEYS or not number):
            found.texts[name] = text
            place[number or ("zip" if _ZIP.match(text) else "name")] = text
        elif name == MORE:
            _read_more(found, text)
        elif line and head in facts and facts[head].line_key:
            by_line.append((facts[head], line, text))
        elif name in facts and facts[name].case and not facts[name].of_line:
            before = found.texts.get(name)
            if before and facts[name].type != "codes" and before != text:
                found.problems.append(FieldProblem(path=name, message="it is given twice, and not the same"))
            found.texts[name] = f"{before}, {text}" if before and facts[name].type == "codes" else text
        else:
            hint = nearest(name, [*facts, LINE, PLACE]) or "see what a case can say: `clausal schema case`"
            found.problems.append(FieldProblem(path=name[:80], message=f"unknown name '{name[:80]}'", hint=hint))
    for name, text in list(found.texts.items()):
        if name in facts:
            _read_fact(found, setting, facts[name], text)
    if place:
        found.data[PLACE] = place["name"] if set(place) == {"name"} else place
    if lines:
        _read_lines(found, setting, lines)
    for fact, at, text in by_line:
        _read_of_line(found, setting, fact, at, text)
    # What is given is known, whatever was noted before: an answer is of the facts that stand in the form.
    found.unknown = [key for key in found.unknown if not _is_given(found.data, setting.facts[key.fact], key.line)]
    return found


def number_of(text: str) -> int:
    """The number of a line as a name has it; 0 where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_LINES)) else 0


def _is_given(data: Mapping[str, Any], fact: Fact, line: int | None) -> bool:
    if fact.of_line and line is None:
        return bool(data.get("lines"))
    if line is not None:
        lines = data.get("lines") or []
        return line < len(lines) and fact.line_key in lines[line]
    found: Any = data
    for step in fact.case or ():
        found = found.get(step) if isinstance(found, Mapping) else None
    return found is not None


def text_of(value: Any) -> str:
    """A value of a case file as a field has it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(text_of, value)) if value else NONE
    return str(value)


def _take(data: dict[str, Any], path: tuple[str, ...]) -> Any:
    """The value at a path, which is taken out; sections that are empty then go too."""
    found: Any = data.get(path[0])
    if len(path) == 1:
        return data.pop(path[0], None)
    if not isinstance(found, dict):
        return None
    value = _take(found, path[1:])
    if not found:
        data.pop(path[0])
    return value


def _place_pairs(place: Any) -> Iterator[Pair]:
    if isinstance(place, dict):
        parts = {key: str(one) for key, one in place.items() if one not in (None, "")}
        alone = next(iter(parts)) if len(parts) == 1 else ""
        yield from ((PLACE if alone in ("zip", "name") else f"{PLACE}.{key}", one) for key, one in parts.items())
    elif place is not None:
        yield PLACE, str(place)


def _read_unknown(found: Read, text: str, facts: Mapping[str, Fact]) -> None:
    name, _, number = text.partition(".")
    if name in facts and (not number or number_of(number)):
        found.unknown.append(Key(name, number_of(number) - 1 if number else None))
    else:
        message = f"'{text[:80]}' is no fact that can be asked for"
        found.problems.append(FieldProblem(path=UNKNOWN, message=message, hint=nearest(name, facts)))


def _read_more(found: Read, text: str) -> None:
    more = _object(text)
    if more:
        found.data |= more
        found.texts[MORE] = text
    else:
        message = f"what else is given is no JSON object of what has no field, at most {MOST_DEEP} deep"
        found.problems.append(FieldProblem(path=MORE, message=message))


def _object(text: str) -> dict[str, Any]:
    """What is given beside the fields; empty where it is no such object."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict) or {"lines", PLACE} & set(found) or _is_deep(found):
        return {}
    return found


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MOST_DEEP):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return bool(level)


def _understood(found: Read, setting: Setting, key: Key, text: str, path: str) -> Any:
    """The value that a text means; None with a problem where it means none for sure."""
    fact = setting.facts[key.fact]
    read = understand(setting, asked_for(setting, key), text)
    if isinstance(read, NotUnderstood):
        near = {**read.near, **read.codes}
        message = read.message.replace(f"'{text}'", "this") if is_withheld(fact) else read.message
        message = message.replace("; ? shows them all", "").replace("; ? shows what is left", "")
        hint = "; ".join(f"{value} ({label})" if label and label != value else value for value, label in near.items())
        found.problems.append(FieldProblem(path=path, message=message, hint=hint))
    elif not read.sure:
        value = text_of(read.value)
        found.problems.append(
            FieldProblem(path=path, message=f"is this meant: {read.told}?", hint=f"then write {value}")
        )
    else:
        return read.value
    return None


def _read_fact(found: Read, setting: Setting, fact: Fact, text: str) -> None:
    is_empty = fact.type == "codes" and text.lower() == NONE
    value = [] if is_empty else _understood(found, setting, Key(fact.name), text, fact.name)
    if value is None:
        return
    target = found.data
    for step in (fact.case or ())[:-1]:
        target = target.setdefault(step, {})
    target[(fact.case or (fact.name,))[-1]] = float(value) if isinstance(value, Decimal) else value


def _read_lines(found: Read, setting: Setting, texts: Sequence[str]) -> None:
    lines: list[dict[str, Any]] = []
    if len(texts) > MOST_LINES:
        message = f"{len(texts)} service lines are given; a page takes {MOST_LINES}"
        hint = "decide it by `clausal decide`, or POST /api/v1/decide"
        found.problems.append(FieldProblem(path=LINE, message=message, hint=hint))
    for number, text in enumerate(texts[:MOST_LINES], 1):
        path = f"{LINE}.{number}"
        found.texts[path] = text
        is_open = text.startswith(NO_CODE)
        # A line of which the code is not chosen is read with a code in its place, which is then taken out.
        stand_in = next(iter(setting.library.vocabulary.codes), "00000")
        asked = f"{stand_in}{text.removeprefix(NO_CODE)}" if is_open else text
        read = _understood(found, setting, Key("code"), asked, path)
        for one in read or ():
            if is_open:
                del one["code"]
            lines.append(one)
    found.data["lines"] = lines


def _read_of_line(found: Read, setting: Setting, fact: Fact, number: int, text: str) -> None:
    path = f"{fact.name}.{number}"
    found.texts[path] = text
    value = _understood(found, setting, Key(fact.name, number - 1), text, path)
    lines = found.data.get("lines") or []
    if value is None:
        return
    if not 1 <= number <= len(lines):
        found.problems.append(FieldProblem(path=path, message=f"there is no line {number}"))
        return
    line = lines[number - 1]
    if line.get(fact.line_key or fact.name, value) != value:
        message = f"it is given twice of line {number}, and not the same"
        found.problems.append(FieldProblem(path=path, message=message))
        return
    line[fact.line_key or fact.name] = value
    if fact.line_key in OF_LINE and value != []:
        found.texts.pop(path)
        found.texts[f"{LINE}.{number}"] = line_text({**line, "code": line.get("code") or NO_CODE})
