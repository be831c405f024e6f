"""A region of cases in words and as plain data, and a case that lies in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from clausal.facts.knowledge import word
from clausal.facts.vocabulary import Fact
from clausal.rules import codes
from clausal.rules.analysis.regions import Box
from clausal.rules.analysis.space import Space, Values
from clausal.rules.codes import OTHER, CodeName
from clausal.rules.kinds import Cube, Kinds, Side


def in_words(space: Space, box: Box) -> dict[str, str]:
    """What a region asks of each fact, in words; facts that do not matter are left out."""
    return {part.fact.name: _words(part, side) for part, side in _asked(space, box)}


def in_common(words: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What several regions all ask, so that it can be told once; nothing of a single one."""
    if len(words) < 2:
        return {}
    return {name: text for name, text in words[0].items() if all(other.get(name) == text for other in words)}


def as_data(space: Space, box: Box) -> dict[str, Any]:
    """The same as plain data.

    Named values: `{in: [...]}`, or `{not_in: [...]}` where codes that no rule names belong to it. Codes with prefixes:
    `{codes: [entry, ...]}`. Numbers and dates: `{between: [{from, to, from_included, to_included}]}`. Lists:
    `{any: [{holds: [[entry, ...], ...], lacks: [entry, ...]}]}`, where a list must hold a code of each inner list. An
    entry is `{code}`, `{under, but}` or `{other_than}` (`codes.as_data`).
    """
    return {part.fact.name: _data(part, side) for part, side in _asked(space, box)}


def exceptions(space: Space, box: Box) -> list[str]:
    """The boxes that a region leaves out, in words."""
    return ["; ".join(f"{name} {text}" for name, text in in_words(space, Box(sides)).items()) for sides in box.but]


def but_data(space: Space, box: Box) -> list[dict[str, Any]]:
    """The boxes that a region leaves out, as plain data."""
    return [as_data(space, Box(sides)) for sides in box.but]


def example(space: Space, box: Box, base: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A case in the region: a value for each fact that matters, as a case file holds it."""
    found: dict[str, Any] = dict(base or {})
    for part, side in _asked(space, box if box.witness is None else Box(box.witness)):
        value = part.sample(side)
        found[part.fact.name] = _plain(value) if value is not None else "any code that no rule names"
    return found


def _asked(space: Space, box: Box) -> list[tuple[Values | Kinds, Side]]:
    asked = [(part, side) for part, side in zip(space.parts, box.sides, strict=True) if side is not None]
    return sorted(asked, key=lambda one: space.named.index(one[0].fact.name))


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _words(part: Values | Kinds, side: Side) -> str:
    if isinstance(part, Kinds):
        return " or ".join(sorted(_cube(part, cube) for cube in side))
    if part.fact.type in ("number", "date"):
        return " or ".join(_span(part.fact, *span) for span in part.spans(side))
    inside, outside = part.values(side)
    if part.is_code:
        is_rest = OTHER in inside
        told = codes.in_words(outside if is_rest else inside, part.names, part.fact.system)
        if len(told) > codes.MOST_TOLD:
            return f"{'any but' if is_rest else 'one of'} {codes.few(told)}"
        return f"any but {', '.join(told)}" if is_rest else " or ".join(told)
    if len(outside) < len(inside) and len(inside) > 3:
        return f"any but {', '.join(map(word, outside))}"
    return " or ".join(map(word, inside))


def _cube(part: Kinds, cube: Cube) -> str:
    """`M17.11 and M17.12`, `E66.- without M17.-`."""
    words = " and ".join(_or(part, kind) for kind in sorted(cube.has))
    if cube.lacks:
        lacking = codes.few([name for kind in sorted(cube.lacks) for name in _named(part, kind)])
        words = f"{words} without {lacking}" if words else f"none of {lacking}"
    return words or "any list"


def _or(part: Kinds, kind: int) -> str:
    names = _named(part, kind)
    return names[0] if len(names) == 1 else f"one of ({codes.few(names)})"


def _named(part: Kinds, kind: int) -> list[str]:
    return codes.in_words(part.kinds[kind], part.names, part.fact.system)


def _span(fact: Fact, low: Any, high: Any, low_in: bool, high_in: bool) -> str:
    """A range in words; a bound that the fact has anyway is no bound."""
    low = None if low is not None and low == fact.at_least and low != high else low
    high = None if high is not None and high == fact.at_most and low != high else high
    if low is None and high is None:
        return "any"
    if low is None:
        return f"up to {word(high)}" if high_in else f"below {word(high)}"
    if high is None and fact.type == "date":
        return f"from {word(low)} on"
    if high is None:
        return f"{word(low)} or more" if low_in else f"above {word(low)}"
    if low == high:
        return word(low)
    if low_in and high_in:
        return f"{word(low)} to {word(high)}"
    return f"{'from' if low_in else 'above'} {word(low)} {'to' if high_in else 'and below'} {word(high)}"


def _data(part: Values | Kinds, side: Side) -> dict[str, Any]:
    if isinstance(part, Kinds):
        cubes = sorted(side, key=lambda cube: (sorted(cube.has), sorted(cube.lacks)))
        return {
            "any": [
                {
                    "holds": [_codes(part, part.kinds[kind]) for kind in sorted(cube.has)],
                    "lacks": [one for kind in sorted(cube.lacks) for one in _codes(part, part.kinds[kind])],
                }
                for cube in cubes
            ]
        }
    if part.fact.type in ("number", "date"):
        keys = ("from", "to", "from_included", "to_included")
        return {
            "between": [
                dict(zip(keys, (_plain(low), _plain(high), low_in, high_in), strict=True))
                for low, high, low_in, high_in in part.spans(side)
            ]
        }
    inside, outside = part.values(side)
    if not part.is_code:
        return {"in": inside}
    if all(name.form != "under" for name in part.names):
        return {"not_in": [one.text for one in outside]} if OTHER in inside else {"in": [one.text for one in inside]}
    return {"codes": _codes(part, inside)}


def _codes(part: Values | Kinds, names: Sequence[CodeName]) -> list[dict[str, Any]]:
    return codes.as_data(names, part.names)
