"""Files of tables: which format one has, opened with or without gzip, and how far it has been read."""

from __future__ import annotations

import codecs
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from clausal.problems import InvalidInput, Place

LINES_AT_ONCE = 1 << 16
FORMATS = {"parquet": "Parquet", "csv": "CSV", "jsonl": "JSON lines", "x12": "X12 837"}
_SUFFIXES = {
    ".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".txt": "csv",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
    ".x12": "x12", ".837": "x12", ".837p": "x12", ".837i": "x12", ".edi": "x12",
}  # fmt: skip


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
    """The format of a file, by its name or by how it begins."""
    if path.is_dir():
        return "parquet"
    name = path.name.lower().removesuffix(".gz")
    suffix = next((of for ending, of in _SUFFIXES.items() if name.endswith(ending)), None)
    with opened(path) as file:
        start = file.read(512).removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"ISA"):
        return "x12"
    if suffix:
        return suffix
    if start.startswith(b"{"):
        return "jsonl"
    hint = f"expected {', '.join(FORMATS.values())}; give it its usual ending"
    raise InvalidInput.at(Place(str(path)), "what kind of claim file this is cannot be told", hint)


def opened(path: Path, reading: Reading | None = None) -> IO[bytes]:
    """The bytes of a file, unpacked if its name says gzip; `reading` is told how far it is read."""
    raw = path.open("rb")
    if reading is not None:
        reading.file, reading.size = raw, path.stat().st_size
    return cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if path.name.lower().endswith(".gz") else raw
