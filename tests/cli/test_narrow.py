"""Screens of any width: nothing is cut, nothing is left out, and no line is longer than the screen."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest
from bench.claims import write
from rich.console import Console

from clausal.cli.rows import Head, print_rows
from tests.cli.test_commands import SETTLED

WIDTHS = (60, 80, 100, 120)
COLOUR = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
Screen = Callable[..., list[str]]


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Screen:
    """The lines that a command shows on a terminal of some width."""
    monkeypatch.setenv("CLAUSAL_DATA", str(tmp_path / "no-data"))

    def show(width: int, *arguments: str) -> list[str]:
        command = [sys.executable, "-c", "from clausal.cli import main; main()", *arguments]
        child = pexpect.spawn(
            "/bin/sh",
            ["-c", 'exec "$@" 2>/dev/null', "sh", *command],
            cwd=str(tmp_path),
            # Readline, where it is loaded, sets COLUMNS behind Python's back: only what is given here counts.
            env={name: value for name, value in os.environ.items() if name != "COLUMNS"},
            dimensions=(50, width),
            timeout=120,
            encoding="utf-8",
        )
        child.expect(pexpect.EOF)
        return [line.rstrip() for line in COLOUR.sub("", child.before).split("\r\n")]

    return show


def words(lines: list[str]) -> set[str]:
    """Every word and figure, but for the time that a run took."""
    return {word.strip(";:,") for line in lines if " lines/s" not in line for word in line.split()}


def commands(folder: Path) -> dict[str, tuple[str, ...]]:
    (folder / "settled.yaml").write_text(SETTLED)
    of_day = ("--date", "2024-10-01", "--where", "Detroit")
    return {
        "decide": ("decide", "settled.yaml", "--as-of", "2026-01-01"),
        "price": ("price", "64624", "76942", *of_day),
        "sites": ("price", "64640", "0441T", *of_day, "--compare-sites"),
        "places": ("places", "Oregon", "--date", "2024-10-01"),
        "fees": ("fees", "list"),
        "pairs": ("pairs", "64624", "--date", "2024-10-01"),
        "packs": ("packs",),
    }


@pytest.mark.parametrize("name", ["decide", "price", "sites", "places", "fees", "pairs", "packs"])
def test_a_narrow_screen_shows_every_word_of_a_wide_one(screen: Screen, tmp_path: Path, name: str) -> None:
    arguments = commands(tmp_path)[name]
    wide = words(screen(120, *arguments))
    for width in WIDTHS[:-1]:
        lines = screen(width, *arguments)
        assert max(map(len, lines)) <= width
        assert "…" not in "".join(lines)
        lacking = wide - words(lines)
        # A word longer than a line is broken; then its parts are there.
        joined = "".join(line.strip() for line in lines)
        assert {word for word in lacking if word not in joined and not set(word) <= {"─"}} == set()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_summary_of_a_claim_file_is_whole_on_any_screen(screen: Screen, tmp_path: Path, width: int) -> None:
    write(tmp_path / "claims.parquet", 3_000)
    lines = screen(width, "adjudicate", "claims.parquet", "-o", "out.parquet", "--as-of", "2026-01-01")
    assert max(map(len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    assert "…" not in text
    for said in ("What would settle the lines that wait", "How is the nerve treated? (modality)", "(mue)", "(ptp)"):
        assert said in text or said in "".join(line.strip() for line in lines)
    assert re.search(r"not-addressed.{0,40}[\d,]+", text)


@pytest.mark.parametrize("width", [20, 40, 60, 200])
def test_rows_are_a_table_where_there_is_room_and_paragraphs_where_not(width: int) -> None:
    out = io.StringIO()
    heads = [Head("name"), Head("lines", figures=True), Head("charge", figures=True), Head("", beside=True)]
    rows = [["bcbsm-cryoneurolysis", "1", "1,234.56", ""], ["a name of words", "12", "-", "(3 of 12 lines)"]]
    print_rows(Console(file=out, width=width, color_system=None), heads, rows)
    said = out.getvalue()
    for cell in ("bcbsm-cryoneurolysis", "1,234.56"):
        assert cell in said.replace("\n", "").replace(" ", "") or width == 20
    assert max(len(line.rstrip()) for line in said.splitlines()) <= width
    is_table = said.splitlines()[0].split() == ["name", "lines", "charge"]
    assert is_table == (width >= 60)
    if not is_table:
        assert "1 line; charge 1,234.56" in " ".join(said.split())
