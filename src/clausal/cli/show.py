"""`clausal show`: what a pack holds, or one clause with all that rests on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from clausal.cli.common import JsonOption, PacksOption, console, load

if TYPE_CHECKING:
    from rich.console import Console

    from clausal.documents.library import Library
    from clausal.documents.pack import Clause, Pack
    from clausal.rules.model import Rule


def register(app: typer.Typer) -> None:
    app.command("show")(show)


def show(
    what: Annotated[str, typer.Argument(metavar="PACK[#CLAUSE]", help="A pack, or one clause of it.")],
    json: JsonOption = False,
    packs: PacksOption = None,
) -> None:
    """Show a pack (editions, clauses, rules, data) or a clause with the rules that rest on it."""
    from clausal.documents.named import clause_named, pack_named

    library = load(packs)
    name, _, clause = what.partition("#")
    pack = pack_named(library, name)
    if json:
        from clausal.determination.model import to_json
        from clausal.documents.listed import clause_data, pack_data

        print(to_json(clause_data(library, what) if clause else pack_data(library, name)))
    elif clause:
        _show_clause(console(), library, pack, clause_named(pack, clause))
    else:
        _show_pack(console(), pack)


def _show_clause(out: Console, library: Library, pack: Pack, clause: Clause) -> None:
    from clausal.documents.listed import notes, other_carriers, resting

    out.print(Text(clause.ref, style="bold"))
    out.print(f"  {clause.kind} · {clause.locator}")
    out.print(Padding(Text(clause.says), (0, 0, 0, 2), expand=False))
    fingerprint = f"sha256 {clause.text.sha256}, {clause.text.length} characters" if clause.text else "text not held"
    out.print(Text(f"  {fingerprint}", style="dim"))
    rules = resting(library, clause)
    out.print()
    out.print(f"{len(rules)} rule(s) rest on it")
    for table, rule in rules:
        _show_rule(out, table.id, rule)
    for other in other_carriers(library, clause):
        out.print(f"  {other} rests on it")
    if clause.not_carried:
        out.print(Padding(Text(f"nothing rests on it: {clause.not_carried}"), (0, 0, 0, 2), expand=False))
    for note in notes(pack, clause):
        out.print(Padding(Text.assemble(("note  ", "bold"), note), (0, 0, 0, 2), expand=False))


def _show_rule(out: Console, table: str, rule: Rule) -> None:
    from clausal.rules.explain import conclusion

    force = f", in force from {rule.force.start}" if rule.force.start else ""
    force += f" to {rule.force.end}" if rule.force.end else ""
    out.print(Text(f"  {table}#{rule.name}{force}", style="bold"))
    tests = "; ".join(f"{fact}: {test}" for fact, test in rule.when.items()) or "always"
    out.print(Padding(Text(f"when {tests}"), (0, 0, 0, 4), expand=False))
    out.print(Padding(Text(f"then {conclusion(rule)}"), (0, 0, 0, 4), expand=False))


def _show_pack(out: Console, pack: Pack) -> None:
    out.print(Text(pack.title, style="bold"))
    out.print(f"{pack.publisher} · {pack.kind} · {pack.status}")
    if pack.about:
        out.print(Text(pack.about))
    for version in pack.versions:
        out.print(
            f"  edition {version.name}: effective {version.effective}, published {version.published} {version.says}"
        )
    if pack.replaced_by:
        out.print(f"  replaced from {pack.replaced_by.effective} by '{pack.replaced_by.title}'")
    if pack.clauses:
        table = Table(title=f"\n{len(pack.clauses)} clauses", title_justify="left", box=None, header_style="bold")
        for column in ("clause", "kind", "what it says"):
            table.add_column(column, overflow="fold")
        for clause in pack.clauses.values():
            table.add_row(clause.id, clause.kind, clause.says)
        out.print(table)
    for rules in pack.tables:
        kind, name = rules.answers
        out.print(Text(f"\ntable {rules.name} ({rules.hit}) answers {kind} {name}", style="bold"))
        for rule in rules.rules:
            _show_rule(out, rules.name, rule)
    _show_data(out, pack)


def _show_data(out: Console, pack: Pack) -> None:
    """Parts, printed fees, and what is wrong in the document."""
    catalogue = pack.data.get("catalogue")
    if catalogue:
        contract = catalogue["contract"]
        table = Table(title=f"\nparts, {contract['name']} {contract['number']}", title_justify="left", box=None)
        for column in ("part", "generation", "what", "needles", "mm", "pack"):
            table.add_column(column, header_style="bold")
        for part in catalogue["parts"]:
            printed = f" (printed {part['printed_mm']})" if "printed_mm" in part else ""
            needle = [str(part.get("needles", "")), f"{part.get('needle_mm', '')}{printed}", str(part.get("pack", ""))]
            table.add_row(part["part"], str(part["generation"]), part["what"], *needle)
        out.print(table)
    fees = pack.data.get("fees")
    if fees:
        table = Table(title=f"\nfees as printed, {fees['as_of']}", title_justify="left", box=None, header_style="bold")
        columns = list(next(iter(fees["codes"].values())))
        for column in ("code", *columns):
            table.add_column(column.replace("_", " "))
        for code, row in fees["codes"].items():
            table.add_row(code, *(str(row[column]) for column in columns))
        out.print(table)
    discrepancies = pack.data.get("discrepancies")
    if discrepancies:
        out.print(Text("\nwrong or unclear in the document", style="bold"))
        for one in discrepancies:
            cites = ", ".join(one.get("cites") or [])
            out.print(Padding(Text.assemble(f"{one['says']} ", (f"[{cites}]", "dim")), (0, 0, 0, 2), expand=False))
