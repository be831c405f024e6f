"""Is every sentence of a document accounted for by a clause entry, and every entry in the document?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clausal.documents.fingerprint import LONG, HeldText
from clausal.documents.pack import Clause
from clausal.documents.placing import place
from clausal.documents.stream import Edge

RUN = 8
"""A paraphrase repeats its source if it shares so many words in a row with it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of the document that no entry accounts for: its line (from 1), its text, and its places in the stream."""

    line: int
    text: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Account:
    """How clause entries and a document's text fit.

    `lines` has for each clause the line it starts on, `starts` the place in the stream; None where its text does not
    stand in its place.
    """

    clauses: tuple[Clause, ...]
    lines: tuple[int | None, ...]
    starts: tuple[int | None, ...]
    characters: int
    """Characters of the document's stream: its letters and digits."""
    covered: int
    """Those of them that some clause accounts for."""
    left: tuple[Sentence, ...]
    moved: Mapping[str, int]
    """For clauses whose words stand out of place, where no other clause accounts for them, the line."""

    @property
    def missing(self) -> list[Clause]:
        """Entries whose text is not in the document where it was read."""
        return [clause for clause, line in zip(self.clauses, self.lines, strict=True) if line is None]


def account(clauses: Iterable[Clause], held: HeldText) -> Account:
    """Lay the clauses that have a fingerprint over the document, in order, and see what they leave."""
    with_text = tuple(clause for clause in clauses if clause.text is not None)
    wanted = [clause.text for clause in with_text if clause.text is not None]
    placing = place(wanted, held)
    spans = [
        (start, start + one.length) for one, start in zip(wanted, placing.starts, strict=True) if start is not None
    ]
    moved: dict[str, int] = {}
    for at, (clause, one) in enumerate(zip(with_text, wanted, strict=True)):
        if placing.starts[at] is not None or at in placing.cut:
            continue
        free = _gaps(sorted(spans), len(held.plain))
        for start in held.occurrences(one):
            end = start + one.length
            if _stands_alone(start, end, held) and any(begins <= start and end <= ends for begins, ends in free):
                moved[clause.id] = held.line(start)
                spans.append((start, end))
                break
    gaps = _gaps(sorted(spans), len(held.plain))
    left = tuple(
        Sentence(held.line(begins), held.words(begins, stops), begins, stops)
        for start, end in gaps
        for begins, stops in held.sentences(start, end)
    )
    covered = len(held.plain) - sum(end - start for start, end in gaps)
    lines = tuple(None if start is None else held.line(start) for start in placing.starts)
    return Account(with_text, lines, placing.starts, len(held.plain), covered, left, moved)


def _stands_alone(start: int, end: int, held: HeldText) -> bool:
    """Whether a passage found elsewhere says what the clause says; a short one has to be a sentence of its own."""
    return held.grade(start, end) >= (Edge.OPEN if end - start >= LONG else Edge.BREAK)


def _gaps(spans: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """What spans leave of 0 to `length`."""
    gaps: list[tuple[int, int]] = []
    reached = 0
    for start, end in spans:
        if start > reached:
            gaps.append((reached, start))
        reached = max(reached, end)
    if reached < length:
        gaps.append((reached, length))
    return gaps


def repeated(texts: Iterable[str], source: str) -> list[tuple[str, str]]:
    """Texts of ours that share a run of RUN words with the source, each with the words."""
    runs = dict.fromkeys(_runs(source))
    found = []
    for text in texts:
        shared = next((run for run in _runs(text) if run in runs), None)
        if shared:
            found.append((text, " ".join(shared)))
    return found


def _runs(text: str) -> list[tuple[str, ...]]:
    """Runs of words, as long as most of them are words and not codes or figures."""
    words = "".join(c.lower() if c.isalnum() else " " for c in text).split()
    runs = (tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
    return [run for run in runs if sum(word.isalpha() for word in run) > RUN // 2]
