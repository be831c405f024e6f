"""Importing published files into the store: recognised, read, and inserted within the caller's transaction."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clausal.problems import InvalidInput, Place
from clausal.schedules.kinds import KINDS, ReadTable, Release
from clausal.schedules.readers.headings import LeftOut, UnknownTable
from clausal.schedules.readers.known import read_tables
from clausal.schedules.readers.ncci import PtpFrame
from clausal.schedules.readers.release import Given
from clausal.schedules.readers.sheet import Sheet, read_sheets

if TYPE_CHECKING:
    import duckdb

NULL = "\\N"


@dataclass(frozen=True)
class Imported:
    """What became of one table of a file: `new`, `same` (it was loaded already) or `replaced`."""

    file: str
    release: Release
    rows: int
    outcome: str
    note: str = ""
    """Which release counts on the days that it shares with others, and what of the file was left out."""


def import_file(connection: duckdb.DuckDBPyConnection, path: Path, given: Given, scratch: Path) -> list[Imported]:
    """Import what a file holds. A zip may hold other things beside tables; it must hold at least one."""
    found: list[Imported] = []
    unknown: UnknownTable | None = None
    notes: list[str] = []
    for sheet in read_sheets(path):
        try:
            found.extend(_guarded(connection, sheet, given, scratch))
        except UnknownTable as error:
            if not sheet.is_member:
                raise
            unknown = error
            if isinstance(error, LeftOut):
                notes.append(f"{Path(sheet.name).name} is left out: {error.problems[0].message}")
    if unknown and not found:
        raise unknown
    if notes:
        found[-1] = replace(found[-1], note="; ".join((*filter(None, [found[-1].note]), *notes)))
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
