"""Files: only regular ones are read, and what is written appears whole or not at all, for its owner alone."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from clausal.limits import Limit
from clausal.problems import InvalidInput, Place

FILE_MODE, FOLDER_MODE = 0o600, 0o700
_KINDS = {
    stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device", stat.S_IFSOCK: "a socket",
}  # fmt: skip


def opened(path: Path) -> BinaryIO:
    """The bytes of a regular file; raises InvalidInput for anything else, and OSError where it cannot be opened.

    It is looked at after it was opened, without waiting: a pipe neither blocks nor is exchanged in between.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    kind = stat.S_IFMT(os.fstat(handle).st_mode)
    if kind != stat.S_IFREG:
        os.close(handle)
        hint = "name the file in it" if kind == stat.S_IFDIR else "only regular files are read"
        raise InvalidInput.at(Place(str(path)), f"is {_KINDS.get(kind, 'no file')}", hint)
    return os.fdopen(handle, "rb")


def read(path: Path, most: Limit) -> bytes:
    """All bytes of a regular file of at most `most`; raises InvalidInput."""
    place = Place(str(path))
    try:
        with opened(path) as file:
            size = os.fstat(file.fileno()).st_size
            raw = file.read(most.bytes + 1) if size <= most.bytes else b""
    except OSError as error:
        raise InvalidInput.at(place, f"cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise InvalidInput.at(place, "cannot be read: no file can have this name") from None
    if max(size, len(raw)) > most.bytes:
        raise most.passed(place, f"{max(size, len(raw)):,} bytes")
    return raw


def below(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """What has one of these endings in a folder and the folders in it, in order; raises InvalidInput.

    A folder that cannot be looked into is a problem, and not an empty one: what is in it would be missed.
    """

    def refuse(error: OSError) -> None:
        raise InvalidInput.at(Place(str(error.filename)), f"cannot be read: {error.strerror or error}")

    found = []
    for place, _, names in os.walk(folder, onerror=refuse):
        found += [Path(place, name) for name in names if name.lower().endswith(endings)]
    return sorted(found)


def same(one: Path, other: Path) -> bool:
    """Whether two paths name one file, which need not be there."""
    return os.path.realpath(one) == os.path.realpath(other)


@contextmanager
def replacing(path: Path, mode: str = "w") -> Iterator[IO[Any]]:
    """A file to write that takes its name when all of it is written; raises InvalidInput where it cannot be."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
        try:
            with os.fdopen(handle, mode, encoding=None if "b" in mode else "utf-8") as file:
                yield file
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InvalidInput.at(Place(str(path)), f"cannot be written: {error.strerror or error}") from None


def private(path: Path) -> Path:
    """A file that only its owner reads, made or emptied; returned for whoever writes it by name."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE))
    path.chmod(FILE_MODE)
    return path


def private_folder(path: Path) -> Path:
    """A folder that only its owner enters, made with those above it where they are missing."""
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    return path
