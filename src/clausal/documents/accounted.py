"""Is every sentence of a document accounted for by a clause entry, and every entry in the document?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clausal.documents.fingerprint import HeldText
from clausal.documents.pack import Clause

RUN = 8
"""A paraphrase repeats its source if it shares so many words in a row with it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of the document that no entry accounts for: its line (from 1) and its text."""

    line: int
    text: str


@dataclass(frozen=True)
class Account:
    """How clause entries and a document's text fit.

    `lines` has for each clause the line it starts on, None where its text does not stand in its place.
    """

    clauses: tuple[Clause, ...]
    lines: tuple[int | None, ...]
    characters: int
    """Letters and digits of the document."""
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
    starts = held.places([clause.text for clause in with_text if clause.text])
    spans: list[tuple[int, int]] = []
    away: list[Clause] = []
    for clause, start in zip(with_text, starts, strict=True):
        if start is None:
            away.append(clause)
        elif clause.text:
            spans.append((start, start + clause.text.length))
    moved: dict[str, int] = {}
    for clause in away:
        free = _gaps(sorted(spans), len(held.plain))
        for start in held.occurrences(clause.text) if clause.text else ():
            end = start + (clause.text.length if clause.text else 0)
            if any(begins <= start and end <= ends for begins, ends in free):
                moved[clause.id] = held.line(start)
                spans.append((start, end))
                break
    gaps = _gaps(sorted(spans), len(held.plain))
    left = tuple(Sentence(line, text) for start, end in gaps for line, text in held.sentences(start, end))
    covered = len(held.plain) - sum(end - start for start, end in gaps)
    lines = tuple(None if start is None else held.line(start) for start in starts)
    return Account(with_text, lines, len(held.plain), covered, left, moved)


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
