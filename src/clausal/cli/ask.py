"""`clausal ask`: ask what is needed, one question at a time, until the case is settled."""

from __future__ import annotations

import copy
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clausal.cli.common import DECIDED, OPEN, AsOfOption, JsonOption, PacksOption, console, day, load, with_tables
from clausal.problems import InvalidInput, Place

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

    if save and not save.parent.is_dir():
        raise InvalidInput.at(Place(str(save)), "there is no such folder to save to")
    library = load(packs)
    with_tables(library)
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
    data, determination = _converse(library, data, determination, str(case), day(as_of))
    _print(library, determination)
    if save:
        _save(save, data)
        typer.echo(f"the case as answered is in {save}")
    raise typer.Exit(OPEN if determination.is_open else DECIDED)


def _converse(
    library: Library, data: Any, determination: Determination, name: str, as_of: dt.date | None
) -> tuple[Any, Determination]:
    """Ask until settled, until nothing is left that can be answered, or until the user ends it (end of input)."""
    skipped: set[str] = set()
    while left := [question for question in determination.questions if question.fact not in skipped]:
        question = left[0]
        _print_question(question)
        try:
            answer = typer.prompt("  answer (empty: not known)", default="", show_default=False).strip()
        except (typer.Abort, EOFError):
            typer.echo("")
            break
        if not answer:
            skipped.add(question.fact)
            continue
        changed = copy.deepcopy(data)
        _put(changed, determination, question, answer)
        try:
            determination = _decide(library, changed, name, as_of)
            data = changed
        except InvalidInput as error:
            for problem in error.problems:
                typer.echo(f"  {problem.message}{'; ' + problem.hint if problem.hint else ''}", err=True)
    return data, determination


def _decide(library: Library, data: Any, name: str, as_of: dt.date | None) -> Determination:
    from clausal.determination.decide import decide
    from clausal.facts.source import Source

    return decide(library, library.cases.read(Source(name, data)), as_of)


def _print(library: Library, determination: Determination) -> None:
    from clausal.cli.page import print_page

    print_page(console(), library, determination)


def _print_question(question: Question) -> None:
    typer.echo(f"{question.fact}: {question.question}")
    for number, (choice, label) in enumerate(question.choices.items(), 1):
        typer.echo(f"  {number:>2} {choice}" + (f"  ({label})" if label != choice else ""))
    form = {
        "flag": "yes or no",
        "codes": "one or more, with blanks between",
        "number": "a number",
        "date": "year-month-day",
    }
    if question.type in form:
        typer.echo(f"  ({form[question.type]})")


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
    elif question.choices and answer.isdigit() and 1 <= int(answer) <= len(question.choices):
        value = list(question.choices)[int(answer) - 1]
    steps = question.path.split(".")
    target: Any = data
    for step in steps[:-1]:
        if step == "lines[]":
            index = next(i for i, line in enumerate(determination.lines) if question.fact in line.needs)
            target = target["lines"][index]
        else:
            if target.get(step) is None:
                target[step] = {}
            target = target[step]
    target[steps[-1]] = value


def _save(path: Path, data: Any) -> None:
    """Write the case whole or not at all."""
    import yaml

    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                yaml.safe_dump(data, file, sort_keys=False, allow_unicode=True)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InvalidInput.at(Place(str(path)), f"cannot be written: {error.strerror}") from None
