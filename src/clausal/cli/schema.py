"""`clausal schema`: the JSON schema of a case or of a determination, and the columns of claim files."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from clausal.cli.common import PacksOption, load
from clausal.cli.installed import check_installed


class Which(StrEnum):
    case = "case"
    determination = "determination"
    claims = "claims"
    service = "service"


def register(app: typer.Typer) -> None:
    app.command("schema")(schema)


def schema(
    which: Annotated[Which, typer.Argument(help="Which schema to print.")],
    packs: PacksOption = None,
) -> None:
    """Print the JSON schema of a case, of what `decide --json` prints, of the configuration of `serve`; or columns.

    `claims` are the columns of claim files and of results.
    """
    if which is Which.case:
        found = load(packs).cases.schema()
    elif which is Which.claims:
        from clausal.claims.remit import COLUMNS
        from clausal.columns.schema import published

        found = published(load(packs).vocabulary, COLUMNS)
    elif which is Which.service:
        check_installed()
        from clausal.service.configuration import configuration_schema

        found = configuration_schema()
    else:
        from clausal.determination.model import determination_schema

        found = determination_schema()
    print(json.dumps(found, indent=2))
