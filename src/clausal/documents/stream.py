"""The stream of a text: its letters and digits, and the signs and points that change what a number says.

Two texts have the same stream if they differ in layout and typography alone: case, blanks, line breaks, hyphenation,
bullets, emphasis, ligatures. What stays beside letters and digits stands next to a number: a minus (`-20`, however it
is drawn), a decimal point (`1.5`, `.05`), and a comparison (`<`, `>`, at least, at most). A hyphen in a word or a range
(`3-5`) is no minus.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

_MINUS = "-\u2010\u2212\u2013"
_POINTS = ".\u00b7"
_COMPARED = {"<": "<", ">": ">", "≤": "≤", "≥": "≥", "≦": "≤", "≧": "≥", "⩽": "≤", "⩾": "≥"}
_CURRENCY = "$€£"
_BEFORE_A_NUMBER = frozenset("([{=<>≤≥≦≧⩽⩾~≈±+×,/:;|\"'“‘" + _CURRENCY)
"""What may stand directly before a signed number, or one that begins with its point; a blank may too."""
_EMPHASIS = "*_`\\"
_LONGEST_VALUE = 6
"""Digits of a number that can have a minus; a longer one is part of a name, of a file say, broken before its hyphen."""
MARKS = frozenset("-.<>≤≥")
"""Characters of a stream that are neither letters nor digits."""

_TAG = re.compile(
    r"</?(?:p|br|hr|b|i|u|em|strong|small|sup|sub|li|ul|ol|dl|dt|dd|table|thead|tbody|tr|th|td|div|span|a|h[1-6])"
    r"(?:\s+[a-z-]+=(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*/?>",
    re.I,
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_ENDED = re.compile(r"[.?!:;][\"”’')\]*_]*\s|[\t|\f•●▪◦‣]|\n\s*\n|</?[a-z]|\n\s*[*–-]\s", re.I)
_ENDED_AT_CAPITAL = re.compile(r"[.?!:;][\"”’')\]*_]*\Z")


class Edge(IntEnum):
    """How the text stands between two characters of its stream; from INSIDE a word or number up to a BREAK."""

    INSIDE = 0
    RUNNING_ON = 1
    """Between two words of a sentence."""
    OPEN = 2
    """Between two words, and nothing but the layout could say whether one sentence goes on."""
    BREAK = 3
    """Between two sentences, cells, items or paragraphs."""


@dataclass(frozen=True)
class Stream:
    """A text's stream; `offsets` has for each of its characters the place in the text it comes from."""

    text: str
    plain: str
    offsets: array[int]

    def __len__(self) -> int:
        return len(self.plain)

    @cached_property
    def edges(self) -> bytes:
        """For each place of the stream, and its end, the `Edge` before it."""
        found = bytearray([Edge.BREAK])
        found.extend(self._edge(at) for at in range(1, len(self.plain)))
        if self.plain:
            found.append(Edge.BREAK)
        return bytes(found)

    def between(self, at: int) -> str:
        """The text between the stream's characters before and at a place."""
        return _INVISIBLE.sub("", self.text[self.offsets[at - 1] + 1 : self.offsets[at]])

    def _edge(self, at: int) -> Edge:
        before, after = self.plain[at - 1], self.plain[at]
        first, last = self.text[self.offsets[at]], self.text[self.offsets[at - 1]]
        if before in MARKS or self.offsets[at] == self.offsets[at - 1]:
            return Edge.INSIDE
        gap = self.between(at)
        if not gap:
            if before.isdigit() and (after.isdigit() or after in MARKS):
                return Edge.INSIDE
            if before.isalpha() and after.isalpha():
                return Edge.OPEN if last.islower() and first.isupper() else Edge.INSIDE
            return Edge.RUNNING_ON
        if gap == "," and before.isdigit() and after.isdigit():
            return Edge.INSIDE
        if _ENDED.search(gap) or (first.isupper() and _ENDED_AT_CAPITAL.search(gap)):
            return Edge.BREAK
        if first.islower() or "," in gap or not any(c.isspace() for c in gap):
            return Edge.RUNNING_ON
        return Edge.BREAK if "\n" in gap else Edge.OPEN


def stream(text: str) -> Stream:
    """The stream of a text."""
    signs, offsets, plainly = _signs(text)
    plain: list[str] = []
    places = array("L")
    for at, sign in enumerate(signs):
        if sign.isalnum():
            kept = [c for c in sign.lower() if c.isalnum()]
        elif sign in _MINUS:
            kept = ["-"] if _is_minus(signs, plainly, at) else []
        elif sign in _POINTS:
            kept = ["."] if _is_point(signs, plainly, at) else []
        elif sign in _COMPARED:
            kept = _comparison(signs, plainly, at)
        else:
            continue
        plain.extend(kept)
        places.extend([offsets[at]] * len(kept))
    return Stream(text, "".join(plain), places)


def normalise(text: str) -> str:
    """The characters of a text's stream."""
    return stream(text).plain


def _signs(text: str) -> tuple[list[str], list[int], list[bool]]:
    """The text's characters in their plain form, where each comes from, and whether it is a digit on the line.

    Emphasis and what cannot be seen is left out; a tag of a web page is a blank.
    """
    signs: list[str] = []
    offsets: list[int] = []
    plainly: list[bool] = []
    at, size = 0, len(text)
    while at < size:
        end = at + 1
        if text[at] == "<" and (tag := _TAG.match(text, at)):
            end, drawn = tag.end(), " "
        elif text[at].isascii() and (end == size or text[end].isascii()):
            drawn = "" if text[at] in _EMPHASIS else text[at]
        else:
            while end < size and unicodedata.combining(text[end]):
                end += 1
            drawn = "" if _INVISIBLE.match(text, at) else unicodedata.normalize("NFKC", text[at:end])
            drawn = "" if drawn in _EMPHASIS else drawn
        for sign in drawn:
            signs.append(sign)
            offsets.append(at)
            plainly.append(text[at].isdecimal())
        at = end
    return signs, offsets, plainly


def _starts_number(signs: list[str], plainly: list[bool], at: int) -> bool:
    """Whether a number begins at a place: a digit, or a point and a digit; a currency may stand before it."""
    if at < len(signs) and signs[at] in _CURRENCY:
        at += 1
    if at < len(signs) and signs[at] == ".":
        at += 1
    return at < len(signs) and plainly[at]


def _may_start(signs: list[str], at: int) -> bool:
    """Whether a number with its sign, or one that begins with its point, may begin at a place."""
    return at == 0 or signs[at - 1].isspace() or signs[at - 1] in _BEFORE_A_NUMBER


def _is_minus(signs: list[str], plainly: list[bool], at: int) -> bool:
    plus_or_minus = at >= 2 and signs[at - 2 : at] == ["+", "/"]
    name = len(plainly) > at + _LONGEST_VALUE + 1 and all(plainly[at + 1 : at + _LONGEST_VALUE + 2])
    return _starts_number(signs, plainly, at + 1) and _may_start(signs, at) and not plus_or_minus and not name


def _is_point(signs: list[str], plainly: list[bool], at: int) -> bool:
    if at + 1 == len(signs) or not plainly[at + 1]:
        return False
    if at and plainly[at - 1]:
        return True
    minus = at > 0 and signs[at - 1] in _MINUS and _is_minus(signs, plainly, at - 1)
    return signs[at] == "." and (minus or _may_start(signs, at))


def _closes(signs: list[str], at: int) -> bool:
    """Whether a `>` closes what a `<` opens in the same word: an address, say."""
    opens = at - 1
    while opens > 0 and not signs[opens].isspace() and signs[opens] not in "<>":
        opens -= 1
    return opens >= 0 and signs[opens] == "<" and signs[opens + 1].isalpha()


def _comparison(signs: list[str], plainly: list[bool], at: int) -> list[str]:
    """A comparison with a number, `<=` and `>=` as one sign; none where an arrow or something else is drawn."""
    sign = _COMPARED[signs[at]]
    if (at and signs[at - 1] in "<>-–=") or (sign == ">" and _closes(signs, at)):
        return []
    after = at + 1
    if after < len(signs) and signs[after] == "=":
        sign, after = {"<": "≤", ">": "≥"}.get(sign, sign), after + 1
    while after < len(signs) and signs[after].isspace():
        after += 1
    if after < len(signs) and signs[after] in _MINUS:
        after += 1
    return [sign] if _starts_number(signs, plainly, after) else []
