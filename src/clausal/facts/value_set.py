"""Sets of codes, written out or by prefix (`M17.-` holds every code that starts with M17)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ValueSet:
    """A set of values: single ones, and for code systems all codes under a prefix."""

    exact: frozenset[str | bool | int]
    prefixes: tuple[str, ...] = ()

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
        return cls(frozenset(exact), tuple(sorted(prefixes)))

    def __contains__(self, value: object) -> bool:
        if value in self.exact:
            return True
        return bool(self.prefixes) and isinstance(value, str) and value.startswith(self.prefixes)

    def is_vague(self, code: str) -> bool:
        """Whether the code is a heading over a value of the set, and may thus mean it: I73.0 for I73.00."""
        if code in self:
            return False
        return any(str(v).startswith(code) for v in self.exact) or any(p.startswith(code) for p in self.prefixes)

    def __or__(self, other: ValueSet) -> ValueSet:
        return ValueSet(self.exact | other.exact, tuple(sorted({*self.prefixes, *other.prefixes})))

    def entries(self) -> list[str]:
        """The entries as a person writes them, in order."""
        return sorted([str(v) for v in self.exact] + [f"{p}-" if "." in p else f"{p}.-" for p in self.prefixes])
