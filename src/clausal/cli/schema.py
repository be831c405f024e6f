"""`clausal schema`: the JSON schema of a case or of a determination."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from clausal.cli.common import PacksOption, load


class Which(StrEnum):
    case = "case"
    determination = "determination"


def register(app: typer.Typer) -> None:
    app.command("schema")(schema)


def schema(
    which: Annotated[Which, typer.Argument(help="Which schema to print.")],
    packs: PacksOption = None,
) -> None:
    """Print the JSON schema of a case file or of the JSON that `decide --json` prints."""
    if which is Which.case:
        found = load(packs).cases.schema()
    else:
        from clausal.determination.model import determination_schema

        found = determination_schema()
    print(json.dumps(found, indent=2))
