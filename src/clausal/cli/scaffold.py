"""`clausal scaffold`: start a pack for a new document."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from clausal.cli.common import held_text
from clausal.problems import InvalidInput, Place

_NAME = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*\Z")
LONGEST = 80


def register(app: typer.Typer) -> None:
    app.command("scaffold")(scaffold)


def scaffold(
    name: Annotated[str, typer.Argument(help="Name of the new pack: lower-case letters, digits, hyphens.")],
    source: Annotated[Path, typer.Option("--source", help="The document: text, PDF or Word file.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the pack's folder is made.")] = Path(),
) -> None:
    """Start a pack: the document's passages as clause entries, fingerprinted, classified where that is plain.

    Paraphrases, rules and dates are for a person to fill in; `clausal check NAME --packs FOLDER` lists what is missing.
    """
    from collections import Counter

    from clausal.documents.load import bundled_packs
    from clausal.documents.pack import TODO
    from clausal.documents.scaffold import classified, skeleton
    from clausal.documents.segments import passages

    if not _NAME.match(name) or len(name) > LONGEST:
        raise InvalidInput.at(Place("NAME"), f"'{name}' is no name of a pack", "lower-case letters, digits and hyphens")
    if (bundled_packs() / name).exists():
        raise InvalidInput.at(Place("NAME"), f"a pack '{name}' comes with the project", "name another pack")
    held = held_text(source)
    found = passages(held.text, whole_lines=held.unit == "paragraph")
    folder = output / name
    if folder.exists():
        raise InvalidInput.at(Place(str(folder)), "already exists", "name another pack, or another folder with -o")
    try:
        output.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=output))
        try:
            made = beside / name  # as open as its files are, which the folder around it is not
            (made / "tables").mkdir(parents=True)
            for file, content in skeleton(name, held.text, found, held.told).items():
                (made / file).write_text(content, encoding="utf-8")
            os.replace(made, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise InvalidInput.at(Place(str(folder)), f"cannot be written: {error.strerror}") from None
    counted = Counter(classified(passage) for passage in found)
    print(f"{folder}: {sum(counted.values())} clauses")
    for kind, count in counted.most_common():
        print(f"  {count:>5} {kind}{' - say which kind they are' if kind == TODO else ''}")
    print("Next: say what is `todo`: in pack.yaml, and for each clause its kind and what it means in your own words;")
    print("then facts and tables (CONTRIBUTING.md has an example). What is left is told by")
    print(f"  clausal check {name} --packs {output} --source {source}")
