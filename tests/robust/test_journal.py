"""A journal changed by hand, or of another shape, is told and refused: no line is dropped or doubled."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clausal.claims import output, run
from clausal.claims.journal import seal
from clausal.problems import InvalidInput
from tests.claims.test_run import Run, go, many, row

__all__ = ["go"]
Change = Callable[[dict[str, Any]], Any]


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def left(go: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that an interrupted run left, of several parts."""
    rows = [*many(60), row("D", 1, units=-1)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "c.parquet", row_group_size=10)
    monkeypatch.setattr(run, "LINES_AT_ONCE", 10)
    whole = output.Work.complete
    monkeypatch.setattr(output.Work, "complete", lambda *_: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        go(tmp_path / "c.parquet", tmp_path / "o.parquet", part_seconds=0.0)
    monkeypatch.setattr(output.Work, "complete", whole)
    return tmp_path / "o.parquet.partial"


def shaped(*path: str | int, value: object) -> Change:
    """Put a value at a place of the journal."""

    def change(journal: dict[str, Any]) -> None:
        at: Any = journal
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value

    return change


def without(*path: str | int) -> Change:
    """Take a place out of the journal."""

    def change(journal: dict[str, Any]) -> None:
        at: Any = journal
        for step in path[:-1]:
            at = at[step]
        del at[path[-1]]

    return change


SHAPES: dict[str, Change] = {
    "no parts": without("parts"),
    "parts null": shaped("parts", value=None),
    "parts a number": shaped("parts", value=3),
    "parts a mapping": shaped("parts", value={}),
    "a part null": shaped("parts", 0, value=None),
    "a part a list": shaped("parts", 0, value=[]),
    "a part without files": without("parts", 0, "files"),
    "files null": shaped("parts", 0, "files", value=None),
    "files names alone": shaped("parts", 0, "files", value=["0000-results.parquet"]),
    "a file without a name": without("parts", 0, "files", 0, "name"),
    "a file without rows": without("parts", 0, "files", 0, "rows"),
    "a name a number": shaped("parts", 0, "files", 0, "name", value=7),
    "a name a path": shaped("parts", 0, "files", 0, "name", value="../c.parquet"),
    "a name an absolute path": shaped("parts", 0, "files", 0, "name", value="/etc/passwd"),
    "a name of the next part": shaped("parts", 0, "files", 0, "name", value="0001-results.parquet"),
    "a name that is not there": shaped("parts", 0, "files", 0, "name", value="0000-other.parquet"),
    "other bytes": shaped("parts", 0, "files", 0, "bytes", value=1),
    "other rows": shaped("parts", 0, "files", 0, "rows", value=1),
    "rows a text": shaped("parts", 0, "files", 0, "rows", value="10"),
    "done null": shaped("parts", 0, "done", value=None),
    "done a text": shaped("parts", 0, "done", value="10"),
    "done a fraction": shaped("parts", 0, "done", value=1.5),
    "done less": lambda journal: journal["parts"][-1].update(done=journal["parts"][-1]["done"] - 10),
    "done more": lambda journal: journal["parts"][-1].update(done=journal["parts"][-1]["done"] + 10),
    "done without end": shaped("parts", -1, "done", value=10**30),
    "parts in another order": lambda journal: journal["parts"].reverse(),
    "a part twice": lambda journal: journal["parts"].append(journal["parts"][-1]),
    "a part gone": lambda journal: journal["parts"].pop(),
    "the first part gone": lambda journal: journal["parts"].pop(0),
    "no state": without("state"),
    "state null": shaped("state", value=None),
    "no summary": without("state", "summary"),
    "summary null": shaped("state", "summary", value=None),
    "summary of other lines": shaped("state", "summary", "lines", value=7),
    "summary by null": shaped("state", "summary", "by", value=None),
    "summary of other counts": lambda journal: next(iter(journal["state"]["summary"]["by"]["status"].values())).update(
        lines=[]
    ),
    "summary by less": without("state", "summary", "by", "needs"),
    "summary counts a text": shaped("state", "summary", "claims", value="60"),
    "summary by other lines": lambda journal: next(iter(journal["state"]["summary"]["by"]["status"].values())).update(
        lines=3
    ),
    "order another": shaped("state", "order", value="backwards"),
    "refused a text": shaped("state", "refused", value="x"),
    "whole a text": shaped("whole", value="x"),
    "whole names": shaped("whole", value=["results.parquet"]),
    "targets": shaped("targets", value={"results.parquet": "/etc/passwd"}),
    "run null": shaped("run", value=None),
    "run a list": shaped("run", value=[]),
}


@pytest.mark.parametrize("is_sealed", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_journal_of_another_shape_is_refused(
    left: Path, go: Run, tmp_path: Path, shape: str, is_sealed: bool
) -> None:
    journal = json.loads((left / "journal.json").read_text())
    SHAPES[shape](journal)
    if is_sealed:
        del journal["seal"]
        journal = {"seal": seal(journal), **journal}
    (left / "journal.json").write_text(json.dumps(journal))
    with pytest.raises(InvalidInput, match="interrupted run") as refused:
        go(tmp_path / "c.parquet", tmp_path / "o.parquet", resume=True)
    assert "begin anew with --force" in str(refused.value)
    assert not (tmp_path / "o.parquet").exists()


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "3", '"x"', "{}", "[" * 100_000, "\x00", '{"run": {}}'])
def test_what_is_no_journal_is_refused(left: Path, go: Run, tmp_path: Path, text: str) -> None:
    (left / "journal.json").write_text(text)
    with pytest.raises(InvalidInput, match=r"the (journal of the )?interrupted run"):
        go(tmp_path / "c.parquet", tmp_path / "o.parquet", resume=True)


def test_bytes_that_are_no_text_are_no_journal(left: Path, go: Run, tmp_path: Path) -> None:
    (left / "journal.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match="is not readable; begin anew with --force"):
        go(tmp_path / "c.parquet", tmp_path / "o.parquet", resume=True)


@pytest.mark.parametrize("damage", ["gone", "cut", "another's", "a link", "a folder"])
def test_a_part_that_is_not_as_it_was_is_refused(left: Path, go: Run, tmp_path: Path, damage: str) -> None:
    part = left / "0001-results.parquet"
    raw = part.read_bytes()
    part.unlink()
    if damage == "cut":
        part.write_bytes(raw[:-100])
    elif damage == "another's":
        shutil.copyfile(left / "0002-results.parquet", part)
    elif damage == "a link":
        (tmp_path / "elsewhere").write_bytes(raw)
        part.symlink_to(tmp_path / "elsewhere")
    elif damage == "a folder":
        part.mkdir()
    with pytest.raises(InvalidInput, match=r"0001-results\.parquet: is missing, or not as it was kept"):
        go(tmp_path / "c.parquet", tmp_path / "o.parquet", resume=True)
    assert go(tmp_path / "c.parquet", tmp_path / "o.parquet", force=True).summary.lines == 181


def test_an_untouched_journal_is_taken_up(left: Path, go: Run, tmp_path: Path) -> None:
    done = go(tmp_path / "c.parquet", tmp_path / "o.parquet", resume=True)
    assert done.resumed_from == 181
    assert pq.read_metadata(tmp_path / "o.parquet").num_rows == 180
    assert not left.exists()


def test_a_file_where_the_work_is_kept_is_told(go: Run, tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(many(3)), tmp_path / "c.parquet")
    (tmp_path / "o.parquet.partial").write_text("mine")
    for options in ({}, {"resume": True}, {"force": True}):
        with pytest.raises(InvalidInput, match="is no folder, and a run keeps its work there; move it away"):
            go(tmp_path / "c.parquet", tmp_path / "o.parquet", **options)
    assert (tmp_path / "o.parquet.partial").read_text() == "mine"


def test_what_a_run_writes_is_for_its_owner_alone(left: Path, go: Run, tmp_path: Path) -> None:
    assert left.stat().st_mode & 0o777 == 0o700
    go(tmp_path / "c.parquet", tmp_path / "o.parquet", resume=True)
    for name in ("o.parquet", "o.rejects.jsonl"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
