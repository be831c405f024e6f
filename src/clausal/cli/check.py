"""`clausal check`: do the packs hold together, do worked cases come out, are the clauses those of the source."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausal.cli.common import BAD_INPUT, PacksOption, load
from clausal.problems import InvalidInput, Place, Problem, unknown_name

if TYPE_CHECKING:
    from clausal.documents.library import Library
    from clausal.documents.pack import Pack


def register(app: typer.Typer) -> None:
    app.command("check")(check)


def check(
    pack: Annotated[str | None, typer.Argument(help="The pack to check; all, if not given.")] = None,
    source: Annotated[
        Path | None, typer.Option("--source", help="The document's text: every clause must be in it, word for word.")
    ] = None,
    packs: PacksOption = None,
) -> None:
    """Check packs: tables, citations, worked cases, and with --source the fingerprint of every clause."""
    from clausal.determination.worked import differences, worked_cases

    library = load(packs)
    chosen = [pack_named(library, pack)] if pack else list(library.packs.values())
    problems: list[Problem] = []
    worked = worked_cases(library, [one.name for one in chosen])
    for one in worked:
        problems.extend(differences(library, one))
    clauses = sum(len(one.clauses) for one in chosen)
    rules = sum(len(table.rules) for one in chosen for table in one.tables)
    print(f"{len(chosen)} pack(s): {clauses} clauses, {rules} rules, {len(worked)} worked cases")
    if source:
        problems.extend(_check_source(chosen, source, named=pack is not None))
    for document in chosen:
        _check_printed(document)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"{len(problems)} problem(s)")
        raise typer.Exit(BAD_INPUT)
    print("all in order")


def _check_printed(pack: Pack) -> None:
    """Recompute the fees that a document prints. What is wrong is the document's, so it is told and fails nothing."""
    fees = pack.data.get("fees")
    if not fees:
        return
    from clausal.payment.printed import check_printed
    from clausal.schedules.tables import Schedules

    print(f"figures printed in {pack.name}, as of {fees['as_of']}, against the published tables:")
    for one in check_printed(fees, Schedules(codes=list(fees["codes"]))):
        print(f"  {'ok   ' if one.agrees else 'WRONG'} {one.code} {one.figure}: {one.printed} - {one.says}")


def pack_named(library: Library, name: str) -> Pack:
    """The pack of that name."""
    if name not in library.packs:
        raise InvalidInput.at(Place("PACK"), *unknown_name("pack", name, library.packs))
    return library.packs[name]


def _check_source(packs: list[Pack], path: Path, *, named: bool) -> list[Problem]:
    """Clauses whose text is not in the source. Without a pack named, the one that the text belongs to is checked."""
    from clausal.documents.fingerprint import HeldText
    from clausal.facts.source import decode

    try:
        text = HeldText(decode(path.read_bytes(), Place(str(path))))
    except OSError as error:
        raise InvalidInput.at(Place(str(path)), f"cannot be read: {error.strerror}") from None
    held = {one.name: [clause for clause in one.clauses.values() if clause.text] for one in packs}
    count = {
        name: sum(1 for clause in clauses if clause.text and text.find(clause.text)) for name, clauses in held.items()
    }
    best = packs[0].name if named else max(count, key=lambda name: count[name])
    if not held[best]:
        return [Problem(Place(best), "no clause of this pack has a fingerprint", "its document is not held")]
    if not count[best]:
        what = best if named else "any pack"
        return [Problem(Place(str(path)), f"no clause of {what} is in this text", "is this the right document?")]
    lines = text.in_order([clause.text for clause in held[best] if clause.text])
    found = sum(1 for line in lines if line)
    print(f"{best}: {found} of {len(held[best])} clauses found, in order, in {path}")
    problems = []
    for clause, line in zip(held[best], lines, strict=True):
        if line is None:
            elsewhere = text.find(clause.text) if clause.text else None
            hint = f"its words stand on line {elsewhere}, out of place" if elsewhere else "its text changed, or was cut"
            problems.append(Problem(clause.place, f"clause '{clause.id}' is not in {path} where it was read", hint))
    return problems
