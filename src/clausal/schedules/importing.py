"""Importing published files into the store: recognised, read, and inserted within the caller's transaction."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from clausal.problems import InvalidInput, Place
from clausal.schedules.admission import Import, Imported, admit
from clausal.schedules.kinds import KINDS, ReadTable
from clausal.schedules.pairs import import_pairs
from clausal.schedules.readers.files import read_sheets
from clausal.schedules.readers.headings import LeftOut, UnknownTable
from clausal.schedules.readers.known import read_tables
from clausal.schedules.readers.ncci import PtpFrame
from clausal.schedules.readers.sheet import Sheet

if TYPE_CHECKING:
    import duckdb

NULL = "\\N"


def import_file(connection: duckdb.DuckDBPyConnection, path: Path, of: Import) -> list[Imported]:
    """Import what a file holds. A zip may hold other things beside tables; it must hold at least one."""
    found: list[Imported] = []
    unknown: UnknownTable | None = None
    notes: list[str] = []
    for sheet in read_sheets(path):
        try:
            found.extend(_guarded(connection, sheet, of))
        except UnknownTable as error:
            if not sheet.is_member:
                raise
            unknown = error
            if isinstance(error, LeftOut):
                notes.append(f"{Path(sheet.name).name} is left out: {error.problems[0].message}")
    if unknown and not found:
        raise unknown
    if notes:
        found[-1] = replace(found[-1], note=_joined(found[-1].note, *notes))
    return found


def _guarded(connection: duckdb.DuckDBPyConnection, sheet: Sheet, of: Import) -> list[Imported]:
    """Import a sheet; whatever a reader stumbles over is the file's problem, told by its name."""
    import duckdb

    try:
        tables = read_tables(sheet, of.given)
        if isinstance(tables, PtpFrame):
            return [import_pairs(connection, sheet, tables, of)]
        found = [_import_table(connection, sheet, table, of) for table in tables]
        return [*found[:-1], replace(found[-1], note=_joined(found[-1].note, tables[-1].note))]
    except (duckdb.IOException, duckdb.OutOfMemoryException):
        raise  # no fault of the file
    except (ValueError, KeyError, IndexError, ArithmeticError, csv.Error, duckdb.Error) as error:
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        text = text.replace(str(of.scratch), "the import")
        raise InvalidInput.at(Place(sheet.name), f"cannot be read as the table its header names: {text}") from None


def _import_table(connection: duckdb.DuckDBPyConnection, sheet: Sheet, table: ReadTable, of: Import) -> Imported:
    file = of.scratch / "rows.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerows([NULL if cell is None else cell for cell in row] for row in table.rows)
    digest = hashlib.sha256(file.read_bytes() + f"{table.release.start}{table.release.end}".encode()).hexdigest()
    number, imported = admit(connection, sheet, table.release, len(table.rows), digest, of)
    if number is not None:
        kind = KINDS[table.release.kind]
        types = ", ".join(f"'{name}': '{of_type}'" for name, of_type in kind.columns.items())
        connection.execute(
            f"INSERT INTO table_{kind.name} BY NAME SELECT {number} AS release_id, * "
            f"FROM read_csv(?, header = false, nullstr = '{NULL}', columns = {{{types}}}, "
            "delim = ',', quote = '\"', escape = '\"')",
            [str(file)],
        )
    return imported


def _joined(*notes: str) -> str:
    return "; ".join(filter(None, notes))
