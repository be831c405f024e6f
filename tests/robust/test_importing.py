"""An import shuts no reader out, leaves all or nothing, and tells a damaged file of tables."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from clausal.problems import InvalidInput
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules
from tests.robust.commands import run
from tests.schedules.files import addendum_aa


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "da'ta"
    monkeypatch.setenv("CLAUSAL_DATA", str(found))
    Store().import_files([addendum_aa(tmp_path, "July 2024", "64640")])
    return found


WAITING = (
    "import sys, time\nfrom pathlib import Path\nfrom clausal.schedules.store import Store\n"
    "def told(name):\n    print('begun', flush=True)\n    sys.stdin.readline()\n"
    "Store().import_files([Path(sys.argv[1])], progress=told)\n"
)


@contextmanager
def importing(file: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is in the middle of an import, and goes on when it is written to."""
    command = [sys.executable, "-c", WAITING, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "begun\n"
        try:
            yield process
        finally:
            process.kill()


def test_readers_go_on_while_tables_are_imported_and_see_them_after(folder: Path, tmp_path: Path) -> None:
    assert folder.is_dir()
    later = addendum_aa(tmp_path, "October 2024", "64640", "64641")
    with Store().connect() as reader, importing(later) as process:
        found = run("price", "64640")
        assert found.status == 0, found
        assert run("fees", "list").status == 0
        assert run("fees", "import", later).err.endswith(
            "the fee tables are in use: another import is running; try again when it is done\n"
        )
        process.communicate("go on\n")
        assert process.returncode == 0
        assert reader.execute("SELECT count(*) FROM table_asc").fetchone() == (1,)
    assert [rows for _, rows in Store().releases()] == [1, 2]


def test_a_killed_import_changes_nothing(folder: Path, tmp_path: Path) -> None:
    before = (folder / "fees.duckdb").read_bytes()
    later = addendum_aa(tmp_path, "October 2024", "64640", "64641")
    with importing(later) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert (folder / "fees.duckdb").read_bytes() == before
    Store().import_files([later])
    assert len(Store().releases()) == 2
    assert sorted(one.name for one in folder.iterdir()) == [".import.lock", "fees.duckdb"]


def test_a_full_disk_changes_nothing_and_is_told(folder: Path, tmp_path: Path) -> None:
    before = (folder / "fees.duckdb").read_bytes()
    later = addendum_aa(tmp_path, "October 2024", *(f"{number:05}" for number in range(40_000)))
    script = (
        "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 4096},) * 2)\nfrom clausal.cli import main\nmain()"
    )
    command = [sys.executable, "-c", script, "fees", "import", str(later)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 2, found.stderr
    assert found.stderr.count("\n") == 1
    assert "make room there, or name another folder in CLAUSAL_DATA\n" in found.stderr
    assert (folder / "fees.duckdb").read_bytes() == before
    assert sorted(one.name for one in folder.iterdir()) == [".import.lock", "fees.duckdb"]


def test_tables_are_for_their_owner_alone(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


DAMAGES = {
    "DROP TABLE table_asc": "ASC covered procedures (Addendum AA) lacks its table",
    "ALTER TABLE table_asc DROP COLUMN rate": "ASC covered procedures (Addendum AA) lacks its column rate",
    "DELETE FROM table_asc": "ASC covered procedures (Addendum AA) lacks rows",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_of_tables_is_told_and_never_counts_as_not_imported(folder: Path, damage: str) -> None:
    with duckdb.connect(str(folder / "fees.duckdb")) as connection:
        connection.execute(damage)
    for command in (["fees", "list"], ["price", "64640"], ["price", "64640", "--json"]):
        found = run(*command)
        assert found.status == 2
        assert f"the fee tables are damaged: {DAMAGES[damage]}; move it away and import the files again" in found.err
    with pytest.raises(InvalidInput, match="damaged"):
        Schedules(Store()).table("asc")


@pytest.mark.parametrize("at", [0, 100, 4096, 8192, 12288, 20_000])
def test_a_file_of_tables_with_wrong_bytes_is_told(folder: Path, at: int) -> None:
    file = folder / "fees.duckdb"
    raw = bytearray(file.read_bytes())
    raw[at : at + 64] = os.urandom(64)
    file.write_bytes(raw)
    for command in (["fees", "list"], ["price", "64640"]):
        found = run(*command)
        assert not found.escaped
        assert found.status in (0, 2)


@pytest.mark.parametrize(
    ("variable", "most", "why"),
    [
        ("CLAUSAL_MAX_UNPACKED", "1K", "unpacks to 2,000,000 bytes: too large; at most 1 KiB are read; "),
        ("CLAUSAL_MAX_ROW", "1M", "a row of more than 1,048,576 bytes: too large; at most 1 MiB are read; "),
    ],
)
def test_what_a_zip_unpacks_to_is_limited(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, most: str, why: str
) -> None:
    assert folder.is_dir()
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "0" * 2_000_000)
    monkeypatch.setenv(variable, most)
    monkeypatch.setenv("CLAUSAL_MAX_UNPACKED", "4K" if variable.endswith("UNPACKED") else "64M")
    found = run("fees", "import", tmp_path / "a.zip")
    assert found.status == 2
    assert why.replace("1 KiB", "4 KiB") in found.err
    assert found.err.endswith(f"set {variable} to read more\n")


def lying(path: Path, member: str, size: int) -> Path:
    """A zip whose directory says that its one member, of `size` zeros, has ten bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, "0" * size)
    raw = path.read_bytes()
    path.write_bytes(raw.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little")))
    return path


def test_a_zip_that_holds_more_than_its_directory_says_is_damaged_and_no_bomb(folder: Path, tmp_path: Path) -> None:
    assert folder.is_dir()
    found = run("fees", "import", lying(tmp_path / "a.zip", "a.csv", 3_000_000))
    assert found.status == 2
    assert "cannot be unpacked: Bad CRC-32" in found.err
    found = run("fingerprint", lying(tmp_path / "a.docx", "word/document.xml", 3_000_000), "Some words")
    assert found.status == 2
    assert "begins as a zip or Word file (.docx) and is damaged or cut off" in found.err


@pytest.mark.parametrize("at", range(1, 200, 7))
def test_a_zip_with_wrong_bytes_is_told(folder: Path, tmp_path: Path, at: int) -> None:
    assert folder.is_dir()
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "code,rate\n")
    raw = (tmp_path / "a.zip").read_bytes()
    cut = -at % len(raw)
    (tmp_path / "a.zip").write_bytes(raw[:cut] + raw[cut + 8 :])
    found = run("fees", "import", tmp_path / "a.zip")
    assert not found.escaped
    assert found.status == 2
