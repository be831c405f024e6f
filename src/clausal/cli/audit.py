"""`clausal audit verify`, `export`: whether the log of the service is as it was written, and the log itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausal.cli.command import App
from clausal.cli.installed import ConfigOption, DatabaseOption, DataOption, check_installed, store_of
from clausal.files import opened, replacing
from clausal.problems import InvalidInput, Place

if TYPE_CHECKING:
    from clausal.store.chain import Event


def register(app: typer.Typer) -> None:
    audit = App(help="The log of who saw and did what: verify it, export it.", no_args_is_help=True)
    audit.command("verify")(verify)
    audit.command("export")(export)
    app.add_typer(audit, name="audit")


def verify(
    exported: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="An exported log, instead of the store.")
    ] = None,
    noted: Annotated[
        str | None,
        typer.Option("--noted", metavar="NUMBER:HASH", help="The last event of an export that was kept elsewhere."),
    ] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    data: DataOption = None,
) -> None:
    """Verify the log, and all that it has a digest of: every change and every gap is told.

    Exit status: 0 all is as it was written, 1 something is not, 2 bad input.
    """
    check_installed()
    from clausal.store import chain
    from clausal.store.verify import faults

    known = _noted(noted)
    if exported is not None:
        events = list(_events(exported))
        found, counted = list(chain.broken(iter(events), known)), len(events)
    else:
        with store_of(config, database, data) as (_, store), store.reading() as connection:
            found, counted = list(faults(connection, known)), chain.head(connection)[0]
    for one in found:
        print(one)
    if found:
        raise typer.Exit(1)
    print(f"{counted:,} events: the log is as it was written" + ("" if exported else ", and so is all it tells of"))


def export(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where it goes, a line of JSON each.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    data: DataOption = None,
) -> None:
    """Write the whole log; keep the number and hash that are printed elsewhere, for `verify --noted`."""
    check_installed()
    from clausal.store import chain

    if output.exists() and not force:
        raise InvalidInput.at(Place(str(output)), "already exists", "name another file, or use --force to replace it")
    with store_of(config, database, data) as (_, store):
        with store.writing() as connection:
            chain.append(connection, chain.Actor("operator"), "audit.exported")
        last = None
        with store.reading() as connection, replacing(output) as file:
            for last in chain.read(connection):
                file.write(chain.as_line(last) + "\n")
    assert last is not None
    print(f"{last.number:,} events written to {output}")
    print(f"the last is {last.number}:{last.hash}")


def _noted(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    number, _, hash_ = text.partition(":")
    if not number.isdecimal() or len(hash_) != 64:
        raise InvalidInput.at(Place("--noted"), f"'{text}' is no event", "NUMBER:HASH, as `export` prints it")
    return int(number), hash_


def _events(path: Path) -> Iterator[Event]:
    """The events of an exported log; raises InvalidInput for a line that is none."""
    from clausal.store.chain import Event

    try:
        with opened(path) as file:
            for number, line in enumerate(file, 1):
                try:
                    yield Event(**json.loads(line))
                except (ValueError, TypeError):
                    where = Place(str(path), number, 1)
                    raise InvalidInput.at(where, "this is no event of a log", "a line that `export` wrote") from None
    except OSError as error:
        raise InvalidInput.at(Place(str(path)), f"cannot be read: {error.strerror or error}") from None
