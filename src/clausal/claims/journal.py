"""The journal of a run: which parts are done and how far they reach. It is taken up only as it was written."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ConfigDict, TypeAdapter, ValidationError

from clausal.files import replacing
from clausal.problems import InvalidInput, Place

JOURNAL = "journal.json"
ANEW = "begin anew with --force"
_KEPT = re.compile(r"[0-9]{4,}-[a-z0-9]+(\.[a-z0-9]+)*\Z")
Order = Literal["in order", "remembered", "sorted"]
"""In which order the lines of the input are read."""
_STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True)
class KeptFile:
    """A finished file: its name in the folder of the run, and by what it is known again."""

    __pydantic_config__ = _STRICT
    name: str
    bytes: int
    crc: int
    rows: int
    """Rows of a Parquet file, else lines."""


@dataclass(frozen=True)
class KeptPart:
    """A finished part: its files, and how many lines of the input are accounted for with it and those before."""

    __pydantic_config__ = _STRICT
    files: tuple[KeptFile, ...]
    done: int


@dataclass(frozen=True)
class State:
    """What a run knows with its last part: its counts, the order of the input, claims that are refused."""

    __pydantic_config__ = _STRICT
    summary: dict[str, Any]
    order: Order
    refused: tuple[tuple[str, str], ...]
    left: dict[str, int] = field(default_factory=dict)
    """Once all is decided: how many rows of the input were left out, by reason."""


@dataclass(frozen=True)
class Journal:
    """What is known of a run that is not done: what makes it the same as another, its parts, its counts so far.

    `whole` are the files that are put together and have only to be moved, by the name of each; None before that.
    """

    __pydantic_config__ = _STRICT
    run: dict[str, Any]
    parts: tuple[KeptPart, ...]
    state: State
    whole: dict[str, KeptFile] | None

    @classmethod
    def begun(cls, run: dict[str, Any]) -> Journal:
        """The journal of a run of which nothing is done."""
        return cls(run, (), State({}, "in order", ()), None)

    @property
    def done(self) -> int:
        """Lines of the input that finished parts account for."""
        return self.parts[-1].done if self.parts else 0


def write(folder: Path, journal: Journal) -> None:
    """Put a journal into its folder, in one move."""
    content = json.loads(json.dumps(asdict(journal)))
    with replacing(folder / JOURNAL) as file:
        json.dump({"seal": seal(content), **content}, file)


def seal(content: dict[str, Any]) -> str:
    """By what it shows that a journal was changed since it was written."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def read(folder: Path, run: dict[str, Any]) -> Journal | None:
    """The journal that a run left, or None where it left none.

    Raises InvalidInput where it is another run's, was changed, or where its parts are not as it says.
    """
    place = Place(str(folder))
    try:
        content = json.loads((folder / JOURNAL).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or not isinstance(content.get("run"), dict):
        _refuse(folder, "is not readable")
    changed = [key for key in run if content["run"].get(key) != run[key]]
    if changed:
        message = f"the interrupted run had another {', '.join(changed)}"
        raise InvalidInput.at(place, message, f"run it as before, or {ANEW}")
    if content.pop("seal", None) != seal(content):
        _refuse(folder, "was changed since it was written, or is of another version")
    try:
        found = TypeAdapter(Journal).validate_json(json.dumps(content))
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        _refuse(folder, f"is of another shape ({where})")
    _check(folder, found)
    return found


def _refuse(folder: Path, why: str) -> NoReturn:
    raise InvalidInput.at(Place(str(folder / JOURNAL)), f"the journal of the interrupted run {why}", ANEW)


def _check(folder: Path, journal: Journal) -> None:
    """Refuse parts that do not follow one another, or whose files are not as they were."""
    before = 0
    for number, part in enumerate(journal.parts):
        if part.done < before or any(int(one.name.partition("-")[0]) != number for one in _named(folder, part)):
            _refuse(folder, f"has parts out of order (part {number})")
        before = part.done
    if journal.whole is None:
        for part in journal.parts:
            for one in part.files:
                refuse_other(folder / one.name, one)


def _named(folder: Path, part: KeptPart) -> tuple[KeptFile, ...]:
    """The files of a part; refused where one is named as no part is, by a path above all."""
    for one in part.files:
        if not _KEPT.match(one.name):
            _refuse(folder, "names a file that is no part of it")
    return part.files


def refuse_other(path: Path, kept: KeptFile) -> None:
    """Refuse a file that is not the one that was kept."""
    try:
        is_same = stat.S_ISREG(path.lstat().st_mode) and kept_file(path, kept.name) == kept
    except (OSError, pa.ArrowException):
        is_same = False
    if not is_same:
        what = "is missing, or not as it was kept by the interrupted run"
        raise InvalidInput.at(Place(str(path)), what, ANEW)


def kept_file(path: Path, name: str) -> KeptFile:
    """A finished file, as it is on the disk, under the name by which it is kept."""
    crc = size = lines = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            crc, size, lines = zlib.crc32(piece, crc), size + len(piece), lines + piece.count(b"\n")
    rows = pq.read_metadata(path).num_rows if name.endswith(".parquet") else lines
    return KeptFile(name, size, crc, rows)
