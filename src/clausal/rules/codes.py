"""Codes as tests name them: single codes, the rest of the codes under a prefix, and any other code."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from clausal.facts.value_set import ValueSet, Way

MOST_TOLD = 12
"""Up to how many codes a sentence names one by one."""
ANY_OTHER = "any other code"
REST = "\uffff"
"""Ends a text that stands for the codes under a prefix that no test names: no code has this character."""


@dataclass(frozen=True, slots=True, order=True)
class CodeName:
    """A code, the codes `under` a prefix less those that are named themselves, or any `other` code."""

    text: str
    form: Literal["code", "under", "other"] = "code"

    @property
    def sample(self) -> str:
        """A text that lies in just the sets in which these codes lie."""
        return self.text + REST if self.form == "under" else self.text

    def shown(self, system: str) -> str:
        """As a person writes it: `M17.11`, `M17.-`."""
        if self.form != "under":
            return self.text
        return f"{self.text}.-" if system == "icd-10-cm" and "." not in self.text else f"{self.text}-"

    def holds(self, other: CodeName) -> bool:
        """Whether the other would be among these codes if it were not named by itself."""
        return self.form == "under" and self != other and other.form != "other" and other.text.startswith(self.text)


OTHER = CodeName(ANY_OTHER, "other")


def named(sets: Iterable[ValueSet]) -> list[CodeName]:
    """Every code and prefix that sets name, and all that they do not."""
    found: set[CodeName] = set()
    for values in sets:
        found.update(_of(values))
    return [*sorted(found, key=lambda one: (one.text, one.form)), OTHER]


def _of(values: ValueSet) -> Iterator[CodeName]:
    mentioned = values.mentioned()
    yield from (CodeName(str(value)) for value in mentioned.exact)
    yield from (CodeName(prefix, "under") for prefix in mentioned.prefixes)


def way_of(name: CodeName, sets: Sequence[ValueSet]) -> Way:
    """In which of some sets codes lie, and in which they do not."""
    inside = [name.sample in values for values in sets]
    within = tuple(values for values, is_in in zip(sets, inside, strict=True) if is_in)
    outside = tuple(values for values, is_in in zip(sets, inside, strict=True) if not is_in)
    return within, outside


class Signatures:
    """In which of some sets a code is, as a mask; sets are looked up by what they name, not one by one."""

    def __init__(self, sets: Sequence[ValueSet]) -> None:
        self._exact: dict[object, int] = {}
        self._prefixes: dict[str, int] = {}
        self._others: list[tuple[int, ValueSet]] = []
        for at, values in enumerate(sets):
            for value in values.exact:
                self._exact[value] = self._exact.get(value, 0) | 1 << at
            for prefix in values.prefixes:
                self._prefixes[prefix] = self._prefixes.get(prefix, 0) | 1 << at
            if values.ways:
                self._others.append((1 << at, values))
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})

    def of(self, code: str) -> int:
        found = self._exact.get(code, 0)
        for length in self._lengths:
            if length > len(code):
                break
            found |= self._prefixes.get(code[:length], 0)
        for bit, values in self._others:
            if code in values:
                found |= bit
        return found

    def meant(self, code: str, named: Sequence[str]) -> set[int]:
        """The sets of each code that one may mean which is only a heading over codes that sets tell from it; else none.

        I73.0 may mean I73.00 that a set names, or a code under I73.0 that none does. `named` are samples of all codes
        that sets name (`CodeName.sample`), in order.
        """
        own = self.of(code)
        start = bisect_left(named, code)
        found = {own, self.of(code + REST)}
        found.update(map(self.of, itertools.takewhile(lambda one: one.startswith(code), named[start:])))
        # By a prefix of which other codes are left out it may mean one of those.
        partly = sum(bit for bit, values in self._others if values.is_by_prefix_but(code))
        return found if any(one & ~own or partly & ~one for one in found) else set()


def few(names: Sequence[str]) -> str:
    """Codes by their names, of many the first ones and how many more there are."""
    if len(names) <= MOST_TOLD:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_TOLD])} and {len(names) - MOST_TOLD:,} more"


def in_words(names: Sequence[CodeName], every: Sequence[CodeName], system: str) -> list[str]:
    """Codes as a person writes them, each prefix with what it leaves out."""
    found = []
    for name in names:
        left_out = _left_out(name, names, every)
        but = few([one.shown(system) for one in left_out])
        found.append(f"{name.shown(system)} (other than {but})" if but else name.shown(system))
    return found


def as_data(names: Sequence[CodeName], every: Sequence[CodeName]) -> list[dict[str, Any]]:
    """Codes as plain data: `{code}`, `{under, but}` (codes that begin so, less some), or `{other_than}`.

    In `but` and `other_than` a text that ends in a hyphen stands for all codes that begin with what precedes it.
    """

    def listed(some: Iterable[CodeName]) -> list[str]:
        return [f"{one.text}-" if one.form == "under" else one.text for one in some]

    found: list[dict[str, Any]] = []
    for name in names:
        if name.form == "code":
            found.append({"code": name.text})
        elif name.form == "under":
            found.append({"under": name.text, "but": listed(_left_out(name, names, every))})
        else:
            found.append({"other_than": listed(one for one in every if one.form != "other")})
    return found


def _left_out(name: CodeName, names: Sequence[CodeName], every: Sequence[CodeName]) -> list[CodeName]:
    """What of a prefix is named by itself and does not belong to the same codes."""
    if name.form != "under":
        return []
    own = set(names)
    return [one for one in every if name.holds(one) and one not in own]
