"""The user's tables at rest: a DuckDB file, filled by import, all or nothing."""

from __future__ import annotations

import csv
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausal.problems import InvalidInput, Place
from clausal.schedules.kinds import KINDS, ReadTable, Release
from clausal.schedules.readers.headings import UnknownTable
from clausal.schedules.readers.known import read_tables
from clausal.schedules.readers.ncci import PtpFrame
from clausal.schedules.readers.release import Given
from clausal.schedules.readers.sheet import Sheet, read_sheets

if TYPE_CHECKING:
    import duckdb

FILE = "fees.duckdb"
NULL = "\\N"
Progress = Callable[[str], None]


def data_folder() -> Path:
    """Where the user's data is kept: `CLAUSAL_DATA`, or the platform's folder for it."""
    import platformdirs

    return Path(os.environ.get("CLAUSAL_DATA") or platformdirs.user_data_dir("clausal", appauthor=False))


@dataclass(frozen=True)
class Imported:
    """What became of one table of a file: `new`, `same` (it was loaded already) or `replaced`."""

    file: str
    release: Release
    rows: int
    outcome: str
    note: str = ""
    """Which release counts on the days that it shares with others."""


class Store:
    """The DuckDB file of imported tables. Reading does not create it."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or data_folder()) / FILE

    @property
    def exists(self) -> bool:
        return self.path.is_file()

    @contextmanager
    def connect(self, *, writing: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection; a file that is no database, or is in use elsewhere, is a problem and not a traceback."""
        import duckdb

        if writing:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            connection = duckdb.connect(str(self.path), read_only=not writing)
            connection.execute("SET enable_progress_bar = false")
        except duckdb.Error as error:
            text = str(error).splitlines()[0]
            raise InvalidInput.at(Place(str(self.path)), f"the fee tables cannot be opened: {text}") from None
        try:
            if writing:
                _create(connection)
            yield connection
        finally:
            connection.close()

    def releases(self) -> list[tuple[Release, int]]:
        """Every imported release with its number of rows."""
        if not self.exists:
            return []
        with self.connect() as connection:
            held = _columns_held(connection)
            is_kept = "service" in held["releases"]
            services = {} if is_kept else _services(connection, held)
            rows = connection.execute(
                f"SELECT kind, name, first_day, last_day, row_count, {'service' if is_kept else 'NULL'} "
                "FROM releases ORDER BY kind, first_day, name"
            ).fetchall()
        return [
            (Release(kind, name, start, end, service or services.get((kind, name), "")), count)
            for kind, name, start, end, count, service in rows
        ]

    def select(self, kind: str, where: str = "", values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a kind, each with the name of its release first; null in columns that the file does not have yet."""
        condition = f"WHERE {where}" if where else ""
        with self.connect() as connection:
            held = _columns_held(connection).get(kind)
            if held is None:
                return []
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
            lacks = "family" not in _columns_held(connection).get("pfs", {"family"})
            if lacks:
                query = "SELECT name FROM releases WHERE kind = 'pfs' ORDER BY 1"
            else:
                query = (
                    "SELECT name FROM releases WHERE release_id IN "
                    "(SELECT release_id FROM table_pfs WHERE family IS NULL) AND kind = 'pfs' ORDER BY 1"
                )
            return [name for (name,) in connection.execute(query).fetchall()]

    def import_files(
        self, paths: Iterable[Path], given: Given = (None, None), progress: Progress | None = None
    ) -> list[Imported]:
        """Import files; if one of them cannot be read, none is imported."""
        with self.connect(writing=True) as connection, tempfile.TemporaryDirectory() as scratch:
            connection.execute("BEGIN")
            try:
                found = []
                for path in paths:
                    if progress:
                        progress(str(path))
                    found.extend(_import_file(connection, path, given, Path(scratch)))
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        return found


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
    for table, name in connection.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall():
        found.setdefault(table.removeprefix("table_"), set()).add(name)
    return found


def _import_file(connection: duckdb.DuckDBPyConnection, path: Path, given: Given, scratch: Path) -> list[Imported]:
    """Import what a file holds. A zip may hold other things beside tables; it must hold at least one."""
    found: list[Imported] = []
    unknown: UnknownTable | None = None
    for sheet in read_sheets(path):
        try:
            found.extend(_guarded(connection, sheet, given, scratch))
        except UnknownTable as error:
            if not sheet.is_member:
                raise
            unknown = error
    if unknown and not found:
        raise unknown
    return found


def _guarded(connection: duckdb.DuckDBPyConnection, sheet: Sheet, given: Given, scratch: Path) -> list[Imported]:
    """Import a sheet; whatever a reader stumbles over is the file's problem, told by its name."""
    import duckdb

    try:
        return _import_sheet(connection, sheet, given, scratch)
    except (ValueError, KeyError, IndexError, OverflowError, csv.Error, duckdb.Error) as error:
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InvalidInput.at(Place(sheet.name), f"cannot be read as the table its header names: {text}") from None


def _import_sheet(connection: duckdb.DuckDBPyConnection, sheet: Sheet, given: Given, scratch: Path) -> list[Imported]:
    found = read_tables(sheet, given)
    if isinstance(found, PtpFrame):
        return [_import_ptp(connection, sheet, found, scratch)]
    return [_import_table(connection, sheet, table, scratch) for table in found]


def _stand_beside(connection: duckdb.DuckDBPyConnection, sheet: Sheet, release: Release) -> str:
    """Which of a release and those held counts on the days that they share; empty where they share none.

    Refused is what cannot stand beside those held: the same name for something else, or the same first day.

    Of two that overlap the one that begins later counts from its first day on, as CMS corrects a year's table by a
    quarter's. A final rule's table stands beside the one that is paid by, which counts.
    """
    rows = connection.execute(
        "SELECT name, first_day, last_day, coalesce(service, '') FROM releases WHERE kind = ?", [release.kind]
    ).fetchall()
    notes = []
    for held in (Release(release.kind, *row) for row in rows):
        apart = held.end < release.start or release.end < held.start
        if held.name == release.name and (apart or held.service != release.service):
            message = f"a release '{held.name}' is held, of {_written(held)}; this one is of {_written(release)}"
            raise InvalidInput.at(Place(sheet.name), message, "another name: --release NAME")
        is_same_day = held.start == release.start and held.service == release.service
        if held.name != release.name and is_same_day and held.is_superseded == release.is_superseded:
            message = (
                f"two releases of {KINDS[release.kind].label} would count from {release.start} on: "
                f"'{held.name}' ({_written(held)}), which is held, and '{release.name}' ({_written(release)})"
            )
            hint = f"--release '{held.name}' puts this file in its place, --effective DAY has it count from a later day"
            raise InvalidInput.at(Place(sheet.name), message, hint)
        if held.name != release.name and held.service == release.service and not apart:
            one, other = sorted((held, release), key=lambda one: (one.start, not one.is_superseded))
            notes.append(f"from {other.start} on '{other.name}' counts, and not '{one.name}' ({_written(one)})")
    return "; ".join(notes)


def _written(release: Release) -> str:
    """The dates of a release, and for whom it is."""
    return f"{release.start} to {release.end}" + (f", {release.service}" if release.service else "")


def _register(
    connection: duckdb.DuckDBPyConnection, release: Release, count: int, digest: str
) -> tuple[int | None, str]:
    """The id under which to insert rows (None: the very same is there), and what becomes of the release."""
    before = connection.execute(
        "SELECT release_id, digest FROM releases WHERE kind = ? AND name = ?", [release.kind, release.name]
    ).fetchone()
    if before and before[1] == digest:
        return None, "same"
    if before:
        connection.execute(f"DELETE FROM table_{release.kind} WHERE release_id = ?", [before[0]])
        connection.execute(
            "UPDATE releases SET first_day = ?, last_day = ?, row_count = ?, digest = ? WHERE release_id = ?",
            [release.start, release.end, count, digest, before[0]],
        )
        return before[0], "replaced"
    added = connection.execute(
        "INSERT INTO releases (kind, name, first_day, last_day, row_count, digest, service) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING release_id",
        [release.kind, release.name, release.start, release.end, count, digest, release.service],
    ).fetchone()
    assert added
    return added[0], "new"


def _import_table(connection: duckdb.DuckDBPyConnection, sheet: Sheet, table: ReadTable, scratch: Path) -> Imported:
    file = scratch / "rows.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerows([NULL if cell is None else cell for cell in row] for row in table.rows)
    digest = hashlib.sha256(file.read_bytes() + f"{table.release.start}{table.release.end}".encode()).hexdigest()
    note = _stand_beside(connection, sheet, table.release)
    number, outcome = _register(connection, table.release, len(table.rows), digest)
    if number is not None:
        kind = KINDS[table.release.kind]
        types = ", ".join(f"'{name}': '{of}'" for name, of in kind.columns.items())
        connection.execute(
            f"INSERT INTO table_{kind.name} BY NAME SELECT {number} AS release_id, * "
            f"FROM read_csv(?, header = false, nullstr = '{NULL}', columns = {{{types}}}, "
            "delim = ',', quote = '\"', escape = '\"')",
            [str(file)],
        )
    return Imported(sheet.name, table.release, len(table.rows), outcome, note)


def _import_ptp(connection: duckdb.DuckDBPyConnection, sheet: Sheet, frame: PtpFrame, scratch: Path) -> Imported:
    """The pairs go through DuckDB's own reader: there are millions of them."""
    file = scratch / "ptp.csv"
    raw = sheet.text.encode()
    file.write_bytes(raw)
    digest = hashlib.sha256(raw + str(frame.release).encode()).hexdigest()
    width = max(len(row) for row in sheet.head())
    names = [f"c{index}" for index in range(width)]
    cell = {name: f"trim(coalesce(c{index}, ''))" for name, index in frame.columns.items()}
    typed = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    delimiter = "\\t" if sheet.is_tabbed else ","
    source = (
        f"read_csv('{file}', header = false, skip = {frame.header + 1}, delim = '{delimiter}', quote = '\"', "
        f"columns = {{{typed}}}, strict_mode = false, parallel = false)"
    )
    note = _stand_beside(connection, sheet, frame.release)
    _refuse_bad_pair(connection, sheet, frame, source, cell)
    count = connection.execute(f"SELECT count(*) FROM {source} WHERE {cell['column_1']} <> ''").fetchone()
    assert count
    number, outcome = _register(connection, frame.release, count[0], digest)
    if number is not None:
        dates = [
            f"try_strptime({cell[name]}, '%Y%m%d')::DATE" if name in cell else "NULL"
            for name in ("effective", "deleted")
        ]
        connection.execute(
            f"INSERT INTO table_ptp SELECT {number}, '{frame.service}', {cell['column_1']}, {cell['column_2']}, "
            f"left({cell['modifier']}, 1)::INTEGER, {', '.join(dates)} FROM {source} WHERE {cell['column_1']} <> ''"
        )
    return Imported(sheet.name, frame.release, count[0], outcome, note)


def _refuse_bad_pair(
    connection: duckdb.DuckDBPyConnection, sheet: Sheet, frame: PtpFrame, source: str, cell: dict[str, str]
) -> None:
    """The first row that is not a pair of codes with an indicator and a deletion date, if there is one."""
    checks = {
        "column_1": ("regexp_full_match({}, '[A-Z0-9]{{5}}')", "a procedure code of five characters"),
        "column_2": ("regexp_full_match({}, '[A-Z0-9]{{5}}')", "a procedure code of five characters"),
        "modifier": ("left({}, 1) IN ('0', '1', '9')", "a modifier indicator 0, 1 or 9"),
        "deleted": ("({0} IN ('*', '') OR try_strptime({0}, '%Y%m%d') IS NOT NULL)", "a date as 20240701, or *"),
    }
    wrong = " OR ".join(f"NOT {check.format(cell[name])}" for name, (check, _) in checks.items())
    found = connection.execute(
        f"SELECT row, {', '.join(cell[name] for name in checks)} "
        f"FROM (SELECT row_number() OVER () AS row, * FROM {source}) "
        f"WHERE {cell['column_1']} <> '' AND ({wrong}) ORDER BY row LIMIT 1"
    ).fetchone()
    if not found:
        return
    for (name, (check, expected)), value in zip(checks.items(), found[1:], strict=True):
        holds = connection.execute(f"SELECT {check.format('v')} FROM (SELECT ? AS v)", [value]).fetchone()
        if holds and not holds[0]:
            where = sheet.place(frame.header + 1 + int(found[0]), frame.columns[name] + 1, name)
            raise InvalidInput.at(where, f"'{value}' is not {expected}")
