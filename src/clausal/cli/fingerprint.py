"""`clausal fingerprint`: the fingerprint of a passage, for the clause entry of a pack."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from clausal.cli.common import held_text
from clausal.problems import InvalidInput, Place


def register(app: typer.Typer) -> None:
    app.command("fingerprint")(fingerprint)


def fingerprint(
    source: Annotated[Path, typer.Argument(help="The document: text, PDF or Word file.")],
    begins: Annotated[str, typer.Argument(help="The words with which the passage begins.")],
    ends: Annotated[
        str,
        typer.Option(
            "--to", help="The words with which it ends (default: the end of its line; in a PDF, of its sentence)."
        ),
    ] = "",
) -> None:
    """Print the fingerprint of a passage as a clause entry holds it."""
    from clausal.documents.stream import Edge

    text = held_text(source)
    passage = text.passage(begins, ends)
    if passage is None:
        hint = "a passage begins with a word of the document"
        if text.passage(begins) is not None:
            raise InvalidInput.at(Place(str(source)), f"a passage begins so, but none goes on to '{ends}'")
        raise InvalidInput.at(Place(str(source)), f"no passage begins with '{begins}'", hint)
    start, end = passage
    found = text.mark(start, end)
    print(f"text: {{sha256: {found.sha256}, length: {found.length}}}")
    print(f"# {text.told(text.line(start))}: {text.words(start, end)[:70]}")
    also = [text.told(text.line(at)) for at in text.occurrences(found) if at != start]
    if also:
        print(f"# the same words stand on {', '.join(also)} too")
    if text.grade(start, end) < Edge.OPEN:
        print("# this passage is part of a sentence: another entry has to account for the rest of it", file=sys.stderr)
