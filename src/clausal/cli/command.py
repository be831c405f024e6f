"""How commands tell of themselves: whole summaries, plain placeholders, examples; and the version."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperOption

from clausal import __version__
from clausal.cli.examples import EXAMPLES


class Command(TyperCommand):
    """A command whose help is whole at every width."""

    def __init__(self, name: str | None, **settings: Any) -> None:
        super().__init__(name, **settings)
        self.short_help = self.short_help or summary(self.help or "")
        for param in self.params:
            if isinstance(param, TyperOption) and not param.is_flag and param.metavar is None:
                param.metavar = _placeholder(param)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """`[OPTIONS] CODE... [FILE]`: what may be left out in brackets."""
        named = [(_shown(param), param.required) for param in self.params if isinstance(param, TyperArgument)]
        return ["[OPTIONS]", *(name if required else f"[{name}]" for name, required in named)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, options and examples."""
        told: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, TyperArgument):
                told["Arguments"].append((_shown(param), re.sub(r"\s*\[required\]\Z", "", record[1])))
            elif record is not None:
                told["Options"].append((record[0], _in_words(record[1])))
        for title, rows in told.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
        examples = EXAMPLES.get(ctx.command_path.partition(" ")[2], ())
        if examples:
            with formatter.section("Examples"):
                for line in examples:
                    formatter.write(f"  {line}\n")


class App(typer.Typer):
    """A program, or a group of its commands."""

    def __init__(self, *, help: str, **settings: Any) -> None:
        super().__init__(help=help, short_help=help, rich_markup_mode=None, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:
        return super().command(name, cls=Command, **settings)


def summary(text: str) -> str:
    """The first paragraph of a help text, on one line."""
    return " ".join(inspect.cleandoc(text).partition("\n\n")[0].split())


def common_options(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=lambda asked: _version(asked), help="Print the version."),
    ] = False,
) -> None:
    """Options of the program, before any command."""


def _version(asked: bool) -> None:
    if asked:
        print(f"clausal {__version__}")
        raise typer.Exit


def _in_words(text: str) -> str:
    """A help text with its ranges of numbers in words."""
    text = re.sub(r"\b([\d.]+)<=x<=([\d.]+)", r"\1 to \2", text)
    return re.sub(r"\bx>=([\d.]+)", r"\1 or more", text)


def _shown(param: TyperArgument) -> str:
    """The name of an argument; one that can be given again ends in dots."""
    name = param.metavar or param.name.upper()
    return name if param.nargs == 1 or name.endswith("...") or " " in name else f"{name}..."


def _placeholder(param: TyperOption) -> str:
    """What an option takes, in a word."""
    of = param.type_descriptor
    if of.is_choice:
        return "|".join(map(str, of.choices or ()))
    if of.is_path or of.is_file:
        return "FILE"
    return "NUMBER" if of.is_ranged or of.annotation in (int, float) else "TEXT"
