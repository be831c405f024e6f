"""Fingerprints of clauses: proof that a reading is of that very text, without carrying the text."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

_UNIT = re.compile(r"(?:^|\n)\s*(?=\S)|[\t|]\s*(?=\S)|(?<=[.?!:;])[\"”)\]]*\s+(?=\S)|<[^<>]*>\s*(?=\S)")


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

    def find(self, wanted: Fingerprint) -> int | None:
        """The line on which the clause starts, or None where no passage has this fingerprint."""
        for start, offset in self._starts.items():
            passage = self.plain[start : start + wanted.length]
            if len(passage) == wanted.length and hashlib.sha256(passage.encode()).hexdigest() == wanted.sha256:
                return self.text.count("\n", 0, offset) + 1
        return None

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
