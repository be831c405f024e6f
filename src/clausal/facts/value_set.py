"""Sets of codes, written out or by prefix (`M17.-` holds every code that starts with M17)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEW = 16
"""Up to how many prefixes are tried one by one."""


@dataclass(frozen=True, slots=True)
class ValueSet:
    """A set of values: single ones, and for code systems all codes under a prefix. Prefixes stand in order."""

    exact: frozenset[str | bool | int]
    prefixes: tuple[str, ...] = ()

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
        for one in sets:
            exact.update(one.exact)
            prefixes.update(one.prefixes)
        return cls(frozenset(exact), tuple(prefixes))

    def __contains__(self, value: object) -> bool:
        if value in self.exact:
            return True
        return isinstance(value, str) and self.has_under(value)

    def has_under(self, text: str) -> bool:
        """Whether a code, or every code that starts with a text, stands under one of the prefixes."""
        return text.startswith(self.prefixes) if len(self.prefixes) <= FEW else _begins(text, self.prefixes)

    def is_vague(self, code: str) -> bool:
        """Whether the code is a heading over a value of the set, and may thus mean it: I73.0 for I73.00."""
        if code in self:
            return False
        return any(str(v).startswith(code) for v in self.exact) or any(p.startswith(code) for p in self.prefixes)

    def __or__(self, other: ValueSet) -> ValueSet:
        return ValueSet.joined((self, other))

    def entries(self) -> list[str]:
        """The entries as a person writes them, in order."""
        return sorted([str(v) for v in self.exact] + [f"{p}-" if "." in p else f"{p}.-" for p in self.prefixes])


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
