"""The texts in a published file: itself, what it compresses, or the csv and txt of a zip; else what it is instead."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from clausal.files import read
from clausal.limits import ROW, UNPACKED
from clausal.problems import InvalidInput, Place
from clausal.schedules.readers.sheet import Sheet

AS_CSV = "save its sheet as csv (comma-separated, UTF-8), or take the csv or txt that CMS puts beside it"
OTHERS = (
    (b"\xd0\xcf\x11\xe0", "an Excel workbook (xls)", AS_CSV),
    (b"%PDF", "a PDF", "take the csv or txt that CMS puts beside it"),
    (b"\xff\xfe", "text in UTF-16", "save it as csv in UTF-8"),
    (b"\xfe\xff", "text in UTF-16", "save it as csv in UTF-8"),
)
"""What is not read: its first bytes, what it is, and what to do."""
DAMAGED = (OSError, EOFError, ValueError, KeyError, RuntimeError, struct.error, zlib.error, zipfile.BadZipFile)
"""What unpacking a damaged file raises; a zip whose directory names wrong places raises most of them."""


def read_sheets(path: Path) -> list[Sheet]:
    """The text files in a file: itself, what it compresses, or every csv and txt of a zip."""
    raw = read(path, UNPACKED)
    if not raw:
        raise InvalidInput.at(Place(str(path)), "file is empty")
    packed = io.BytesIO(raw)
    if raw[:4] == b"PK\x03\x04" and not zipfile.is_zipfile(packed):
        message = "the zip is cut short: its directory, at its end, is missing"
        raise InvalidInput.at(Place(str(path)), message, "get the file again")
    try:
        if zipfile.is_zipfile(packed):
            return _unzip(path, packed)
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.GzipFile(fileobj=io.BytesIO(raw)).read(UNPACKED.bytes + 1)
            if len(raw) > UNPACKED.bytes:
                raise UNPACKED.passed(Place(str(path)), f"unpacks to more than {UNPACKED.bytes:,} bytes")
    except DAMAGED as error:
        raise InvalidInput.at(Place(str(path)), f"cannot be unpacked: {error}") from None
    return [Sheet(str(path), _decode(raw, Place(str(path))))]


def _unzip(path: Path, packed: BinaryIO) -> list[Sheet]:
    with zipfile.ZipFile(packed) as archive:
        if "[Content_Types].xml" in archive.namelist():
            raise InvalidInput.at(Place(str(path)), "this is an Excel workbook (xlsx), which is not read", AS_CSV)
        names = [name for name in archive.namelist() if name.lower().endswith((".csv", ".txt"))]
        if not names:
            hint = "spreadsheets are not read: take the csv or txt that CMS puts beside them"
            raise InvalidInput.at(Place(str(path)), "no csv or txt file in this zip", hint)
        # CMS packs a table as csv and as fixed-width text; the csv is read.
        as_csv = {name[:-4] for name in names if name.lower().endswith(".csv")}
        names = [name for name in names if name.lower().endswith(".csv") or name[:-4] not in as_csv]
        unpacked = sum(archive.getinfo(name).file_size for name in names)
        if unpacked > UNPACKED.bytes:
            raise UNPACKED.passed(Place(str(path)), f"unpacks to {unpacked:,} bytes")
        return [
            Sheet(f"{path}/{name}", _decode(_member(archive, name), Place(f"{path}/{name}")), True) for name in names
        ]


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A file of a zip: no more is unpacked than may be, whatever its directory says."""
    with archive.open(name) as member:
        return member.read(UNPACKED.bytes + 1)


def _decode(raw: bytes, place: Place) -> str:
    """UTF-8, else the Windows encoding that CMS uses; refused if it is no text, or a text with NUL bytes in it."""
    for start, what, hint in OTHERS:
        if raw.startswith(start):
            raise InvalidInput.at(place, f"this is {what}, which is not read", hint)
    at = raw.find(b"\x00")
    if at >= 0:
        if b"\n" not in raw[:at]:
            raise InvalidInput.at(place, "not a text file", "expected csv, txt, gz or zip")
        row = raw.count(b"\n", 0, at) + 1
        where = Place(place.file, row, at - raw.rfind(b"\n", 0, at))
        raise InvalidInput.at(where, "a NUL byte stands in the text", "is the file damaged? get it again")
    _refuse_long(raw, place)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _refuse_long(raw: bytes, place: Place) -> None:
    """Refuse a line that is longer than any table has: its cells would fill the memory."""
    if len(raw) <= ROW.bytes:
        return
    start = 0
    while len(raw) - start > ROW.bytes:
        end = raw.rfind(b"\n", start, start + ROW.bytes)
        if end < 0:
            where = Place(place.file, raw.count(b"\n", 0, start) + 1, 1)
            raise ROW.passed(where, f"a row of more than {ROW.bytes:,} bytes")
        start = end + 1
