"""Read a YAML or JSON text into plain data, remembering where each value stands.

The YAML read here is the plain part of YAML 1.2: mappings, lists and scalars. Anchors, aliases and tags are refused, so
a text can neither expand nor build objects; dates and codes with leading zeros stay text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from clausal.files import read
from clausal.limits import DOCUMENT
from clausal.problems import InvalidInput, Place

Path_ = tuple[str | int, ...]
MAX_DEPTH = 40

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+\Z")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False, "True": True, "False": False}


@dataclass(frozen=True)
class Source:
    """A text that was read: its data, and line and column (from 1) of the value at each path."""

    name: str
    data: Any
    places: Mapping[Path_, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: Path_ = ()) -> Place:
        """Where the value at `path` stands, or where the nearest value around it does."""
        for length in range(len(path), -1, -1):
            if (found := self.places.get(path[:length])) is not None:
                return Place(self.name, *found, path=dotted(path))
        return Place(self.name, path=dotted(path))


def dotted(path: Path_) -> str:
    """`('lines', 0, 'units')` as `lines[0].units`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def read_source(path: Path) -> Source:
    """Read a `.yaml`, `.yml` or `.json` file; refuse what is missing, no file, empty, binary, or too large."""
    text = decode(read(path, DOCUMENT), Place(str(path)))
    return parse_source(text, str(path), is_json=path.suffix.lower() == ".json")


def decode(raw: bytes, place: Place) -> str:
    """UTF-8 text of a file's bytes, without a byte-order mark."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InvalidInput.at(place, f"not UTF-8 text: byte {raw[error.start]:#04x} on line {line}") from None
    if "\x00" in text:
        raise InvalidInput.at(place, "not a text file: it holds NUL characters")
    return text


def parse_source(text: str, name: str, *, is_json: bool = False) -> Source:
    """Parse YAML (or JSON) text; every error names the line and column."""
    if not text.strip():
        raise InvalidInput.at(Place(name), "file is empty", "expected a mapping of keys to values")
    return _parse_json(text, name) if is_json else _parse_yaml(text, name)


def _parse_json(text: str, name: str) -> Source:
    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if key in seen:
                raise InvalidInput.at(Place(name, path=key), f"key '{key}' stands twice")
            seen[key] = value
        return seen

    try:
        return Source(name, json.loads(text, parse_float=Decimal, object_pairs_hook=mapping))
    except json.JSONDecodeError as error:
        raise InvalidInput.at(Place(name, error.lineno, error.colno), f"not JSON: {error.msg}") from None
    except RecursionError:
        raise InvalidInput.at(Place(name), "nested too deep to be read") from None
    except ValueError:
        raise InvalidInput.at(Place(name), "a number in it has too many digits") from None


def _parse_yaml(text: str, name: str) -> Source:
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        raise InvalidInput.at(place, f"not YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise InvalidInput.at(Place(name), f"not YAML: {str(error).splitlines()[0]}") from None
    return Source(name, builder.root, builder.places)


class _Builder:
    """Builds plain data from parser events, one at a time, without recursion."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Any = None
        self.places: dict[Path_, tuple[int, int]] = {}
        self._open: list[tuple[Any, Path_]] = []
        self._key: list[str | None] = []
        self._documents = 0

    def _refuse(self, event: Any, message: str, hint: str = "") -> InvalidInput:
        mark = event.start_mark
        return InvalidInput.at(Place(self.name, mark.line + 1, mark.column + 1), message, hint)

    def take(self, event: Any) -> None:
        if isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent):
            if event.anchor:
                raise self._refuse(event, f"anchor '&{event.anchor}' is not allowed", "write the value out")
            if event.tag and event.tag != "!":
                raise self._refuse(event, f"tag '{event.tag}' is not allowed", "write a plain value")
            self._value(event)
        elif isinstance(event, SequenceEndEvent | MappingEndEvent):
            self._open.pop()
            self._key.pop()
        elif isinstance(event, AliasEvent):
            raise self._refuse(event, f"alias '*{event.anchor}' is not allowed", "write the value out")
        elif isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._refuse(event, "a second document starts here", "one document a file")

    def _value(self, event: Any) -> None:
        container, path = self._open[-1] if self._open else (None, ())
        if isinstance(container, dict) and self._key[-1] is None:
            self._take_key(event, container, path)
            return
        if isinstance(container, dict):
            path = (*path, self._key[-1] or "")
        elif isinstance(container, list):
            path = (*path, len(container))
        value: Any = self._new(event)
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(container, dict):
            container[self._key[-1]] = value
            self._key[-1] = None
            self.places.setdefault(path, (line, column))
        else:
            self.places[path] = (line, column)
            if isinstance(container, list):
                container.append(value)
            else:
                self.root = value
        if not isinstance(event, ScalarEvent):
            if len(self._open) >= MAX_DEPTH:
                raise self._refuse(event, f"nested more than {MAX_DEPTH} deep")
            self._open.append((value, path))
            self._key.append(None)

    def _take_key(self, event: Any, container: dict[str, Any], path: Path_) -> None:
        if not isinstance(event, ScalarEvent):
            raise self._refuse(event, "a key must be a single word", "quote it if it starts with [ or {")
        if event.value in container:
            raise self._refuse(event, f"key '{event.value}' stands twice")
        self._key[-1] = event.value
        mark: Any = event.start_mark
        self.places[(*path, event.value)] = (mark.line + 1, mark.column + 1)

    @staticmethod
    def _new(event: Any) -> Any:
        if isinstance(event, MappingStartEvent):
            return {}
        if isinstance(event, SequenceStartEvent):
            return []
        text: str = event.value
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.match(text) and len(text) < 20:
            return int(text)
        return Decimal(text) if _DECIMAL.match(text) else text
