"""A run of whole segments: their texts, where each stands in the file, and those that cannot be read."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from clausal.limits import LINE, told

_INDENT = " \t\r\n"
MARK = "\0"
"""Begins the text of a segment that cannot be read: no tag begins so, and no table has it."""
UTF_8 = "utf-8"
ASCII = "".join(map(chr, range(128)))
BEYOND = "".join(map(chr, range(128, 592)))
"""Letters of Europe, of which each encoding of a text has some, ASCII aside."""


@dataclass(frozen=True, slots=True)
class Delimiters:
    """What divides an interchange; each is one character. There is no `repetition` before version 00402."""

    element: str = "*"
    component: str = ":"
    repetition: str | None = "^"
    segment: str = "~"

    @property
    def all(self) -> str:
        """Those that divide a segment."""
        return self.element + self.component + (self.repetition or "")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a segment cannot be read, and at which element (counted from 1; 0 is the tag)."""

    message: str
    hint: str
    element: int = 0


@dataclass(slots=True)
class Block:
    """Successive whole segments of one interchange. `first` is the number in the file of its first segment, from 1."""

    delimiters: Delimiters
    raw: str
    """The bytes, each as one character."""
    offset: int
    first: int
    encoding: str = UTF_8
    texts: list[str] = field(init=False)
    """The segments without terminators, line ends and indentation; one that cannot be read begins with MARK."""
    unreadable: dict[int, Unreadable] = field(init=False, default_factory=dict)
    """Why, by the index of the segment."""
    _cursor: tuple[int, int] = field(init=False, default=(0, 0))

    def __post_init__(self) -> None:
        end = self.delimiters.segment
        text = self.raw.replace(f"{end}\r\n", end).replace(f"{end}\n", end)
        pieces = text.split(end)
        if "\n" in text or "\r" in text or f"{end} " in text or f"{end}\t" in text or text[:1] in _INDENT:
            pieces = [piece.lstrip(_INDENT) for piece in pieces]
        self.texts = [piece for piece in pieces if piece]
        most = LINE.bytes
        if not self.raw.isascii() or (len(self.raw) > most and max(map(len, self.texts), default=0) > most):
            self.texts = [self._read(index, piece, most) for index, piece in enumerate(self.texts)]

    def _read(self, index: int, piece: str, most: int) -> str:
        """A segment in its encoding; one that is too long, or has a byte that the encoding has not, is marked."""
        if len(piece) > most:
            hint = f"at most {told(most)} are read; set {LINE.variable} to read more"
            self.unreadable[index] = Unreadable(f"a segment of {len(piece):,} bytes", hint)
            return MARK + piece[:most]
        if piece.isascii():
            return piece
        at, parts = 0, []
        try:
            for part in self._between_delimiters(piece):
                parts.append(part if part.isascii() else self._decoded(part))
                at += len(part)
            return "".join(parts)
        except UnicodeDecodeError as error:
            at += error.start
            message = f"byte {at + 1} of the segment (0x{ord(piece[at]):02X}) is no {self.encoding.upper()}"
            hint = "name the file's encoding in a mapping file, as in `encoding: cp1252`"
            self.unreadable[index] = Unreadable(message, hint, piece.count(self.delimiters.element, 0, at))
            return MARK + piece

    def _decoded(self, part: str) -> str:
        return part if part in self.delimiters.all else part.encode("latin-1").decode(self.encoding)

    def _between_delimiters(self, piece: str) -> list[str]:
        """A segment in one part, or, where bytes that are not ASCII divide it, in those between and the bytes."""
        if self.delimiters.all.isascii():
            return [piece]
        return re.split(f"([{re.escape(self.delimiters.all)}])", piece)

    def offset_of(self, index: int) -> int:
        """The byte of the file at which a segment starts. Asked for in order, all segments cost one pass."""
        at, position = self._cursor if self._cursor[0] <= index else (0, 0)
        while True:
            end = self.raw.find(self.delimiters.segment, position)
            piece = self.raw[position : end if end >= 0 else None]
            text = piece.lstrip(_INDENT)
            if (text and at == index) or end < 0:
                self._cursor = (at, position)
                return self.offset + position + len(piece) - len(text)
            position, at = end + 1, at + bool(text)


def is_encoding(name: str) -> bool:
    """Whether a name is of an encoding in which X12 can be: ASCII is itself there, and no part of what is not ASCII."""
    try:
        if not codecs.lookup(name)._is_text_encoding:
            return False
        written = (one.encode(name, "ignore") for one in BEYOND)
        return not any(one and one.isascii() for one in written) and ASCII.encode("ascii").decode(name) == ASCII
    except (LookupError, UnicodeError):
        return False
