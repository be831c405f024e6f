"""The folder of a job: what was sent, what came of it, and nothing longer than it is wanted."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from clausal.files import private, private_folder
from clausal.problems import InvalidInput, Place
from clausal.service.problems import of_disk

SENT = ("claims", "mapping", "history", "history_mapping", "payers", "answers")
"""The parts of a job that are sent."""
FORMS = {
    "claims": (".parquet", ".csv", ".csv.gz", ".xlsx", ".jsonl", ".jsonl.gz", ".837", ".837.gz", ".txt", ".txt.gz",
               ".edi", ".x12"),
    "mapping": (".yaml", ".yml", ".json"),
    "answers": (".csv", ".txt", ".xlsx"),
}  # fmt: skip
AT_ONCE = 1 << 20
RESULTS = {"parquet": "results.parquet", "csv": "results.csv", "xlsx": "results.xlsx", "835": "results.835"}
REJECTS = "results.rejects.jsonl"
BY_REGION, CHANGED = "by-region.json", "changed.csv"
"""Of a comparison by region: the counts, and every changed line."""
_OUT = (BY_REGION, CHANGED, REJECTS, "results.pending.jsonl", "report.html", "impact.json", "999.x12", "277ca.x12")
OUT = frozenset((*RESULTS.values(), *_OUT))
"""The names of files that can be fetched."""


def folder_of(data: Path, number: str) -> Path:
    """The folder of a job; its number is one that we made."""
    assert number.isalnum()
    return data / "jobs" / number


@contextmanager
def or_gone(folder: Path) -> Iterator[None]:
    """Deletes a folder that is not filled to its end; a disk that does not take it is told as a Refusal."""
    try:
        yield
    except BaseException as error:
        delete(folder)
        if isinstance(error, OSError):
            raise of_disk(error) from None
        raise


def make(data: Path, number: str) -> Path:
    """A new folder, for its owner alone."""
    return private_folder(folder_of(data, number))


def keep(folder: Path, part: str, name: str, source: BinaryIO) -> tuple[str, str]:
    """Keep what was sent under a name of ours, of the sender's the ending alone; the name, and the digest of the file.

    Raises InvalidInput where it is not of a form that is read, OSError where it cannot be written.
    """
    endings = FORMS.get("claims" if part == "history" else part, FORMS["mapping"])
    ending = next((one for one in sorted(endings, key=len, reverse=True) if name.lower().endswith(one)), None)
    if ending is None:
        hint = f"expected a name that ends in {', '.join(endings)}"
        raise InvalidInput.at(Place("upload", path=part), "what it is cannot be told from its name", hint)
    path, told = private(folder / f"{part}{ending}"), hashlib.sha256()
    with path.open("wb") as out:
        while block := source.read(AT_ONCE):
            told.update(block)
            out.write(block)
    if not path.stat().st_size:
        raise InvalidInput.at(Place("upload", path=part), "the file is empty", "send the file itself")
    return path.name, told.hexdigest()


def given(data: Path, number: str, asked: dict[str, Any], part: str) -> Path | None:
    """The file of a job that is one of its inputs: sent, or named in the folder of claims."""
    name = asked.get(part)
    return Path(name) if name and Path(name).is_absolute() else folder_of(data, number) / name if name else None


def forget_sent(folder: Path, asked: dict[str, Any]) -> None:
    """Delete what was sent, its job being done, unless it is kept so that lines can be opened."""
    if asked.get("keep"):
        return
    for part in SENT:
        name = asked.get(part)
        if name and not Path(name).is_absolute():
            (folder / name).unlink(missing_ok=True)


def copy_sent(source: Path, asked: dict[str, Any], target: Path) -> None:
    """Have what was sent for one job for another too; both have the one file on the disk, where that has links."""
    for part in SENT:
        name = asked.get(part)
        if name and not Path(name).is_absolute():
            try:
                os.link(source / name, target / name)
            except OSError:
                shutil.copyfile(source / name, private(target / name))


def files(folder: Path) -> dict[str, int]:
    """The files that can be fetched, with their sizes."""
    if not folder.is_dir():
        return {}
    return {one.name: one.stat().st_size for one in sorted(folder.iterdir()) if one.name in OUT and one.stat().st_size}


def delete(folder: Path) -> None:
    """Delete all of it."""
    shutil.rmtree(folder, ignore_errors=True)
