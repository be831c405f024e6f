"""A run that is killed, or asked to end, is continued to what it would have come to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.claims.test_run import many
from tests.robust.kills import Kills


def test_runs_killed_at_random_points_come_out_as_the_uninterrupted_one(tmp_path: Path) -> None:
    kills = Kills(tmp_path, seed=int(os.environ.get("CLAUSAL_SEED", "12")), claims=120)
    for number in range(6):
        found = kills.once(in_the_end=number % 3 == 0)
        assert found.is_equal, found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_asked_to_end_says_how_to_go_on(tmp_path: Path, number: signal.Signals) -> None:
    pq.write_table(pa.Table.from_pylist(many(100_000)), tmp_path / "c.parquet", row_group_size=500)
    command = [sys.executable, "-c", "from clausal.cli import main; main()", "adjudicate", "c.parquet"]
    command += ["-o", "o.parquet", "--part-seconds", "0", "--as-of", "2026-01-01"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "o.parquet.partial" / "journal.json").exists() and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(number)
    out, err = process.communicate()
    assert process.returncode == 128 + number, err
    assert out == ""
    first, second = err.splitlines()
    assert first == f"stopped by {number.name}"
    # On a busy machine the signal may come when all lines are done, and have only to be put in their place.
    assert "lines are done and kept in o.parquet.partial: run it again with --resume to " in second
    assert not (tmp_path / "o.parquet").exists()
    done = subprocess.run([*command, "--resume"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert pq.read_metadata(tmp_path / "o.parquet").num_rows == 300_000


def test_a_signal_that_comes_while_an_object_is_deleted_is_not_lost() -> None:
    script = """
import os, signal, time
from clausal.cli import ending
class Deleted:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)
def command():
    Deleted()
    end = time.monotonic() + 20
    while time.monotonic() < end:
        time.sleep(0.001)
raise SystemExit(ending.run(command))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (128 + signal.SIGTERM, "stopped by SIGTERM\n")
