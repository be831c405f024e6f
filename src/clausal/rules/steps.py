"""The steps in which a walk through the space of cases branches: a fact's classes, or whether a list holds a kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clausal.rules.space import Space, Values


@dataclass(frozen=True, slots=True)
class Step:
    """Branch on the classes of a fact (kind None), or on whether a list holds a kind of code."""

    part: int
    kind: int | None
    masks: tuple[int, ...]
    """For each branch the rules that it leaves."""
    rules: int
    """The rules on which it bears."""
    met: int = 0
    """Clauses that a code of the kind satisfies."""
    ended: int = 0
    """Clauses that no later kind can satisfy."""


class Steps:
    """The steps of a space, in order, and what can still change after each."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.clause_rule: list[int] = []
        """For each clause of a test of a list the rule that asks for it, as a mask."""
        self.steps = list(self._steps())
        count = len(self.steps)
        self.later = [0] * (count + 1)
        """For each step the rules on which it or a later one bears."""
        self.pending = [0] * (count + 1)
        """For each step the clauses that it or a later one can still end."""
        for index in range(count - 1, -1, -1):
            self.later[index] = self.later[index + 1] | self.steps[index].rules
            self.pending[index] = self.pending[index + 1] | self.steps[index].ended

    def _steps(self) -> Iterator[Step]:
        for number, part in enumerate(self.space.parts):
            if isinstance(part, Values):
                yield Step(number, None, tuple(part.masks), part.tested)
                continue
            first = len(self.clause_rule)
            self.clause_rule.extend(1 << rule for rule, _ in part.clauses)
            met, ended = [0] * len(part.kinds), [0] * len(part.kinds)
            for at, (_, kinds) in enumerate(part.clauses):
                for kind in kinds:
                    met[kind] |= 1 << first + at
                if kinds:
                    ended[max(kinds)] |= 1 << first + at
            for kind, rules in enumerate(part.rules):
                if rules:
                    yield Step(number, kind, (-1, ~part.forbids[kind]), rules, met[kind], ended[kind])


def bits(mask: int) -> Iterator[int]:
    """Each bit of a mask by itself."""
    while mask:
        low = mask & -mask
        yield low
        mask ^= low
