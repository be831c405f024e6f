"""`clausal diff`: for which cases the conclusion changes, between two days of service or two versions of a pack."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausal.cli.common import JsonOption, PacksOption, console, day, load
from clausal.problems import InvalidInput, Place

if TYPE_CHECKING:
    from rich.console import Console

    from clausal.documents.diff import Side, TableDiff
    from clausal.rules.analysis.diff import Change
    from clausal.rules.analysis.space import Space


FEW = 5
"""Up to how many regions or exceptions of the lesser kind are printed unasked."""


def register(app: typer.Typer) -> None:
    app.command("diff")(diff)


def diff(
    what: Annotated[list[str], typer.Argument(metavar="PACK | OLD NEW", help="A pack, or two folders.")],
    between: Annotated[
        tuple[str, str] | None, typer.Option("--between", metavar="DAY DAY", help="Two days of service.")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="Two folders on this day of service.")] = None,
    clauses: Annotated[bool, typer.Option("--clauses", help="Print all regions that only rest on others.")] = False,
    json: JsonOption = False,
    packs: PacksOption = None,
) -> None:
    """Tell every region of cases whose conclusion changes, with an example and the clauses of both sides.

    A case's conclusion differs exactly if the case lies in a region that is told.
    """
    from clausal.documents.diff import compared, files_that_differ, other_changes

    before, after, names, title = _sides(what, between, on, packs)
    if json:
        import json as as_json

        from clausal.documents.diff_data import diff_data

        print(as_json.dumps(diff_data(before, after, names, title), indent=2, default=str))
        return
    found = compared(before, after, names)
    others = other_changes(before.library, after.library)
    files = files_that_differ(before.library, after.library)
    out = console()
    out.print(title, soft_wrap=True)
    for change in others:
        out.print(change, soft_wrap=True)
    for one in found:
        _print(out, one, clauses=clauses)
    if not found and not others:
        out.print("nothing changes" if not files else f"no conclusion changes; files that differ: {', '.join(files)}")


def _sides(
    what: list[str], between: tuple[str, str] | None, on: str | None, packs: list[Path] | None
) -> tuple[Side, Side, list[str], str]:
    """Both sides, the packs that are compared, and what is compared in words."""
    from clausal.documents.diff import Side, changed_packs
    from clausal.documents.load import load_library
    from clausal.documents.named import pack_named

    if between is not None:
        if len(what) != 1:
            raise InvalidInput.at(Place("diff"), "--between compares two days of one pack", "name one pack")
        if on is not None:
            raise InvalidInput.at(Place("--on"), "is for two folders; --between has its own days")
        library = load(packs)
        pack = pack_named(library, what[0])
        first, second = day(between[0], "--between"), day(between[1], "--between")
        title = f"{pack.name}, services of {first} and of {second}"
        return Side(library, first), Side(library, second), [pack.name], title
    if len(what) != 2:
        hint = "clausal diff PACK --between 2022-12-31 2023-01-01, or clausal diff OLD-FOLDER NEW-FOLDER"
        raise InvalidInput.at(Place("diff"), "give two folders, or a pack and --between two days", hint)
    of_day = day(on, "--on")
    old, new = (load_library([*(packs or []), Path(one)], replacing=True) for one in what)
    names = changed_packs(old, new)
    at = f", services of {of_day}" if of_day else ""
    return (
        Side(old, of_day),
        Side(new, of_day),
        names,
        f"{what[0]} and {what[1]}{at}: {', '.join(names) or 'no pack differs'}",
    )


def _print(out: Console, one: TableDiff, *, clauses: bool) -> None:
    from rich.text import Text

    out.print()
    out.print(Text.assemble((one.table, "bold"), f" ({' '.join(one.answers)})"))
    for what, facts in (
        ("written out as what it is derived from", one.expanded),
        ("told otherwise, and compared as it is", one.unexpanded),
    ):
        if facts:
            out.print(f"  {what}: {', '.join(facts)}", soft_wrap=True)
    if one.difference is None:
        out.print("  they differ in more regions than can be told; fewer changes at a time can be")
        return
    changes = [change for change in one.difference.changes if not change.rests]
    resting = [change for change in one.difference.changes if change.rests]
    if changes:
        _print_changes(out, one.difference.space, changes, "the conclusion changes")
    if resting and (clauses or len(resting) <= FEW):
        _print_changes(out, one.difference.space, resting, "the conclusion stays and rests on other clauses")
    elif resting:
        text = (
            f"  {len(resting)} regions in which the conclusion stays and rests on other clauses: --clauses prints them"
        )
        out.print(text, soft_wrap=True)


def _print_changes(out: Console, space: Space, changes: list[Change], what: str) -> None:
    """Regions of one table; what they all have in common is told once."""
    from rich.padding import Padding
    from rich.text import Text

    from clausal.rules.analysis.wording import in_common, in_words

    out.print(f"  {len(changes)} {'region' if len(changes) == 1 else 'regions'} in which {what}")
    words = [in_words(space, change.box) for change in changes]
    common = in_common(words)
    if common:
        text = "; ".join(f"{name} {value}" for name, value in common.items())
        out.print(Padding(Text(f"in all of them: {text}"), (0, 0, 0, 4), expand=False))
    for change, of_change in zip(changes, words, strict=True):
        own = {name: text for name, text in of_change.items() if name not in common}
        _print_change(out, space, change, own)


def _print_change(out: Console, space: Space, change: Change, words: dict[str, str]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from clausal.rules.analysis.wording import example, exceptions
    from clausal.rules.finding import in_a_line

    out.print()
    for name, text in words.items():
        out.print(Padding(Text.assemble((name, "bold"), f" {text}"), (0, 0, 0, 4), expand=False))
    if not words:
        out.print("    every such case" if space.parts else "    every case")
    left_out = exceptions(space, change.box)
    for text in left_out[:FEW]:
        out.print(Padding(Text(f"but not {text}"), (0, 0, 0, 6), expand=False))
    if len(left_out) > FEW:
        out.print(f"      nor {len(left_out) - FEW} more, which --json tells")
    for label, said in (("before", change.before), ("after", change.after)):
        text = f"{label:<8}{said.conclusion or 'nothing is said'}{_clauses(said.clauses)}"
        out.print(Padding(Text(text), (0, 0, 0, 6), expand=False))
    shown = in_a_line(example(space, change.box))
    out.print(Padding(Text(f"example {shown}", style="dim"), (0, 0, 0, 6), expand=False))


def _clauses(refs: Sequence[str]) -> str:
    """Clauses by the pack they stand in."""
    by_pack: dict[str, list[str]] = {}
    for ref in refs:
        pack, _, clause = ref.partition("#")
        by_pack.setdefault(pack, []).append(clause)
    text = "; ".join(f"{pack}#{', '.join(names)}" for pack, names in by_pack.items())
    return f"  [{text}]" if text else ""
