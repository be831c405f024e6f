"""`clausal fees`: import Medicare's published tables, and list what is held for which dates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from clausal.cli.common import JsonOption, console, day


def register(app: typer.Typer) -> None:
    fees = typer.Typer(help="Import Medicare's published fee tables and claim edits, and list what is held.")
    fees.command("import")(import_files)
    fees.command("list")(list_tables)
    app.add_typer(fees, name="fees")


def import_files(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Files as CMS publishes them: csv, txt, gz, zip.")
    ],
    effective: Annotated[
        str | None, typer.Option("--effective", help="First day, where the file does not tell.")
    ] = None,
    release: Annotated[
        str | None, typer.Option("--release", help="Name of the release, instead of the file's own.")
    ] = None,
) -> None:
    """Import tables: all of the files, or none if one cannot be read. Importing twice changes nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from clausal.schedules.kinds import KINDS
    from clausal.schedules.store import Store

    store = Store()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=sys.stderr), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("reading", total=len(files))
        started = 0

        def progress(name: str) -> None:
            nonlocal started
            bar.update(task, description=Path(name).name, completed=started)
            started += 1

        imported = store.import_files(files, (release, day(effective, "--effective")), progress)
    for one in imported:
        outcome = {"new": "imported", "same": "held already, nothing changed", "replaced": "replaced"}[one.outcome]
        span = f"{one.release.start} to {one.release.end}"
        print(f"{one.file}: {KINDS[one.release.kind].label}, {one.release.name}, {span}, {one.rows:,} rows: {outcome}")


def list_tables(json: JsonOption = False) -> None:
    """List the tables held, shipped and imported: for which dates, how many rows, and where the gaps are."""
    from clausal.schedules.bundled import shipped_releases
    from clausal.schedules.kinds import KINDS
    from clausal.schedules.store import Store, gaps

    store = Store()
    imported = {(release.kind, release.name): (release, rows) for release, rows in store.releases()}
    rows = [(release, count, "imported") for release, count in imported.values()]
    rows.extend((r, count, "shipped") for r, count in shipped_releases() if (r.kind, r.name) not in imported)
    rows.sort(key=lambda row: (list(KINDS).index(row[0].kind), row[0].start, row[0].name))
    holes = {kind: gaps([row[0] for row in rows if row[0].kind == kind]) for kind in KINDS}
    if json:
        from clausal.determination.model import to_json

        tables = [
            {
                "kind": r.kind,
                "release": r.name,
                "first_day": r.start,
                "last_day": r.end,
                "rows": count,
                "origin": origin,
            }
            for r, count, origin in rows
        ]
        missing = {kind: [{"first_day": a, "last_day": b} for a, b in found] for kind, found in holes.items() if found}
        print(to_json({"folder": str(store.path.parent), "tables": tables, "gaps": missing}))
        return
    out = console(wide=True)
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for column in ("table", "release", "first day", "last day", "rows", ""):
        table.add_column(column, no_wrap=True)
    for release, count, origin in rows:
        label = KINDS[release.kind].label
        table.add_row(label, release.name, str(release.start), str(release.end), f"{count:,}", origin)
    out.print(table)
    for kind, found in holes.items():
        for first, last in found:
            out.print(f"gap in {KINDS[kind].label}: {first} to {last}")
    absent = [KINDS[kind].label for kind in KINDS if not any(row[0].kind == kind for row in rows)]
    if absent:
        out.print(f"\nnot held: {'; '.join(absent)}")
    out.print(
        "\nShipped rows are those of the codes that packs name. `clausal fees import FILE...` loads the full tables."
    )
