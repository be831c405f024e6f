"""Sets of codes, written out or by prefix (`M17.-` holds every code that starts with M17)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeGuard

FEW = 16
"""Up to how many prefixes are tried one by one."""
OF, BUT = "of", "but"
"""The keys of a set that is written as what another set holds, but for some."""


def is_less(spec: object) -> TypeGuard[dict[str, Any]]:
    """Whether a set is written as `{of: ..., but: ...}`."""
    return isinstance(spec, dict) and set(spec) == {OF, BUT}


def refusal(of: ValueSet, left: ValueSet) -> tuple[str, str] | None:
    """Why `but` is wrong, and what to do, given the set from which something is left out and what is left."""
    if left and left != of:
        return None
    what = "takes nothing out of" if left else "leaves nothing of"
    return f"`but` {what} the set", "name there what is under `of` and is not meant"


@dataclass(frozen=True, slots=True)
class ValueSet:
    """A set of values: single ones, and for code systems all codes under a prefix. Prefixes stand in order.

    `ways` are further codes, such as those under a prefix but for some: those that lie in one of the ways.
    """

    exact: frozenset[str | bool | int]
    prefixes: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()

    def __post_init__(self) -> None:
        if len(self.prefixes) > 1:
            object.__setattr__(self, "prefixes", tuple(sorted(self.prefixes)))

    @classmethod
    def of(cls, entries: Iterable[str | bool | int]) -> ValueSet:
        """Read entries; one that ends in `-` stands for every code that starts with what precedes it."""
        exact: set[str | bool | int] = set()
        prefixes: set[str] = set()
        for entry in entries:
            if isinstance(entry, str) and entry.endswith("-"):
                prefixes.add(entry[:-1].rstrip("."))
            else:
                exact.add(entry)
        return cls(frozenset(exact), tuple(prefixes))

    @classmethod
    def joined(cls, sets: Iterable[ValueSet]) -> ValueSet:
        """What is in any of some sets, in time that grows with what they hold together."""
        exact: set[str | bool | int] = set()
        prefixes: set[str] = set()
        ways: dict[Way, None] = {}
        for one in sets:
            exact.update(one.exact)
            prefixes.update(one.prefixes)
            ways.update(dict.fromkeys(one.ways))
        return cls(frozenset(exact), tuple(prefixes), tuple(ways))

    def __contains__(self, value: object) -> bool:
        if value in self.exact:
            return True
        if isinstance(value, str) and self._has_prefix_of(value):
            return True
        return any(
            all(value in one for one in within) and not any(value in one for one in outside)
            for within, outside in self.ways
        )

    def __bool__(self) -> bool:
        return bool(self.exact or self.prefixes or self.ways)

    def has_under(self, text: str) -> bool:
        """Whether every code that starts with a text is in the set by its prefixes."""
        if self._has_prefix_of(text):
            return True
        return any(
            all(one.has_under(text) for one in within) and not any(one.touches(text) for one in outside)
            for within, outside in self.ways
        )

    def _has_prefix_of(self, text: str) -> bool:
        return text.startswith(self.prefixes) if len(self.prefixes) <= FEW else _begins(text, self.prefixes)

    def touches(self, text: str) -> bool:
        """Whether some code that starts with a text may be in the set."""
        if self._has_prefix_of(text) or any(str(value).startswith(text) for value in self.exact):
            return True
        if any(prefix.startswith(text) for prefix in self.prefixes):
            return True
        return any(all(one.touches(text) for one in within) for within, _ in self.ways)

    def is_by_prefix_but(self, code: str) -> bool:
        """Whether a code is in the set as one under a prefix of which some codes are left out."""
        return any(
            all(one.has_under(code) for one in within) and not any(code in one for one in outside)
            for within, outside in self.ways
        )

    def is_vague(self, code: str) -> bool:
        """Whether the code is a heading over a value of the set, and may thus mean it: I73.0 for I73.00."""
        if code in self:
            return False
        is_above = any(prefix.startswith(code) for prefix in self.prefixes)
        return (
            is_above
            or any(str(value).startswith(code) for value in self.exact)
            or bool(self.ways and self.touches(code))
        )

    def difference(self, other: ValueSet) -> ValueSet:
        """What is in this set and not in the other."""
        exact = frozenset(value for value in self.exact if value not in other)
        kept = [one for one in self.prefixes if not other.touches(one)]
        cut = [one for one in self.prefixes if other.touches(one) and not other.has_under(one)]
        ways: list[Way] = [((ValueSet(frozenset(), (one,)),), (other._under(one),)) for one in cut]
        ways += [(within, (*outside, other)) for within, outside in self.ways]
        return ValueSet(exact, tuple(kept), tuple(ways))

    def less(self, other: ValueSet) -> ValueSet:
        """The same, but that a code is left out of those under a prefix with all codes under it."""
        under = (str(value) for value in other.exact if value not in self.exact)
        headings = ValueSet(frozenset(), tuple(one for one in under if one in self))
        return self.difference(other | headings)

    def _under(self, text: str) -> ValueSet:
        """What there is of codes that start with a text."""
        exact = frozenset(value for value in self.exact if str(value).startswith(text))
        return ValueSet(exact, tuple(one for one in self.prefixes if one.startswith(text)), self.ways)

    def holds(self, other: ValueSet) -> bool:
        """Whether all of another set is surely in this one."""
        return (
            all(value in self for value in other.exact)
            and all(map(self.has_under, other.prefixes))
            and all(any(map(self.holds, within)) for within, _ in other.ways)
        )

    def mentioned(self) -> ValueSet:
        """Every value and prefix that the set is written with, be it to leave it out."""
        inner = (one for within, outside in self.ways for one in (*within, *outside))
        return ValueSet.joined([ValueSet(self.exact, self.prefixes), *(one.mentioned() for one in inner)])

    def parts(self) -> list[ValueSet]:
        """Each entry as a set of its own."""
        return [
            *(ValueSet(frozenset([value])) for value in sorted(self.exact, key=str)),
            *(ValueSet(frozenset(), (prefix,)) for prefix in self.prefixes),
            *(ValueSet(frozenset(), (), (way,)) for way in self.ways),
        ]

    def __or__(self, other: ValueSet) -> ValueSet:
        return ValueSet.joined((self, other))

    def entries(self) -> list[str]:
        """The entries as a person writes them, in order."""
        plain = [str(v) for v in self.exact] + [f"{p}-" if "." in p else f"{p}.-" for p in self.prefixes]
        return [*sorted(plain), *(_in_words(*way) for way in self.ways)]


Way: TypeAlias = tuple[tuple[ValueSet, ...], tuple[ValueSet, ...]]
"""Codes that lie in all of some sets and in none of others."""


def _in_words(within: Sequence[ValueSet], outside: Sequence[ValueSet]) -> str:
    """`M17.- but M17.5`."""
    inner = " that are also ".join(", ".join(one.entries()) for one in within) or "any code"
    left = [entry for one in outside for entry in one.entries()]
    return f"{inner} but {', '.join(left)}" if left else inner


def _begins(text: str, prefixes: Sequence[str]) -> bool:
    """Whether a text begins with one of many prefixes, which stand in order.

    A prefix of the text that stands before its nearest one is a prefix of what the two have in common.
    """
    while at := bisect_right(prefixes, text):
        nearest = prefixes[at - 1]
        if text.startswith(nearest):
            return True
        text = text[: next(at for at, (one, other) in enumerate(zip(text, nearest, strict=False)) if one != other)]
    return False
