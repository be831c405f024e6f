"""Compare a pack's clauses with a newer text of its document: what was added, removed, changed or moved."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from clausal.documents.accounted import Sentence, account
from clausal.documents.fingerprint import HeldText
from clausal.documents.pack import Clause
from clausal.documents.scaffold import classified
from clausal.documents.segments import passages


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
    kinds = {passage.line: classified(passage) for passage in passages(held.text)}
    placed = list(zip(laid.clauses, laid.lines, strict=True))
    moved = [(clause, laid.moved[clause.id]) for clause, _ in placed if clause.id in laid.moved]
    gone = {clause.id for clause, _ in moved}
    changed: list[Changed] = []
    removed: list[Clause] = []
    added: list[Added] = []
    left = _by_passage(laid.left, held)
    taken: set[int] = set()
    found_lines = [(at, line) for at, (_, line) in enumerate(placed) if line is not None]
    edges = [(-1, 0), *found_lines, (len(placed), held.text.count("\n") + 2)]
    for (before, low), (after, high) in itertools.pairwise(edges):
        missing = [clause for clause, _ in placed[before + 1 : after] if clause.id not in gone]
        here = [n for n, one in enumerate(left) if n not in taken and low <= one.line <= high and missing]
        taken.update(here)
        if len(here) == len(missing):
            changed.extend(Changed((clause,), (left[n],)) for clause, n in zip(missing, here, strict=True))
        elif here:
            changed.append(Changed(tuple(missing), tuple(left[n] for n in here)))
        else:
            removed.extend(missing)
    for number, one in enumerate(left):
        if number not in taken:
            previous = [clause for clause, line in placed if line is not None and line <= one.line]
            added.append(Added(one, kinds.get(one.line, ""), previous[-1] if previous else None))
    unchanged = tuple(clause for clause, line in placed if line is not None)
    return Verified(unchanged, tuple(changed), tuple(removed), tuple(moved), tuple(added))


def _by_passage(left: Sequence[Sentence], held: HeldText) -> list[Sentence]:
    """Sentences that stand in one passage as one."""
    starts = [passage.line for passage in passages(held.text)]
    found: list[Sentence] = []
    last = None
    for one in left:
        passage = max((line for line in starts if line <= one.line), default=one.line)
        if found and passage == last:
            found[-1] = Sentence(found[-1].line, f"{found[-1].text} {one.text}")
        else:
            found.append(one)
        last = passage
    return found
