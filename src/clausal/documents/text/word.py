"""The text of a Word file: its paragraphs and table rows, one on each line, in the order in which they stand."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from clausal.documents.text.extracted import Extracted
from clausal.limits import HELD_UNPACKED
from clausal.problems import InvalidInput, Place

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LEFT_OUT = frozenset((*(f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "rPr")), f"{_COMPATIBLE}Fallback"))
"""What is deleted or moved away in tracked changes, what formats, and the second copy of a text box."""
_DRAWN = {f"{_W}tab": "\t", f"{_W}br": " ", f"{_W}cr": " ", f"{_W}noBreakHyphen": "-", f"{_W}ptab": "\t"}
_NOTES = ("footnotes", "endnotes")


def read_word(raw: bytes, unpacked: int, place: Place) -> Extracted:
    """The text of a Word file whose parts have `unpacked` bytes. Raises InvalidInput where it is damaged or too large.

    Headers, footers, comments and deleted text are left out, footnotes stand at the end.
    """
    if unpacked > HELD_UNPACKED.bytes:
        raise HELD_UNPACKED.passed(place, f"unpacks to {unpacked:,} bytes")
    from docx import Document
    from docx.oxml import parse_xml

    try:
        document = Document(io.BytesIO(raw))
        parts: list[Any] = [document.element.body]
        for relation in document.part.rels.values():
            if relation.reltype.rsplit("/", 1)[-1] in _NOTES and not relation.is_external:
                parts.append(parse_xml(relation.target_part.blob))
        lines = [line for part in parts for line in _lines(part)]
    except RecursionError:
        raise InvalidInput.at(place, "is a Word file nested too deep to be read", "save it again, or as PDF") from None
    except Exception as error:
        # A damaged file can fail in any way, not only in the library's own errors.
        told = f"is a damaged Word file: {(str(error).strip().splitlines() or [type(error).__name__])[0][:120]}"
        raise InvalidInput.at(place, told, "save it again, or as PDF") from None
    return Extracted("\n".join(lines) + "\n", "paragraph")


def _lines(element: Any) -> Iterator[str]:
    """The paragraphs and rows under an element."""
    for child in element:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag == f"{_W}p":
            words = "".join(_text(child))
            yield f"{_mark(child)}{words}" if words.strip() else words
            yield from _boxed(child)
        elif child.tag == f"{_W}tbl":
            yield from _rows(child)
        else:
            yield from _lines(child)


def _mark(paragraph: Any) -> str:
    """The mark of a heading or of a list's item, by its style or its own numbering; Word keeps marks apart."""
    found = paragraph.find(f"{_W}pPr/{_W}pStyle")
    style = found.get(f"{_W}val", "") if found is not None else ""
    if re.match(r"(?:Heading|Title)", style):
        return "# "
    number = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}numId")
    numbered = number is not None and number.get(f"{_W}val") != "0"
    return "• " if numbered or re.match(r"List(?!Continue)", style) else ""


def _rows(table: Any) -> Iterator[str]:
    """A table's rows, their cells apart by tabs, and after a row the tables within it."""
    for row in _under(table, f"{_W}tr"):
        cells = list(_under(row, f"{_W}tc"))
        yield "\t".join(" ".join(_paragraphs(cell)) for cell in cells)
        for cell in cells:
            for inner in _under(cell, f"{_W}tbl"):
                yield from _rows(inner)


def _paragraphs(cell: Any) -> Iterator[str]:
    for paragraph in _under(cell, f"{_W}p", but=f"{_W}tbl"):
        text = " ".join(("".join(_text(paragraph)), *_boxed(paragraph))).strip()
        if text:
            yield text.replace("\t", " ")


def _under(element: Any, tag: str, but: str = "") -> Iterator[Any]:
    """The nearest elements of a kind, also those in content controls and tracked insertions."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in _LEFT_OUT and child.tag != but:
            yield from _under(child, tag, but)


def _text(element: Any) -> Iterable[str]:
    """The text of a paragraph without its text boxes."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _DRAWN:
            yield _DRAWN[child.tag]
        elif child.tag not in _LEFT_OUT and child.tag != f"{_W}txbxContent":
            yield from _text(child)


def _boxed(paragraph: Any) -> Iterator[str]:
    for box in _under(paragraph, f"{_W}txbxContent"):
        yield from _lines(box)
