"""What a workbook comes to when it is unpacked, found out before it is: a small file may hold more than memory does."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from clausal.exchange.tabular.opened import opened
from clausal.limits import UNPACKED
from clausal.problems import InvalidInput, Place

_AT_ONCE, _OVERLAP = 1 << 22, 128
_CELL = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']")
_TEXT_CELL = re.compile(rb"\bt\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w+:)?v[^>]*>\s*([0-9]{1,9})\s*<")
_OF_A_CELL = 32
"""Bytes that a cell takes, empty or not: a sheet is held as the rectangle around all its cells."""


def check_unpacked(path: Path) -> None:
    """Refuse a workbook of which parts, cells or texts come to more than is unpacked; raises InvalidInput.

    The parts are read through: what a zip file says of their size need not be so.
    """
    place = Place(str(path))
    try:
        with opened(path) as file, zipfile.ZipFile(file) as packed:
            _check(packed, place)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        why = "has a password" if "password" in str(error) else "is not whole"
        raise InvalidInput.at(place, f"not readable as a workbook: it {why}", "save it again, or as CSV") from None


def _check(packed: zipfile.ZipFile, place: Place) -> None:
    size, text_cells = 0, 0
    lengths: list[int] = []
    sheets = []
    for part in packed.infolist():
        name = part.filename.lower()
        if not name.endswith((".xml", ".rels")):
            continue
        size += part.file_size
        if size > UNPACKED.bytes:
            raise UNPACKED.passed(place, f"'{part.filename[:60]}' within it")
        if name.endswith("sharedstrings.xml"):
            lengths = _lengths(packed, part)
        elif "worksheets/" in name and name.endswith(".xml"):
            sheets.append(part)
            text_cells += _check_cells(packed, part, place)
        else:
            for _ in _pieces(packed, part):
                pass
    if max(lengths, default=0) * text_cells > UNPACKED.bytes:
        copied = sum(_copied(packed, part, lengths) for part in sheets)
        if copied > UNPACKED.bytes:
            raise UNPACKED.passed(place, f"the texts of its cells, {copied:,} bytes")


def _pieces(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part, a piece at a time; each begins with the end of the one before, so that nothing is cut in two."""
    held = b""
    with packed.open(part) as file:
        while data := file.read(_AT_ONCE):
            yield held + data
            held = data[-_OVERLAP:]


def _check_cells(packed: zipfile.ZipFile, part: zipfile.ZipInfo, place: Place) -> int:
    """Refuse a sheet of which the rectangle around all cells is too large; how many cells refer to a text."""
    columns: set[bytes] = set()
    rows: set[bytes] = set()
    texts = 0
    for piece in _pieces(packed, part):
        for column, row in _CELL.findall(piece):
            columns.add(column)
            rows.add(row)
        texts += piece.count(b't="s"') + piece.count(b"t='s'")
    if columns:
        across, down = [_number(column) for column in columns], [int(row) for row in rows]
        cells = (max(down) - min(down) + 1) * (max(across) - min(across) + 1)
        if cells * _OF_A_CELL > UNPACKED.bytes:
            raise UNPACKED.passed(place, f"a sheet whose cells span {cells:,}")
    return texts


def _lengths(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> list[int]:
    """How many bytes each of the texts takes that cells refer to."""
    found, so_far = [], 0
    with packed.open(part) as file:
        held = b""
        while data := file.read(_AT_ONCE):
            *whole, held = (held + data).split(b"</si>")
            for text in whole:
                found.append(so_far + len(text))
                so_far = 0
            keep = held[-len(b"</si>") :]
            so_far, held = so_far + len(held) - len(keep), keep
    return found


def _copied(packed: zipfile.ZipFile, part: zipfile.ZipInfo, lengths: Sequence[int]) -> int:
    """Bytes of all cells of a sheet that refer to a text, each with a copy of it."""
    found = 0
    for piece in _pieces(packed, part):
        found += sum(lengths[index] for index in map(int, _TEXT_CELL.findall(piece)) if index < len(lengths))
    return found


def _number(column: bytes) -> int:
    """The number of a column by its letters: A is 1."""
    found = 0
    for letter in column.upper():
        found = found * 26 + letter - 64
    return found
