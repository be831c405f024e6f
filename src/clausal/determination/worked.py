"""Worked cases: cases that stand beside a pack with the answer that is expected, and whether it is given."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clausal.determination.decide import decide
from clausal.determination.model import Determination, to_json
from clausal.documents.library import Library
from clausal.facts.case import Case
from clausal.facts.source import Path_, Source, dotted, read_source
from clausal.problems import InvalidInput, Problem, unknown_name

_KEYS = ("name", "about", "as_of", "shown", "case", "expect")


@dataclass(frozen=True)
class Worked:
    """A worked case: what it shows, the case, the expected part of the answer, and where it stands.

    One that is `shown` is printed in full where worked cases are presented; the others are counted there.
    """

    name: str
    case: Case
    as_of: dt.date | None
    expect: dict[str, Any]
    source: Source
    path: Path_
    pack: str = ""
    shown: bool = False


def is_worked(source: Source) -> bool:
    """Whether a file holds worked cases rather than one case."""
    return isinstance(source.data, dict) and "cases" in source.data


def read_worked(library: Library, source: Source, pack: str = "") -> list[Worked]:
    """The worked cases of a file, which stands beside a pack if that is named."""
    entries = source.data["cases"]
    if not isinstance(entries, list):
        raise InvalidInput.at(source.place(("cases",)), "`cases` is a list of worked cases")
    found = []
    for index, entry in enumerate(entries):
        path: Path_ = ("cases", index)
        if not isinstance(entry, dict) or "case" not in entry:
            raise InvalidInput.at(source.place(path), "a worked case has name, case and expect")
        for key in entry:
            if key not in _KEYS:
                raise InvalidInput.at(source.place((*path, key)), *unknown_name("key", key, _KEYS))
        case = library.cases.read(source, (*path, "case"))
        name = str(entry.get("name", f"case {index + 1}"))
        try:
            as_of = dt.date.fromisoformat(entry["as_of"]) if entry.get("as_of") else None
        except (TypeError, ValueError):
            where = source.place((*path, "as_of"))
            raise InvalidInput.at(where, f"'{entry['as_of']}' is not a date", "write it as year-month-day") from None
        shown = entry.get("shown", False)
        if not isinstance(shown, bool):
            raise InvalidInput.at(source.place((*path, "shown")), f"'{shown}' is not true or false")
        named = replace(case, name=name)
        found.append(Worked(name, named, as_of, entry.get("expect") or {}, source, path, pack, shown))
    return found


def worked_files(library: Library, packs: Sequence[str] = ()) -> Iterable[tuple[str, Path]]:
    """The files of worked cases beside the packs, each with the pack's name."""
    for name, pack in library.packs.items():
        if not packs or name in packs:
            folder = Path(pack.folder)
            yield from ((name, file) for file in sorted([*folder.glob("cases/*.yaml"), *folder.glob("cases.yaml")]))


def worked_cases(library: Library, packs: Sequence[str] = ()) -> list[Worked]:
    """The worked cases beside the packs."""
    return [
        worked
        for name, path in worked_files(library, packs)
        for worked in read_worked(library, read_source(path), name)
    ]


def differences(library: Library, worked: Worked, determination: Determination | None = None) -> list[Problem]:
    """Where the determination (worked out here, if it is not given) is not what the worked case expects."""
    actual = json.loads(to_json(determination or decide(library, worked.case, worked.as_of)))
    expected = dict(worked.expect)
    if "lines" not in expected:
        of_line = {key: expected.pop(key) for key in list(expected) if key not in Determination.__dataclass_fields__}
        expected["lines"] = [of_line]
    return [
        Problem(worked.source.place((*worked.path, "expect")), f"worked case '{worked.name}': {text}")
        for text in _differ(expected, actual, ())
    ]


def _cut(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) < 200 else f"{text[:200]}..."


OTHERS_MAY_STAND = ("authorities", "notices", "readings")
"""Lists that other documents of a library add to: the entries expected have to be there, in their order."""


def _differ(expected: Any, actual: Any, path: Path_) -> Iterable[str]:
    """A mapping asks for its own keys alone; a list asks for as many entries."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            if key not in actual:
                yield f"the answer has no {dotted((*path, key))}"
            else:
                yield from _differ(value, actual[key], (*path, key))
    elif path and path[-1] in OTHERS_MAY_STAND and isinstance(expected, list) and isinstance(actual, list):
        left = iter(actual)
        for index, one in enumerate(expected):
            if not any(not list(_differ(one, other, ())) for other in left):
                yield f"{dotted((*path, index))} is not there: {_cut(one)}"
                return
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
            yield from _differ(one, other, (*path, index))
    elif expected != actual:
        yield f"{dotted(path)} is {_cut(actual)}, expected {json.dumps(expected, default=str)}"
