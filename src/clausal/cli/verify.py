"""`clausal verify`: what a newer text of a document adds, takes away and changes, and the rules to review for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clausal.cli.common import DECIDED, OPEN, JsonOption, PacksOption, held_text, load
from clausal.problems import InvalidInput, Place

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
    from clausal.documents.verify import verified

    library = load(packs)
    document = pack_named(library, pack)
    if not any(clause.text for clause in document.clauses.values()):
        raise InvalidInput.at(Place(pack), "no clause of this pack has a fingerprint", "its document is not held")
    held = held_text(source)
    found = verified(list(document.clauses.values()), held)
    if not held.holds_any([clause.text for clause in document.clauses.values() if clause.text]):
        hint = "is this the right document?"
        raise InvalidInput.at(Place(str(source)), f"no clause of {pack} is in this text", hint)
    carried = carriers(library.packs.values())
    if json:
        import json as as_json

        print(as_json.dumps(_data(pack, found, carried, held), indent=2))
    else:
        _print(pack, source, found, carried, held)
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


def _data(pack: str, found: Verified, carried: Mapping[str, list[Carrier]], held: HeldText) -> dict[str, Any]:
    def clause_data(clause: Clause) -> dict[str, Any]:
        by = dict.fromkeys(str(one) for one in carried.get(clause.ref, ()))
        return {
            "clause": clause.ref,
            "kind": clause.kind,
            "at": clause.locator,
            "says": clause.says,
            "review": list(by),
        }

    def text_data(text: Sentence) -> dict[str, Any]:
        return {**place_data(text.line), "text": text.text}

    def place_data(line: int) -> dict[str, Any]:
        return {"line": line} if held.unit == "line" else {held.unit: held.page(line) or line}

    return {
        "pack": pack,
        "unchanged": [clause.ref for clause in found.unchanged],
        "changed": [
            {"clauses": [clause_data(c) for c in one.clauses], "now": [text_data(t) for t in one.text]}
            for one in found.changed
        ],
        "removed": [clause_data(clause) for clause in found.removed],
        "moved": [{**clause_data(clause), **place_data(line)} for clause, line in found.moved],
        "added": [
            {**text_data(one.text), "kind": one.kind, "after": one.after.ref if one.after else None}
            for one in found.added
        ],
    }
