"""`clausal packs`: the documents that the library holds."""

from __future__ import annotations

import typer

from clausal.cli.common import JsonOption, PacksOption, console, load
from clausal.cli.rows import Head, print_rows


def register(app: typer.Typer) -> None:
    app.command("packs")(packs)


def packs(json: JsonOption = False, packs: PacksOption = None) -> None:
    """List the documents of the library, with their status and editions, and the plans they declare."""
    library = load(packs)
    if json:
        from clausal.determination.model import to_json
        from clausal.documents.listed import library_data

        print(to_json(library_data(library)))
        return
    heads = [Head("pack"), Head("kind"), Head("status"), Head("editions"), Head("clauses", True), Head("rules", True)]
    found = []
    for pack in library.packs.values():
        years = sorted({version.effective for version in pack.versions})
        editions = f"{years[0]} to {years[-1]}" if len(years) > 1 else str(years[0]) if years else ""
        rules = sum(len(one.rules) for one in pack.tables)
        found.append([pack.name, pack.kind, pack.status, editions, str(len(pack.clauses)), str(rules)])
    out = console(wide=True)
    print_rows(out, heads, found)
    out.print()
    for plan in library.plans.values():
        out.print(f"plan {plan.name}: {plan.label} (asks {', then '.join(plan.authorities)})")
    out.print(f"\nlibrary {library.fingerprint}")
