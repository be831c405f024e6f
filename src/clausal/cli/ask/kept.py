"""Where the answers of an interview are kept: in the file that is named, or in one of the user's own folder."""

from __future__ import annotations

import datetime as dt
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from clausal.files import FILE_MODE, private_folder, replacing
from clausal.problems import InvalidInput, Place
from clausal.schedules.store import data_folder

FORCE = "name another file, or write over it with --force"


def cases_folder() -> Path:
    """The folder of kept cases, in the folder of the user's data."""
    return data_folder() / "cases"


class Kept:
    """A file that has the case as answered so far, for its owner alone; it is made with the first answer.

    `is_new` says that no file may stand under its name yet: one that does is never written over. `is_written` says that
    it holds the case, of before or of now.
    """

    def __init__(self, path: Path, *, is_new: bool, is_written: bool = False) -> None:
        self.path = path
        self.is_new = is_new
        self.is_written = is_written

    def write(self, data: dict[str, Any]) -> None:
        """Write the case, whole or not at all; raises InvalidInput."""
        if self.is_new:
            self._make()
        with replacing(self.path) as file:
            file.write(_text(data, is_json=self.path.suffix.lower() == ".json"))
        self.is_written = True

    def _make(self) -> None:
        try:
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
        except FileExistsError:
            raise InvalidInput.at(Place(str(self.path)), "there is such a file by now", FORCE) from None
        except OSError as error:
            raise InvalidInput.at(Place(str(self.path)), f"cannot be written: {error.strerror or error}") from None
        self.is_new = False


def own_file(case: Path | None, now: dt.datetime) -> Kept:
    """The file in the user's own folder: of a case that is kept there its own, else a new one named by the time."""
    folder = cases_folder()
    if case is not None and case.resolve().parent == folder.resolve():
        return Kept(case, is_new=False, is_written=True)
    try:
        private_folder(folder)
    except OSError as error:
        hint = "name a file with --save, or another folder in CLAUSAL_DATA"
        raise InvalidInput.at(Place(str(folder)), f"cannot be made: {error.strerror or error}", hint) from None
    name = f"{now:%Y-%m-%d-%H%M%S}"
    paths = (folder / f"{name}{end}.yaml" for end in ("", *(f"-{number}" for number in range(2, 1000))))
    return Kept(next(path for path in paths if not path.exists()), is_new=True)


def _text(data: dict[str, Any], *, is_json: bool) -> str:
    if is_json:
        return json.dumps(data, indent=2, ensure_ascii=False, default=float) + "\n"
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True)


class _Dumper(yaml.SafeDumper):
    """Writes numbers with decimals as they were read."""


_Dumper.add_representer(
    Decimal, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", format(value, "f"))
)
