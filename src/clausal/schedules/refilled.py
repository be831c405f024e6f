"""The file of tables filled anew beside the one that readers have, and put in its place in one move."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clausal.files import private, private_folder
from clausal.problems import InvalidInput, Place

SCRATCH = ".import-"
"""Begins the name of the folder in which an import keeps scratch; it is beside the tables, and goes with the import."""
LOCK = ".import.lock"
OTHER_FOLDER = "name another folder in CLAUSAL_DATA"


@contextmanager
def refilled(path: Path) -> Iterator[Path]:
    """A copy of a file of tables, to be filled; it takes the file's place when all went well.

    Whoever has the file open goes on with what it held. One import is running at a time; raises InvalidInput where
    another is, and where the folder cannot be written.
    """
    try:
        private_folder(path.parent)
    except OSError as error:
        raise no_folder(path.parent, error) from None
    with _alone(path.parent), _scratch(path.parent) as folder:
        copy = folder / path.name
        if path.exists():
            shutil.copyfile(path, private(copy))
        yield copy
        if copy.exists():
            _settle(copy)
            copy.chmod(0o600)
            os.replace(copy, path)
            _settle(path.parent)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of imports, which goes with the process that holds it."""
    try:
        import fcntl
    except ImportError:  # no such locks here: two imports at a time end with the tables of one of them
        yield
        return
    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise no_folder(folder, error) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = "the fee tables are in use: another import is running"
            raise InvalidInput.at(Place(str(folder)), message, "try again when it is done") from None
        yield
    finally:
        os.close(handle)


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    """A folder for one import. What an interrupted one left is removed: only one import is running at a time."""
    try:
        for left in beside.glob(f"{SCRATCH}*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=beside))
    except OSError as error:
        raise no_folder(beside, error) from None
    try:
        yield folder
    except OSError as error:
        message = f"the import cannot be written: {error.strerror or error}"
        raise InvalidInput.at(Place(str(beside)), message, f"make room there, or {OTHER_FOLDER}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def no_folder(folder: Path, error: OSError) -> InvalidInput:
    """That tables cannot be kept in a folder, and why."""
    message = f"the data folder cannot be used: {error.strerror or error}"
    return InvalidInput.at(Place(str(folder)), message, OTHER_FOLDER)


def _settle(path: Path) -> None:
    """See to it that a file, or a folder's entries, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
