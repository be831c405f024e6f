"""Fingerprints of clauses: proof that a reading is of that very text, without carrying the text."""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_UNIT = re.compile(r"(?:^|\n)\s*(?=\S)|[\t|]\s*(?=\S)|(?<=[.?!:;])[\"”)\]]*\s+(?=\S)|(?=</?[a-z])|<[^<>]*>\s*(?=\S)")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """SHA-256 of a passage's normalised text, and how many characters that text has."""

    sha256: str
    length: int


def normalise(text: str) -> str:
    """Lower case, letters and digits only, so that layout and typography do not matter."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def fingerprint(text: str) -> Fingerprint:
    """The fingerprint of a passage."""
    plain = normalise(text)
    return Fingerprint(hashlib.sha256(plain.encode()).hexdigest(), len(plain))


class HeldText:
    """A document that somebody holds, ready to be searched for clauses by fingerprint.

    A clause starts where a line, a table cell, a list item or a sentence starts; it may run on over line breaks.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = normalise(text)
        self._starts: dict[int, int] = {}
        done = position = 0
        for match in _UNIT.finditer(text):
            position += len(normalise(text[done : match.end()]))
            done = match.end()
            self._starts.setdefault(position, match.end())
        self._starts.setdefault(0, 0)
        self._ends = {*self._starts, len(self.plain)}

    def occurrences(self, wanted: Fingerprint) -> list[int]:
        """Where in the normalised text the clause stands: from the start of a unit to the end of one."""
        found = []
        for start in self._starts:
            end = start + wanted.length
            passage = self.plain[start:end]
            if end in self._ends and hashlib.sha256(passage.encode()).hexdigest() == wanted.sha256:
                found.append(start)
        return found

    def line(self, start: int) -> int:
        """The line on which the unit at a place of the normalised text starts."""
        return self.text.count("\n", 0, self._starts[start]) + 1

    def find(self, wanted: Fingerprint) -> int | None:
        """The line on which the clause starts, or None where no passage has this fingerprint."""
        found = self.occurrences(wanted)
        return self.line(found[0]) if found else None

    def in_order(self, wanted: Sequence[Fingerprint]) -> list[int | None]:
        """The line of each clause, as many as possible standing in the order given; None for one that does not."""
        return [None if start is None else self.line(start) for start in self.places(wanted)]

    def places(self, wanted: Sequence[Fingerprint]) -> list[int | None]:
        """Where in the normalised text each clause starts, as many as possible in the order given; None: nowhere.

        A clause whose words stand somewhere else only - in a history table, say - is not where it was read. A clause
        may be part of the one before it, and start where that starts.
        """
        best: list[tuple[int, int, int | None]] = []
        for one in wanted:
            starts = self.occurrences(one)
            options: list[tuple[int, int, int | None]] = [(1, start, None) for start in starts]
            for start in starts:
                options.extend(
                    (length + 1, start, at)
                    for at, (length, last, _) in enumerate(best)
                    if last < start or (last == start and length and one.length < wanted[at].length)
                )
            length, start, previous = max(options, key=lambda one: (one[0], -one[1]), default=(0, -1, None))
            best.append((length, start if length else len(self.plain) + 1, previous))
        found: list[int | None] = [None] * len(wanted)
        at: int | None = max(range(len(best)), key=lambda one: best[one][0], default=None)
        while at is not None and best[at][0]:
            found[at] = best[at][1]
            at = best[at][2]
        return found

    def sentences(self, start: int, end: int) -> list[tuple[int, str]]:
        """The units between two places of the normalised text, each with its line and its text."""
        marks = sorted({start, end, *(place for place in self._starts if start < place < end)})
        found = []
        for begins, stops in itertools.pairwise(marks):
            offset = self._starts.get(begins)
            if offset is None:
                before = max((place for place in self._starts if place < begins), default=0)
                offset = self._starts.get(before, 0)
            after = self._starts.get(stops, len(self.text) if stops >= len(self.plain) else offset)
            text = " ".join(self.text[offset:after].split()) or self.plain[begins:stops]
            found.append((self.text.count("\n", 0, offset) + 1, text))
        return found

    def passage(self, begins: str, ends: str = "") -> str | None:
        """The passage from the unit that begins with `begins` to the end of its line, or to the words `ends`."""
        first, last = normalise(begins), normalise(ends)
        for start, offset in self._starts.items():
            if not self.plain.startswith(first, start):
                continue
            if not last:
                return self.text[offset:].split("\n", 1)[0]
            stop = self.plain.find(last, start)
            if stop >= 0:
                return self.plain[start : stop + len(last)]
        return None
