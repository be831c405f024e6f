"""Read a held document from its file, whatever it is called; say what a file is that cannot be read, and what to do."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

from clausal.documents.text.extracted import Extracted
from clausal.documents.text.plain import read_plain
from clausal.files import read
from clausal.limits import HELD, HELD_UNPACKED
from clausal.problems import InvalidInput, Place

LONGEST_TEXT = 2_000_000
"""Characters of a text, some 700 pages: a clause is looked for at each word."""

_EXPECTED = "expected a text, a PDF or a Word file (.docx)"
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "is an old Word file (.doc) or one with a password", "save it as .docx without, or as PDF"),
    (b"{\\rtf", "is a rich text file (.rtf)", "save it as .docx or as text"),
    (b"\x89PNG", "is a picture", "run text recognition (OCR) on it, and give its text or the PDF with text"),
    (b"\xff\xd8\xff", "is a picture", "run text recognition (OCR) on it, and give its text or the PDF with text"),
    (b"II*\x00", "is a picture", "run text recognition (OCR) on it, and give its text or the PDF with text"),
    (b"MM\x00*", "is a picture", "run text recognition (OCR) on it, and give its text or the PDF with text"),
    (b"\x1f\x8b", "is compressed (gzip)", "unpack it first"),
    (b"PAR1", "is a Parquet file", _EXPECTED),
)
_PACKED = (
    ("xl/workbook.xml", "is an Excel workbook"),
    ("ppt/presentation.xml", "is a PowerPoint presentation"),
    ("META-INF/container.xml", "is an e-book (EPUB)"),
    ("content.xml", "is an OpenDocument file"),
)

_DAMAGED = (OSError, EOFError, ValueError, KeyError, RuntimeError, struct.error, zlib.error, zipfile.BadZipFile)
"""What unpacking a damaged file raises."""


def read_document(path: Path) -> Extracted:
    """The text of a file, by its content.

    Raises InvalidInput where it cannot be read, is too large or holds no words.
    """
    place = Place(str(path))
    raw = read(path, HELD)
    found = _read(raw, place)
    if len(found.text) > LONGEST_TEXT:
        told = f"holds {len(found.text):,} characters; a document may have {LONGEST_TEXT:,}"
        raise InvalidInput.at(place, told, "is it one document? cut it into its parts")
    if not any(c.isalnum() for c in found.text):
        raise InvalidInput.at(place, "holds no words", "expected the text of a document")
    return found


def _read(raw: bytes, place: Place) -> Extracted:
    if not raw.strip():
        raise InvalidInput.at(place, "holds no words: the file is empty", _EXPECTED)
    if b"%PDF-" in raw[:1024]:
        from clausal.documents.text.pdf import read_pdf

        return read_pdf(raw, place)
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _read_packed(raw, place)
    for begins, is_what, hint in _OTHERS:
        if raw.startswith(begins):
            raise InvalidInput.at(place, is_what, hint)
    if raw[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        hint = "open it in a browser and print it as PDF, or save its text"
        raise InvalidInput.at(place, "is a web page (HTML)", hint)
    return read_plain(raw, place)


def _refuse_other_sizes(packed: zipfile.ZipFile) -> None:
    """Unpack each part a piece at a time: one that holds more than the directory says is damaged, and no bomb."""
    for one in packed.infolist():
        with packed.open(one) as part:
            while part.read(1 << 20):
                pass


def _read_packed(raw: bytes, place: Place) -> Extracted:
    """A Word file is a zip file; so are many others."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            names = set(packed.namelist())
            sizes = sum(one.file_size for one in packed.infolist())
            is_word = any(name.startswith("word/") for name in names)
            if is_word and sizes <= HELD_UNPACKED.bytes:
                _refuse_other_sizes(packed)
    except _DAMAGED:
        told = "begins as a zip or Word file (.docx) and is damaged or cut off"
        raise InvalidInput.at(place, told, "get or save it again") from None
    if is_word:
        from clausal.documents.text.word import read_word

        return read_word(raw, sizes, place)
    is_what = next((what for name, what in _PACKED if name in names), "is a zip file, not a Word file")
    raise InvalidInput.at(place, is_what, _EXPECTED)
