"""Where lines stand in the tables of a library: what is derived of them, what documents say, what conditions bear."""

from __future__ import annotations

import threading
from collections.abc import Container, Hashable, Iterable, Mapping

from clausal.columns.given import Given
from clausal.columns.ground import Ground
from clausal.columns.numbering import Combinations, Undisputed
from clausal.documents.library import Document
from clausal.documents.pack import Plan
from clausal.facts.case import combined
from clausal.rules.compile import CompiledTable
from clausal.rules.derive import derive
from clausal.rules.evaluate import collect
from clausal.rules.explain import holdings
from clausal.rules.moves import Grown, Moves, Numbers, Spread
from clausal.rules.walker import Walker

Known = Mapping[str, Numbers]
"""What is known of each fact, by column; a fact that is not in it is unknown."""
NOTHING_BEARS, PRECEDING_BEARS, FAILING_BEARS, ALL_BEAR = range(4)
"""Administrative conditions that bear on a line: none; those that precede policy; these and all that fail; all."""


class Clashes:
    """On which derived facts a line contradicts itself, in the order met: a number for each such list; 0 is none."""

    def __init__(self, lock: threading.RLock) -> None:
        self.facts: list[tuple[str, ...]] = [()]
        self._moves: dict[str, Moves] = {}
        self._lock = lock

    def noted(self, before: Numbers, fact: str, clash: Numbers, spread: Spread | None) -> Numbers:
        """The lists with one more fact where `clash` is true."""
        with self._lock:
            moves = self._moves.setdefault(fact, Moves(lambda left, right: self._with(left, fact, right), self._lock))
        return moves(before, clash, spread)

    def _with(self, before: int, fact: str, clash: int) -> int:
        if not clash:
            return before
        self.facts.append((*self.facts[before], fact))
        return len(self.facts) - 1


class Inference:
    """One table that derives a fact."""

    def __init__(self, ground: Ground, table: CompiledTable, walker: Walker) -> None:
        self.fact = table.fact
        self.tests = table.tests
        self.disputed_with = table.disputed_with
        self._table = table
        self._numbered = ground.numbered[self.fact]
        self._walker = walker
        self._can_clash = False
        self._moves = Moves(self._derive, ground.lock)
        self._undisputed = Undisputed(ground.lock)
        self._made, self._clashes = Grown(), Grown()

    def walk(self, known: Known, spread: Spread | None, _: Given) -> Numbers:
        return self._walker.walk(lambda fact: known.get(fact, 0), spread)

    def derive(
        self, end: Numbers, stated: Numbers, contradicted: Numbers, spread: Spread | None
    ) -> tuple[Numbers, Numbers]:
        """What is known of the fact after it, and where that contradicts what is stated.

        Of lines that have `contradicted` themselves on the fact already, nothing more is derived.
        """
        made = self._moves(end, stated, spread)
        derived, clash = self._made[made], self._clashes[made] if self._can_clash else 0
        return self._undisputed.of(derived, clash, contradicted, spread)

    def _derive(self, end: int, stated: int) -> int:
        derived, contradiction = derive(self._table, self._walker.sample(end), self._numbered.knowledge[stated])
        self._can_clash = self._can_clash or contradiction is not None
        self._clashes.append(int(contradiction is not None))
        self._made.append(self._numbered.number(derived))
        return len(self._made) - 1


class Combined:
    """A list put together from others."""

    def __init__(self, ground: Ground, name: str) -> None:
        self.fact = name
        self._of = ground.view.facts[name]
        self._numbered = ground.numbered
        self._parts = Combinations(len(self._of.combines), ground.lock)
        self._combined = Moves(lambda parts, _: self._number(parts), ground.lock)

    def of(self, known: Known, spread: Spread | None) -> Numbers:
        parts = self._parts.of((known.get(part, 0) for part in self._of.combines), spread)
        return self._combined(parts, 0, spread)

    def _number(self, parts: int) -> int:
        """The number of the list among what is known of the fact."""
        named = zip(self._of.combines, self._parts.members[parts], strict=True)
        given = {name: one for name, number in named if (one := self._numbered[name].knowledge[number])}
        return self._numbered[self.fact].number(combined(self._of, given).get(self.fact))


class Asked:
    """A document that some plans ask: for the others it is as if it were not there."""

    def __init__(self, ground: Ground, document: Document, walker: Walker) -> None:
        self._ground = ground
        self._authority = document.compiled.table.answers[1]
        self.pack = document.pack.name
        self.compiled = document.compiled
        self.walker = walker
        self._moves = Moves(self._of, ground.lock)

    def walk(self, known: Known, plans: Iterable[int], spread: Spread | None, speaking: Container[str]) -> Numbers:
        """Where each line stands in its table, given the plans that lines have; 0 where none of them asks it.

        `speaking` are the tables that may speak of the code of some line.
        """
        if self.compiled.table.id not in speaking or not any(map(self.is_asked, plans)):
            return 0
        return self.walker.walk(lambda fact: known.get(fact, 0), spread)

    def of(self, plan: Numbers, end: Numbers, spread: Spread | None) -> Numbers:
        """The same, or 0 for lines of which the plan does not ask."""
        return self._moves(plan, end, spread)

    def is_asked(self, plan: int) -> bool:
        """Whether a plan asks the document, given the plan's number."""
        asking = self._ground.plan_of(plan)
        return asking is not None and self._authority in asking.authorities

    def _of(self, plan: int, end: int) -> int:
        return end + 1 if self.is_asked(plan) else 0


class Conditions:
    """A table of administrative conditions: as much of where a line stands in it as bears on the line."""

    def __init__(self, ground: Ground, document: Document, walker: Walker) -> None:
        self._ground = ground
        self._document = document
        self._walker = walker
        self._asked = Moves(self._of_plan, ground.lock)
        self._moves = Moves(self._of, ground.lock)
        self._number: dict[Hashable, int] = {}

    def is_asked(self, plan: Plan) -> bool:
        """Whether the conditions can bear on a plan's lines."""
        answers = self._document.compiled.table.answers[1]
        return answers in plan.authorities or self._document.pack.name == plan.pack

    def of(self, bearing: Numbers, plan: Numbers, plans: Iterable[int], known: Known, spread: Spread | None) -> Numbers:
        asking = (self._ground.plan_of(one) for one in plans)
        if not any(one is not None and self.is_asked(one) for one in asking):
            return 0
        end = self._walker.walk(lambda fact: known.get(fact, 0), spread)
        return self._moves(bearing, self._asked(plan, end, spread), spread)

    def _of_plan(self, plan: int, end: int) -> int:
        asking = self._ground.plan_of(plan)
        return end + 1 if asking and self.is_asked(asking) else 0

    def _of(self, bearing: int, asked: int) -> int:
        if bearing == NOTHING_BEARS or not asked:
            return 0
        key: Hashable = asked
        if bearing != ALL_BEAR and "finding" not in self._document.compiled.column:
            sample = self._walker.sample(asked - 1)
            found = collect(self._document.compiled, sample)
            holding = tuple(r.name for r in found.holding if bearing == FAILING_BEARS or r.then.get("precedes"))
            masks = self._document.compiled.each(sample)
            hanging = (holdings(self._document.compiled, r, masks) for r in found.open if r.then.get("precedes"))
            key = holding, tuple(tuple(one.items()) for one in hanging)
        return self._number.setdefault(key, len(self._number) + 1)
