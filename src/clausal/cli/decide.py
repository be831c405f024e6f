"""`clausal decide`: the determination of a case, or a table of many."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausal.cli.common import (
    BAD_INPUT,
    DECIDED,
    OPEN,
    AsOfOption,
    JsonOption,
    PacksOption,
    console,
    day,
    load,
    with_tables,
)
from clausal.files import below
from clausal.problems import InvalidInput, Place, Problem

if TYPE_CHECKING:
    import datetime as dt

    from clausal.determination.model import Determination
    from clausal.determination.worked import Worked
    from clausal.documents.library import Library
    from clausal.facts.case import Case


def register(app: typer.Typer) -> None:
    app.command("decide")(decide)


def decide(
    cases: Annotated[
        list[Path] | None, typer.Argument(metavar="CASE...", help="Case files (YAML or JSON), or folders of them.")
    ] = None,
    json: JsonOption = False,
    as_of: AsOfOption = None,
    why_not: Annotated[
        str | None,
        typer.Option("--why-not", metavar="RULE", help="Say for each line why this rule does not decide it."),
    ] = None,
    worked: Annotated[
        bool,
        typer.Option("--worked", help="Decide the worked cases beside the packs: some in full, and a table."),
    ] = False,
    in_full: Annotated[bool, typer.Option("--all", help="Print every case in full.")] = False,
    packs: PacksOption = None,
) -> None:
    """Decide a case: is it covered, by which clause, how is it coded, what is missing, is it safe.

    Exit status: 0 decided, 3 open (something is needed), 2 bad input.
    """
    from clausal.determination.decide import decide as decide_case
    from clausal.schedules.tables import Schedules

    day_as_of = day(as_of)
    if not cases and not worked:
        raise InvalidInput.at(Place("decide"), "no case given", "name a case file or a folder, or use --worked")
    library = load(packs)
    problems: list[Problem] = []
    schedules = with_tables(library)
    found = _cases(library, cases or [], worked, problems)
    others = set(_codes(one.case for one in found)) - set(library.vocabulary.codes)
    if others:
        schedules = Schedules(codes=[*library.vocabulary.codes, *others])
    decided = []
    for one in found:
        try:
            decided.append((one, decide_case(library, one.case, day_as_of or one.as_of, schedules)))
        except InvalidInput as error:
            problems.extend(error.problems)
    determinations = [determination for _, determination in decided]
    if why_not and determinations:
        _why_not(library, [one.case for one in found], why_not, day_as_of, json)
    elif json:
        from clausal.determination.model import to_json

        several = len(determinations) > 1 or len(cases or []) > 1 or any(path.is_dir() for path in cases or [])
        if determinations:
            print(to_json(determinations if several else determinations[0]))
    elif in_full:
        _print(library, determinations, pages=True)
    else:
        named = [determination for one, determination in decided if one.worked is None]
        _print(library, named, pages=len(named) == 1)
        beside = [(one.worked, determination) for one, determination in decided if one.worked is not None]
        if worked:
            _print_worked(library, beside, compared=day_as_of is None)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        raise typer.Exit(BAD_INPUT)
    raise typer.Exit(OPEN if any(d.is_open for d in determinations) and not worked else DECIDED)


@dataclass(frozen=True)
class _Asked:
    """A case to decide, with the as-of day that a worked case has of its own; `worked` if it stands beside a pack."""

    case: Case
    as_of: dt.date | None = None
    worked: Worked | None = None


def _cases(library: Library, paths: list[Path], worked: bool, problems: list[Problem]) -> list[_Asked]:
    """The cases of all files; problems are kept, the rest goes on."""
    from clausal.determination.worked import is_worked, read_worked, worked_files
    from clausal.facts.source import read_source

    files = [("", file) for path in paths for file in _files(path, problems)]
    files.extend(worked_files(library) if worked else [])
    found: list[_Asked] = []
    for pack, file in files:
        try:
            source = read_source(file)
            if is_worked(source):
                read = read_worked(library, source, pack)
                found.extend(_Asked(one.case, one.as_of, one if pack else None) for one in read)
            else:
                found.append(_Asked(library.cases.read(source)))
        except InvalidInput as error:
            problems.extend(error.problems)
    return found


def _codes(cases: Iterable[Case]) -> Iterable[str]:
    """The procedure codes that cases bill."""
    for case in cases:
        for line in case.lines:
            known = line.facts.get("code")
            if known is not None:
                yield from map(str, getattr(known, "values", ()))


def _files(path: Path, problems: list[Problem]) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = below(path, (".yaml", ".yml", ".json"))
    if not found:
        problems.append(Problem(Place(str(path)), "no case files in this folder", "expected .yaml, .yml or .json"))
    return found


def _print(library: Library, determinations: list[Determination], *, pages: bool) -> None:
    from clausal.cli.page import print_page, print_summary

    out = console()
    if pages:
        for determination in determinations:
            print_page(out, library, determination)
    if len(determinations) > 1:
        print_summary(console(wide=True), determinations)


def _print_worked(library: Library, decided: list[tuple[Worked, Determination]], *, compared: bool) -> None:
    from clausal.cli.worked_page import print_worked
    from clausal.determination.worked import differences

    print_worked(
        console(),
        console(wide=True),
        library,
        [(one, answer, not differences(library, one, answer) if compared else None) for one, answer in decided],
    )


def _why_not(library: Library, cases: list[Case], rule: str, as_of: dt.date | None, as_json: bool) -> None:
    from clausal.determination.model import to_json
    from clausal.determination.why_not import why_not

    found = [one for case in cases for one in why_not(library, case, rule, as_of)]
    if as_json:
        print(to_json(found))
        return
    from clausal.cli.why_page import print_why_not

    print_why_not(console(), found)
