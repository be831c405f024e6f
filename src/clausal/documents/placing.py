"""Where each clause of a document stands: as many as can be in the order given, each from edge to edge of what is said.

A clause whose words stand somewhere else only - in a history table, say - is not where it was read. A clause may be
part of the one before it, and start where that starts. One whose sentence goes on, before it or after it, with words
that no clause accounts for is not there either: it says something else now.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from clausal.documents.fingerprint import LONG, Fingerprint, HeldText
from clausal.documents.stream import Edge

_RECENT = 8
"""A clause may start at so many of the last ends and starts found, whatever stands there."""
_SURE, _UNSURE = 100, 10
_NEXT, _AT_BREAK = 3, 2


@dataclass(frozen=True, slots=True)
class Placing:
    """For each clause where it starts in the stream, None where it does not stand in its place."""

    starts: tuple[int | None, ...]
    cut: frozenset[int]
    """Those of them, by number, whose words do stand there, in a sentence that says more."""


@dataclass(frozen=True, slots=True)
class _Chain:
    """Clauses placed in order, the last one from `start` to `end`; `reach` is where the furthest of them ends."""

    score: int
    clause: int
    start: int
    end: int
    reach: int
    before: _Chain | None


def place(wanted: Sequence[Fingerprint], held: HeldText) -> Placing:
    """Lay clauses over a document, in order."""
    options = _options(wanted, held)
    starts: list[int | None] = [None] * len(wanted)
    chain = _best(wanted, options, held)
    while chain is not None:
        starts[chain.clause] = chain.start
        chain = chain.before
    cut = frozenset(_cut(wanted, starts, held))
    return Placing(tuple(None if at in cut else start for at, start in enumerate(starts)), cut)


def _options(wanted: Sequence[Fingerprint], held: HeldText) -> list[list[int]]:
    """For each clause where it may start: at a word, or, whatever stands there, where another one starts or ends."""
    found: list[list[int]] = []
    recent: list[int] = [0]
    reached = 0
    for one in wanted:
        starts = set(held.occurrences(one))
        starts.update(at for at in recent if _may_stand(one, at, held))
        found.append(sorted(starts))
        here = next((at for at in reversed(recent) if at in starts), None)
        start = here if here is not None else min((at for at in starts if at >= reached), default=None)
        if start is not None:
            reached = max(reached, start + one.length)
            recent = [*recent, start, start + one.length][-_RECENT:]
    return found


def _may_stand(one: Fingerprint, start: int, held: HeldText) -> bool:
    """Whether a clause stands at a place, though no word may start there; a short one has to end as a word does."""
    end = start + one.length
    if not one.length or end > len(held.plain) or (one.length < LONG and not held.edges[end]):
        return False
    return held.stands(one, start)


def _best(wanted: Sequence[Fingerprint], options: Sequence[Sequence[int]], held: HeldText) -> _Chain | None:
    """The chain with most evidence: sure placings first, then those that follow one another without a gap."""
    earlier = _Earlier(len(held.plain))
    ending: dict[int, _Chain] = {}
    starting: dict[int, list[_Chain]] = {}
    best: _Chain | None = None
    for clause, (one, starts) in enumerate(zip(wanted, options, strict=True)):
        made = []
        for start in starts:
            end = start + one.length
            nested = [chain for chain in starting.get(start, ()) if chain.end > end]
            joined = [*nested, *([ending[start]] if start in ending else ())]
            before = [(chain, True) for chain in joined]
            before.append((earlier.best(start), start == 0))
            score, previous = max(
                (
                    ((chain.score if chain else 0) + _weight(one, start, held, joined=next_to), chain)
                    for chain, next_to in before
                ),
                key=lambda scored: scored[0],
            )
            made.append(_Chain(score, clause, start, end, max(end, previous.reach if previous else 0), previous))
        for chain in made:
            earlier.add(chain)
            starting.setdefault(chain.start, []).append(chain)
            for end in {chain.end, chain.reach}:
                if end not in ending or ending[end].score < chain.score:
                    ending[end] = chain
            if best is None or best.score < chain.score:
                best = chain
    return best


def _weight(one: Fingerprint, start: int, held: HeldText, *, joined: bool) -> int:
    """How much a placing is worth: a short clause amid a sentence is there by chance, perhaps."""
    opens = Edge.BREAK if joined else held.edges[start]
    closes = held.edges[start + one.length]
    whole = min(opens, closes) >= Edge.OPEN and max(opens, closes) == Edge.BREAK
    near = _NEXT if joined else _AT_BREAK if opens == Edge.BREAK else 0
    return (_SURE if whole or one.length >= LONG else _UNSURE) + near + max(closes - Edge.RUNNING_ON, 0)


class _Earlier:
    """Chains by where their last clause starts, to find the best that starts before a place (a Fenwick tree)."""

    def __init__(self, length: int) -> None:
        self._best: dict[int, _Chain] = {}
        self._length = length + 1

    def add(self, chain: _Chain) -> None:
        at = chain.start + 1
        while at <= self._length:
            if at not in self._best or self._best[at].score < chain.score:
                self._best[at] = chain
            at += at & -at

    def best(self, start: int) -> _Chain | None:
        found: _Chain | None = None
        at = start
        while at:
            chain = self._best.get(at)
            if chain is not None and (found is None or found.score < chain.score):
                found = chain
            at -= at & -at
        return found


def _cut(wanted: Sequence[Fingerprint], starts: Sequence[int | None], held: HeldText) -> Iterator[int]:
    """Clauses whose sentence says more than they do, by text that no clause accounts for."""
    spans = [(at, start, start + wanted[at].length) for at, start in enumerate(starts) if start is not None]
    counted: dict[int, int] = {}
    for _, start, end in spans:
        for edge in (start, end):
            counted[edge] = counted.get(edge, 0) + 1
    inside = _Inside((start, end) for _, start, end in spans)
    for nth, (at, start, end) in enumerate(spans):
        # A gap that clauses missing here account for is their changed text, and not the neighbour's.
        missing_before = at > 0 and starts[at - 1] is None
        after = next((other for other, begins, _ in spans[nth + 1 :] if begins >= end), len(wanted))
        missing_after = any(starts[other] is None for other in range(at + 1, after))
        wrong = 0
        for edge, missing in ((start, missing_before), (end, missing_after)):
            grade = held.edges[edge]
            if grade == Edge.BREAK or counted[edge] > 1 or (grade == Edge.OPEN and missing and edge not in inside):
                continue
            # A long passage within another one is there if it starts or ends as something else does.
            wrong += 1 if edge in inside and wanted[at].length >= LONG else 2
        if wrong >= 2:
            yield at


class _Inside:
    """The places within spans, their ends left out."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._reach: list[int] = []
        for _, end in self._spans:
            self._reach.append(max(end, self._reach[-1] if self._reach else 0))

    def __contains__(self, place: int) -> bool:
        before = bisect_left(self._spans, (place, 0))
        return before > 0 and self._reach[before - 1] > place
