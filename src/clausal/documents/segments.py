"""Split a document's text into passages: headings, paragraphs, list items, table rows, references.

A passage is what a clause entry is made for. Paragraphs and items that a page break cuts are put together again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

Form = Literal["heading", "paragraph", "item", "row", "reference"]

_ITEM = re.compile(
    r"\s*(?:[•●▪◦‣·○□■➢➤✓✔❖*–—-]|[\ue000-\uf8ff]|o(?=\s{1,3}[A-Z])|\((?:[A-Za-z0-9]{1,2}|[ivx]{1,4})\)"
    r"|(?:[A-Za-z0-9]{1,2}|[ivx]{1,4})\)|(?:[a-z]|[ivx]{2,4})\.)\s+(?=\S)"
)
"""A mark of a list: a bullet (also one of a font of symbols), a letter or number in parentheses, `a.`, `iv.`."""
_REFERENCE = re.compile(r"\s*(?:\d{1,3}\.|\[\d{1,3}\])\s+(?=\S)")
_CAPITAL = re.compile(r"\s*(?:[A-Z]|[IVX]{1,4}|\d{1,2}(?:\.\d{1,2})+)\.?\s+(?=\S)")
"""`A.`, `IV.`, `2.1`: the mark of an item, or of a heading."""
_ENDED = re.compile(r"[.!?:;][\"”’')\]¹²³⁴⁵⁶⁷⁸⁹⁰\d*]*\s*\Z")
_LEADS_IN = re.compile(
    r"\b(?:following|if|when|where|unless|either|both|each|any of|all of|one of|at least|"
    r"is|are|be|must|may|shall|should|has|have|includes?|contain|met)\b.*:[\s*_]*\Z",
    re.I | re.S,
)
"""A line that opens a list: part of a sentence, and no heading."""
_MARK_OF_HEADING = re.compile(r"\s*#{1,6}\s+|\s*\*\*[^*]+\*\*\s*\Z")
_FIGURES = re.compile(
    r"\s*[A-Z]{2,4}\d{3,}\S*\s|.*(?:\$\s?[\d,]+(?:\.\d+)?|\s\d[\d,]*\.\d+)\s*\Z"
    r"|\s*(?:[A-Z]\d{4}|\d{4}[\dFTU])\s+[^.!?;:]+\Z"
)
"""A line that begins with a part number or with a procedure code and what it is, or that ends in an amount."""
_IN_CAPITALS = re.compile(
    r"\s*(?:(?:[IVX]{1,4}|[A-Z]|\d{1,2}(?:\.\d{1,2})*)\.?\s+)?(?=(?:\W*[A-Z]){6})[A-Z][A-Z &/,'()-]*:?\s*\Z"
)
"""A heading by its capitals, also amid lines that no empty one parts, as a PDF has them."""
_EMPTY_CELLS = re.compile(r"[\s|:-]*\Z")
MOST_OF_HEADING = 14
"""A heading has at most so many words."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a document: its form, its first line (from 1), its text, and the headings it stands under."""

    form: Form
    line: int
    text: str
    under: tuple[str, ...] = ()


def passages(text: str, *, whole_lines: bool = False) -> list[Passage]:
    """The passages of a text, in order; a line without words is passed over.

    A line of tabs or bars is a table row, and so is one that starts with a part or trial number or ends in a figure.
    Lines right after one that opens a list are items, each from a capital on. With `whole_lines` each line is a
    paragraph, as in a Word file.
    """
    return list(_under_headings(_joined(_blocks(text, whole_lines=whole_lines))))


def _blocks(text: str, *, whole_lines: bool) -> Iterator[Passage]:
    """Items, rows and references by line; other lines that follow one another as one block."""
    gathered: list[str] = []
    began = 0
    form: Form = "paragraph"
    in_list = in_references = False

    def block() -> Iterable[Passage]:
        if gathered:
            yield Passage(form, began, "\n".join(gathered))
            gathered.clear()

    for number, line in enumerate(text.split("\n"), start=1):
        if not any(c.isalnum() for c in line):
            yield from block()
            continue
        free = not gathered or _is_heading("\n".join(gathered))
        if "\t" in line.strip("\t") or line.count("|") > 1 or (free and _FIGURES.match(line)):
            yield from block()
            if not _EMPTY_CELLS.match(line):
                yield Passage("row", number, line)
            continue
        if _IN_CAPITALS.match(line) and (free or _ENDED.search(gathered[-1]) or form != "paragraph"):
            yield from block()
            yield Passage("paragraph", number, line)
            form, in_list = "paragraph", False
            in_references = _opens_references(line)
            continue
        starts_reference = bool(_REFERENCE.match(line)) and (in_references or form != "reference")
        if whole_lines:
            yield from block()
        in_open_list = in_list and (_CAPITAL.match(line) or (gathered and line.lstrip()[:1].isupper()))
        if _ITEM.match(line) or starts_reference or in_open_list:
            yield from block()
            form = "reference" if in_references and starts_reference else "item"
            gathered.append(line)
            began = number
            in_list = in_list or bool(_LEADS_IN.search(line))
            continue
        if not gathered:
            form = "paragraph"
        if not gathered or (form == "paragraph" and _is_heading(line) and _is_heading("\n".join(gathered))):
            yield from block()
            began = number
        gathered.append(line)
        in_list = bool(_LEADS_IN.search("\n".join(gathered))) or (in_list and form == "item")
        if form == "paragraph" and _is_heading(line):
            in_references = _opens_references(line)
    yield from block()


def _opens_references(line: str) -> bool:
    return line.strip(" #*:").lower() in ("references", "bibliography", "sources")


def _is_heading(text: str) -> bool:
    """Whether a block reads like a heading: one short line that does not end like a sentence, nor opens a list."""
    line = text.strip()
    if "\n" in line or _LEADS_IN.search(line):
        return False
    if _MARK_OF_HEADING.match(line):
        return True
    ended = line.rstrip("*_ ")
    return len(line.split()) <= MOST_OF_HEADING and not ended.endswith((".", ";", ",")) and not line[:1].islower()


def _joined(blocks: Iterable[Passage]) -> Iterator[Passage]:
    """A block that ends inside a sentence and the next one, where that goes on in lower case, are one."""
    before: Passage | None = None
    for block in blocks:
        goes_on = block.form == "paragraph" and block.text.lstrip()[:1].islower()
        cut = before is not None and before.form == "paragraph" and not _ENDED.search(before.text)
        if before is not None and cut and goes_on:
            before = replace(before, text=f"{before.text}\n{block.text}")
            continue
        if before is not None:
            yield before
        before = block
    if before is not None:
        yield before


def _under_headings(blocks: Iterable[Passage]) -> Iterator[Passage]:
    """Each passage with the heading it stands under; a heading stands under the one before it if nothing is between."""
    under: tuple[str, ...] = ()
    bare = False
    for block in blocks:
        title = " ".join(block.text.split()).strip(" #*:")
        if block.form == "paragraph" and _is_heading(block.text):
            under = (*under[-1:], title) if bare else (title,)
            bare = True
            yield replace(block, form="heading", under=under[:-1])
        else:
            bare = False
            yield replace(block, under=under)
