"""Text of files: of which encoding it is, what stands there instead of text, and where it stops being text."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from clausal.problems import InvalidInput, Place

BOM = codecs.BOM_UTF8
UTF8 = "utf-8-sig"
SAY_SO = "save it as UTF-8, or say so in a mapping file, as in `encoding: {}`"
_BINARY = {
    b"%PDF": "a PDF document", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture",
    b"SQLite format": "a database", b"7z\xbc\xaf": "an archive", b"BZh": "an archive", b"\xfd7zXZ": "an archive",
    b"\x28\xb5\x2f\xfd": "an archive", b"\x7fELF": "a program", b"ORC": "an ORC file", b"Obj\x01": "an Avro file",
}  # fmt: skip


@dataclass(frozen=True)
class Instead:
    """What a file holds that is no text as UTF-8 has it, and what to do about it."""

    what: str
    hint: str
    encoding: str | None = None


def what_instead_of_text(start: bytes) -> Instead | None:
    """What a file is, by how it begins, if it is no text of single bytes: UTF-16, or binary."""
    for mark, name in ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32")):
        if start.startswith(mark):
            return Instead("UTF-32 text", SAY_SO.format(name), name)
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if start.startswith(mark):
            return Instead("UTF-16 text", SAY_SO.format(name), name)
    for begins, what in _BINARY.items():
        if start.startswith(begins):
            return Instead(what, "name a claim file")
    if b"\x00" not in start:
        return None
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    for zeros, others, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > half * 0.6 and others < half * 0.1:
            return Instead("UTF-16 text without a byte order mark", SAY_SO.format(name), name)
    return Instead("binary", "name a claim file, unpacked")


def known_encoding(name: str) -> bool:
    """Whether there is an encoding of text of this name."""
    try:
        found = codecs.lookup(name)
        if not found._is_text_encoding or found.name in _NO_ENCODINGS:
            return False
        codecs.getincrementaldecoder(name)("strict").decode("0".encode(name))
    except (LookupError, ValueError):
        return False
    return True


_NO_ENCODINGS = (
    "punycode",
    "unicode_escape",
    "raw-unicode-escape",
    "unicode-escape",
    "idna",
    "undefined",
    "mbcs",
    "oem",
)
"""What Python calls encodings of text, and in which no file is written."""


class Text(io.RawIOBase):
    """A file as UTF-8 without a byte order mark, from whichever encoding.

    Raises InvalidInput with line and column of the first byte that the encoding does not have.
    """

    def __init__(self, file: IO[bytes], path: Path, encoding: str | None = None) -> None:
        self._file = file
        self._path = path
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding or UTF8)("strict")
        self._is_utf8 = codecs.lookup(encoding or "utf-8").name in ("utf-8", "utf-8-sig")
        self._started = self._is_begun = False
        self._line, self._column = 1, 1
        self._held = b""

    def read(self, size: int = -1) -> bytes:
        """Some bytes, at least one unless it is the end; not more than `size` but for what one byte becomes."""
        if self._held and size >= 0:
            given, self._held = self._held[:size], self._held[size:]
            return given
        while True:
            data = self._file.read(size)
            if not self._started:
                self._begin(data)
            if data and self._is_utf8 and data.isascii() and not self._decoder.getstate()[0]:
                self._count(data)
                return data
            try:
                text = self._decoder.decode(data, final=not data)
            except UnicodeDecodeError as error:
                raise self._wrong(error) from None
            except UnicodeError as error:  # UTF-16 or UTF-32 that does not say which of its bytes is first
                hint = f"say which, as in `encoding: {self._encoding}-le`"
                raise InvalidInput.at(Place(str(self._path)), str(error).lower(), hint) from None
            if text and not self._is_begun:
                self._is_begun = True
                text = text.removeprefix("\ufeff")
            if text or not data:
                found = text.encode("utf-8", "surrogatepass")
                self._count(found)
                return found

    def _begin(self, data: bytes) -> None:
        self._started = True
        instead = what_instead_of_text(data[:4096])
        family = instead.encoding[:6] if instead and instead.encoding else ""
        if instead is None or (self._encoding and family and codecs.lookup(self._encoding).name.startswith(family)):
            return
        raise InvalidInput.at(Place(str(self._path)), f"is {instead.what}", instead.hint)

    def _count(self, data: bytes) -> None:
        lines = data.count(b"\n")
        self._line += lines
        self._column = len(data) - data.rfind(b"\n") if lines else self._column + len(data)

    def _wrong(self, error: UnicodeDecodeError) -> InvalidInput:
        before = error.object[: error.start]
        self._count(before.decode(self._encoding or UTF8, "ignore").encode() if self._encoding else before)
        place = Place(str(self._path), self._line, self._column)
        name = self._encoding or "UTF-8"
        hint = "say its encoding in a mapping file, as in `encoding: cp1252`, or save it as UTF-8"
        if self._encoding:
            hint = "name the encoding that it was saved in"
        return InvalidInput.at(place, f"byte {error.object[error.start]:#04x} is no {name} text", hint)

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        data, self._held = data[: len(buffer)], data[len(buffer) :] + self._held
        buffer[: len(data)] = data
        return len(data)

    def readable(self) -> bool:
        return True
