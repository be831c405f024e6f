"""Claim files that were sent and whose columns are not confirmed yet: a folder each, of whoever sent it.

What waits longer than a day is deleted; a file that is confirmed becomes that of a job.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clausal.files import private, private_folder
from clausal.service.jobs import folder as folders

NOTE, MAPPING = "upload.json", "mapping.yaml"


@dataclass(frozen=True)
class Upload:
    """A file that waits: who sent it, when, and what is asked of it (`claims`, `mapping` and so on name files)."""

    id: str
    folder: Path
    actor: str
    made: str
    asked: dict[str, Any]

    @property
    def claims(self) -> Path:
        """The claim file: in the folder, or the operator's."""
        return self.path("claims") or self.folder

    def path(self, part: str) -> Path | None:
        """A part that was sent."""
        name = self.asked.get(part)
        return (Path(name) if Path(name).is_absolute() else self.folder / name) if name else None


def folder_of(data: Path, number: str) -> Path:
    """The folder of an upload; its number is one that we made."""
    assert number.isalnum()
    return data / "uploads" / number


def make(data: Path, number: str) -> Path:
    """A new folder, for its owner alone."""
    return private_folder(folder_of(data, number))


def note(upload: Upload) -> None:
    """Write down what is asked of an upload."""
    told = {"actor": upload.actor, "made": upload.made, "asked": upload.asked}
    path = upload.folder / f"{NOTE}.new"
    private(path).write_text(json.dumps(told), encoding="utf-8")
    os.replace(path, upload.folder / NOTE)


def load(data: Path, number: str) -> Upload | None:
    """An upload, or None where there is none of this number."""
    if not number.isalnum():
        return None
    folder = folder_of(data, number)
    try:
        told = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Upload(number, folder, told["actor"], told["made"], told["asked"])


def listed(data: Path, actor: str) -> list[Upload]:
    """The uploads of a person that wait, the newest first."""
    root = data / "uploads"
    if not root.is_dir():
        return []
    found = [load(data, one.name) for one in root.iterdir()]
    return sorted((one for one in found if one and one.actor == actor), key=lambda one: one.made, reverse=True)


def with_mapping(upload: Upload, text: str) -> Upload:
    """An upload with another mapping."""
    path = upload.folder / MAPPING
    private(path).write_text(text, encoding="utf-8")
    changed = replace(upload, asked={**upload.asked, "mapping": MAPPING})
    note(changed)
    return changed


def to_job(upload: Upload, data: Path, number: str) -> Path:
    """Make the folder of an upload that of a job; raises FileNotFoundError where somebody else was faster."""
    target = folders.folder_of(data, number)
    private_folder(target.parent)
    os.rename(upload.folder, target)
    (target / NOTE).unlink(missing_ok=True)
    return target


def back(upload: Upload, data: Path, number: str) -> None:
    """Let an upload wait again whose job could not be made."""
    os.rename(folders.folder_of(data, number), upload.folder)
    note(upload)


def forget(data: Path, before: dt.datetime) -> int:
    """Delete what was sent before a moment and never confirmed, also what a request that failed left; how many."""
    root = data / "uploads"
    gone = 0
    for folder in root.iterdir() if root.is_dir() else ():
        if folder.stat().st_mtime < before.timestamp():
            folders.delete(folder)
            gone += 1
    return gone
