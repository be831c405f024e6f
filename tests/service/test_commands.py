"""`clausal audit`, `clausal store`, `clausal schema service`: the operator's commands, good input and bad."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from clausal.service.app import create_app
from clausal.service.configuration import Configuration
from tests.service.conftest import CASE, CLAUSAL, LOCAL, TOKEN


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with three saved answers."""
    app = create_app(Configuration(data=tmp_path / "data"), TOKEN, works=False)
    client = TestClient(app, LOCAL, headers={"Authorization": f"Bearer {TOKEN}"})
    for _ in range(3):
        assert client.post("/api/v1/answers", json={"case": CASE}).status_code == 201
    app.state.parts.database.close()
    return tmp_path / "data"


def _run(*arguments: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [*CLAUSAL, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_a_log_is_verified_exported_and_verified_again(data: Path, tmp_path: Path) -> None:
    done = _run("audit", "verify", "--data", data)
    assert (done.returncode, done.stdout) == (
        0,
        "3 events: the log is as it was written, and so is all it tells of\n",
    )
    exported = _run("audit", "export", "--data", data, "-o", tmp_path / "log.jsonl")
    assert exported.returncode == 0
    last = exported.stdout.splitlines()[-1].removeprefix("the last is ")
    assert last.startswith("4:")
    assert _run("audit", "export", "--data", data, "-o", tmp_path / "log.jsonl").returncode == 2
    assert _run("audit", "verify", tmp_path / "log.jsonl").stdout == "4 events: the log is as it was written\n"
    assert _run("audit", "verify", "--data", data, "--noted", last).returncode == 0
    other = _run("audit", "verify", "--data", data, "--noted", f"4:{'0' * 64}")
    assert (other.returncode, other.stdout) == (
        1,
        "event 4 is not the one that was noted elsewhere: the log was written anew\n",
    )


def test_a_changed_event_a_gap_and_a_changed_answer_are_told(data: Path, tmp_path: Path) -> None:
    with sqlite3.connect(data / "store.sqlite") as raw:
        for name in ("events_unchanged", "events_kept", "answers_unchanged"):
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("UPDATE events SET actor = 'somebody' WHERE number = 1")
        raw.execute("DELETE FROM events WHERE number = 2")
        raw.execute("UPDATE answers SET answer = replace(answer, 'not-covered', 'covered')")
    done = _run("audit", "verify", "--data", data)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("event 1 was changed since it was written (")
    assert lines[1] == "event 2 is missing"
    assert sum("was changed since it was kept" in line for line in lines) == 3
    exported = _run("audit", "export", "--data", data, "-o", tmp_path / "log.jsonl")
    assert exported.returncode == 0
    assert _run("audit", "verify", tmp_path / "log.jsonl").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["audit", "verify", "--data", "nowhere"], "nowhere: there is no store here; name its folder with --data"),
        (["audit", "verify", "nothing.jsonl"], "nothing.jsonl: cannot be read: No such file or directory"),
        (["audit", "verify", "bad.jsonl"], "bad.jsonl:1:1: this is no event of a log; a line that `export` wrote"),
        (["audit", "verify", "--noted", "5"], "--noted: '5' is no event; NUMBER:HASH, as `export` prints it"),
        (["store", "backup", "-o", "x"], "there is no store here"),
        (["store", "tidy", "--config", "none.yaml"], "none.yaml: cannot be read: No such file or directory"),
    ],
)
def test_bad_input_is_told(tmp_path: Path, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSAL_DATA", str(tmp_path / "none"))
    (tmp_path / "bad.jsonl").write_text('{"number": 1}\n')
    done = _run(*arguments, folder=tmp_path)
    assert done.returncode == 2, done.stdout
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_backup_is_whole_and_for_its_owner_alone(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "store.sqlite"
    copy.parent.mkdir()
    assert _run("store", "backup", "--data", data, "-o", copy).returncode == 0
    assert copy.stat().st_mode & 0o077 == 0
    assert _run("audit", "verify", "--data", copy.parent).returncode == 0
    again = _run("store", "backup", "--data", data, "-o", copy)
    assert (again.returncode, again.stderr) == (2, f"{copy}: already exists; name another file\n")


def test_what_was_kept_long_enough_is_deleted_and_told(data: Path, tmp_path: Path) -> None:
    import datetime as dt

    from clausal.service.configuration import Kept
    from clausal.service.tidying import tidy
    from clausal.store.database import Database

    configuration = Configuration(data=data, keep=Kept(answers=30, jobs=30))
    database = Database(configuration.database_url)
    assert tidy(configuration, database) == {"answers": 0, "jobs": 0}
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=31)
    assert tidy(configuration, database, later) == {"answers": 3, "jobs": 0}
    database.close()
    assert _run("audit", "verify", "--data", data).returncode == 0
    (tmp_path / "serve.yaml").write_text(json.dumps({"data": str(data), "keep": {"answers": 30}}))
    done = _run("store", "tidy", "--config", tmp_path / "serve.yaml")
    assert done.stdout == "answers are kept for 30 days: 0 deleted\njobs are kept for 30 days: 0 deleted\n"


def test_the_schema_of_the_configuration_takes_what_the_service_takes(tmp_path: Path) -> None:
    import jsonschema_rs

    schema = json.loads(_run("schema", "service").stdout)
    good = {"port": 8640, "sign_in": {"issuer": "x", "client_id": "y", "roles": {"viewer": ["all"]}}}
    assert jsonschema_rs.is_valid(schema, good)
    assert not jsonschema_rs.is_valid(schema, {"prot": 1})
    assert str(tmp_path) not in json.dumps(schema)
    assert "/root" not in json.dumps(schema)
