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
    source: Annotated[Path, typer.Argument(help="The document's text.")],
    begins: Annotated[str, typer.Argument(help="The words with which the passage begins.")],
    ends: Annotated[
        str, typer.Option("--to", help="The words with which it ends (default: the end of its line).")
    ] = "",
) -> None:
    """Print the fingerprint of a passage as a clause entry holds it."""
    from clausal.documents.fingerprint import fingerprint as of_text

    text = held_text(source)
    passage = text.passage(begins, ends) if begins.strip() else None
    if passage is None:
        hint = "a passage begins where a line, a table cell or a sentence begins"
        if begins.strip() and text.passage(begins) is not None:
            raise InvalidInput.at(Place(str(source)), f"a passage begins so, but none goes on to '{ends}'")
        raise InvalidInput.at(Place(str(source)), f"no passage begins with '{begins}'", hint)
    found = of_text(passage)
    lines = [text.line(start) for start in text.occurrences(found)]
    print(f"text: {{sha256: {found.sha256}, length: {found.length}}}")
    print(f"# line {lines[0] if lines else '?'}: {passage.strip()[:70]}")
    if len(lines) > 1:
        print(f"# the same words stand on lines {', '.join(map(str, lines[1:]))} too")
    if not lines:
        print("# this passage ends inside a sentence: `clausal check` will not find it", file=sys.stderr)
