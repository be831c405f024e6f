"""What is read from a document: its text, and how a place in it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["line", "page", "paragraph"]
"""What a document's places are told in: a PDF's lines and a Word file's are nobody's."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a document.

    `pages` has the offset in the text at which each page starts, if it has pages; `notes` say what a reader should know
    of how it was read.
    """

    text: str
    unit: Unit = "line"
    pages: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
