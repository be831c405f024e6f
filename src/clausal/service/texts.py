"""Texts of documents that people lay beside packs: kept for whoever left them alone, until they delete them.

A text stands on disk under a digest of its owner's name, for the service's own user alone. Nobody else's address leads
to it, and no export has it.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from clausal.documents.fingerprint import HeldText
from clausal.documents.text.extracted import Extracted
from clausal.documents.text.read import read_document
from clausal.files import private, private_folder, replacing
from clausal.problems import InvalidInput, Place, Problem

FOLDER = "texts"
LONGEST = 500_000
"""Characters of a text that is laid beside clauses while somebody waits: some 150 pages, some five seconds."""


@dataclass(frozen=True)
class Texts:
    """The texts of one person."""

    data: Path
    person: str

    def of(self, pack: str) -> Extracted | None:
        """The text that the person left for a pack, if any."""
        try:
            told = json.loads(self._path(pack).read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return Extracted(told["text"], told["unit"], tuple(told["pages"]), tuple(told["notes"]))

    def keep(self, pack: str, text: Extracted) -> None:
        """Keep a text in the place of the one before."""
        private_folder(self.data / FOLDER)
        path = self._path(pack)
        private_folder(path.parent)
        with replacing(path) as file:
            json.dump(asdict(text), file)

    def delete(self, pack: str) -> bool:
        """Delete it; whether there was one."""
        path = self._path(pack)
        is_there = path.exists()
        path.unlink(missing_ok=True)
        return is_there

    def _path(self, pack: str) -> Path:
        owner = hashlib.sha256(self.person.encode()).hexdigest()
        return self.data / FOLDER / owner / f"{hashlib.sha256(pack.encode()).hexdigest()}.json"


def text_of(raw: bytes, name: str = "the file") -> Extracted:
    """The text of a file that was sent, by its content; raises InvalidInput, by the sender's name for it."""
    with tempfile.TemporaryDirectory(prefix="clausal-") as folder:
        path = private(Path(folder) / "document")
        path.write_bytes(raw)
        try:
            found = read_document(path)
        except InvalidInput as error:
            told = [Problem(one.place, f"{name} {one.message}", one.hint) for one in error.problems]
            raise InvalidInput(told) from None
    if len(found.text) > LONGEST:
        message = f"{name} holds {len(found.text):,} characters; a page takes {LONGEST:,}"
        raise InvalidInput.at(Place(name), message, "`clausal check` and `clausal verify` take more")
    return found


def held(text: Extracted) -> HeldText:
    """A text, ready to be searched for clauses."""
    return HeldText(text.text, unit=text.unit, pages=text.pages)
