"""Plain text in the encodings that people save it in."""

from __future__ import annotations

import codecs

from clausal.documents.text.extracted import Extracted
from clausal.problems import InvalidInput, Place

_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


def read_plain(raw: bytes, place: Place) -> Extracted:
    """Text by its byte-order mark; without one UTF-8, else the Windows encoding, which is told.

    Raises InvalidInput where the bytes are no text.
    """
    for mark, encoding, name in _MARKED:
        if raw.startswith(mark):
            try:
                return Extracted(_lines(raw.decode(encoding)))
            except UnicodeDecodeError as error:
                raise InvalidInput.at(
                    place,
                    f"begins as {name} text and is none: byte {error.start + 1} does not fit",
                    "save it as UTF-8",
                ) from None
    if b"\x00" in raw:
        hint = "expected a text, a PDF or a Word file (.docx); save UTF-16 text with its byte-order mark, or as UTF-8"
        raise InvalidInput.at(place, "not a text file: it holds NUL characters", hint)
    try:
        return Extracted(_lines(raw.decode("utf-8")))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        told = f"not UTF-8 text: byte {raw[error.start]:#04x} on line {line}"
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        raise InvalidInput.at(place, told, "save it as UTF-8") from None
    if sum(c < " " and c not in "\t\n\r\f\v" for c in text) > len(text) // 100:
        raise InvalidInput.at(place, "not a text file", "expected a text, a PDF or a Word file (.docx)")
    return Extracted(_lines(text), notes=(f"{told}; read as Windows-1252 - if letters are wrong, save it as UTF-8",))


def _lines(text: str) -> str:
    """The text with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
