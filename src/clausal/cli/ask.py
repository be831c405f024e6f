"""`clausal ask`: ask what is needed, one question at a time, until the case is settled."""

from __future__ import annotations

import copy
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clausal.cli.common import DECIDED, OPEN, AsOfOption, JsonOption, PacksOption, console, day, load
from clausal.problems import InvalidInput

if TYPE_CHECKING:
    import datetime as dt

    from clausal.determination.model import Determination, Question
    from clausal.documents.library import Library


def register(app: typer.Typer) -> None:
    app.command("ask")(ask)


def ask(
    case: Annotated[Path, typer.Argument(help="Case file to start from (YAML or JSON).")],
    json: JsonOption = False,
    as_of: AsOfOption = None,
    save: Annotated[Path | None, typer.Option("--save", help="Write the completed case to this file.")] = None,
    packs: PacksOption = None,
) -> None:
    """Ask only what is needed, one question at a time, and stop when settled.

    Where standard input is not a terminal the next question is printed and the exit status is 3.
    """
    from clausal.determination.model import to_json
    from clausal.facts.source import read_source

    library = load(packs)
    source = read_source(case)
    data = copy.deepcopy(source.data)
    determination = _decide(library, data, str(case), day(as_of))
    if not sys.stdin.isatty() or json:
        question = determination.questions[0] if determination.questions else None
        if json:
            print(to_json({"question": question, "determination": determination}))
        elif question:
            _print_question(question)
        else:
            _print(library, determination)
        raise typer.Exit(OPEN if determination.is_open else DECIDED)
    while determination.questions:
        question = determination.questions[0]
        _print_question(question)
        answer = typer.prompt("  answer (empty to stop)", default="", show_default=False).strip()
        if not answer:
            break
        changed = copy.deepcopy(data)
        _put(changed, determination, question, answer)
        try:
            determination = _decide(library, changed, str(case), day(as_of))
            data = changed
        except InvalidInput as error:
            for problem in error.problems:
                typer.echo(f"  {problem.message}{'; ' + problem.hint if problem.hint else ''}", err=True)
    _print(library, determination)
    if save:
        _save(save, data)
        typer.echo(f"the case as answered is in {save}")
    raise typer.Exit(OPEN if determination.is_open else DECIDED)


def _decide(library: Library, data: Any, name: str, as_of: dt.date | None) -> Determination:
    from clausal.determination.decide import decide
    from clausal.facts.source import Source

    return decide(library, library.cases.read(Source(name, data)), as_of)


def _print(library: Library, determination: Determination) -> None:
    from clausal.cli.page import print_page

    print_page(console(), library, determination)


def _print_question(question: Question) -> None:
    typer.echo(f"{question.fact}: {question.question}")
    for choice, label in question.choices.items():
        typer.echo(f"  {choice}" + (f"  ({label})" if label != choice else ""))


def _put(data: dict[str, Any], determination: Determination, question: Question, answer: str) -> None:
    """Write an answer at its path in the case's data; an answer for a line goes to the first line that needs it."""
    value: Any = answer
    if question.type == "flag":
        value = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}.get(
            answer.lower(), answer
        )
    elif question.type == "number":
        value = int(answer) if answer.lstrip("-").isdigit() else answer
    elif question.type == "codes":
        value = [part for part in answer.replace(",", " ").split() if part]
    steps = question.path.split(".")
    target: Any = data
    for step in steps[:-1]:
        if step == "lines[]":
            index = next(i for i, line in enumerate(determination.lines) if question.fact in line.needs)
            target = target["lines"][index]
        else:
            target = target.setdefault(step, {})
    target[steps[-1]] = value


def _save(path: Path, data: Any) -> None:
    """Write the case whole or not at all."""
    import yaml

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            yaml.safe_dump(data, file, sort_keys=False, allow_unicode=True)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
