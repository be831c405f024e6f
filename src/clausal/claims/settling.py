"""Which facts, were they known, would settle how many of the lines that wait, and in which order to ask for them.

A line waits for a set of facts. Where the set is all that it waits for (`needs_are`), the line is decided once each of
them is known, whatever the answers, so long as they do not contradict what else is known of it; some answers decide it
sooner. What is counted here is therefore the least that is settled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from clausal.claims.counted import OTHERS, Counted
from clausal.columns.conclusion import ALL, FIRST

MOST_STEPS = 8
"""Steps of the order in which to ask."""
MOST_FACTS = 63
"""Facts that are told apart in one order, a bit each; a library has some thirty."""
MOST_SETS = 4096
"""Sets of facts that are told apart in one order, those of the most lines."""


@dataclass(frozen=True)
class Fact:
    """A fact that lines wait for: those that wait for nothing else, and all that wait for it."""

    name: str
    alone: Counted
    among: Counted


@dataclass(frozen=True)
class Step:
    """Facts to ask for next, and the lines that are settled by them and those of the steps before."""

    asks: tuple[str, ...]
    settled: Counted


@dataclass(frozen=True)
class Settling:
    """What would settle the lines that wait."""

    waiting: Counted
    """All lines that wait for facts."""
    not_all: Counted
    """Those of them whose other questions are not known before they are answered, or are not told apart."""
    facts: tuple[Fact, ...]
    """The fact that settles most lines by itself first, then the one that most lines wait for."""
    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain data; money in cents."""
        return {
            "waiting": self.waiting.as_json(),
            "with_other_questions": self.not_all.as_json(),
            "facts": [
                {"fact": one.name, "alone": one.alone.as_json(), "among": one.among.as_json()} for one in self.facts
            ],
            "in_order": [{"ask": list(one.asks), "settled": one.settled.as_json()} for one in self.steps],
        }

    def said(self) -> str:
        """How many lines wait, and what of them is not settled here, in words."""
        one = self.waiting.lines == 1
        charge = self.waiting.sum("charge")
        charged = f", charged {charge.told(self.waiting.lines)}" if charge.lines else ""
        wait = "One line waits" if one else f"{self.waiting.lines:,} lines wait"
        said = f"{wait} for facts that the file does not give{charged}."
        if self.not_all.lines:
            said += (
                f" {self.not_all.lines:,} of them can raise other questions once answered: these are not settled here."
            )
        return said


@dataclass
class Waiting:
    """Lines by what they need: names of facts, the first to ask first, separated by blanks."""

    all: dict[str, Counted] = field(default_factory=dict)
    """Lines that wait for these alone."""
    first: dict[str, Counted] = field(default_factory=dict)
    """Lines that wait, of which the answers can raise other questions."""
    other: dict[str, Counted] = field(default_factory=dict)
    """Lines that do not wait: denied ones of which the reason can still change, and those that need nothing."""

    def of(self, needs_are: str) -> dict[str, Counted]:
        """Those of which it is told so what their needs are."""
        return {ALL: self.all, FIRST: self.first}.get(needs_are, self.other)

    def __iter__(self) -> Iterator[tuple[str, str, Counted]]:
        """What the needs are, the needs, and the lines."""
        for needs_are, found in ((ALL, self.all), (FIRST, self.first), ("", self.other)):
            for needs, one in found.items():
                yield needs_are, needs, one

    def needs(self) -> dict[str, Counted]:
        """Lines by what they need, whether they wait for it or not."""
        found: dict[str, Counted] = {}
        for _, needs, one in self:
            found.setdefault(needs, Counted()).add(one)
        return found

    def as_json(self) -> dict[str, Any]:
        """Plain data, to be kept and read again."""
        return {kind: {needs: one.as_json() for needs, one in found.items()} for kind, found in vars(self).items()}

    @classmethod
    def of_json(cls, data: Mapping[str, Mapping[str, Any]]) -> Waiting:
        return cls(
            **{kind: {needs: Counted.of_json(one) for needs, one in found.items()} for kind, found in data.items()}
        )


def settling(waiting: Waiting) -> Settling:
    """What would settle the lines that wait."""
    told_apart = {needs: one for needs, one in waiting.all.items() if needs != OTHERS}
    waits = [*waiting.all.items(), *waiting.first.items()]
    names = dict.fromkeys(name for needs, _ in waits if needs != OTHERS for name in needs.split())
    facts = [
        Fact(
            name,
            told_apart.get(name, Counted()),
            _sum([one for needs, one in waits if name in needs.split()]),
        )
        for name in names
    ]
    facts.sort(key=lambda one: (-one.alone.lines, -one.among.lines, one.name))
    not_all = _sum([*waiting.first.values(), *(one for needs, one in waiting.all.items() if needs == OTHERS)])
    return Settling(_sum([one for _, one in waits]), not_all, tuple(facts), tuple(_steps(told_apart)))


def _sum(found: Sequence[Counted]) -> Counted:
    total = Counted()
    for one in found:
        total.add(one)
    return total


def _steps(sets: Mapping[str, Counted]) -> list[Step]:
    """Sets of facts, one after another, each the one that settles most lines for each fact that it adds."""
    kept = sorted(sets.items(), key=lambda one: (-one[1].lines, one[0]))[:MOST_SETS]
    among = dict.fromkeys((name for key, _ in kept for name in key.split()), 0)
    for key, one in kept:
        among |= {name: among[name] + one.lines for name in key.split()}
    names = sorted(among, key=lambda name: (-among[name], name))[:MOST_FACTS]
    bit = {name: np.uint64(1 << at) for at, name in enumerate(names)}
    kept = [(key, one) for key, one in kept if all(name in bit for name in key.split())]
    masks = np.array([sum(int(bit[name]) for name in key.split()) for key, _ in kept], dtype=np.uint64)
    lines = np.array([one.lines for _, one in kept], dtype=np.int64)
    asked, found = np.uint64(0), list[Step]()
    left = np.ones(len(kept), dtype=bool)
    while left.any() and len(found) < MOST_STEPS:
        best = max(
            np.flatnonzero(left).tolist(), key=lambda at: (_gain(masks, lines, left, asked | masks[at], asked), -at)
        )
        added = tuple(name for name in names if bit[name] & masks[best] & ~asked)
        asked |= masks[best]
        left = (masks & ~asked) != 0
        found.append(Step(added, _sum([one for (_, one), waits in zip(kept, left.tolist(), strict=True) if not waits])))
    return found


def _gain(
    masks: npt.NDArray[np.uint64], lines: npt.NDArray[np.int64], left: npt.NDArray[np.bool_], then: Any, asked: Any
) -> float:
    """Lines that are settled by asking more, for each fact that is asked more."""
    settled = int(lines[left & ((masks & ~then) == 0)].sum())
    return settled / int(then & ~asked).bit_count()
