"""X12 text as segments, in bounded memory: delimiters from each ISA, whole segments only, what is no X12 reported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from clausal.exchange.x12.block import UTF_8, Block, Delimiters
from clausal.limits import LINE, told

CHUNK = 1 << 20
"""Bytes read at a time."""
_LONGEST_ISA = 160
_BLANK = " \t\r\n\0\x1a"
_INDENT = " \t\r\n"
_UTF_16 = ("\xff\xfe", "\xfe\xff", "I\0S\0A\0", "\0I\0S\0A")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf".decode("latin-1")
ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)
"""How long the first fifteen fields of an ISA are."""
_ISA = re.compile("ISA(.)" + "".join(f".{{{width}}}\\1" for width in ISA_WIDTHS) + "..", re.DOTALL)
"""An ISA as it should be: 106 characters, its separators in their places."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Bytes that are no segments: at which byte of the file, what is wrong, what to do.

    `cuts` tells that a segment broke off there.
    """

    offset: int
    message: str
    hint: str
    cuts: bool = False


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
            if wrong := block.unreadable.get(index):
                number += inside
                yield Fault(block.offset_of(index), wrong.message, wrong.hint)
                continue
            elements = text.split(block.delimiters.element)
            tag = elements[0]
            inside = (inside or tag == "ST") and tag not in ("ISA", "GS", "GE", "IEA")
            number = 1 if tag == "ST" else number + 1
            place = block.first + index
            yield Segment(tag, elements, number * inside, place, block.offset_of(index), block.delimiters)
            inside = inside and tag != "SE"


def blocks(stream: BinaryIO, chunk: int = CHUNK, encoding: str = UTF_8) -> Iterator[Block | Fault]:
    """The file as runs of whole segments, about a chunk each; no segment spans two runs, no run two interchanges."""
    reader = _Blocks(encoding)
    while data := stream.read(chunk):
        reader.add(data.decode("latin-1"))
        yield from reader.take(ended=False)
    yield from reader.take(ended=True)


class _Blocks:
    """Cuts text into blocks as it comes in: `text` from `start` on is left, which is byte `offset` of the file."""

    def __init__(self, encoding: str = UTF_8) -> None:
        self.encoding = encoding
        self.most = LINE.bytes
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
            if skipped.startswith(_UTF_16):
                yield Fault(at, "the file is in UTF-16", "save it as UTF-8, or as ASCII")
            else:
                hint = "an interchange starts with ISA; this is skipped"
                yield Fault(at, "what stands here is no X12 interchange", hint)
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
        if self.delimiters and len(self.text) - self.start > self.most:
            hint = f"end each with '{delimiters.segment}'; at most {told(self.most)} are read ({LINE.variable})"
            yield Fault(self.offset, "a segment that is too long, or without an end", hint, True)
            self._drop(len(self.text) - 2)
            self.delimiters, self.in_garbage = None, True

    def _trailer(self, delimiters: Delimiters, limit: int) -> int | None:
        """Where the IEA before `limit` ends, with its terminator."""
        tag = "IEA" + delimiters.element
        indent = _INDENT.replace(delimiters.segment, "")
        at = self.text.find(tag, self.start, limit)
        while at >= 0:
            before = at
            while before > self.start and self.text[before - 1] in indent:
                before -= 1
            if before == self.start or self.text[before - 1] == delimiters.segment:
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
            block = Block(delimiters, raw[:whole], offset, self.count + 1, self.encoding)
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
