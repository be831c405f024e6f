"""Whether a case of which not all is known lies in a region: surely, perhaps, or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from clausal.facts.knowledge import Knowledge, Listed, Possible, Range, State
from clausal.rules.analysis.regions import Box
from clausal.rules.analysis.space import Space, Values
from clausal.rules.kinds import Kinds, Side

Lies = Literal["surely", "perhaps", "not"]
_ORDER: tuple[Lies, ...] = ("not", "perhaps", "surely")


def lies(space: Space, box: Box, state: State) -> Lies:
    """How surely a case lies in a region, given what is known of each fact.

    Facts are taken as independent of one another; exact for a case of which every fact that matters is known.
    """
    found = _within(space, box.sides, state)
    if found == "not" or not box.but:
        return found
    left_out = max((_within(space, sides, state) for sides in box.but), key=_ORDER.index)
    if left_out == "surely":
        return "not"
    return found if left_out == "not" else "perhaps"


def _within(space: Space, sides: Sequence[Side | None], state: State) -> Lies:
    return min(
        (
            _kinds(part, side, state.get(part.fact.name))
            if isinstance(part, Kinds)
            else _values(part, side, state.get(part.fact.name))
            for part, side in zip(space.parts, sides, strict=True)
            if side is not None
        ),
        key=_ORDER.index,
        default="surely",
    )


def _all_or_some(found: Iterable[bool]) -> Lies:
    each = list(found)
    return "surely" if all(each) else "perhaps" if any(each) else "not"


def _values(part: Values, side: Side, known: Knowledge | None) -> Lies:
    if isinstance(known, Possible):
        return _all_or_some(part.contains(side, value) for value in known.values)
    if isinstance(known, Range):
        return _range(part, side, known)
    return _all_or_some(number in side for number in range(len(part.masks)))


def _range(part: Values, side: Side, known: Range) -> Lies:
    """A range against those of a side, which are apart from one another."""
    found: Lies = "not"
    for low, high, with_low, with_high in part.spans(side):
        begins = low is None or (known.low is not None and (known.low >= low if with_low else known.low > low))
        ends = high is None or (known.high is not None and (known.high <= high if with_high else known.high < high))
        if begins and ends:
            return "surely"
        under = (
            high is not None and known.low is not None and (known.low > high or (known.low == high and not with_high))
        )
        over = low is not None and known.high is not None and (known.high < low or (known.high == low and not with_low))
        if not under and not over:
            found = "perhaps"
    return found


def _kinds(part: Kinds, side: Side, known: Knowledge | None) -> Lies:
    codes = known.codes if isinstance(known, Listed) else frozenset[str]()
    is_whole = isinstance(known, Listed) and known.complete and not any(part.under(code) for code in codes)
    held = {part.kind_of(code) for code in codes}
    if is_whole:
        return "surely" if part.contains(side, codes) else "not"
    if any(cube.has <= held and not cube.lacks for cube in side):
        return "surely"
    return "perhaps" if any(not cube.lacks & held for cube in side) else "not"
