"""Fingerprints of clauses: proof that a reading is of that very text, without carrying the text."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from clausal.documents.stream import Edge, normalise, stream
from clausal.documents.text.extracted import Unit

__all__ = ["Fingerprint", "HeldText", "fingerprint", "normalise"]

LONG = 30
"""So many characters in a row do not stand in two documents by chance."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """SHA-256 of a passage's stream (`documents/stream`), and how many characters that has."""

    sha256: str
    length: int


def fingerprint(text: str) -> Fingerprint:
    """The fingerprint of a passage."""
    return _of(normalise(text))


def _of(plain: str) -> Fingerprint:
    return Fingerprint(hashlib.sha256(plain.encode()).hexdigest(), len(plain))


class HeldText:
    """A document that somebody holds, ready to be searched for clauses by fingerprint.

    Places are places of its stream. `unit` is what a person is told them in: lines of a text file, pages (`pages` has
    the offset in the text at which each starts), paragraphs where the text has one on each line.
    """

    def __init__(self, text: str, *, unit: Unit = "line", pages: Sequence[int] = ()) -> None:
        self.text = text
        self.stream = stream(text)
        self.plain = self.stream.plain
        self.edges = self.stream.edges
        self.unit: Unit = unit
        self.pages = tuple(pages)
        self._boundaries = [at for at, edge in enumerate(self.edges) if edge != Edge.INSIDE]
        self._found: dict[Fingerprint, tuple[int, ...]] = {}

    def stands(self, wanted: Fingerprint, start: int) -> bool:
        """Whether the passage of that fingerprint starts at a place."""
        passage = self.plain[start : start + wanted.length]
        return len(passage) == wanted.length and hashlib.sha256(passage.encode()).hexdigest() == wanted.sha256

    def occurrences(self, wanted: Fingerprint) -> tuple[int, ...]:
        """Where the passage of that fingerprint stands, from the start of a word to the end of one."""
        if wanted not in self._found:
            edges, length = self.edges, wanted.length
            last = len(self.plain) - length
            starts = [at for at in self._boundaries if at <= last and edges[at + length]] if length > 0 else []
            self._found[wanted] = tuple(at for at in starts if self.stands(wanted, at))
        return self._found[wanted]

    def find(self, wanted: Fingerprint) -> int | None:
        """The line on which a passage starts, or None where none has this fingerprint but part of a longer sentence."""
        whole = (at for at in self.occurrences(wanted) if self.grade(at, at + wanted.length) >= Edge.OPEN)
        found = next(whole, None)
        return None if found is None else self.line(found)

    def grade(self, start: int, end: int) -> Edge:
        """The lesser of the two edges of a passage."""
        return Edge(min(self.edges[start], self.edges[end]))

    def holds_any(self, wanted: Sequence[Fingerprint]) -> int:
        """How many passages stand in this document; short ones, which stand in many, count only if all are short."""
        long = [one for one in wanted if one.length >= LONG]
        return sum(bool(self.occurrences(one)) for one in long or wanted)

    def offset(self, start: int) -> int:
        """The place in the text of a place of the stream."""
        return self.stream.offsets[start] if start < len(self.plain) else len(self.text)

    def line(self, start: int) -> int:
        """The line of the text, from 1, on which a place is."""
        return self.text.count("\n", 0, self.offset(start)) + 1

    def page(self, line: int) -> int | None:
        """The page on which a line of the text is; None for a document without pages."""
        if not self.pages:
            return None
        offset = sum(len(one) + 1 for one in self.text.split("\n")[: line - 1])
        return max(sum(begins <= offset for begins in self.pages), 1)

    def told(self, line: int) -> str:
        """A line of the text as a person finds it: `line 7`, `page 2`, `paragraph 12`."""
        return f"{self.unit} {self.page(line) or line}"

    def mark(self, start: int, end: int) -> Fingerprint:
        """The fingerprint of what stands between two places."""
        return _of(self.plain[start:end])

    def words(self, start: int, end: int) -> str:
        """The text between two places, on one line, with the bullet it starts with and the full stop it ends with."""
        if start >= end:
            return ""
        begins, stops = self.offset(start), self.offset(end - 1) + 1
        if self.edges[start] == Edge.BREAK:
            low = self.offset(start - 1) + 1 if start else 0
            begins -= len(_last_word(self.text[low:begins]))
        if self.edges[end] == Edge.BREAK:
            high = self.offset(end)
            stops += len(_first_word(self.text[stops:high]))
        return " ".join(self.text[begins:stops].split())

    def sentences(self, start: int, end: int) -> list[tuple[int, int]]:
        """The sentences, cells and items between two places, each with where it starts and ends."""
        marks = [start, *(at for at in range(start + 1, end) if self.edges[at] == Edge.BREAK), end]
        return list(itertools.pairwise(marks))

    def passage(self, begins: str, ends: str = "") -> tuple[int, int] | None:
        """The passage from the words `begins` to the words `ends`, or to the end of its line (on a page: its sentence).

        Where the words stand several times, the passage is taken that starts as a sentence does.
        """
        first, last = normalise(begins), normalise(ends)
        if not first:
            return None
        starts = [at for at in self._boundaries if self.plain.startswith(first, at)]
        for start in sorted(starts, key=lambda at: (self.edges[at] != Edge.BREAK, at)):
            if not last:
                return start, self._end_of(start, start + len(first))
            stop = self.plain.find(last, start)
            while stop >= 0 and self.edges[stop + len(last)] == Edge.INSIDE:
                stop = self.plain.find(last, stop + 1)
            if stop >= 0:
                return start, stop + len(last)
        return None

    def _end_of(self, start: int, least: int) -> int:
        """Where the line of a place ends; on a page, where lines end anywhere, the sentence."""
        end = least
        if self.unit == "page":
            while self.edges[end] != Edge.BREAK:
                end += 1
            return end
        line_end = self.text.find("\n", self.offset(start))
        while end < len(self.plain) and (line_end < 0 or self.offset(end) < line_end):
            end += 1
        return end


def _last_word(gap: str) -> str:
    """What stands before a sentence and belongs to it: a bullet and its blank, an opening bracket or quote."""
    line = gap[max(gap.rfind("\n"), gap.rfind("\t")) + 1 :]
    kept = line.lstrip()
    if len(line) == len(gap):
        kept = kept[kept.rfind(" ") + 1 :]
    return kept


def _first_word(gap: str) -> str:
    """What stands after a sentence and belongs to it: up to the first blank."""
    return gap[: next((at for at, c in enumerate(gap) if c.isspace() or c == "|"), len(gap))]
