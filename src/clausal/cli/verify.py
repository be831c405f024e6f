"""`clausal verify`: what a newer text of a document adds, takes away and changes, and the rules to review for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausal.cli.common import DECIDED, OPEN, JsonOption, PacksOption, held_text, load

if TYPE_CHECKING:
    from clausal.documents.accounted import Sentence
    from clausal.documents.carried import Carrier
    from clausal.documents.fingerprint import HeldText
    from clausal.documents.pack import Clause
    from clausal.documents.verify import Verified


def register(app: typer.Typer) -> None:
    app.command("verify")(verify)


def verify(
    pack: Annotated[str, typer.Argument(help="The pack of the document.")],
    source: Annotated[Path, typer.Option("--source", help="The newer document: text, PDF or Word file.")],
    json: JsonOption = False,
    packs: PacksOption = None,
) -> None:
    """Compare a newer text of a document with the clauses that were read: added, removed, changed, and what to review.

    Exit status: 0 nothing changed, 3 something did.
    """
    from clausal.documents.carried import carriers
    from clausal.documents.named import pack_named
    from clausal.documents.verify_data import refuse_without_text, verified_against, verified_data

    library = load(packs)
    document = pack_named(library, pack)
    refuse_without_text(document)
    held = held_text(source)
    found = verified_against(document, held, str(source))
    if json:
        import json as as_json

        print(as_json.dumps(verified_data(library, pack, found, held), indent=2))
    else:
        _print(pack, source, found, carriers(library.packs.values()), held)
    raise typer.Exit(DECIDED if found.is_same else OPEN)


def _print(pack: str, source: Path, found: Verified, carried: Mapping[str, list[Carrier]], held: HeldText) -> None:
    changed = sum(len(one.clauses) for one in found.changed)
    print(f"{pack} against {source}")
    print(
        f"{len(found.unchanged)} clauses unchanged, {changed} changed, {len(found.removed)} removed, "
        f"{len(found.moved)} moved, {len(found.added)} passages added"
    )
    for one in found.changed:
        print("\nchanged")
        for clause in one.clauses:
            _print_clause(clause)
        for text in one.text:
            print(f"  now, {held.told(text.line)}: {_short(text)}")
        _print_review(one.clauses, carried)
    for clause in found.removed:
        print("\nremoved")
        _print_clause(clause)
        _print_review((clause,), carried)
    for clause, line in found.moved:
        print("\nmoved")
        _print_clause(clause)
        print(f"  its words stand on {held.told(line)} now")
        _print_review((clause,), carried)
    for one_added in found.added:
        print("\nadded")
        print(f"  {held.told(one_added.text.line)}: {_short(one_added.text)}")
        if one_added.kind:
            print(f"  it reads as {one_added.kind}")
        if one_added.after:
            print(f"  after clause {one_added.after.ref}")
    if found.is_same:
        print("nothing changed")


def _print_clause(clause: Clause) -> None:
    print(f"  {clause.ref} ({clause.kind}; {clause.locator}): {clause.says}")


def _print_review(clauses: tuple[Clause, ...], carried: Mapping[str, list[Carrier]]) -> None:
    by = dict.fromkeys(str(one) for clause in clauses for one in carried.get(clause.ref, ()))
    if by:
        print("  review:")
    for name in by:
        print(f"    {name}")


def _short(text: Sentence) -> str:
    return text.text if len(text.text) <= 200 else f"{text.text[:197]}..."
