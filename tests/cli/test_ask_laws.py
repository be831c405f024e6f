"""Whatever is typed, in whatever order: no error, and the file that is kept is the case as answered."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from clausal.cli.ask.conversation import Conversation, Quit
from clausal.cli.ask.kept import Kept
from clausal.determination.interview.answers import case_data
from clausal.determination.interview.questions import Setting
from clausal.documents.library import Library
from clausal.facts.source import read_source

TODAY = dt.date(2026, 1, 1)
COMMANDS = (
    "back", "undo", "?", "help", "skip", "", "list", "I do not know", "change", "change 1", "change plan",
    "change code", "change nerves", "change service date", "change side", "change nothing at all",
)  # fmt: skip
ANSWERS = (
    "today", "10/15/2024", "2019-06-01", "2099-12-31", "0001-01-01", "15/10/2024", "hmo", "bcn65", "bcn commercial hmo",
    "medicare part b", "example hmo", "64640", "64640 x2 RT", "0441t, 64624", "99213", "64641", "64640 x0", "iovera",
    "other", "cold", "heat", "genicular", "sural", "femoral, sciatic", "brain", "1", "2", "1, 2", "12", "M17.11", "M17",
    "m1711 I73.00", "Raynaud", "none", "yes", "no", "pain", "spasticity", "ky", "Virginia", "facet",
    "not peripheral neuropathy", "migraine", "5", "-1", "1e5", "nan", "49.9", ",", "\u00b2", "\u0661", "\udcff",
    "\x1b[2J", "[bold]", "{}", "a" * 3000,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    typed=st.lists(st.sampled_from(COMMANDS) | st.sampled_from(ANSWERS), max_size=50), width=st.sampled_from((20, 80))
)
def test_what_is_kept_is_what_stands_answered(library: Library, typed: list[str], width: int) -> None:
    lines = iter(typed)

    def ask(_: str) -> str:
        text = next(lines, None)
        if text is None:
            raise EOFError
        return text

    console = Console(file=io.StringIO(), width=width)
    with tempfile.TemporaryDirectory() as folder:
        kept = Kept(Path(folder) / "case.yaml", is_new=True)
        conversation = Conversation(Setting(library, TODAY, TODAY), {}, kept, console, ask)
        with contextlib.suppress(Quit, EOFError):
            conversation.hold()
        data = case_data(conversation.interview, library.vocabulary.facts)
        if kept.is_written and data:
            assert read_source(kept.path).data == data
        if data:
            assert kept.is_written
            library.cases.read(read_source(kept.path))
    assert "\x1b" not in console.file.getvalue()  # type: ignore[attr-defined]
