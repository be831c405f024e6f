"""The steps in which cases part: by a fact's classes of values, or by whether a list holds a kind of code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

from clausal.rules.masks import bits, fold, repeated
from clausal.rules.options import Classes, Lists, Options


@dataclass(eq=False, slots=True)
class Step:
    """Branch on the classes of a fact (kind None), or on whether a list lacks or holds a kind of code."""

    part: int
    kind: int | None
    masks: tuple[int, ...]
    """For each branch the rules that it leaves."""
    rejects: int
    """The rules that some branch rejects, whatever clauses are met."""
    rules: int
    """The rules on which it bears."""
    met: int = 0
    """Clauses that a code of the kind meets."""
    ended: int = 0
    """Clauses that no later kind can meet."""


class Steps:
    """The steps by what each fact can still be, fact by fact, and what can still change after each.

    Where lists have headings, one more rule than there are, `given`, has to hold: that each heading means something.
    """

    def __init__(self, parts: Sequence[Options], rules: int, among: int | None = None) -> None:
        """`rules` is how many there are; `among` those of them that are followed, all if it is not given."""
        self.width = rules + 1
        self.everything = (1 << rules) - 1
        among = self.everything if among is None else among
        self.steps: list[Step] = []
        self.given = 1 << rules if any(isinstance(part, Lists) and part.headings for part in parts) else 0
        self.impossible = self.depth = 0
        for number, part in enumerate(parts):
            if isinstance(part, Classes):
                rejects = among & ~reduce(and_, part.masks)
                masks = tuple(mask | self.given for mask in part.masks)
                self.steps.append(Step(number, None, masks, rejects, rejects))
                continue
            self.steps.extend(self._of_list(number, part))
            self.depth += part.depth
            self.impossible |= part.kinds.impossible
        self._bearing = [0] * self.width
        """For each rule the steps that bear on it."""
        count = len(self.steps)
        self.rejects = [0] * (count + 1)
        """For each step the rules that it or a later one can reject, whatever clauses are met."""
        self.pending = [0] * (count + 1)
        """For each step the clauses that it or a later one can still end."""
        for index in range(count - 1, -1, -1):
            step = self.steps[index]
            for rule in bits(step.rules & (among | self.given)):
                self._bearing[rule] |= 1 << index
            self.rejects[index] = self.rejects[index + 1] | step.rejects
            self.pending[index] = self.pending[index + 1] | step.ended

    def _of_list(self, number: int, part: Lists) -> Iterator[Step]:
        """The kinds of a list; its clauses are numbered after those of the lists before it."""
        before = self.depth * self.width
        order = [(kind, part.met(kind) << before) for kind in part.in_order()]
        ended: dict[int, int] = {}
        later = 0
        for kind, met in reversed(order):
            ended[kind] = met & ~later
            later |= met
        for kind, met in order:
            forbids = part.kinds.forbids[kind]
            yield Step(number, kind, (-1, ~forbids), forbids, forbids | fold(met, self.width), met, ended[kind])

    def onward(self, step: int, alive: int, met: int) -> list[tuple[int, int, int]]:
        """For each branch that a case can take its number, the rules alive after it, and the clauses met."""
        at = self.steps[step]
        if at.kind is None:
            return [(branch, alive & mask, met) for branch, mask in enumerate(at.masks)]
        lost = at.ended & ~met
        lacking = alive & ~fold(lost, self.width) if lost else alive
        holds = 1, alive & at.masks[1], met | at.met
        return [holds] if self.given & alive & ~lacking else [(0, lacking, met), holds]

    def next(self, step: int, alive: int) -> int:
        """The first step from one on that bears on rules alive; the number of steps if there is none."""
        count = len(self.steps)
        if step == count or self.steps[step].rules & alive:
            return step
        bearing = 0
        for rule in bits(alive):
            bearing |= self._bearing[rule]
        bearing >>= step
        return step + (bearing & -bearing).bit_length() - 1 if bearing else count

    def sure(self, step: int, alive: int, met: int) -> int:
        """The rules alive that no step from one on can reject."""
        held = alive & ~self.rejects[step]
        asking = self.pending[step] & ~met
        return held & ~fold(asking, self.width) if held and asking else held

    def counting(self, step: int, alive: int, met: int) -> int:
        """Of the clauses met those that still count: of rules alive, in a list that is being read."""
        return met & self.pending[step] & repeated(alive, self.width, self.depth)
