"""`clausal store backup`, `tidy`: a copy of the store while it is in use, and deletion of what was kept long enough."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from clausal.cli.command import App
from clausal.cli.installed import ConfigOption, DatabaseOption, DataOption, store_of
from clausal.files import FILE_MODE
from clausal.problems import InvalidInput, Place


def register(app: typer.Typer) -> None:
    store = App(help="The store of the service: back it up, delete what was kept long enough.", no_args_is_help=True)
    store.command("backup")(backup)
    store.command("tidy")(tidy)
    app.add_typer(store, name="store")


def backup(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where the copy goes.")],
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Copy the SQLite store, whole and of one moment, while the service may run. For Postgres use pg_dump."""
    with store_of(config, None, data) as (configuration, store):
        if not store.is_sqlite:
            hint = f"pg_dump --format=custom --file={output} DATABASE"
            raise InvalidInput.at(Place("database"), "this store is on Postgres", hint)
        if output.exists():
            raise InvalidInput.at(Place(str(output)), "already exists", "name another file")
        source = configuration.data / "store.sqlite"
        try:
            with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(output)) as other:
                one.backup(other)
        except sqlite3.Error as error:
            output.unlink(missing_ok=True)
            raise InvalidInput.at(Place(str(output)), f"cannot be written: {error}") from None
        output.chmod(FILE_MODE)
    print(f"copied to {output}; put it as store.sqlite into a folder to verify it")


def tidy(config: ConfigOption = None, database: DatabaseOption = None, data: DataOption = None) -> None:
    """Delete what the configuration (`keep`) says was kept long enough; the log tells what, when and by which rule.

    The service does the same once an hour.
    """
    with store_of(config, database, data) as (configuration, store):
        from clausal.service.tidying import rules_of
        from clausal.service.tidying import tidy as run

        counts = run(configuration, store)
        for rule in rules_of(configuration):
            print(f"{rule}: {counts[rule.what]} deleted")
