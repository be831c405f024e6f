"""A text that somebody sends by a form: as a file, or pasted."""

from __future__ import annotations

from fastapi import UploadFile

from clausal.documents.text.extracted import Extracted
from clausal.problems import InvalidInput, Place
from clausal.service.texts import text_of


def sent_text(file: UploadFile | None, pasted: str) -> Extracted:
    """The text that was sent; raises InvalidInput with the field that is wrong."""
    raw = file.file.read() if file is not None and (file.filename or file.size) else b""
    if raw and pasted.strip():
        raise InvalidInput.at(Place("form", path="pasted"), "there is a file and a pasted text", "send one of them")
    if not raw and not pasted.strip():
        hint = "the file is empty" if file is not None and file.filename else "choose a file, or paste the text"
        raise InvalidInput.at(Place("form", path="file"), "no text was given", hint)
    path, name = ("file", "the file") if raw else ("pasted", "the pasted text")
    try:
        return text_of(raw or pasted.encode("utf-8", "replace"), name)
    except InvalidInput as error:
        first = error.problems[0]
        raise InvalidInput.at(Place("form", path=path), first.message, first.hint) from None
