"""The decision diagram that rules span: cases part step by step, and equal continuations are one node.

Steps stand in one order, so that what does not depend on a step has no node of it: the diagram is reduced.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from clausal.rules.steps import Steps

MOST_NODES = 40_000

Outcome: TypeAlias = Hashable
Early: TypeAlias = Callable[[int, int], tuple[int, Outcome | None]]
"""Given the rules alive and those of them that nothing can reject any more: the rules still worth following, and the
outcome if it is known already."""


class TooLarge(Exception):
    """The rules tell more cases apart than can be followed one by one."""


@dataclass(eq=False, slots=True)
class Node:
    """A point at which cases part: at step `step`, into `branches`, one for each class, or lacks and holds."""

    step: int
    branches: tuple[Node | Leaf, ...]
    parts: int
    """The facts that matter from here on, by the number of their part."""


@dataclass(frozen=True, slots=True)
class Leaf:
    outcome: Outcome
    parts: int = 0


_State: TypeAlias = tuple[int, int, int]
"""How far a walk is, the rules alive, and the clauses met that still count."""


class Walk:
    """Walks steps; `outcome` names what the rules alive at the end come to, `early` may know it before.

    It keeps no call open for a step, so that a list may have any number of kinds.
    """

    def __init__(
        self,
        steps: Steps,
        outcome: Callable[[int], Outcome],
        early: Early = lambda alive, _: (alive, None),
        most: int = MOST_NODES,
    ) -> None:
        self.steps = steps
        self._outcome, self._early, self._most = outcome, early, most
        self._leaves: dict[Outcome, Leaf] = {}
        self._memo: dict[_State, Node | Leaf] = {}
        self._unique: dict[Hashable, Node] = {}

    def root(self, alive: int | None = None) -> Node | Leaf:
        """The diagram for the rules alive (all of them); raises TooLarge."""
        return self._node(self._begin(alive))

    def _begin(self, alive: int | None) -> _State | Leaf:
        alive = self.steps.everything if alive is None else alive
        return self._settled(0, alive & ~self.steps.impossible | self.steps.given, 0)

    def _settled(self, step: int, alive: int, met: int) -> _State | Leaf:
        """Where a walk goes on, or where it ends."""
        steps = self.steps
        rules = alive & steps.everything
        rules, outcome = self._early(rules, steps.sure(step, rules, met))
        if outcome is not None:
            return self._leaf(outcome)
        alive = rules | alive & steps.given
        step = steps.next(step, alive)
        if step == len(steps.steps):
            return self._leaf(self._outcome(rules))
        return step, alive, steps.counting(step, alive, met) if met else 0

    def _node(self, begin: _State | Leaf) -> Node | Leaf:
        memo = self._memo
        open_ = [] if isinstance(begin, Leaf) or begin in memo else [(begin, self._onward(begin), list[Node | Leaf]())]
        while open_:
            state, onward, branches = open_[-1]
            for one in onward:
                known = one if isinstance(one, Leaf) else memo.get(one)
                if known is None:
                    assert not isinstance(one, Leaf)
                    open_.append((one, self._onward(one), []))
                    break
                branches.append(known)
            else:
                if len(memo) > self._most:
                    raise TooLarge
                found = memo[state] = self._joined(state[0], branches)
                open_.pop()
                if open_:
                    open_[-1][2].append(found)
        return begin if isinstance(begin, Leaf) else memo[begin]

    def _onward(self, state: _State) -> Iterator[_State | Leaf]:
        """Where each branch of a step leads, found out one after the other."""
        step, alive, met = state
        settled: dict[tuple[int, int], _State | Leaf] = {}
        for _, left, now in self.steps.onward(step, alive, met):
            after = left, now
            if after not in settled:
                settled[after] = self._settled(step + 1, left, now)
            yield settled[after]

    def ends(self, alive: int | None = None) -> set[Outcome]:
        """Every outcome that some case has; raises TooLarge."""
        found: set[Outcome] = set()
        seen: set[_State] = set()
        waiting = [self._begin(alive)]
        while waiting:
            state = waiting.pop()
            if isinstance(state, Leaf):
                found.add(state.outcome)
            elif state not in seen:
                seen.add(state)
                if len(seen) > self._most:
                    raise TooLarge
                waiting.extend(self._onward(state))
        return found

    def path(self, alive: int | None = None) -> list[tuple[int, int]] | None:
        """The `(step, branch)`es to some end whose outcome is true; None if there is none. Stops at the first."""
        begin = self._begin(alive)
        if isinstance(begin, Leaf):
            return [] if begin.outcome else None
        failed: set[_State] = set()
        open_ = [(begin, iter(self.steps.onward(*begin)))]
        taken: list[tuple[int, int]] = []
        while open_:
            state, waiting = open_[-1]
            for branch, left, now in waiting:
                onward = self._settled(state[0] + 1, left, now)
                if isinstance(onward, Leaf):
                    if onward.outcome:
                        return [*taken, (state[0], branch)]
                elif onward not in failed:
                    taken.append((state[0], branch))
                    open_.append((onward, iter(self.steps.onward(*onward))))
                    break
            else:
                failed.add(state)
                if len(failed) > self._most:
                    raise TooLarge
                open_.pop()
                if taken:
                    taken.pop()
        return None

    def _joined(self, step: int, branches: list[Node | Leaf]) -> Node | Leaf:
        first = branches[0]
        for other in branches:
            if other is not first:
                break
        else:
            return first
        key = (step, *map(id, branches))
        node = self._unique.get(key)
        if node is None:
            parts = 1 << self.steps.steps[step].part
            for branch in branches:
                parts |= branch.parts
            node = self._unique[key] = Node(step, tuple(branches), parts)
        return node

    def _leaf(self, outcome: Outcome) -> Leaf:
        found = self._leaves.get(outcome)
        if found is None:
            found = self._leaves[outcome] = Leaf(outcome)
        return found


def firsts(alive: int, sure: int) -> int:
    """The rules that can come first: those up to the first that nothing can reject any more."""
    certain = sure & -sure
    return alive & ((certain << 1) - 1) if certain else alive
