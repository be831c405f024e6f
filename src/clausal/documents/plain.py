"""The shape of a pack's files of plain data: catalogue, printed fees, and what is wrong in the document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from clausal.facts.source import Path_, Source
from clausal.problems import Problem, unknown_name

_FIGURES = ("asc", "hopd", "rvu_non_facility", "rvu_facility", "office", "facility")
_PART = ("part", "generation", "what")
_PART_MAY = ("needles", "needle_mm", "printed_mm", "pack", "cites")


def problems(name: str, source: Source) -> list[Problem]:
    """What is wrong with the shape of one of these files, by name; other files are not looked at."""
    return list(_SHAPES[name](source)) if name in _SHAPES else []


def texts(source: Source, path: Path_, value: object) -> tuple[tuple[str, ...], list[Problem]]:
    """A list of names, as of clauses that are cited, and what is wrong with it; nothing is an empty list."""
    if value is None:
        return (), []
    if not isinstance(value, list):
        return (), [Problem(source.place(path), f"`{path[-1]}` is a list", "write [a, b]")]
    wrong = [
        Problem(source.place((*path, index)), f"`{path[-1]}` lists names, and this is none", "write one word or number")
        for index, one in enumerate(value)
        if not _is_scalar(one)
    ]
    return tuple(map(str, value)) if not wrong else (), wrong


def _catalogue(source: Source) -> Iterator[Problem]:
    found = yield from _mapping(source, (), source.data, ("contract", "parts"))
    contract = yield from _mapping(source, ("contract",), found.get("contract"), ("name", "number"), ("cites",))
    yield from _scalars(source, ("contract",), contract)
    for path, entry in (yield from _entries(source, ("parts",), found.get("parts"))):
        yield from _scalars(source, path, (yield from _mapping(source, path, entry, _PART, _PART_MAY)))


def _fees(source: Source) -> Iterator[Problem]:
    needed = ("as_of", "area", "conversion_factor", "codes")
    found = yield from _mapping(source, (), source.data, needed, ("cites",))
    yield from _scalars(source, (), {key: value for key, value in found.items() if key != "codes"})
    if "as_of" in found and not _is_day(found["as_of"]):
        yield Problem(source.place(("as_of",)), "`as_of` is not a date", "write it as year-month-day")
    if "conversion_factor" in found and not _is_figure(found["conversion_factor"]):
        yield Problem(source.place(("conversion_factor",)), "`conversion_factor` is not a number")
    codes = found.get("codes", {})
    if not isinstance(codes, dict) or not codes:
        yield Problem(source.place(("codes",)), "`codes` is a mapping of procedure codes to their figures")
        return
    for code, row in codes.items():
        path: Path_ = ("codes", code)
        figures = yield from _mapping(source, path, row, ("apc", *_FIGURES))
        for key in _FIGURES:
            if key in figures and not _is_figure(figures[key]):
                yield Problem(source.place((*path, key)), f"`{key}` is not a number")
        yield from _scalars(source, path, figures)


def _discrepancies(source: Source) -> Iterator[Problem]:
    for path, entry in (yield from _entries(source, (), source.data)):
        yield from _scalars(source, path, (yield from _mapping(source, path, entry, ("says",), ("cites",))))


_SHAPES: dict[str, Callable[[Source], Iterator[Problem]]] = {
    "catalogue": _catalogue,
    "fees": _fees,
    "discrepancies": _discrepancies,
}


def _mapping(
    source: Source, path: Path_, value: object, needed: tuple[str, ...], may: tuple[str, ...] = ()
) -> Any:  # a generator of problems that returns the mapping, empty where it is none
    if not isinstance(value, dict):
        what = f"`{path[-1]}` is" if path and isinstance(path[-1], str) else "expected"
        yield Problem(source.place(path), f"{what} a mapping with {', '.join(needed)}")
        return {}
    for key in value:
        if key not in (*needed, *may):
            yield Problem(source.place((*path, key)), *unknown_name("key", key, (*needed, *may)))
    for key in needed:
        if value.get(key) is None:
            yield Problem(source.place(path), f"`{key}` is missing")
    return value


def _entries(source: Source, path: Path_, value: object) -> Any:
    if not isinstance(value, list):
        yield Problem(source.place(path), f"`{path[-1]}` is a list" if path else "expected a list")
        return []
    return [((*path, index), entry) for index, entry in enumerate(value)]


def _scalars(source: Source, path: Path_, found: dict[str, Any]) -> Iterator[Problem]:
    """What should be a word or a number and is not; `cites` is a list of them."""
    for key, value in found.items():
        if key == "cites":
            yield from texts(source, (*path, key), value)[1]
        elif value is not None and not _is_scalar(value):
            yield Problem(source.place((*path, key)), f"`{key}` is one word, text or number")


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | Decimal) and not isinstance(value, bool)


def _is_day(value: object) -> bool:
    try:
        dt.date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _is_figure(value: object) -> bool:
    try:
        return _is_scalar(value) and Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False
