"""Damaged inputs run through the commands that read them: none may end in a traceback, hang, or fill the memory."""

from __future__ import annotations

import contextlib
import os
import random
import re
import resource
import signal
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from unittest.mock import patch

import pyarrow.parquet as pq

from clausal.claims import output, run
from clausal.documents import load
from clausal.documents.library import Library
from clausal.schedules import tables
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules
from tests.robust.commands import Ended
from tests.robust.commands import run as command
from tests.robust.inputs import KINDS, Input, damage_journal

COUNT = sum(count for _, count in KINDS.values())
SECONDS = 60
"""After which a command counts as hanging."""
MIB = 1024
"""How much more memory an input may take than those before it, at its height."""
LEAKS = re.compile(
    r"Traceback|NoneType|object has no attribute|<class '|unhashable|not subscriptable|\bErrno\b|0x[0-9a-f]{9}"
)
"""Words of Python, which tell a user nothing."""
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Found:
    """What came of one damaged input: `faults` is empty where all went as it should."""

    number: int
    kind: str
    statuses: tuple[int, ...]
    faults: tuple[str, ...]


class Hung(BaseException):
    """Raised in a command that takes too long."""


class Killed(BaseException):
    """Stands for the end of a run."""


@cache
def _order() -> Sequence[str]:
    kinds = [kind for kind, (_, count) in KINDS.items() for _ in range(count)]
    random.Random(0).shuffle(kinds)
    return kinds


@cache
def _library() -> Library:
    return load.load_library()


@cache
def _shipped(codes: frozenset[str] | None) -> Schedules:
    """The tables of a user who has imported none, read once."""
    return Schedules(Store(Path("no-tables")), codes)


def _tables(codes: Iterable[str] | None = None) -> Schedules:
    return _shipped(None if codes is None else frozenset(codes))


def numbers(kind: str) -> list[int]:
    """The inputs of a kind."""
    return [number for number, of in enumerate(_order()) if of == kind]


def one(number: int, seed: int = 12) -> Found:
    """Make the input of this number, and run its commands."""
    kind = _order()[number % COUNT]
    random_ = random.Random(f"{seed}/{number}")
    with tempfile.TemporaryDirectory() as folder:
        made = KINDS[kind][0](Path(folder), random_)
        with _surroundings(made, Path(folder)):
            before = _mebibytes()
            ended = _resumed(made, Path(folder), random_) if made.resumes else [_run(one) for one in made.commands]
            faults = [fault for argv, one in zip(made.commands, ended, strict=True) for fault in _faults(argv, one)]
            if _mebibytes() - before > MIB:
                faults.append(f"memory: {_mebibytes() - before:,} MiB")
            faults += _left(Path(folder), ended[-1])
            if made.resumes and ended[-1].status in (0, 3):
                faults += _changed(Path(folder))
    return Found(number, kind, tuple(one.status for one in ended), tuple(faults))


def _run(argv: Sequence[str]) -> Ended:
    def hung(_: int, __: FrameType | None) -> None:
        raise Hung

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(SECONDS)
    try:
        return command(*argv)
    except Hung:
        return Ended(-1, "", "", "hung")
    except Killed:
        return Ended(0, "", "")
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _surroundings(made: Input, folder: Path) -> Iterator[None]:
    """The packs and data of the input; the bundled packs, where they are whole, are loaded once."""
    environment = patch.dict(os.environ, {"CLAUSAL_DATA": str(made.data or folder / "data")})
    known = _library()
    with environment, contextlib.ExitStack() as patches:
        if made.packs is not None:
            patches.enter_context(patch.object(load, "bundled_packs", return_value=made.packs))
        else:
            patches.enter_context(patch.object(load, "load_library", return_value=known))
        if made.data is None:
            patches.enter_context(patch.object(tables, "Schedules", _tables))
        yield


def _resumed(made: Input, folder: Path, random_: random.Random) -> list[Ended]:
    first, again = made.commands
    with patch.object(run, "LINES_AT_ONCE", 4):
        whole = [part.replace("o.parquet", "whole.parquet") for part in first]
        _run(whole)
        with patch.object(output.Work, "complete", lambda *_: (_ for _ in ()).throw(Killed())):
            begun = _run(first)
        damage_journal(folder / "o.parquet.partial", random_)
        return [begun, _run(again)]


def _changed(folder: Path) -> list[str]:
    """Where a continued run did not come to what the whole run came to."""
    one, other = (pq.read_table(folder / f"{name}.parquet").to_pylist() for name in ("o", "whole"))
    rejects = [(folder / f"{name}.rejects.jsonl").read_bytes() for name in ("o", "whole")]
    return [] if one == other and rejects[0] == rejects[1] else ["the continued run came to something else"]


def _faults(argv: Sequence[str], ended: Ended) -> Iterator[str]:
    what = argv[0]
    if ended.escaped:
        yield f"{what}: {ended.escaped.strip()}"
    elif ended.status not in (0, 2, 3) and not (what == "check" and ended.status == 1):
        yield f"{what}: exit status {ended.status}: {ended.err[:300]}"
    elif ended.status == 2 and not ended.err.strip():
        yield f"{what}: nothing is told"
    if leak := LEAKS.search(ended.err):
        yield f"{what}: {leak[0]}: {ended.err[:300]}"
    if STEERING.search(ended.out + ended.err):
        yield f"{what}: control characters are printed"


def _left(folder: Path, ended: Ended) -> Iterator[str]:
    """What lies about that should not: half of a file, an output of a run that was refused."""
    names = [path.name for path in folder.iterdir()]
    if ended.status == 2 and any(name.startswith("o.") and not name.endswith(".partial") for name in names):
        yield f"bad input left {names}"
    if any(name.startswith(".") or name.endswith(".new") for name in names):
        yield f"left {names}"


def _mebibytes() -> int:
    """The height of this process's memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
