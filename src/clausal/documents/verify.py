"""Compare a pack's clauses with a newer text of its document: what was added, removed, changed or moved."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from clausal.documents.accounted import Sentence, account
from clausal.documents.fingerprint import HeldText
from clausal.documents.pack import Clause
from clausal.documents.scaffold import classified
from clausal.documents.segments import Passage, passages
from clausal.documents.stream import normalise


@dataclass(frozen=True)
class Changed:
    """Clauses whose text is no longer there, with the text that stands in their place."""

    clauses: tuple[Clause, ...]
    text: tuple[Sentence, ...]


@dataclass(frozen=True)
class Added:
    """Text where no clause was read, with the kind that it plainly has, if any."""

    text: Sentence
    kind: str
    after: Clause | None
    """The clause before it."""


@dataclass(frozen=True)
class Verified:
    """How a newer text differs from the clauses of a pack."""

    unchanged: tuple[Clause, ...]
    changed: tuple[Changed, ...]
    removed: tuple[Clause, ...]
    moved: tuple[tuple[Clause, int], ...]
    """Clauses whose words stand elsewhere now, with the line."""
    added: tuple[Added, ...]

    @property
    def to_review(self) -> tuple[Clause, ...]:
        """Every clause that what rests on it has to be reviewed for."""
        changed = [clause for one in self.changed for clause in one.clauses]
        return (*changed, *self.removed, *(clause for clause, _ in self.moved))

    @property
    def is_same(self) -> bool:
        return not (self.changed or self.removed or self.moved or self.added)


def verified(clauses: Sequence[Clause], held: HeldText) -> Verified:
    """Lay clauses over a newer text; what is missing and what is new between two clauses found belongs together."""
    laid = account(clauses, held)
    placed = list(zip(laid.clauses, laid.starts, strict=True))
    moved = [(clause, laid.moved[clause.id]) for clause, _ in placed if clause.id in laid.moved]
    gone = {clause.id for clause, _ in moved}
    changed: list[Changed] = []
    removed: list[Clause] = []
    found = passages(held.text)
    left = _by_passage(laid.left, found)
    taken: set[int] = set()
    edges = [(-1, 0), *((at, start) for at, (_, start) in enumerate(placed) if start is not None)]
    for (before, low), (after, high) in itertools.pairwise([*edges, (len(placed), len(held.plain) + 1)]):
        missing = [clause for clause, _ in placed[before + 1 : after] if clause.id not in gone]
        here = [n for n, one in enumerate(left) if n not in taken and low <= one.start <= high and missing]
        taken.update(here)
        if len(here) == len(missing):
            changed.extend(Changed((clause,), (left[n],)) for clause, n in zip(missing, here, strict=True))
        elif here:
            changed.append(Changed(tuple(missing), tuple(left[n] for n in here)))
        else:
            removed.extend(missing)
    added: list[Added] = []
    for number, one in enumerate(left):
        if number not in taken:
            earlier = [(start, at) for at, (_, start) in enumerate(placed) if start is not None and start <= one.start]
            previous = placed[max(earlier)[1]][0] if earlier else None
            added.append(Added(one, _kind(one, found), previous))
    unchanged = tuple(clause for clause, start in placed if start is not None)
    return Verified(unchanged, tuple(changed), tuple(removed), tuple(moved), tuple(added))


def _by_passage(left: Sequence[Sentence], found: Sequence[Passage]) -> list[Sentence]:
    """Sentences that follow one another in one passage as one."""
    starts = [passage.line for passage in found]
    joined: list[Sentence] = []
    last = None
    for one in left:
        passage = max((line for line in starts if line <= one.line), default=one.line)
        if joined and passage == last and joined[-1].end == one.start:
            before = joined[-1]
            joined[-1] = replace(before, text=f"{before.text} {one.text}", end=one.end)
        else:
            joined.append(one)
        last = passage
    return joined


def _kind(one: Sentence, found: Sequence[Passage]) -> str:
    """The kind that new text plainly has: of its passage, if it is one as a whole, else by its own words."""
    there = next((passage for passage in found if passage.line == one.line), None)
    if there is None:
        return ""
    whole = len(normalise(there.text)) == one.end - one.start
    return classified(there if whole else Passage("paragraph", one.line, one.text, there.under))
