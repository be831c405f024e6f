"""`clausal check`: do packs hold together, do worked cases come out, is every sentence of the source accounted for."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clausal.cli.common import BAD_INPUT, JsonOption, PacksOption, load
from clausal.problems import InvalidInput, Place, Problem, place_data

if TYPE_CHECKING:
    from clausal.cli.source_page import SourceReport
    from clausal.determination.worked import Worked
    from clausal.documents.library import Library
    from clausal.documents.pack import Pack
    from clausal.rules.finding import Finding
    from clausal.rules.model import Rule, Table


MOST_NOTES = 6
"""How many notes of one place are printed."""


def register(app: typer.Typer) -> None:
    app.command("check")(check)


def check(
    pack: Annotated[str | None, typer.Argument(help="The pack to check; all, if not given.")] = None,
    source: Annotated[
        Path | None,
        typer.Option("--source", help="The document (text, PDF, Word): is every sentence of it accounted for?"),
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Take out what changes no answer.")] = False,
    notes: Annotated[bool, typer.Option("--notes", help="Print notes too, as with a pack named.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")] = False,
    json: JsonOption = False,
    packs: PacksOption = None,
) -> None:
    """Check packs: tables, citations, worked cases; with --source the clauses against the document's text.

    Exit status: 0 no error, 2 errors (with --strict warnings too).
    """
    from clausal.determination.reached import unreached
    from clausal.determination.worked import differences, worked_cases
    from clausal.documents.checks import findings
    from clausal.documents.named import pack_named

    library = load(packs)
    chosen = [pack_named(library, pack)] if pack else list(library.packs.values())
    if fix:
        library, chosen = _fixed(library, chosen, packs)
    names = [one.name for one in chosen]
    worked = worked_cases(library, names)
    problems = [problem for one in worked for problem in differences(library, one)]
    untried = unreached(library, names, [*worked, *_worked_elsewhere(library, names)])
    problems.extend(_unreadable_evidence(chosen))
    found = findings(library, names)
    report = _against(library, chosen, source, named=pack is not None) if source else None
    counts = {
        "packs": len(chosen),
        "clauses": sum(len(one.clauses) for one in chosen),
        "rules": sum(len(table.rules) for one in chosen for table in one.tables),
        "worked_cases": len(worked),
        "rules_reached": sum(len(table.rules) for one in chosen for table in one.tables) - len(untried),
    }
    problems.extend(report.problems if report else ())
    errors = len(problems) + _count(found, "error")
    warnings = _count(found, "warning")
    if json:
        _print_json(counts, found, problems, untried, report)
    else:
        print("{packs} pack(s): {clauses} clauses, {rules} rules, {worked_cases} worked cases".format(**counts))
        _print_untried(untried, listed=notes or pack is not None)
        if report:
            report.show()
        for document in chosen:
            _check_printed(document)
        _print_findings(found, notes=notes or pack is not None)
        for problem in problems:
            print(problem, file=sys.stderr)
        failing = errors + (warnings if strict else 0)
        print(_verdict(failing, warnings, _count(found, "note"), shown=notes or pack is not None))
    if errors or (strict and warnings):
        raise typer.Exit(BAD_INPUT)


def _worked_elsewhere(library: Library, names: Sequence[str]) -> list[Worked]:
    """The worked cases of the packs that are not checked, so far as they can be read: they reach shared rules too."""
    from clausal.determination.worked import worked_cases

    found: list[Worked] = []
    for name in library.packs:
        with contextlib.suppress(InvalidInput):
            found.extend(worked_cases(library, [name]) if name not in names else ())
    return found


def _unreadable_evidence(packs: Sequence[Pack]) -> list[Problem]:
    """What is wrong with the form of evidence files; what their numbers give away, `clausal evidence` tells."""
    from clausal.evidence.read import evidence_of

    problems: list[Problem] = []
    for pack in packs:
        try:
            evidence_of(pack)
        except InvalidInput as error:
            problems.extend(error.problems)
    return problems


def _count(found: Sequence[Finding], severity: str) -> int:
    return sum(one.severity == severity for one in found)


def _verdict(errors: int, warnings: int, notes: int, *, shown: bool) -> str:
    """The last lines: what there is beside errors, and whether all is in order."""
    said = [f"{warnings} warning(s)"] if warnings else []
    if notes:
        said.append(f"{notes} note(s){'' if shown else ', which --notes prints'}")
    beside = f"{', '.join(said)}\n" if said else ""
    return beside + (f"{errors} problem(s)" if errors else "all in order")


def _print_findings(found: Iterable[Finding], *, notes: bool) -> None:
    """Errors and warnings on standard error, notes on standard output."""
    from clausal.rules.finding import in_a_line

    counted: Counter[Place] = Counter()
    for one in found:
        counted[one.place] += one.severity == "note"
        if one.severity == "note" and (not notes or counted[one.place] > MOST_NOTES):
            continue
        out = sys.stdout if one.severity == "note" else sys.stderr
        hint = f"; {one.hint}" if one.hint else ""
        print(f"{one.place}: {one.severity} {one.check}: {one.message}{hint}", file=out)
        for what, place in one.others:
            print(f"    {what}: {place}", file=out)
        if one.example is not None and one.severity != "note":
            print(f"    example: {in_a_line(one.example)}", file=out)
        if one.repair is not None:
            print("    --fix takes it out", file=out)
    for place, count in counted.items():
        if notes and count > MOST_NOTES:
            print(f"{place}: {count - MOST_NOTES} more note(s), which --json tells")


def _print_untried(untried: Sequence[tuple[Table, Rule]], *, listed: bool) -> None:
    """The rules that no worked case reaches: how many, or each with its place."""
    if not untried:
        return
    if not listed:
        print(f"{len(untried)} rule(s) not reached by a worked case, which --notes lists")
        return
    print("not reached by a worked case:")
    for table, rule in untried:
        print(f"  {rule.place}: {table.name}#{rule.name}")


def _print_json(
    counts: dict[str, int],
    found: Iterable[Finding],
    problems: Iterable[Problem],
    untried: Iterable[tuple[Table, Rule]],
    report: SourceReport | None,
) -> None:
    import json

    listed: list[dict[str, Any]] = [
        {
            "check": one.check,
            "severity": one.severity,
            "place": place_data(one.place),
            "message": one.message,
            "hint": one.hint,
            "others": [{"what": what, "place": place_data(place)} for what, place in one.others],
            "example": one.example,
            "repair": one.repair is not None,
        }
        for one in found
    ]
    wrong = [{"place": place_data(one.place), "message": one.message, "hint": one.hint} for one in problems]
    not_reached = [
        {"pack": table.pack, "table": table.name, "rule": rule.name, "place": place_data(rule.place)}
        for table, rule in untried
    ]
    told: dict[str, Any] = {**counts, "findings": listed, "problems": wrong, "not_reached": not_reached}
    if report:
        told["source"] = report.as_json()
    print(json.dumps(told, indent=2, default=str))


def _fixed(library: Library, chosen: Sequence[Pack], packs: list[Path] | None) -> tuple[Library, list[Pack]]:
    """Take out what is certain to change nothing, until nothing of that kind is left."""
    from clausal.documents.checks import findings
    from clausal.documents.mend import CannotMend, mend

    names = [one.name for one in chosen]
    by_hand: set[str] = set()
    one_by_one: set[str] = set()
    while repairs := [one for one in findings(library, names) if one.repair and one.repair.file not in by_hand]:
        for file in dict.fromkeys(one.place.file for one in repairs):
            turn = _of_one_turn([one for one in repairs if one.place.file == file], alone=file in one_by_one)
            try:
                mend(one.repair for one in turn if one.repair)
                for one in turn:
                    print(f"{one.place}: repaired {one.check}: {one.message}", file=sys.stderr)
            except (CannotMend, OSError) as error:
                if len(turn) > 1:
                    one_by_one.add(file)
                    continue
                by_hand.add(file)
                print(f"not repaired: {error}", file=sys.stderr)
        library = load(packs)
    return library, [library.packs[name] for name in names]


def _of_one_turn(repairs: Sequence[Finding], *, alone: bool) -> Sequence[Finding]:
    """The repairs of a file to make at once: of rules one, as it can make another one needless; of entries all."""
    from clausal.documents.checks import covered_entry

    entries = [one for one in repairs if one.check == covered_entry.NAME]
    return entries if entries and not alone else repairs[-1:]


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


def _against(library: Library, packs: Sequence[Pack], path: Path, *, named: bool) -> SourceReport:
    """How a pack and a text fit; without a pack named, the one that the text belongs to."""
    from clausal.cli.common import held_text
    from clausal.cli.source_page import report_of

    held = held_text(path)
    count = {one.name: held.holds_any([c.text for c in one.clauses.values() if c.text]) for one in packs}
    best = packs[0] if named else max(packs, key=lambda one: count[one.name])
    if not any(clause.text for clause in best.clauses.values()):
        raise InvalidInput.at(Place(best.name), "no clause of this pack has a fingerprint", "its document is not held")
    if not count[best.name]:
        what = best.name if named else "any pack"
        raise InvalidInput.at(Place(str(path)), f"no clause of {what} is in this text", "is this the right document?")
    return report_of(library, best, path, held)
