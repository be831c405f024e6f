"""The space of cases that rules span: each fact cut into the classes of values that no rule tells apart.

A fact with single values has one class at a time. A list of codes is cut into kinds of code (`kinds`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from clausal.facts.value_set import ValueSet
from clausal.facts.vocabulary import Fact
from clausal.rules.codes import CodeName, named, way_of
from clausal.rules.columns import column_for
from clausal.rules.kinds import Kinds, Side
from clausal.rules.model import Test, Within
from clausal.rules.options import Classes, Lists
from clausal.rules.steps import Steps

Tests: TypeAlias = Mapping[str, Sequence[Test]]
"""The tests of a rule by fact; all of a fact's tests must hold."""


class Values:
    """A fact with single values; class `i` is told apart by `masks[i]`, the rules whose tests accept its values."""

    def __init__(self, fact: Fact, tests: Sequence[Sequence[Test]]) -> None:
        self.fact = fact
        most = max(map(len, tests), default=0)
        layers = [[row[depth] if depth < len(row) else None for row in tests] for depth in range(most)]
        self._columns: list[Any] = [column_for(fact, layer) for layer in layers]
        self.tested = sum(1 << index for index, row in enumerate(tests) if row)
        self._sets = [one.values for row in tests for one in row if isinstance(one, Within)]
        self.is_code = fact.type not in ("number", "date", "flag") and not fact.values
        self.names = named(self._sets) if self.is_code else []
        """Of a code the codes that tests name."""
        self._slots = list(self._slotted())
        by_mask: dict[int, list[int]] = {}
        for slot, (_, _, mask) in enumerate(self._slots):
            by_mask.setdefault(mask, []).append(slot)
        self.masks = list(by_mask)
        self._slots_of = list(by_mask.values())
        self._class = {mask: index for index, mask in enumerate(self.masks)}

    def _slotted(self) -> Iterable[tuple[Any, Any, int]]:
        """Ranges of values `(low, high, mask)` in order; a single value has low = high, an open end is None."""
        if self.fact.type in ("number", "date"):
            yield from self._ranges()
            return
        if not self.is_code:
            listed: list[Any] = list(self.fact.values) or [False, True]
            for value in listed:
                yield value, value, self.mask(value)
            return
        for name in self.names:
            yield name, name, self.mask(name.sample)

    def _ranges(self) -> Iterable[tuple[Any, Any, int]]:
        points = sorted({point for column in self._columns for point in column.points if self._is_possible(point)})
        low: Any = self.fact.at_least
        high: Any = self.fact.at_most
        whole = self.fact.whole or self.fact.type == "date"
        step: Any = dt.timedelta(days=1) if self.fact.type == "date" else 1
        first, last = (dt.date.min, dt.date.max) if self.fact.type == "date" else (low, high)
        before = low
        for point in points:
            if point != first and (before is None or before < point):
                under = point - step if whole else point
                yield before, under, self.mask(_between(before, under, whole=whole))
            yield point, point, self.mask(point)
            if point == last:
                return
            before = point + step if whole else point
        if not points:
            yield (
                low,
                high,
                self.mask(low if low is not None else (0 if self.fact.type == "number" else dt.date(2000, 1, 1))),
            )
        elif high is None or before < high or (whole and before == high):
            yield before, high, self.mask(_between(before, high, whole=whole))

    def _is_possible(self, value: Any) -> bool:
        """Whether the fact can have a number."""
        low, high = self.fact.at_least, self.fact.at_most
        return (low is None or value >= low) and (high is None or value <= high)

    def mask(self, value: Any) -> int:
        """The rules whose tests accept a value."""
        mask = -1
        for column in self._columns:
            mask &= column.mask(value)
        return mask

    def class_of(self, value: Any) -> int:
        """The class of a value."""
        return self._class[self.mask(value)]

    def contains(self, side: Side, value: Any) -> bool:
        """Whether a value is of one of the classes."""
        return self.class_of(value) in side

    def sample(self, side: Side) -> Any:
        """A value of one of the classes; None for a code that no rule names."""
        slots = sorted(slot for one in side for slot in self._slots_of[one])
        ranges = [self._slots[slot] for slot in slots]
        low, high, _ = next((one for one in ranges if one[0] is not None), ranges[0])
        if self.fact.type in ("number", "date") and low != high:
            whole = self.fact.whole or self.fact.type == "date"
            return _between(low, high, whole=whole) if not whole or low is None else low
        if isinstance(low, CodeName):
            return None if low.form == "other" else low.shown(self.fact.system)
        return low

    def side_of(self, rule: int) -> Side | None:
        """The classes that a rule accepts; None if it does not test the fact."""
        if not self.tested >> rule & 1:
            return None
        return frozenset(number for number, mask in enumerate(self.masks) if mask >> rule & 1)

    @staticmethod
    def both(side: Side, other: Side) -> Side:
        """What lies in both sides."""
        return side & other

    def spans(self, side: Side) -> list[tuple[Any, Any, bool, bool]]:
        """Of numbers and dates the ranges of some classes: low, high, and whether each end is included."""
        whole = self.fact.whole or self.fact.type == "date"
        found: list[tuple[Any, Any, bool, bool]] = []
        last = -2
        for slot in sorted(slot for one in side for slot in self._slots_of[one]):
            low, high, _ = self._slots[slot]
            closed = whole or low == high
            begins = closed or (slot == 0 and low is not None)
            ends = closed or (slot == len(self._slots) - 1 and high is not None)
            if slot == last + 1 and found:
                found[-1] = (found[-1][0], high, found[-1][2], ends)
            else:
                found.append((low, high, begins, ends))
            last = slot
        return found

    def values(self, side: Side) -> tuple[list[Any], list[Any]]:
        """Of named values those of some classes and all others; of a code they are `CodeName`s."""
        chosen = {slot for one in side for slot in self._slots_of[one]}
        inside = [low for slot, (low, _, _) in enumerate(self._slots) if slot in chosen]
        return inside, [low for slot, (low, _, _) in enumerate(self._slots) if slot not in chosen]

    def codes_of(self, side: Side) -> ValueSet:
        """The codes of some classes, as a set that a test can ask for."""
        ways = dict.fromkeys(way_of(name, self._sets) for name in self.values(side)[0])
        return ValueSet(frozenset(), (), tuple(ways))


def _between(low: Any, high: Any, *, whole: bool) -> Any:
    """A value between two bounds that are not of it themselves, unless values are whole."""
    if low is None and high is None:
        return 0
    if low is None:
        return high if whole else high - 1
    if high is None:
        return low if whole else low + 1
    return low if whole else (Decimal(low) + Decimal(high)) / 2


Part: TypeAlias = Values | Kinds


class Space:
    """The facts that rules test, cut into classes: single values before lists, what tells most apart first."""

    def __init__(self, facts: Mapping[str, Fact], tests: Sequence[Tests]) -> None:
        names = dict.fromkeys(name for of_rule in tests for name in of_rule)
        parts: list[Part] = []
        for name in names:
            rows = [of_rule.get(name, ()) for of_rule in tests]
            parts.append(Kinds(facts[name], rows) if facts[name].type == "codes" else Values(facts[name], rows))
        self.everything = (1 << len(tests)) - 1
        self.named = tuple(names)
        """The facts in the order in which rules test them."""
        self.parts: tuple[Part, ...] = tuple(sorted(parts, key=_order))

    def sides_of(self, rule: int) -> tuple[Side | None, ...]:
        """The box of the cases for which all tests of a rule (by number) hold."""
        return tuple(part.side_of(rule) for part in self.parts)

    def together(self, rules: int) -> tuple[tuple[Side | None, ...], int] | None:
        """The box of the cases for which all rules of a mask hold; None where it is empty.

        With it the rules that can hold there too, as far as facts with single values tell.
        """
        numbers = [rule for rule in range(self.everything.bit_length()) if rules >> rule & 1]
        sides: list[Side | None] = []
        joining = self.everything
        for part in self.parts:
            side: Side | None = None
            for rule in numbers:
                own = part.side_of(rule)
                side = (own if side is None else part.both(side, own)) if own is not None else side
            if side is not None and not side:
                return None
            if isinstance(part, Values):
                room = 0
                for number, mask in enumerate(part.masks):
                    room |= mask if side is None or number in side else 0
                joining &= room
            sides.append(side)
        return tuple(sides), joining

    def contains(self, box: Sequence[Side | None], values: Mapping[str, Any]) -> bool:
        """Whether a case, with a value for each fact, lies in a box."""
        for part, side in zip(self.parts, box, strict=True):
            if side is not None and not part.contains(side, values[part.fact.name]):
                return False
        return True

    def steps(self) -> Steps:
        """The steps through the whole space."""
        parts = [Classes(tuple(part.masks)) if isinstance(part, Values) else Lists.unknown(part) for part in self.parts]
        return Steps(parts, self.everything.bit_length())


def _order(part: Part) -> tuple[int, int]:
    if isinstance(part, Values):
        return 0, -part.tested.bit_count() * (len(part.masks) - 1)
    return 1, -part.tested.bit_count()
