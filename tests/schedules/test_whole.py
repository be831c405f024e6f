"""Tables that may be torn, two tables of one release, and files of tables that cannot be used."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from clausal.cli import app
from clausal.problems import InvalidInput
from clausal.schedules.store import Store
from tests.schedules.files import addendum_aa, relative_values

CODES = [f"{code:05}" for code in range(64_600, 64_610)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data")


def refused(store: Store, *files: Path) -> str:
    with pytest.raises(InvalidInput) as found:
        store.import_files(files)
    return str(found.value)


def other(folder: Path, *codes: str) -> Path:
    """Another Addendum AA of July 2024."""
    (folder / "other").mkdir(exist_ok=True)
    return addendum_aa(folder / "other", "July 2024", *codes)


def test_two_tables_of_one_release_in_one_import_are_refused_with_both_files(store: Store, tmp_path: Path) -> None:
    first, second = addendum_aa(tmp_path, "July 2024", "64640"), other(tmp_path, "64641")
    said = refused(store, first, second)
    assert said.startswith(f"{second}: both this file and {first} are of ASC covered procedures (Addendum AA)")
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.write(first, "a.csv")
        archive.write(second, "b.csv")
    assert f"{tmp_path}/two.zip/b.csv: both this file and {tmp_path}/two.zip/a.csv" in refused(
        store, tmp_path / "two.zip"
    )
    assert store.releases() == []
    second.write_bytes(first.read_bytes())
    assert [one.outcome for one in store.import_files([first, second])] == ["new", "same"]


def test_a_table_with_far_fewer_rows_replaces_none_unless_it_is_said(store: Store, tmp_path: Path) -> None:
    store.import_files([addendum_aa(tmp_path, "July 2024", *CODES)])
    torn = other(tmp_path, *CODES[:2])
    said = refused(store, torn)
    assert "'Addendum AA 2024-07' is held with 10 rows, this file has 2 of it" in said
    assert "say --replace" in said
    (one,) = store.import_files([torn], is_replacing=True)
    assert (one.outcome, one.before, one.rows) == ("replaced", 10, 2)


def test_how_many_rows_are_replaced_and_that_they_are_few_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSAL_DATA", str(tmp_path / "data"))
    run = CliRunner().invoke
    said = run(app, ["fees", "import", str(addendum_aa(tmp_path, "July 2024", *CODES))]).output
    assert "10 rows: CMS's table has some 4,000; is the file whole?" in said
    said = run(app, ["fees", "import", "--replace", str(other(tmp_path, *CODES[:2]))]).output
    assert "replaced (10 rows before, 2 now)" in said


def test_an_outdated_release_is_imported_again_though_the_file_is_the_same(store: Store, tmp_path: Path) -> None:
    file = relative_values(tmp_path, "x", "2024-07-01", "2024-09-30", "64640")
    store.import_files([file])
    with store.connect(writing=True) as connection:
        connection.execute("ALTER TABLE table_pfs DROP COLUMN family")
    assert store.outdated() == ["x"]
    (one,) = store.import_files([file])
    assert one.outcome == "replaced"
    assert store.outdated() == []


def test_rows_left_out_of_a_file_of_several_releases_are_told_once(store: Store, tmp_path: Path) -> None:
    file = relative_values(tmp_path, "x", "2024-07-01", "2024-09-30", "64640")
    later = relative_values(tmp_path, "y", "2024-10-01", "2024-12-31", "64640").read_text().splitlines()[1]
    file.write_text(f"{file.read_text()}{later}\ny,2024-10-01,2024-12-31,a note of CMS,{',' * 28}\n")
    assert [one.note for one in store.import_files([file])] == ["", "left out: 1 row of notes (row 4)"]


def test_a_kind_of_a_later_version_is_passed_over(store: Store, tmp_path: Path) -> None:
    store.import_files([addendum_aa(tmp_path, "July 2024", "64640")])
    with store.connect(writing=True) as connection:
        connection.execute(
            "INSERT INTO releases SELECT 99, 'later', name, first_day, last_day, 1, '', '' FROM releases"
        )
    assert [one.kind for one, _ in store.releases()] == ["asc"]


def test_a_folder_that_is_a_file_or_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    table = addendum_aa(tmp_path, "July 2024", "64640")
    for store in (Store(tmp_path / "file"), Store(tmp_path / "file" / "below"), Store(Path("/proc/x"))):
        assert "the data folder" in refused(store, table)
        assert "CLAUSAL_DATA" in refused(store, table)
    with pytest.raises(InvalidInput, match="the data folder is a file"):
        Store(tmp_path / "file").releases()


def test_a_database_that_is_not_ours_is_told_and_left_alone(store: Store, tmp_path: Path) -> None:
    table = addendum_aa(tmp_path, "July 2024", "64640")
    store.path.parent.mkdir()
    for text in (b"", b"junk" * 5_000):
        store.path.write_bytes(text)
        assert "import" in refused(store, table)
        with pytest.raises(InvalidInput, match="import the files again"):
            store.releases()
    store.path.unlink()
    with duckdb.connect(str(store.path)) as connection:
        connection.execute("CREATE TABLE theirs (a INTEGER)")
    assert "the database holds no fee tables, but others; move it away" in refused(store, table)
    with pytest.raises(InvalidInput, match="the database holds no fee tables"):
        store.releases()
    store.path.unlink()
    duckdb.connect(str(store.path)).close()
    assert store.releases() == []
    assert store.outdated() == []
    assert store.select("asc") == []


def test_scratch_is_beside_the_tables_and_what_a_killed_import_left_is_cleared(store: Store, tmp_path: Path) -> None:
    script = (
        "import time\nfrom pathlib import Path\nfrom clausal.schedules.store import Store\n"
        "def told(name):\n    print('begun', flush=True)\n    time.sleep(60)\n"
        f"Store(Path({str(store.path.parent)!r})).import_files([Path('x')], progress=told)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "begun\n"
    table = addendum_aa(tmp_path, "July 2024", "64640")
    assert "in use: another import is running; try again when it is done" in refused(store, table)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert list(store.path.parent.glob(".import-*"))
    store.import_files([table])
    assert not list(store.path.parent.glob(".import-*"))
