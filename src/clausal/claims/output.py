"""Output that appears whole or not at all: parts beside it, a journal of what is done, and one move at the end."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from clausal.claims.journal import (
    ANEW,
    JOURNAL,
    Journal,
    KeptFile,
    KeptPart,
    State,
    kept_file,
    read,
    refuse_other,
    write,
)
from clausal.files import FILE_MODE, private, private_folder
from clausal.problems import InvalidInput, Place

WHOLE = "whole-"
"""Begins the name of a file that was put together."""
ROWS_AT_ONCE = 1 << 18
"""Rows of a row group of the output."""


class Part(Protocol):
    """A piece of the output while it is written."""

    def write(self, batch: pa.RecordBatch, results: pa.RecordBatch) -> None:
        """Add a batch of whole claims with its results."""

    def close(self) -> None:
        """Finish the piece."""

    def abandon(self) -> None:
        """Let go of the piece, unfinished."""


class ParquetPart:
    """Results as a Parquet file; batches are gathered into row groups of a good size."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(path, schema, **PARQUET)
        self._held: list[pa.RecordBatch] = []
        self._rows = 0

    def write(self, _: pa.RecordBatch, results: pa.RecordBatch) -> None:
        rows = kept(results)
        self._held.append(rows)
        self._rows += rows.num_rows
        if self._rows >= ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            self._writer.write_table(pa.Table.from_batches(self._held).unify_dictionaries(), ROWS_AT_ONCE * 2)
        self._held, self._rows = [], 0

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def abandon(self) -> None:
        self._held = []
        self._writer.is_open = False


PARQUET: Mapping[str, Any] = {"compression": "snappy", "write_statistics": False, "store_decimal_as_integer": True}


def kept(results: pa.RecordBatch) -> pa.RecordBatch:
    """The results of lines that could be read."""
    problems = results.column("problem")
    if problems.null_count < results.num_rows:
        results = results.filter(pa.compute.is_null(problems))
    return results.drop_columns(["problem"])


class Work:
    """The folder beside the output in which a run works: finished parts, and a journal of how far they reach.

    `run` is what makes two runs the same: the input as it stands, the packs, the tables, the options. A run can only be
    continued by one that is the same.
    """

    def __init__(self, output: Path, run: Mapping[str, Any], *, resume: bool, force: bool) -> None:
        self.output = output
        self.folder = output.with_name(f"{output.name}.partial")
        self._journal = Journal.begun(json.loads(json.dumps(run, default=str)))
        self._force = force
        if resume and output.exists() and not force and not os.path.lexists(self.folder):
            raise InvalidInput.at(Place(str(output)), "already exists, and nothing is to be continued", "it is done")
        if os.path.lexists(self.folder):
            self._take_up(resume=resume, force=force)
        private_folder(self.folder)

    def _take_up(self, *, resume: bool, force: bool) -> None:
        """Continue an interrupted run, or put away what it left."""
        place = Place(str(self.folder))
        if self.folder.is_symlink() or not self.folder.is_dir():
            raise InvalidInput.at(place, "is no folder, and a run keeps its work there", "move it away")
        if not resume and not force:
            hint = f"continue it with --resume, or {ANEW}"
            raise InvalidInput.at(place, "an interrupted run lies here", hint)
        if resume and not force:
            self._journal = read(self.folder, self._journal.run) or self._journal
        if not self.is_complete:
            self._clear({one.name for part in self._journal.parts for one in part.files} | {JOURNAL})

    def _clear(self, but: Collection[str]) -> None:
        """Put away what is in the folder, and was not kept."""
        for path in self.folder.iterdir():
            if path.name not in but or not self._journal.parts:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    @property
    def parts(self) -> tuple[KeptPart, ...]:
        """Finished parts."""
        return self._journal.parts

    @property
    def state(self) -> State:
        """What the run noted with its last part."""
        return self._journal.state

    @property
    def done(self) -> int:
        """Lines of the input that finished parts account for."""
        return self._journal.done

    def path(self, name: str) -> Path:
        """A file of the part that is being written."""
        return self.folder / f"{len(self.parts):04}-{name}"

    def finish_part(self, names: Sequence[str], done: int, state: State) -> None:
        """Note a finished part, in one move: `done` lines of the input are accounted for."""
        paths = [self.path(name) for name in names if self.path(name).exists()]
        for path in paths:
            _settle(path)
        part = KeptPart(tuple(kept_file(path, path.name) for path in paths), done)
        self._note(replace(self._journal, parts=(*self.parts, part), state=state))

    def _note(self, journal: Journal) -> None:
        write(self.folder, journal)
        self._journal = journal
        _settle(self.folder / JOURNAL)

    def restart(self) -> None:
        """Forget all parts."""
        self._journal = Journal.begun(self._journal.run)
        self._clear(())

    def leave(self) -> None:
        """Stop: what is done stays for another run to continue; where nothing is, nothing is left."""
        if not self.has_kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def has_kept(self) -> bool:
        """Whether there is something to continue from: a signal may come when it was written and not yet counted."""
        return bool(self.parts) or (self.folder / JOURNAL).exists()

    def files(self, name: str) -> list[Path]:
        """The finished files of one name, in order."""
        kept = (one.name for part in self.parts for one in part.files)
        return [self.folder / file for file in kept if file.partition("-")[2] == name]

    def rows(self, name: str) -> int:
        """How many rows or lines the finished files of one name have."""
        return sum(one.rows for part in self.parts for one in part.files if one.name.partition("-")[2] == name)

    @property
    def is_complete(self) -> bool:
        """Whether all is decided, and only the files have still to be moved to where they belong."""
        return self._journal.whole is not None

    def complete(self, targets: Mapping[str, Path], left: Mapping[str, int]) -> None:
        """Put the parts of each name together, and note that only the move to their targets is left.

        `left` tells how many rows of the input were left out as the mapping wants it, by reason.
        """
        whole: dict[str, KeptFile] = {}
        for name, target in targets.items():
            files, path = self.files(name), self.folder / f"{WHOLE}{name}"
            if not files and self._force and not (self.folder / name).exists():
                target.unlink(missing_ok=True)
            if files:
                _joined(files, path)
            elif (self.folder / name).exists():
                os.replace(self.folder / name, path)
            if path.exists():
                _settle(path)
                whole[name] = kept_file(path, path.name)
        state = replace(self.state, left=dict(left))
        self._note(replace(self._journal, whole=whole, state=state))

    def publish(self, targets: Mapping[str, Path]) -> None:
        """Move the files to where they belong, the output last, and tidy up; broken off, it can be done again.

        Raises InvalidInput where a file that was put together is neither here nor there as it was.
        """
        whole = self._journal.whole or {}
        for name in sorted(whole, key=lambda one: targets.get(one) == self.output):
            path, target = self.folder / f"{WHOLE}{name}", targets.get(name)
            if target is None:
                continue  # this time it is not asked for
            if os.path.lexists(path):
                refuse_other(path, whole[name])
                _move(path, target)
            else:
                refuse_other(target, whole[name])
        _settle(self.output.absolute().parent)
        for path in self.folder.iterdir():
            if path.name != JOURNAL:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        shutil.rmtree(self.folder)


def _move(file: Path, target: Path) -> None:
    """Move a file in one move, also to another disk; it is for its owner alone."""
    file.chmod(FILE_MODE)
    try:
        os.replace(file, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f"{target.name}.new")
        shutil.copyfile(file, private(beside))
        _settle(beside)
        os.replace(beside, target)
        file.unlink()


def _joined(files: Sequence[Path], target: Path) -> Path:
    """Several files as one: Parquet by row groups, others byte after byte. The parts stay until all is moved."""
    target.unlink(missing_ok=True)
    if len(files) == 1:
        with suppress(OSError):  # there are disks without links
            os.link(files[0], target)
            return target
    if target.suffix != ".parquet":
        with target.open("wb") as out:
            for file in files:
                with file.open("rb") as part:
                    shutil.copyfileobj(part, out, 1 << 20)
    else:
        text = [field.name for field in pq.read_schema(files[0]) if pa.types.is_dictionary(field.type)]
        with pq.ParquetWriter(target, pq.read_schema(files[0]), **PARQUET) as writer:
            for file in files:
                with pq.ParquetFile(file, read_dictionary=text) as part:
                    for group in range(part.num_row_groups):
                        writer.write_table(part.read_row_group(group), ROWS_AT_ONCE * 2)
    _settle(target)
    return target


def _settle(path: Path) -> None:
    """See to it that a file, or a folder's entries, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
