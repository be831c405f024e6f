"""What the pages say that commands print, they print; and what they say can be called, can be."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from clausal.cli import app
from tests.examples import (
    INDENT,
    LEFT_OUT,
    PAGES,
    ROOT,
    Example,
    agrees,
    examples,
    mended,
    printed,
    rewrite,
    write_files,
)

PROGRAM: Any = typer.main.get_command(app)
RUN = [one for page in PAGES for one in examples(page) if not one.command.startswith("cat ")]
lines = st.lists(st.sampled_from(["a", "b", "c", "", LEFT_OUT]), max_size=8)


def test_the_readme_shows_what_the_main_commands_print() -> None:
    shown = {one.command.split()[1] for one in RUN if one.page.name == "README.md"}
    assert shown >= {"decide", "price", "adjudicate", "diff", "evidence"}


@pytest.mark.parametrize("example", RUN, ids=lambda one: one.name)
def test_an_example_shows_what_its_command_prints(example: Example, tmp_path: Path) -> None:
    write_files(example.page, tmp_path)
    whole = printed(example, tmp_path)
    if not agrees(example.shown, whole):
        text = "\n".join(INDENT + line for line in whole)
        pytest.fail(f"{example.name}: `{example.command}` prints\n\n{text}\n\n`make examples` writes it into the page")


def _called() -> Iterator[tuple[str, str]]:
    """The commands that indented blocks show, run or not; a comment begins with two blanks and `#`."""
    for page in PAGES:
        for number, line in enumerate(page.read_text().splitlines(), 1):
            found = re.match(rf"{INDENT}(?:\$ )?(clausal .*)", line)
            if found:
                yield f"{page.relative_to(ROOT)}:{number}", re.sub(r"\s{2,}#.*", "", found[1])


@pytest.mark.parametrize("command", [pytest.param(command, id=where) for where, command in _called()])
def test_every_command_that_a_page_shows_can_be_called_so(command: str) -> None:
    name, *arguments = shlex.split(command)[1:]
    of = PROGRAM.commands[name]
    if hasattr(of, "commands"):
        of, arguments = of.commands[arguments[0]], arguments[1:]
    of.make_context(name, arguments)


def test_lines_are_left_out_only_where_the_page_says_so() -> None:
    whole = ("a", "", "b", "c")
    assert agrees(("a", "", "b", "c"), whole)
    assert agrees(("a", "...", "c"), whole)
    assert agrees(("...", "c"), whole)
    assert not agrees(("a", "b", "c"), whole)
    assert not agrees(("a", "", "b", "c", "..."), whole)
    assert not agrees(("a", "..."), ("a",))
    assert not agrees((), whole)


def test_what_differs_between_runs_is_the_day_and_the_speed_alone() -> None:
    assert agrees(["1 lines of 1 claims in 0.3 s (9 lines/s)"], ["1 lines of 1 claims in 12.0 s (1,234 lines/s)"])
    assert agrees(["service 2024-10-15 · as of 2026-11-28"], ["service 2024-10-15 · as of 2027-01-01"])
    assert not agrees(["service 2024-10-15 · as of 2026-11-28"], ["service 2024-10-16 · as of 2026-11-28"])
    assert not agrees(["2 lines of 1 claims in 0.3 s (9 lines/s)"], ["1 lines of 1 claims in 0.3 s (9 lines/s)"])


@given(shown=lines, whole=lines.map(lambda found: [line for line in found if line != LEFT_OUT]))
def test_a_mended_example_agrees_and_leaves_a_right_one_as_it_is(shown: list[str], whole: list[str]) -> None:
    right = mended(shown, whole)
    assert agrees(right, whole)
    assert mended(right, whole) == right
    if agrees(shown, whole):
        assert list(right) == shown


def test_a_wrong_example_is_written_anew_in_its_place(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    version = "    $ clausal --version\n\n    {}\n\nafter\n"
    page.write_text("before\n\n" + version.format("clausal 0.0.0"))
    assert rewrite(page) == 1
    told = page.read_text()
    assert told.startswith("before\n\n    $ clausal --version\n\n    clausal ")
    assert told.endswith("\n\nafter\n")
    assert rewrite(page) == 0
    page.write_text("    $ clausal --version\n\nafter\n")
    assert rewrite(page) == 1
    assert page.read_text() == told.removeprefix("before\n\n")
