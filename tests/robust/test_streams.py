"""Commands started with a standard stream closed: no traceback, and an answer that is lost is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import SETTLED

CLAUSAL = f"{sys.executable} -c 'from clausal.cli import main; main()'"
COMMANDS = ("--version", "--help", "packs", "ask", "decide c.yaml", "decide none.yaml", "price 64640", "show nothing")


def _ended(folder: Path, command: str, closed: str) -> subprocess.CompletedProcess[str]:
    (folder / "c.yaml").write_text(SETTLED)
    line = f"{CLAUSAL} {command} {closed}"
    return subprocess.run(
        line, shell=True, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"])
def test_a_closed_stream_ends_in_no_traceback(tmp_path: Path, closed: str) -> None:
    for command in COMMANDS:
        ended = _ended(tmp_path, command, closed)
        assert ended.returncode in (0, 1, 2, 3), command
        assert not any(word in ended.stderr for word in ("Traceback", "Exception ignored", "NoneType")), command


def test_an_answer_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    ended = _ended(tmp_path, "decide c.yaml", ">&-")
    assert (ended.returncode, ended.stderr) == (1, "standard output: cannot be written: Bad file descriptor\n")


def test_an_answer_needs_no_stream_but_its_own(tmp_path: Path) -> None:
    whole, alone = (_ended(tmp_path, "decide c.yaml", closed) for closed in ("", "<&- 2>&-"))
    assert (alone.returncode, alone.stdout) == (whole.returncode, whole.stdout)
