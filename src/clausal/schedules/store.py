"""The user's tables at rest: a DuckDB file, filled by import, all or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausal.files import private_folder
from clausal.problems import InvalidInput, Place
from clausal.schedules.admission import Import, Imported
from clausal.schedules.importing import import_file
from clausal.schedules.kinds import KINDS, Release
from clausal.schedules.readers.release import Given
from clausal.schedules.refilled import OTHER_FOLDER, no_folder, refilled

if TYPE_CHECKING:
    import duckdb

FILE = "fees.duckdb"
Progress = Callable[[str], None]
RELEASES = frozenset({"release_id", "kind", "name", "first_day", "last_day", "row_count", "digest", "service"})
"""The columns of the table of releases."""
ADDED = frozenset({"family", "service"})
"""Columns that a file of an older version may lack."""


def data_folder() -> Path:
    """Where the user's data is kept: `CLAUSAL_DATA`, or the platform's folder for it."""
    import platformdirs

    return Path(os.environ.get("CLAUSAL_DATA") or platformdirs.user_data_dir("clausal", appauthor=False))


class Store:
    """The DuckDB file of imported tables. Reading does not create it."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or data_folder()) / FILE

    @property
    def exists(self) -> bool:
        """Whether there is a file of tables; refused where its folder is no folder, or must not be looked into."""
        folder = self.path.parent
        try:
            if folder.exists() and not folder.is_dir():
                raise InvalidInput.at(Place(str(folder)), "the data folder is a file", OTHER_FOLDER)
            return self.path.is_file()
        except OSError as error:
            raise no_folder(folder, error) from None

    @contextmanager
    def connect(self, *, writing: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection; a file that is no database, or is in use elsewhere, is a problem and not a traceback."""
        if self.exists and self.path.stat().st_size == 0:
            hint = "delete it, then import the files again"
            raise InvalidInput.at(Place(str(self.path)), "the file of fee tables is empty", hint)
        if writing:
            try:
                private_folder(self.path.parent)
            except OSError as error:
                raise no_folder(self.path.parent, error) from None
        with self._connected(self.path, writing=writing) as connection:
            yield connection

    @contextmanager
    def _connected(self, path: Path, *, writing: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to the file, or to a copy of it."""
        import duckdb

        where = Place(str(self.path))
        try:
            connection = duckdb.connect(str(path), read_only=not writing)
            connection.execute("SET enable_progress_bar = false")
        except (duckdb.Error, UnicodeEncodeError) as error:
            raise InvalidInput.at(where, *_not_opened(str(error))) from None
        try:
            _refuse_foreign(connection, where)
            if writing:
                _create(connection)
            yield connection
        except duckdb.Error as error:
            message = f"the fee tables cannot be used: {str(error).splitlines()[0]}".replace(str(path), str(self.path))
            if _is_full(error):
                hint = f"make room there, or {OTHER_FOLDER}"
            else:
                hint = f"move it away and import the files again, or {OTHER_FOLDER}"
            raise InvalidInput.at(where, message, hint) from None
        finally:
            _close(connection)

    def releases(self) -> list[tuple[Release, int]]:
        """Every imported release with its number of rows; those of kinds that a later version added are passed over."""
        if not self.exists:
            return []
        with self.connect() as connection:
            return self._releases(connection)

    def _releases(self, connection: duckdb.DuckDBPyConnection) -> list[tuple[Release, int]]:
        held = _columns_held(connection)
        if not held:
            return []
        is_kept = "service" in held["releases"]
        services = {} if is_kept else _services(connection, held)
        rows = connection.execute(
            f"SELECT kind, name, first_day, last_day, row_count, {'service' if is_kept else 'NULL'} "
            "FROM releases ORDER BY kind, first_day, name"
        ).fetchall()
        _refuse_damaged(connection, held, Place(str(self.path)))
        return [
            (Release(kind, name, start, end, service or services.get((kind, name), "")), count)
            for kind, name, start, end, count, service in rows
            if kind in KINDS
        ]

    def digests(self) -> list[tuple[str, str, str]]:
        """Kind, name and digest of every imported release: another where its rows are."""
        if not self.exists:
            return []
        with self.connect() as connection:
            if "releases" not in _columns_held(connection):
                return []
            return connection.execute("SELECT kind, name, digest FROM releases ORDER BY kind, name").fetchall()

    def select(self, kind: str, where: str = "", values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a kind, each with the name of its release first; null in columns that the file does not have yet."""
        with self.connect() as connection:
            return self._select(connection, kind, where, values)

    def table(
        self, kind: str, where: str = "", values: Sequence[Any] = ()
    ) -> tuple[list[Release], list[tuple[Any, ...]]]:
        """The releases of a kind, and rows of them: of one moment, though an import may end between two readings."""
        if not self.exists:
            return [], []
        with self.connect() as connection:
            releases = [release for release, _ in self._releases(connection) if release.kind == kind]
            return releases, self._select(connection, kind, where, values) if releases else []

    @staticmethod
    def _select(
        connection: duckdb.DuckDBPyConnection, kind: str, where: str, values: Sequence[Any]
    ) -> list[tuple[Any, ...]]:
        held = _columns_held(connection).get(kind)
        if held is None:
            return []
        condition = f"WHERE {where}" if where else ""
        columns = ", ".join(f't."{name}"' if name in held else "NULL" for name in KINDS[kind].columns)
        return connection.execute(
            f"SELECT r.name, {columns} FROM table_{kind} t JOIN releases r USING (release_id) {condition}",
            list(values),
        ).fetchall()

    def outdated(self) -> list[str]:
        """Relative values imported before the imaging family was kept: they lack it until they are imported again."""
        if not self.exists:
            return []
        with self.connect() as connection:
            held = _columns_held(connection)
            if "pfs" not in held:
                return []
            lacks = "family" not in held["pfs"]
            if lacks:
                query = "SELECT name FROM releases WHERE kind = 'pfs' ORDER BY 1"
            else:
                query = (
                    "SELECT name FROM releases WHERE release_id IN "
                    "(SELECT release_id FROM table_pfs WHERE family IS NULL) AND kind = 'pfs' ORDER BY 1"
                )
            return [name for (name,) in connection.execute(query).fetchall()]

    def import_files(
        self,
        paths: Iterable[Path],
        given: Given = (None, None),
        progress: Progress | None = None,
        *,
        is_replacing: bool = False,
    ) -> list[Imported]:
        """Import files; if one of them cannot be read, none is imported.

        A release of which less than half the rows would be left is replaced only where `is_replacing`.
        """
        if self.exists and self.path.with_name(f"{FILE}.wal").exists():
            with self.connect(writing=True) as connection:  # an import of an earlier version was killed: take it in
                connection.execute("CHECKPOINT")
        with refilled(self.path) as copy:
            found: list[Imported] = []
            of = Import(given, copy.parent, is_replacing)
            with self._connected(copy, writing=True) as connection:
                for path in paths:
                    if progress:
                        progress(str(path))
                    found.extend(import_file(connection, path, of))
                connection.execute("CHECKPOINT")
        return found


def _not_opened(error: str) -> tuple[str, str]:
    """Why the file of tables cannot be opened, and what to do."""
    if "could not set lock" in error.lower() or "used by another process" in error.lower():
        return "the fee tables are in use: another import is running", "try again when it is done"
    if "permission denied" in error.lower() or "read-only" in error.lower():
        return "the fee tables cannot be opened: permission denied", OTHER_FOLDER
    message = f"the fee tables cannot be opened: {error.splitlines()[0]}"
    return message, f"move it away and import the files again, or {OTHER_FOLDER}"


def _refuse_foreign(connection: duckdb.DuckDBPyConnection, where: Place) -> None:
    """Refuse a database that holds other tables than these. One that holds none is one whose first import failed."""
    held = _columns_held(connection)
    if held and not held.get("releases", set()) >= RELEASES - {"service"}:
        hint = f"move it away and import the files again, or {OTHER_FOLDER}"
        raise InvalidInput.at(where, "the database holds no fee tables, but others", hint)


def _refuse_damaged(connection: duckdb.DuckDBPyConnection, held: dict[str, set[str]], where: Place) -> None:
    """Refuse a database in which a release lacks its table, columns or rows: they would count as unpublished."""
    hint = f"move it away and import the files again, or {OTHER_FOLDER}"
    listed: dict[str, dict[int, int]] = {}
    for kind, number, rows in connection.execute("SELECT kind, release_id, row_count FROM releases").fetchall():
        listed.setdefault(kind, {})[number] = rows
    for kind in KINDS.keys() & listed.keys():
        lacking = KINDS[kind].columns.keys() - held.get(kind, set()) - ADDED
        if kind not in held or lacking:
            what = "its table" if kind not in held else f"its column {', '.join(sorted(lacking))}"
            raise InvalidInput.at(where, f"the fee tables are damaged: {KINDS[kind].label} lacks {what}", hint)
        counted = f"SELECT release_id, count(*) FROM table_{kind} GROUP BY 1"
        rows = dict(connection.execute(counted).fetchall())
        if any(rows.get(number, 0) != count for number, count in listed[kind].items()):
            raise InvalidInput.at(where, f"the fee tables are damaged: {KINDS[kind].label} lacks rows", hint)


def _is_full(error: Exception) -> bool:
    """Whether the database could not write."""
    text = str(error).lower()
    return any(word in text for word in ("no space", "could not write", "file too large", "read-only file", "fsync"))


def _close(connection: duckdb.DuckDBPyConnection) -> None:
    """Close a connection whatever becomes of what it has not written."""
    import duckdb

    with suppress(duckdb.Error):
        connection.close()


def _services(connection: duckdb.DuckDBPyConnection, held: dict[str, set[str]]) -> dict[tuple[str, str], str]:
    """For whom each NCCI release holds, as its rows say: for files of a version that did not keep it by release."""
    found: dict[tuple[str, str], str] = {}
    for kind in KINDS.values():
        if "service" in kind.columns and kind.name in held:
            rows = connection.execute(
                f"SELECT r.name, any_value(t.service) FROM table_{kind.name} t "
                "JOIN releases r USING (release_id) GROUP BY 1"
            ).fetchall()
            found.update({(kind.name, name): service for name, service in rows})
    return found


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE SEQUENCE IF NOT EXISTS release_ids")
    connection.execute(
        """CREATE TABLE IF NOT EXISTS releases (
            release_id INTEGER PRIMARY KEY DEFAULT nextval('release_ids'), kind VARCHAR, name VARCHAR,
            first_day DATE, last_day DATE, row_count BIGINT, digest VARCHAR, service VARCHAR, UNIQUE (kind, name))"""
    )
    held = _columns_held(connection)
    if "service" not in held["releases"]:
        connection.execute("ALTER TABLE releases ADD COLUMN service VARCHAR")
        for (kind_name, name), service in _services(connection, held).items():
            update = "UPDATE releases SET service = ? WHERE kind = ? AND name = ?"
            connection.execute(update, [service, kind_name, name])
    for kind in KINDS.values():
        columns = ", ".join(f'"{name}" {of}' for name, of in kind.columns.items())
        connection.execute(f"CREATE TABLE IF NOT EXISTS table_{kind.name} (release_id INTEGER, {columns})")
        for name in kind.columns.keys() - held.get(kind.name, kind.columns.keys()):
            connection.execute(f'ALTER TABLE table_{kind.name} ADD COLUMN "{name}" {kind.columns[name]}')


def _columns_held(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The columns that the file has of each kind; one written by an older version may lack the latest."""
    found: dict[str, set[str]] = {}
    for table, name in connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
    ).fetchall():
        found.setdefault(table.removeprefix("table_"), set()).add(name)
    return found
