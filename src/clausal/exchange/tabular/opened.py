"""Files of tables: which format one has, opened with or without gzip, and how far it has been read."""

from __future__ import annotations

import gzip
import os
import zipfile
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import IO, cast

from clausal.exchange.tabular.text import BOM, what_instead_of_text
from clausal.files import opened as regular
from clausal.problems import InvalidInput, Place

LINES_AT_ONCE = 1 << 16
FORMATS = {"parquet": "Parquet", "csv": "CSV", "jsonl": "JSON lines", "xlsx": "an Excel workbook", "x12": "X12 837"}
_SUFFIXES = {
    ".parquet": "parquet", ".pq": "parquet",
    ".csv": "csv", ".txt": "csv", ".tsv": "csv", ".tab": "csv", ".dat": "csv",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
    ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".x12": "x12", ".837": "x12", ".837p": "x12", ".837i": "x12", ".edi": "x12",
}  # fmt: skip
SNIFFED = 1 << 12
_GZIP, _ZIP, _COMPOUND = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Form:
    """How a file is laid out, where it is not in the plain way; None is as found."""

    header: int | None = None
    """The line, or row, that names the columns, from 1."""
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


PLAIN = Form()


@dataclass
class Reading:
    """How far a file has been read: by lines where their number is known, else by bytes."""

    lines_in_all: int = 0
    lines: int = 0
    size: int = 0
    file: IO[bytes] | None = None

    def fraction(self) -> float:
        """From 0 to 1."""
        if self.lines_in_all:
            return min(self.lines / self.lines_in_all, 1.0)
        if self.file is None or not self.size:
            return 0.0
        return 1.0 if self.file.closed else min(self.file.tell() / self.size, 1.0)


def format_of(path: Path) -> str:
    """The format of a file, by how it begins or by its name; raises InvalidInput where it is none that is read."""
    if path.is_dir():
        return "parquet"
    name = path.name.lower().removesuffix(".gz")
    suffix = next((of for ending, of in _SUFFIXES.items() if name.endswith(ending)), None)
    place = Place(str(path))
    with opened(path) as file:
        start = file.read(SNIFFED)
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(_ZIP):
        return _of_zip(path, place)
    if start.startswith(_COMPOUND):
        hint = "open it in Excel and save it as .xlsx without a password, or as CSV"
        raise InvalidInput.at(place, "an Excel file of the old kind (.xls), or one with a password: not read", hint)
    text = start.removeprefix(BOM).lstrip()
    if text.startswith(b"ISA"):
        return "x12"
    if suffix in ("csv", "jsonl"):
        return suffix  # whether it is text, and of which encoding, is told when it is read
    instead = what_instead_of_text(start)
    if suffix == "x12" and instead:
        raise InvalidInput.at(
            place, f"is {instead.what}, no X12", "save it as UTF-8" if instead.encoding else instead.hint
        )
    if suffix in ("parquet", "xlsx") and start:
        raise InvalidInput.at(place, f"not readable: it is named as {FORMATS[suffix]} and is none", "is it whole?")
    if suffix:
        return suffix
    if text.startswith(b"{"):
        return "jsonl"
    hint = f"expected {', '.join(FORMATS.values())}; give it its usual ending"
    what = f": it is {instead.what}" if instead else ""
    raise InvalidInput.at(place, f"what kind of claim file this is cannot be told{what}", hint)


def _of_zip(path: Path, place: Place) -> str:
    """A workbook is a zip file; any other is refused."""
    try:
        with opened(path) as file, zipfile.ZipFile(file) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise InvalidInput.at(place, "a zip file that is not whole", "is the copy complete?") from None
    if any(name.lower() == "xl/workbook.xml" for name in names):
        return "xlsx"
    if any(name.lower() == "xl/workbook.bin" for name in names):
        raise InvalidInput.at(place, "a binary Excel workbook (.xlsb): not read", "save it as .xlsx")
    raise InvalidInput.at(place, "a zip file, not a claim file", "unpack it, and name the file within")


def opened(path: Path, reading: Reading | None = None) -> IO[bytes]:
    """The bytes of a regular file, unpacked if they are gzip's; `reading` is told how far it is read."""
    raw = regular(path)
    if reading is not None:
        reading.file, reading.size = raw, os.fstat(raw.fileno()).st_size
    packed = raw.read(len(_GZIP)) == _GZIP
    raw.seek(0)
    if not packed:
        return raw
    unpacked = gzip.GzipFile(fileobj=raw)
    unpacked.myfileobj = cast("FileIO", raw)  # closed with it
    return cast("IO[bytes]", unpacked)
