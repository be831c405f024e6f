"""X12 text as segments, in bounded memory: delimiters from each ISA, whole segments only, what is no X12 reported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

CHUNK = 1 << 20
"""Bytes read at a time."""
LONGEST_SEGMENT = 1 << 20
"""Bytes of a segment, at most; more is taken for a lost terminator."""
_LONGEST_ISA = 160
_BLANK = " \t\r\n\0\x1a"
_NEWLINES = "\r\n"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf".decode("latin-1")
ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)
"""How long the first fifteen fields of an ISA are."""
_ISA = re.compile("ISA(.)" + "".join(f".{{{width}}}\\1" for width in ISA_WIDTHS) + "..", re.DOTALL)
"""An ISA as it should be: 106 characters, its separators in their places."""


@dataclass(frozen=True, slots=True)
class Delimiters:
    """What divides an interchange; each is one character. There is no `repetition` before version 00402."""

    element: str = "*"
    component: str = ":"
    repetition: str | None = "^"
    segment: str = "~"


@dataclass(frozen=True, slots=True)
class Fault:
    """Bytes that are no segments: at which byte of the file, what is wrong, what to do.

    `cuts` tells that a segment broke off there.
    """

    offset: int
    message: str
    hint: str
    cuts: bool = False


@dataclass(slots=True)
class Block:
    """Successive whole segments of one interchange. `first` is the number in the file of its first segment, from 1."""

    delimiters: Delimiters
    raw: str
    """The bytes, each as one character."""
    offset: int
    first: int
    texts: list[str] = field(init=False)
    """The segments without terminators and line ends; UTF-8 where a segment is valid UTF-8, else Latin-1."""
    _cursor: tuple[int, int] = field(init=False, default=(0, 0))

    def __post_init__(self) -> None:
        end = self.delimiters.segment
        text = self.raw.replace(f"{end}\r\n", end).replace(f"{end}\n", end)
        pieces = text.split(end)
        if "\n" in text or "\r" in text:
            pieces = [piece.lstrip(_NEWLINES) for piece in pieces]
        if not self.raw.isascii():
            pieces = [_decoded(piece) for piece in pieces]
        self.texts = [piece for piece in pieces if piece]

    def offset_of(self, index: int) -> int:
        """The byte of the file at which a segment starts. Asked for in order, all segments cost one pass."""
        at, position = self._cursor if self._cursor[0] <= index else (0, 0)
        while True:
            end = self.raw.find(self.delimiters.segment, position)
            piece = self.raw[position : end if end >= 0 else None]
            text = piece.lstrip(_NEWLINES)
            if (text and at == index) or end < 0:
                self._cursor = (at, position)
                return self.offset + position + len(piece) - len(text)
            position, at = end + 1, at + bool(text)


def _decoded(text: str) -> str:
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return text


class Segment(NamedTuple):
    """A segment: its elements (`elements[0]` is the tag), its number in its transaction (0 outside) and in the file."""

    tag: str
    elements: list[str]
    number: int
    number_in_file: int
    offset: int
    delimiters: Delimiters


def segments(stream: BinaryIO, chunk: int = CHUNK) -> Iterator[Segment | Fault]:
    """The segments of a file one by one, and what is no segment where it stands."""
    number, inside = 0, False
    for block in blocks(stream, chunk):
        if isinstance(block, Fault):
            yield block
            continue
        for index, text in enumerate(block.texts):
            elements = text.split(block.delimiters.element)
            tag = elements[0]
            inside = (inside or tag == "ST") and tag not in ("ISA", "GS", "GE", "IEA")
            number = 1 if tag == "ST" else number + 1
            place = block.first + index
            yield Segment(tag, elements, number * inside, place, block.offset_of(index), block.delimiters)
            inside = inside and tag != "SE"


def blocks(stream: BinaryIO, chunk: int = CHUNK) -> Iterator[Block | Fault]:
    """The file as runs of whole segments, about a chunk each; no segment spans two runs, no run two interchanges."""
    reader = _Blocks()
    while data := stream.read(chunk):
        reader.add(data.decode("latin-1"))
        yield from reader.take(ended=False)
    yield from reader.take(ended=True)


class _Blocks:
    """Cuts text into blocks as it comes in: `text` from `start` on is left, which is byte `offset` of the file."""

    def __init__(self) -> None:
        self.text = ""
        self.start = 0
        self.offset = 0
        self.count = 0
        self.delimiters: Delimiters | None = None
        self.fresh = False
        self.in_garbage = False

    def add(self, text: str) -> None:
        self.text = self.text[self.start :] + text
        self.start = 0

    def take(self, ended: bool) -> Iterator[Block | Fault]:
        """Hand on all that is complete."""
        progress = True
        while progress and self.start < len(self.text):
            before = (self.start, self.delimiters)
            yield from self._begin(ended) if self.delimiters is None else self._inside(self.delimiters, ended)
            progress = before != (self.start, self.delimiters)

    def _drop(self, end: int) -> str:
        """Take the text up to an index."""
        taken = self.text[self.start : end]
        self.start = end
        self.offset += len(taken)
        return taken

    def _begin(self, ended: bool) -> Iterator[Fault]:
        """Skip to the next ISA and read its delimiters."""
        if self.offset == 0 and self.text.startswith(_BYTE_ORDER_MARK):
            self._drop(len(_BYTE_ORDER_MARK))
        offset, skipped = self.offset, self._drop(self._find_isa(ended))
        if skipped.strip(_BLANK) and not self.in_garbage:
            self.in_garbage = True
            at = offset + len(skipped) - len(skipped.lstrip(_BLANK))
            yield Fault(at, "what stands here is no X12 interchange", "an interchange starts with ISA; this is skipped")
        found = delimiters_at(self.text, self.start)
        if found is not None:
            self.delimiters, self.fresh, self.in_garbage = found, True, False

    def _find_isa(self, ended: bool) -> int:
        """Where the next ISA starts, or how far there certainly is none."""
        at = self.text.find("ISA", self.start)
        while at >= 0:
            if (len(self.text) - at < _LONGEST_ISA and not ended) or delimiters_at(self.text, at):
                return at
            at = self.text.find("ISA", at + 1)
        return len(self.text) if ended else max(len(self.text) - 2, self.start)

    def _inside(self, delimiters: Delimiters, ended: bool) -> Iterator[Block | Fault]:
        """Hand on the segments up to the end of the interchange, or the last whole one."""
        next_isa = _ISA.search(self.text, self.start + self.fresh)
        limit = next_isa.start() if next_isa else len(self.text)
        trailer = self._trailer(delimiters, limit)
        if trailer is not None or next_isa:
            yield from self._hand_on(delimiters, limit if trailer is None else trailer, last=True)
        elif ended:
            yield from self._hand_on(delimiters, len(self.text), last=True)
        else:
            end = self.text.rfind(delimiters.segment, self.start) + 1
            yield from self._hand_on(delimiters, max(end, self.start), last=False)
        if self.delimiters and len(self.text) - self.start > LONGEST_SEGMENT:
            yield Fault(self.offset, "a segment without an end", f"end each segment with '{delimiters.segment}'", True)
            self._drop(len(self.text) - 2)
            self.delimiters, self.in_garbage = None, True

    def _trailer(self, delimiters: Delimiters, limit: int) -> int | None:
        """Where the IEA before `limit` ends, with its terminator."""
        tag = "IEA" + delimiters.element
        newlines = _NEWLINES.replace(delimiters.segment, "")
        at = self.text.find(tag, self.start, limit)
        while at >= 0:
            before = self.text[max(at - 8, self.start) : at].rstrip(newlines)
            if not before or before[-1] == delimiters.segment:
                end = self.text.find(delimiters.segment, at, limit)
                return end + 1 if end >= 0 else None
            at = self.text.find(tag, at + 1, limit)
        return None

    def _hand_on(self, delimiters: Delimiters, end: int, last: bool) -> Iterator[Block | Fault]:
        offset, raw = self.offset, self._drop(end)
        whole = raw.rfind(delimiters.segment) + 1
        rest = raw[whole:].strip(_BLANK)
        if rest.startswith("IEA" + delimiters.element):
            whole = len(raw)
        if raw[:whole].strip(_BLANK):
            block = Block(delimiters, raw[:whole], offset, self.count + 1)
            self.count += len(block.texts)
            self.fresh = False
            yield block
        if rest:
            hint = f"expected '{delimiters.segment}' at the end; is the file complete?"
            yield Fault(offset + whole, f"the segment '{rest[:3]}' breaks off", hint, cuts=whole < len(raw))
        if last:
            self.delimiters = None


def delimiters_at(text: str, start: int) -> Delimiters | None:
    """The delimiters of the ISA that starts there, or None where there is none.

    An ISA whose fields are not padded to their width is understood too, if its element separator is no letter or digit.
    """
    head = text[start : start + _LONGEST_ISA]
    if len(head) < 4 or not head.startswith("ISA"):
        return None
    element = head[3]
    parts = head.split(element, 16)
    padded = _ISA.match(head)
    if not padded and (element.isalnum() or element in _BLANK):
        return None
    if len(parts) < 17 or len(parts[16]) < 2:
        return None
    component, segment = parts[16][0], parts[16][1]
    repetition = parts[11] if len(parts[11]) == 1 and not parts[11].isalnum() and parts[12] > "00401" else None
    if len({element, component, segment}) < 3 or (component.isalnum() and not padded):
        return None
    return Delimiters(element, component, repetition if repetition != element else None, segment)
