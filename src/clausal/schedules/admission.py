"""Whether a table that is read can stand in the store: beside the releases held, in the place of one, and how whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from clausal.problems import InvalidInput, Place
from clausal.schedules.kinds import KINDS, Release
from clausal.schedules.readers.release import Given
from clausal.schedules.readers.sheet import Sheet

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Imported:
    """What became of one table of a file: `new`, `same` (it was loaded already) or `replaced`."""

    file: str
    release: Release
    rows: int
    outcome: str
    note: str = ""
    """Which release counts on the days that it shares with others, and what of the file was left out."""
    doubt: str = ""
    """That it has so few rows that it may be a part of CMS's table; empty where it has not."""
    before: int | None = None
    """How many rows the release had that it took the place of."""


@dataclass
class Import:
    """One import: what the user says of its files, where scratch is kept, and the tables that were met in it."""

    given: Given
    scratch: Path
    is_replacing: bool = False
    """Whether a table may take the place of one of more than twice its rows."""
    met: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """The file and the digest of each table, by kind and name of its release."""


def admit(
    connection: duckdb.DuckDBPyConnection, sheet: Sheet, release: Release, count: int, digest: str, of: Import
) -> tuple[int | None, Imported]:
    """The id under which to insert the rows (None: the very same is there), and what becomes of the release.

    Refused is what cannot stand beside the releases held or the tables of the same import, or seems to be torn.
    """
    _refuse_second(sheet, release, digest, of)
    note = stand_beside(connection, sheet, release)
    before = connection.execute(
        "SELECT release_id, digest, row_count FROM releases WHERE kind = ? AND name = ?", [release.kind, release.name]
    ).fetchone()
    if before and before[1] == digest and not is_outdated(connection, release.kind, before[0]):
        return None, Imported(sheet.name, release, count, "same", note)
    usual = KINDS[release.kind].usual
    few = f"{count:,} row{'s' * (count != 1)}: CMS's table has some {usual:,}; is the file whole?"
    doubt = few if 2 * count < usual else ""
    if before:
        number, held = before[0], int(before[2])
        if 2 * count < held and not of.is_replacing:
            message = (
                f"'{release.name}' is held with {held:,} rows, this file has {count:,} of it: it seems to be a part"
            )
            hint = "take the whole file, or say --replace to put this one in its place"
            raise InvalidInput.at(Place(sheet.name), message, hint)
        connection.execute(f"DELETE FROM table_{release.kind} WHERE release_id = ?", [number])
        connection.execute(
            "UPDATE releases SET first_day = ?, last_day = ?, row_count = ?, digest = ? WHERE release_id = ?",
            [release.start, release.end, count, digest, number],
        )
        return number, Imported(sheet.name, release, count, "replaced", note, doubt, held)
    added = connection.execute(
        "INSERT INTO releases (kind, name, first_day, last_day, row_count, digest, service) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING release_id",
        [release.kind, release.name, release.start, release.end, count, digest, release.service],
    ).fetchone()
    assert added
    return added[0], Imported(sheet.name, release, count, "new", note, doubt)


def is_outdated(connection: duckdb.DuckDBPyConnection, kind: str, number: int) -> bool:
    """Whether a release was imported before a column was kept that is always read: the imaging family."""
    if kind != "pfs":
        return False
    query = "SELECT 1 FROM table_pfs WHERE release_id = ? AND family IS NULL LIMIT 1"
    return connection.execute(query, [number]).fetchone() is not None


def _refuse_second(sheet: Sheet, release: Release, digest: str, of: Import) -> None:
    """Refuse another table of a release that the same import has: it would take the first one's place unseen."""
    file, seen = of.met.setdefault((release.kind, release.name), (sheet.name, digest))
    if seen == digest:
        return
    what = f"{KINDS[release.kind].label}, '{release.name}'"
    message = f"both this file and {file} are of {what}, and they differ"
    hint = (
        "import the one that counts; parts of one table are joined to one file, or named by --release and --effective"
    )
    raise InvalidInput.at(Place(sheet.name), message, hint)


def stand_beside(connection: duckdb.DuckDBPyConnection, sheet: Sheet, release: Release) -> str:
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
