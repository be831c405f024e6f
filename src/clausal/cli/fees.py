"""`clausal fees`: import Medicare's published tables, and list what is held for which dates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from clausal.cli.command import App
from clausal.cli.common import JsonOption, bar_console, console, day

if TYPE_CHECKING:
    from rich.console import Console

    from clausal.schedules.holdings import Held, Span
    from clausal.schedules.kinds import Kind

NAME_WIDTH = 29


def register(app: typer.Typer) -> None:
    fees = App(
        help="Import Medicare's published fee tables and claim edits, and list what is held.", no_args_is_help=True
    )
    fees.command("import")(import_files)
    fees.command("list")(list_tables)
    app.add_typer(fees, name="fees")


def import_files(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Files as CMS publishes them: csv, txt, gz, zip.")
    ],
    effective: Annotated[
        str | None, typer.Option("--effective", metavar="DATE", help="First day, where the file does not tell.")
    ] = None,
    release: Annotated[
        str | None, typer.Option("--release", help="Name of the release, instead of the file's own.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a release also by a file with less than half of its rows.")
    ] = False,
) -> None:
    """Import tables: all of the files, or none if one cannot be read. Importing twice changes nothing."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from clausal.schedules.kinds import KINDS
    from clausal.schedules.store import Store

    store = Store()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=bar_console(), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("reading", total=len(files))
        started = 0

        def progress(name: str) -> None:
            nonlocal started
            bar.update(task, description=Path(name).name, completed=started)
            started += 1

        given = (release, day(effective, "--effective"))
        try:
            imported = store.import_files(files, given, progress, is_replacing=replace)
        except KeyboardInterrupt as error:
            error.add_note("nothing is imported: the tables are as they were; import the files again")
            raise
    for one in imported:
        outcome = {"new": "imported", "same": "held already, nothing changed", "replaced": "replaced"}[one.outcome]
        if one.before is not None:
            outcome = f"replaced ({one.before:,} rows before, {one.rows:,} now)"
        span = f"{one.release.start} to {one.release.end}"
        print(f"{one.file}: {KINDS[one.release.kind].label}, {one.release.name}, {span}, {one.rows:,} rows: {outcome}")
        for told in filter(None, (one.note, one.doubt)):
            print(f"    {told}")


def list_tables(json: JsonOption = False) -> None:
    """List what is held of each kind of table, shipped and imported: for which dates, in full or not, and the gaps."""
    from clausal.schedules.holdings import gaps_of, holdings
    from clausal.schedules.kinds import KINDS
    from clausal.schedules.store import Store

    store = Store()
    held = holdings(store)
    of_kind = {kind: [one for one in held if one.release.kind == kind] for kind in KINDS}
    holes = {kind: gaps_of(some) for kind, some in of_kind.items()}
    outdated = store.outdated()
    if json:
        from clausal.determination.model import to_json

        tables = [
            {
                "kind": one.release.kind,
                "release": one.release.name,
                "first_day": one.release.start,
                "last_day": one.release.end,
                "rows": one.rows,
                "origin": "imported" if one.is_imported else "shipped",
                "whole": one.is_whole,
            }
            for one in held
        ]
        missing = {kind: [{"first_day": a, "last_day": b} for a, b in found] for kind, found in holes.items() if found}
        absent = [kind for kind, some in of_kind.items() if not some]
        answer = {"folder": str(store.path.parent), "tables": tables, "gaps": missing, "not_held": absent}
        print(to_json({**answer, "outdated": outdated}))
        return
    out = console()
    for kind, some in of_kind.items():
        if some:
            _print_kind(out, KINDS[kind], some, holes[kind])
    out.print(Text("not held", style="bold"))
    for kind, some in of_kind.items():
        if not some:
            out.print(Text(f" {KINDS[kind].label}:\n   {KINDS[kind].source}"))
    for name in outdated:
        out.print(Text(f"\n{name} was imported before imaging families were kept: import the file again"))
    out.print(
        "\nShipped rows are those of the codes that packs name, unless in full: what they\n"
        "lack is not known. `clausal fees import FILE...` loads the full tables."
    )


def _print_kind(out: Console, kind: Kind, held: list[Held], holes: list[Span]) -> None:
    """What is held of one kind, a line for each release, and the days between that none was published for."""
    out.print(Text(kind.label, style="bold"))
    for one in held:
        release = one.release
        said = f"{release.start} {release.end} {one.rows:>9,} {one.how}"
        out.print(Text(_beside(release.name, said, out.width)))
    for first, last in holes:
        out.print(Text(_beside("gap", f"{first} {last}", out.width)))
    if kind.any_year:
        out.print(Text(" other dates take the nearest of these, and the answer says so"))
    out.print()


def _beside(name: str, said: str, width: int) -> str:
    """A name with what is said of it beside it; below it where it is long, or the screen narrow."""
    if 2 + NAME_WIDTH + len(said) > width:
        return f" {name}\n   {said}"
    return f" {name:{NAME_WIDTH}} {said}" if len(name) <= NAME_WIDTH else f" {name}\n {'':{NAME_WIDTH}} {said}"
