"""The database of the store: opened by its address, brought up to date, used in short transactions.

On SQLite there is one writer at a time; on Postgres writers wait for one another only where they add to the log.
What goes wrong with the database itself is a `StoreFault` that tells what to do, and never half a change.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from clausal.files import FILE_MODE, private_folder
from clausal.problems import InvalidInput, Place
from clausal.store.tables import HEAD_REVISION

Kind = Literal["locked", "lost", "full", "read-only", "damaged"]
WAIT = 5.0
"""Seconds that a transaction waits for another, or for a connection."""
SQLITE, POSTGRES = "sqlite", "postgresql"
_WHAT: dict[Kind, tuple[str, str]] = {
    "locked": ("the store is busy: another writer holds it", "try again; nothing was changed"),
    "lost": ("the store cannot be reached", "try again; the operator is told to look after the database"),
    "full": ("the disk of the store is full", "make room on it; nothing was changed"),
    "read-only": ("the store cannot be written", "the operator is to look after its folder and rights"),
    "damaged": ("the store is damaged", "restore it from a backup (docs/operate.md)"),
}


class StoreFault(Exception):
    """Raised where the database itself fails: nothing of the transaction was kept."""

    def __init__(self, kind: Kind, cause: str = "") -> None:
        self.kind = kind
        self.cause = cause
        """What the database said, for who operates it; never for who sends a request."""
        self.message, self.hint = _WHAT[kind]
        super().__init__(f"{self.message}; {self.hint}")


class Database:
    """One database; engines and threads may share it."""

    def __init__(self, url: str) -> None:
        self.url = _read_url(url)
        self.is_sqlite = self.url.get_backend_name() == SQLITE
        self.engine = _engine(self.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the store, and changes nothing."""
        with _told(), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of it is kept when it ends, or nothing. SQLite's other writers wait for it."""
        with _told(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection = connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def upgrade(self) -> None:
        """Bring the tables up to date; Alembic is loaded only where they are not. Raises StoreFault, InvalidInput."""
        found = self.revision()
        if found == HEAD_REVISION:
            return
        from alembic import command
        from alembic.util.exc import CommandError

        with self.writing() as connection:
            try:
                command.upgrade(alembic_config(connection), "head")
            except CommandError:
                message = f"the store is of another version of clausal (its tables are at '{found}')"
                hint = "use the version that made it, or a later one"
                raise InvalidInput.at(Place(self.told), message, hint) from None

    def revision(self) -> str | None:
        """The migration that the tables are at; None where there are none yet."""
        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    @property
    def told(self) -> str:
        """The address without its password."""
        return self.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def alembic_config(connection: Connection | None = None) -> Any:
    """Alembic's configuration: the migrations that come with the package, run on a connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def sqlite_url(path: Path) -> str:
    """The address of an SQLite file."""
    return URL.create(SQLITE, database=str(path)).render_as_string()


def _read_url(text_: str) -> URL:
    hint = "write sqlite:///FOLDER/store.sqlite or postgresql://USER@HOST/NAME"
    try:
        url = make_url(text_)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise InvalidInput.at(Place("database"), "this is no address of a database", hint) from None
    if backend == POSTGRES:
        return url.set(drivername="postgresql+psycopg")
    if backend != SQLITE:
        raise InvalidInput.at(Place("database"), f"databases of the kind '{backend}' are not supported", hint)
    if not url.database or url.database == ":memory:":
        raise InvalidInput.at(Place("database"), "the store is kept in a file", hint)
    return url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == POSTGRES:
        options = {"connect_timeout": int(WAIT), "options": f"-c lock_timeout={int(WAIT * 1000)}"}
        return create_engine(
            url, pool_size=5, max_overflow=10, pool_timeout=WAIT, pool_pre_ping=True, connect_args=options
        )
    path = Path(str(url.database))
    try:
        private_folder(path.parent)
        path.touch(FILE_MODE)
    except OSError as error:
        raise InvalidInput.at(Place(str(path)), f"the store cannot be made: {error.strerror or error}") from None
    engine = create_engine(url, pool_size=5, max_overflow=10, pool_timeout=WAIT, connect_args={"timeout": WAIT})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite` alone
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={int(WAIT * 1000)}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _told() -> Iterator[None]:
    """Tell what fails in the database itself; what is wrong with a change (a constraint) is its writer's matter."""
    try:
        yield
    except NoConnection:
        raise StoreFault("locked") from None
    except IntegrityError:
        raise
    except DataError:
        where = Place("request")
        raise InvalidInput.at(where, "a text in it cannot be kept", "it is too long, or has NUL characters") from None
    except DBAPIError as error:
        said = str(error.orig).strip().splitlines() or [""]
        raise StoreFault(_kind(error), said[0]) from error


def _kind(error: DBAPIError) -> Kind:
    said = str(error.orig).lower()
    if "full" in said or "no space" in said:
        return "full"
    if "readonly" in said or "read-only" in said:
        return "read-only"
    if "malformed" in said or "not a database" in said or "corrupt" in said:
        return "damaged"
    if "locked" in said or "busy" in said or "lock timeout" in said:
        return "locked"
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return "lost"
    raise error
