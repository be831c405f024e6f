"""Help: whole at every width, in plain words, with examples that can be run; and the version."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from clausal.cli import app
from clausal.cli.command import summary
from clausal.cli.examples import EXAMPLES

PROGRAM: Any = typer.main.get_command(app)


def run(*arguments: str, columns: int | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from clausal.cli import main; main()", *arguments]
    around = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    around |= {"COLUMNS": str(columns)} if columns else {}
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, env=around)


def commands() -> Iterator[tuple[str, Any]]:
    for name, command in PROGRAM.commands.items():
        if hasattr(command, "commands"):
            yield from ((f"{name} {inner}", one) for inner, one in command.commands.items())
        else:
            yield name, command


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("columns", [60, 80, 100, None])
def test_no_summary_is_cut_at_any_width(columns: int | None) -> None:
    shown = run("--help", columns=columns).stdout
    assert max(map(len, shown.splitlines())) <= (columns or 80)
    for name, command in PROGRAM.commands.items():
        assert f"{name} {summary(command.help)}" in words(shown)


def test_each_command_tells_what_its_options_take_and_how_it_is_called() -> None:
    for name, command in commands():
        context = command.make_context(f"clausal {name}", [], resilient_parsing=True)
        shown = command.get_help(context)
        assert "<" not in shown, name
        assert shown.splitlines()[0].startswith(f"Usage: clausal {name} [OPTIONS]")
        assert "{" not in shown.splitlines()[0]
        assert summary(command.help).endswith("."), name
        examples = shown.partition("\nExamples:\n")[2].splitlines()
        assert [line.strip() for line in examples] == list(EXAMPLES[name])
        assert all(param.help for param in command.params), name


def test_every_example_names_options_and_arguments_that_there_are() -> None:
    by_name = dict(commands())
    assert by_name.keys() == EXAMPLES.keys()
    for name, examples in EXAMPLES.items():
        for example in examples:
            assert len(example) < 78
            program, *arguments = shlex.split(example)
            given = arguments[len(name.split()) :]
            assert [program, *arguments[: len(name.split())]] == ["clausal", *name.split()]
            by_name[name].make_context(name, given)


def test_the_version_is_that_of_the_project() -> None:
    told = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]["version"]
    done = run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"clausal {told}\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["price"], "Missing argument 'CODE...'."),
        (["adjudicate", "claims.csv"], "Missing option '-o' / '--output'."),
        (["check", "--sorce", "x"], "No such option: --sorce"),
        (["chek"], "No such command 'chek'. Did you mean 'check', 'schema'?"),
    ],
)
def test_what_is_missing_or_unknown_is_named_in_a_few_lines(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert len(done.stderr.splitlines()) <= 4
