"""What the commands of the service share: whether it is installed, its configuration, faults of its store told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausal.problems import InvalidInput, Place

if TYPE_CHECKING:
    from clausal.service.configuration import Configuration
    from clausal.store.database import Database

ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="The configuration of the service (docs/operate.md).")
]
DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="postgresql://..., or left out: SQLite in the data folder."),
]
DataOption = Annotated[
    Path | None, typer.Option("--data", metavar="FOLDER", help="The folder of the store and of fee tables.")
]


def check_installed() -> None:
    """Refuse where the extra `service` is not installed."""
    try:
        import fastapi  # noqa: F401
        import sqlalchemy  # noqa: F401
    except ImportError as error:
        hint = "install it: pip install 'clausal[service]'"
        where = Place("service")
        raise InvalidInput.at(where, f"the service is not installed ({error.name} is missing)", hint) from None


@contextmanager
def store_told() -> Iterator[None]:
    """Tell a fault of the store as a problem."""
    from clausal.store.database import StoreFault

    try:
        yield
    except StoreFault as error:
        message = f"{error.message} ({error.cause})" if error.cause else error.message
        raise InvalidInput.at(Place("database"), message, "look after the database, or name another") from None


@contextmanager
def store_of(config: Path | None, database: str | None, data: Path | None) -> Iterator[tuple[Configuration, Database]]:
    """The configuration and its store, which has to be there."""
    check_installed()
    from clausal.service.configuration import read_configuration
    from clausal.store.database import Database

    configuration = read_configuration(config, database=database, data=data)
    with store_told():
        if configuration.database_url.startswith("sqlite") and not (configuration.data / "store.sqlite").is_file():
            hint = "name its folder with --data, or its configuration with --config"
            raise InvalidInput.at(Place(str(configuration.data)), "there is no store here", hint)
        found = Database(configuration.database_url)
        found.upgrade()
        try:
            yield configuration, found
        finally:
            found.close()
