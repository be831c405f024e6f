"""Regions of the space of cases: for every case the outcome of a set of rules, as boxes, exactly.

Boxes are read off the paths of a diagram (`walk`), joined where they differ in one fact, and made as wide as can be.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from clausal.rules.analysis.space import Space, Values
from clausal.rules.kinds import Cube, Side
from clausal.rules.steps import Steps
from clausal.rules.walk import Early, Leaf, Node, Outcome, TooLarge, Walk

MOST_BOXES = 10_000
MOST_CUBES = 400
"""Up to how many cubes of one list lead from one node to another; with more, regions are told in another way."""
MOST_COMPARED = 100
"""Up to how many boxes of one outcome it is looked for one that others cover together."""
MOST_WIDENED = 600
"""Up to how many boxes of one outcome are made as wide as they can be; more are only joined."""
DEPTH = 50_000


@dataclass(frozen=True)
class Box:
    """A region: one side for each part of the space, None where the fact does not matter; less the boxes of `but`."""

    sides: tuple[Side | None, ...]
    but: tuple[tuple[Side | None, ...], ...] = ()
    witness: tuple[Side | None, ...] | None = None
    """Cases in the box and in none of `but`, where there are any of those."""


@contextmanager
def _deep() -> Iterator[None]:
    """Room for a walk that goes one call deeper with each kind of code."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class Regions:
    """The boxes of a diagram, by outcome."""

    def __init__(self, space: Space, steps: Steps, root: Node | Leaf) -> None:
        self.space, self._steps, self._root = space, steps.steps, root
        self._exits: dict[int, list[tuple[Node | Leaf, Side]]] = {}
        self._count = 0

    def of(self, wanted: Callable[[Outcome], bool]) -> Mapping[Outcome, list[Box]]:
        """For each outcome that is wanted the boxes that make up its region: all of it, and nothing else."""
        found: dict[Outcome, list[tuple[Side | None, ...]]] = {}
        with _deep():
            self._paths(self._root, [None] * len(self.space.parts), found, wanted)
            return {
                outcome: [Box(sides) for sides in self._covered(boxes, outcome)] for outcome, boxes in found.items()
            }

    def _part(self, node: Node) -> int:
        return self._steps[node.step].part

    def _paths(
        self,
        node: Node | Leaf,
        sides: list[Side | None],
        found: dict[Outcome, list[tuple[Side | None, ...]]],
        wanted: Callable[[Outcome], bool],
    ) -> None:
        if isinstance(node, Leaf):
            if wanted(node.outcome):
                self._count += 1
                if self._count > MOST_BOXES:
                    raise TooLarge
                found.setdefault(node.outcome, []).append(tuple(sides))
            return
        part = self._part(node)
        for end, side in self._leaving(node, part):
            sides[part] = side
            self._paths(end, sides, found, wanted)
        sides[part] = None

    def _leaving(self, node: Node, part: int) -> list[tuple[Node | Leaf, Side]]:
        """Where a part of the space is left to, each with the side of its fact that leads there."""
        known = self._exits.get(id(node))
        if known is not None:
            return known
        at = self._steps[node.step]
        gathered: dict[int, tuple[Node | Leaf, set[Any]]] = {}
        for branch, child in enumerate(node.branches):
            if at.kind is None:
                gathered.setdefault(id(child), (child, set()))[1].add(branch)
                continue
            own = Cube(frozenset([at.kind])) if branch else Cube(lacks=frozenset([at.kind]))
            if isinstance(child, Leaf) or self._part(child) != part:
                gathered.setdefault(id(child), (child, set()))[1].add(own)
                continue
            for end, side in self._leaving(child, part):
                cubes = gathered.setdefault(id(end), (end, set()))[1]
                cubes.update(own & cube for cube in side)
                if len(cubes) > MOST_CUBES:
                    raise TooLarge
        ends: list[tuple[Node | Leaf, Side]] = [(end, frozenset(side)) for end, side in gathered.values()]
        self._exits[id(node)] = ends
        return ends

    def _covered(self, boxes: list[tuple[Side | None, ...]], outcome: Outcome) -> list[tuple[Side | None, ...]]:
        """Few, wide boxes that make up the region of the boxes given."""
        joined = self._joined(boxes)
        if len(joined) > MOST_WIDENED:
            return joined
        chosen: list[tuple[Side | None, ...]] = []
        for box in sorted(joined, key=_narrowness):
            if not any(_within(box, one) for one in chosen):
                chosen.append(self._widened(box, outcome))
        covers = [{at for at, box in enumerate(joined) if _within(box, one)} for one in chosen]
        kept = list(range(len(chosen)))
        for at in reversed(range(len(chosen))):
            others = set().union(*(covers[other] for other in kept if other != at))
            rest = [chosen[other] for other in kept if other != at]
            if covers[at] <= others or (len(kept) <= MOST_COMPARED and self._is_within(chosen[at], rest)):
                kept.remove(at)
        return [chosen[at] for at in kept]

    def _is_within(self, box: tuple[Side | None, ...], others: list[tuple[Side | None, ...]]) -> bool:
        """Whether every case of a box lies in one of others."""
        left = [box]
        for other in others:
            left = [piece for one in left for piece in self._less(one, other)]
            if not left or len(left) > MOST_WIDENED:
                break
        return not left

    def _less(self, box: tuple[Side | None, ...], other: tuple[Side | None, ...]) -> list[tuple[Side | None, ...]]:
        """What a box holds beyond another, in boxes that do not overlap."""
        pieces: list[tuple[Side | None, ...]] = []
        rest = box
        for number, part in enumerate(self.space.parts):
            side, around = rest[number], other[number]
            if around is None:
                continue
            if isinstance(part, Values):
                own = frozenset(range(len(part.masks))) if side is None else side
                inside, outside = own & around, own - around
            else:
                own = frozenset([Cube()]) if side is None else side
                inside, outside = part.both(own, around), _cubes_less(own, around)
            if not inside:
                return [box]
            if outside:
                pieces.append((*rest[:number], outside, *rest[number + 1 :]))
            rest = (*rest[:number], inside, *rest[number + 1 :])
        return pieces

    def _joined(self, boxes: list[tuple[Side | None, ...]]) -> list[tuple[Side | None, ...]]:
        """Boxes that differ in one fact as one, until none do."""
        while True:
            before = len(boxes)
            for part in range(len(self.space.parts)):
                by_rest: dict[Hashable, list[tuple[Side | None, ...]]] = {}
                for box in boxes:
                    by_rest.setdefault((*box[:part], *box[part + 1 :]), []).append(box)
                boxes = [self._union(same, part) for same in by_rest.values()]
            if len(boxes) == before:
                return boxes

    def _union(self, same: list[tuple[Side | None, ...]], part: int) -> tuple[Side | None, ...]:
        if len(same) == 1:
            return same[0]
        of = self.space.parts[part]
        side: Side | None = frozenset()
        for box in same:
            own = box[part]
            side = None if side is None or own is None else side | own
        if side is not None and isinstance(of, Values) and len(side) == len(of.masks):
            side = None
        return (*same[0][:part], side, *same[0][part + 1 :])

    def _widened(self, box: tuple[Side | None, ...], outcome: Outcome) -> tuple[Side | None, ...]:
        """The box as wide as it can be while all of it has the outcome."""
        for number, part in enumerate(self.space.parts):
            side = box[number]
            if side is None:
                continue
            wide = (*box[:number], None, *box[number + 1 :])
            if self._uniform(wide, outcome):
                box = wide
            elif isinstance(part, Values):
                for one in sorted(set(range(len(part.masks))) - side):
                    wider = side | {one}
                    more = (*box[:number], wider, *box[number + 1 :])
                    if self._uniform(more, outcome):
                        box, side = more, wider
            else:
                box = self._loosened(box, number, outcome)
        return box

    def _loosened(self, box: tuple[Side | None, ...], number: int, outcome: Outcome) -> tuple[Side | None, ...]:
        """A list's cubes with as few conditions as they can have."""
        cubes: list[Cube] = sorted(box[number] or (), key=lambda cube: (len(cube.has), sorted(cube.has)))
        wide: list[Cube] = []
        for cube in cubes:
            if any(other.has <= cube.has and other.lacks <= cube.lacks for other in wide):
                continue
            for kind in sorted(cube.lacks | cube.has):
                fewer = Cube(cube.has - {kind}, cube.lacks - {kind})
                if self._uniform((*box[:number], frozenset([fewer]), *box[number + 1 :]), outcome):
                    cube = fewer
            wide = [one for one in wide if not (cube.has <= one.has and cube.lacks <= one.lacks)]
            wide.append(cube)
        return (*box[:number], frozenset(wide), *box[number + 1 :])

    def _uniform(self, box: tuple[Side | None, ...], outcome: Outcome) -> bool:
        """Whether every case of a box has the outcome."""
        seen: set[tuple[int, Hashable]] = set()

        def check(node: Node | Leaf, left: frozenset[Cube] | None) -> bool:
            if isinstance(node, Leaf):
                return node.outcome == outcome
            key = id(node), left
            if key in seen:
                return True
            at = self._steps[node.step]
            side: Any = box[at.part]
            for branch, child in enumerate(node.branches):
                onward = None
                if at.kind is None:
                    if side is not None and branch not in side:
                        continue
                elif side is not None:
                    cubes: frozenset[Cube] = side if left is None else left
                    onward = frozenset(one for one in cubes if at.kind not in (one.lacks if branch else one.has))
                    if not onward:
                        continue
                    same_part = not isinstance(child, Leaf) and self._part(child) == at.part
                    onward = onward if same_part else None
                if not check(child, onward):
                    return False
            seen.add(key)
            return True

        return check(self._root, None)


def _cubes_less(side: Side, around: Side) -> Side:
    """The lists in one of some cubes that lie in none of others, in cubes."""
    left: set[Cube] = set(side)
    for other in around:
        pieces: set[Cube] = set()
        for cube in left:
            if cube.has & other.lacks or cube.lacks & other.has:
                pieces.add(cube)
                continue
            pieces.update(cube & Cube(lacks=frozenset([kind])) for kind in other.has - cube.has)
            pieces.update(cube & Cube(frozenset([kind])) for kind in other.lacks - cube.lacks)
        left = pieces
    return frozenset(left)


def _narrowness(box: tuple[Side | None, ...]) -> int:
    return sum(1 for side in box if side is not None)


def _within(box: tuple[Side | None, ...], other: tuple[Side | None, ...]) -> bool:
    """Whether a box lies in another, side by side."""
    for side, around in zip(box, other, strict=True):
        if around is None:
            continue
        if side is None:
            return False
        if not all(any(_inside(one, wide) for wide in around) for one in side):
            return False
    return True


def _inside(one: int | Cube, wide: int | Cube) -> bool:
    if isinstance(one, Cube) and isinstance(wide, Cube):
        return wide.has <= one.has and wide.lacks <= one.lacks
    return one == wide


def find(
    space: Space,
    steps: Steps,
    alive: int,
    outcome: Callable[[int], bool],
    early: Early = lambda alive, _: (alive, None),
) -> Box | None:
    """A box of cases, a class of each fact that matters, for which the rules alive are as wanted; None: no case."""
    walk = Walk(steps, outcome, early)
    path = walk.path(alive)
    if path is None:
        return None
    sides: list[Side | None] = [None] * len(space.parts)
    for step, branch in path:
        at = steps.steps[step]
        if at.kind is None:
            sides[at.part] = frozenset([branch])
        else:
            cube = Cube(frozenset([at.kind])) if branch else Cube(lacks=frozenset([at.kind]))
            sides[at.part] = frozenset(before & cube for before in sides[at.part] or [Cube()])
    return Box(tuple(sides))


def contains(space: Space, box: Box, values: Mapping[str, Any]) -> bool:
    """Whether a case, with a value for each fact, lies in a region."""
    if not space.contains(box.sides, values):
        return False
    return not any(space.contains(sides, values) for sides in box.but)
