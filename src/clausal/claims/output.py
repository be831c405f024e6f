"""Output that appears whole or not at all: parts beside it, a journal of what is done, and one move at the end."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from clausal.problems import InvalidInput, Place

JOURNAL = "journal.json"
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
        self._run = json.loads(json.dumps(run, default=str))
        self.parts: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {}
        self._targets: dict[str, str] = {}
        self._force = force
        if resume and output.exists() and not force and not self.folder.exists():
            raise InvalidInput.at(Place(str(output)), "already exists, and nothing is to be continued", "it is done")
        if self.folder.exists():
            self._take_up(resume=resume, force=force)
        self.folder.mkdir(exist_ok=True)

    def _take_up(self, *, resume: bool, force: bool) -> None:
        """Continue an interrupted run, or put away what it left."""
        place = Place(str(self.folder))
        if not resume and not force:
            hint = "continue it with --resume, or begin anew with --force"
            raise InvalidInput.at(place, "an interrupted run lies here", hint)
        if resume:
            try:
                journal = json.loads((self.folder / JOURNAL).read_text("utf-8"))
            except (OSError, ValueError):
                journal = None
            if journal is not None:
                changed = [key for key in self._run if journal["run"].get(key) != self._run[key]]
                if changed:
                    hint = "run it as before, or begin anew with --force"
                    raise InvalidInput.at(place, f"the interrupted run had another {', '.join(changed)}", hint)
                self.parts, self.state = journal["parts"], journal["state"]
                self._targets = journal["targets"]
                if self._targets:
                    return
        kept = {name for part in self.parts for name in part["files"]} | {JOURNAL}
        for path in self.folder.iterdir():
            if path.name not in kept or not self.parts:
                path.unlink()

    @property
    def done(self) -> int:
        """Lines of the input that finished parts account for."""
        return int(self.parts[-1]["done"]) if self.parts else 0

    def path(self, name: str) -> Path:
        """A file of the part that is being written."""
        return self.folder / f"{len(self.parts):04}-{name}"

    def finish_part(self, names: Sequence[str], done: int, state: Mapping[str, Any]) -> None:
        """Note a finished part, in one move: `done` lines of the input are accounted for."""
        files = [self.path(name).name for name in names if self.path(name).exists()]
        for name in files:
            _settle(self.folder / name)
        self.parts.append({"files": files, "done": done})
        self.state = dict(state)
        self._write_journal()

    def _write_journal(self) -> None:
        journal = {"run": self._run, "parts": self.parts, "state": self.state, "targets": self._targets}
        text = json.dumps(journal)
        new = self.folder / f"{JOURNAL}.new"
        new.write_text(text, "utf-8")
        _settle(new)
        new.replace(self.folder / JOURNAL)

    def restart(self) -> None:
        """Forget all parts."""
        self.parts, self.state = [], {}
        for path in self.folder.iterdir():
            path.unlink()

    def leave(self) -> None:
        """Stop: what is done stays for another run to continue; where nothing is, nothing is left."""
        if not self.parts:
            shutil.rmtree(self.folder, ignore_errors=True)

    def files(self, name: str) -> list[Path]:
        """The finished files of one name, in order."""
        return [self.folder / file for part in self.parts for file in part["files"] if file.partition("-")[2] == name]

    @property
    def is_complete(self) -> bool:
        """Whether all is decided, and only the files have still to be moved to where they belong."""
        return bool(self._targets)

    def complete(self, targets: Mapping[str, Path]) -> None:
        """Put the parts of each name together, and note where each belongs."""
        for name, target in targets.items():
            files = self.files(name)
            if not files and self._force:
                target.unlink(missing_ok=True)
            if files:
                whole = self.folder / f"whole-{name}"
                _joined(files, whole) if len(files) > 1 else os.replace(files[0], whole)
            elif (self.folder / name).exists():
                os.replace(self.folder / name, self.folder / f"whole-{name}")
        self._targets = {name: str(target.absolute()) for name, target in targets.items()}
        self._write_journal()

    def publish(self) -> None:
        """Move the files to where they belong, the output last, and tidy up; broken off, it can be done again."""
        for name, target in sorted(self._targets.items(), key=lambda one: Path(one[1]) == self.output.absolute()):
            whole = self.folder / f"whole-{name}"
            if whole.exists():
                _move(whole, Path(target))
        _settle(self.output.absolute().parent)
        shutil.rmtree(self.folder)


def _move(file: Path, target: Path) -> None:
    """Move a file in one move, also to another disk."""
    try:
        os.replace(file, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f"{target.name}.new")
        shutil.copyfile(file, beside)
        _settle(beside)
        os.replace(beside, target)
        file.unlink()


def _joined(files: Sequence[Path], target: Path) -> Path:
    """Several files as one: Parquet by row groups, others byte after byte."""
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
