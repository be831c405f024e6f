"""What several commands share: the library, dates, the console."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO, cast

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from clausal.problems import InvalidInput, Place
from clausal.shown import shown_lines, unwrapped

if TYPE_CHECKING:
    from clausal.documents.fingerprint import HeldText
    from clausal.documents.library import Library
    from clausal.schedules.tables import Schedules

DECIDED, OPEN, BAD_INPUT = 0, 3, 2
"""Exit status."""

PLAIN_WIDTH = 100
PLAIN_TABLE_WIDTH = 170
"""Columns of a page, and of a table, that is not shown on a terminal."""

PacksOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--packs",
        envvar="CLAUSAL_PACKS",
        metavar="FOLDER",
        help="A pack, or a folder of packs, besides the bundled ones.",
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Use only what was published by this day (default: today)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a page.")]


def load(packs: list[Path] | None) -> Library:
    """The library with the bundled packs and those given."""
    from clausal.documents.load import load_library

    return load_library(packs or [])


def with_tables(library: Library) -> Schedules:
    """The fee tables of the codes that packs name; cases are read with what these and other rows show of codes."""
    from clausal.facts.case import CaseReader
    from clausal.schedules.listings import Listings
    from clausal.schedules.tables import Schedules

    schedules = Schedules(codes=library.vocabulary.codes)
    library.cases = CaseReader(library.vocabulary, tables=Listings(schedules))
    return schedules


def held_text(path: Path) -> HeldText:
    """A document (text, PDF, Word), ready to be searched for clauses; how it was read is noted on standard error."""
    from clausal.documents.fingerprint import HeldText
    from clausal.documents.text.read import read_document

    found = read_document(path)
    for note in found.notes:
        print(f"{path}: {note}", file=sys.stderr)
    return HeldText(found.text, unit=found.unit, pages=found.pages)


def place_in(held: HeldText, path: Path, line: int) -> Place:
    """A line of a document's text as a place: of a PDF the page, of a Word file the paragraph (a table row is one)."""
    if held.unit == "line":
        return Place(str(path), line, 1)
    return Place(str(path), path=held.told(line))


def day(text: str | None, option: str = "--as-of") -> dt.date | None:
    """The date of an option."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        hint = "write it as year-month-day, as in 2024-10-15"
        raise InvalidInput.at(Place(option), f"'{text}' is not a date", hint) from None


def console(*, wide: bool = False) -> Console:
    """Standard output: coloured on a terminal, plain and of fixed width (more for wide tables) elsewhere."""
    out = unwrapped(sys.stdout)
    if out.isatty():
        size = shutil.get_terminal_size()
        return PlainConsole(file=out, width=min(size.columns, 120), height=size.lines)
    plain = cast("TextIO", _Trimmed(out))
    width = PLAIN_TABLE_WIDTH if wide else PLAIN_WIDTH
    return PlainConsole(file=plain, width=width, color_system=None, force_terminal=False)


def bar_console() -> Console:
    """Standard error, for bars that tell how far a command is."""
    return PlainConsole(file=unwrapped(sys.stderr))


class PlainConsole(Console):
    """A console that takes nothing from data as markup, and shows control characters instead of sending them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for one in super().render(renderable, options):
            yield one if one.control else Segment(shown_lines(one.text), one.style)


class _Trimmed:
    """A text stream without the blanks with which wrapped lines are filled up."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(re.sub(r"[ ]+(?=\n|\Z)", "", text))

    def flush(self) -> None:
        self._stream.flush()
