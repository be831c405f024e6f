"""The text of a PDF, page by page, without what recurs at the edges of its pages."""

from __future__ import annotations

import io
import itertools
import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clausal.documents.text.extracted import Extracted
from clausal.documents.text.running import without_running_lines
from clausal.problems import InvalidInput, Place

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MOST_PAGES = 2_000
SHORT_LINE = 0.75
"""A line with less than so much of a long line's length ends a paragraph, if the next one starts like a sentence."""

_LIGATURES = {ord(c): unicodedata.normalize("NFKC", c) for c in "ﬀﬁﬂﬃﬄﬅﬆ"} | {0xAD: None, 0xA0: " "}
_HYPHENATED = re.compile(r"([^\W\d_]+)[-‐]\n([^\W\d_]+)")
_OCR = "run text recognition (OCR) on it first, for instance `ocrmypdf in.pdf out.pdf`"


def read_pdf(raw: bytes, place: Place) -> Extracted:
    """The text of a PDF. Raises InvalidInput where it is encrypted, damaged, too large, or a scan without text."""
    with _quiet():
        reader = _opened(raw, place)
        texts, broken, pictures = _pages(reader, place)
    if not texts:
        raise InvalidInput.at(place, "is a PDF without pages", "get or save it again")
    if broken and len(broken) == len(texts):
        raise InvalidInput.at(place, "is a damaged PDF: none of its pages can be read", "get or save it again")
    empty = [number for number, text in enumerate(texts, start=1) if not any(c.isalnum() for c in text)]
    if len(empty) == len(texts):
        told = f"is a scan: its {len(texts)} page(s) are pictures and hold no text"
        told = told if pictures else f"is a PDF whose {len(texts)} page(s) hold no text"
        raise InvalidInput.at(place, told, _OCR)
    letters = "".join(texts)
    unreadable = sum(c == "\ufffd" or unicodedata.category(c) == "Co" for c in letters)
    if unreadable * 5 > sum(not c.isspace() for c in letters):
        told = "is a PDF whose fonts do not say which letters they draw"
        raise InvalidInput.at(place, told, _OCR)
    notes = [f"page {number} cannot be read: it is damaged" for number in broken]
    notes += [f"page {number} holds no text; {_OCR}" for number in empty if number in pictures and number not in broken]
    pages = without_running_lines([text.translate(_LIGATURES).split("\n") for text in texts])
    text, starts = _joined(pages)
    return Extracted(text, "page", starts, tuple(notes))


def _opened(raw: bytes, place: Place) -> PdfReader:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, WrongPasswordError

    encrypted = InvalidInput.at(
        place, "is an encrypted PDF", "save it without its password, or print it as PDF from a viewer"
    )
    try:
        reader = PdfReader(io.BytesIO(raw), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise encrypted
        pages = len(reader.pages)
    except (DependencyError, FileNotDecryptedError, WrongPasswordError):
        raise encrypted from None
    except InvalidInput:
        raise
    except RecursionError:
        raise InvalidInput.at(place, "is a PDF nested too deep to be read", "get or save it again") from None
    except Exception as error:
        # A damaged file can fail in any way, not only in the library's own errors.
        told = f"is a damaged PDF: {_first_line(error)}"
        raise InvalidInput.at(place, told, "get or save it again") from None
    if pages > MOST_PAGES:
        raise InvalidInput.at(
            place, f"has {pages:,} pages; a document may have {MOST_PAGES:,}", "cut it into its parts"
        )
    return reader


def _pages(reader: PdfReader, place: Place) -> tuple[list[str], list[int], set[int]]:
    """The text of each page; the numbers of pages that cannot be read, and of those without text that hold pictures."""
    texts: list[str] = []
    broken: list[int] = []
    pictures: set[int] = set()
    for number in range(1, len(reader.pages) + 1):
        try:
            page = reader.pages[number - 1]
            texts.append(page.extract_text())
            if not texts[-1].strip() and _has_pictures(page):
                pictures.add(number)
        except Exception as error:
            if type(error).__name__ in ("DependencyError", "FileNotDecryptedError"):
                hint = "save it without its password, or print it as PDF from a viewer"
                raise InvalidInput.at(place, "is an encrypted PDF", hint) from None
            del texts[number - 1 :]
            texts.append("")
            broken.append(number)
    return texts, broken, pictures


def _has_pictures(page: PageObject) -> bool:
    return bool(list(page.images.keys()))


def _joined(pages: Sequence[Sequence[str]]) -> tuple[str, tuple[int, ...]]:
    """All pages as one text, paragraphs apart and words whole, and where each page starts in it."""
    words = {word.lower() for page in pages for line in page for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line)}
    parts = ["\n".join(_paragraphs(_whole_words("\n".join(page), words).split("\n"))) + "\n" for page in pages]
    starts = itertools.accumulate((len(part) for part in parts[:-1]), initial=0)
    return "".join(parts), tuple(starts)


def _whole_words(text: str, words: set[str]) -> str:
    """Words that a line's end cuts are put together; a hyphen stays that the same word has elsewhere."""

    def whole(match: re.Match[str]) -> str:
        hyphen = "-" if f"{match[1]}-{match[2]}".lower() in words or match[2][:1].isupper() else ""
        return f"{match[1]}{hyphen}{match[2]}\n"

    return re.sub(r"\n[ \t]+(?=\S)", "\n", _HYPHENATED.sub(whole, text))


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """The lines, with an empty one where a paragraph seems to end."""
    lengths = sorted(len(line) for line in lines if line.strip())
    long = lengths[len(lengths) * 9 // 10] if lengths else 0
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        yield line.rstrip()
        starts = following.strip()[:1]
        if line.strip() and starts and not starts.islower() and len(line) < SHORT_LINE * long:
            yield ""


@contextmanager
def _quiet() -> Iterator[None]:
    """The library warns of each small fault of a file on standard error; what matters is told by us."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
