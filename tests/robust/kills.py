"""Runs that are killed at random points and continued: what comes out equals the uninterrupted run."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.claims.test_run import many, row

# A child that ends itself, as nothing else can at a point so exact, at the n-th call of what moves and joins files.
_SCRIPT = """
import os, signal, sys
count, left = int(sys.argv.pop(1)), None
from clausal.claims import output
import clausal.claims.run as run
run.LINES_AT_ONCE = 20
def counted(of):
    def call(*arguments, **named):
        global count
        count -= 1
        if not count:
            os.kill(os.getpid(), signal.SIGKILL)
        return of(*arguments, **named)
    return call
if count:
    complete = output.Work.complete
    def last(work, *arguments):
        for name in ("_settle", "_move", "write", "kept_file", "refuse_other", "_joined"):
            setattr(output, name, counted(getattr(output, name)))
        output.os.replace, output.shutil.rmtree, output.os.link = map(
            counted, (output.os.replace, output.shutil.rmtree, output.os.link))
        output.Path.unlink = counted(output.Path.unlink)
        return complete(work, *arguments)
    output.Work.complete = last
from clausal.cli import main
main()
"""


@dataclass(frozen=True)
class Killed:
    """What came of one run that was killed: where, how many times until it was done, and whether it came out right."""

    where: str
    kills: int
    is_equal: bool
    told: str


IN_THE_END = "the last join and move"


class Kills:
    """A claim file, and its uninterrupted results."""

    def __init__(self, folder: Path, seed: int, claims: int = 400) -> None:
        self._random = random.Random(seed)
        self._folder = folder
        self._input = folder / "claims.parquet"
        rows = [*many(claims), row("Z", 1, units=-1), row("Z", 2, service_date="2024-13-01")]
        pq.write_table(pa.Table.from_pylist(rows), self._input, row_group_size=20)
        started = time.monotonic()
        self._run(folder / "whole.parquet")
        self._seconds = time.monotonic() - started
        self._whole = self._content(folder / "whole.parquet")

    def once(self, *, in_the_end: bool) -> Killed:
        """Kill a run, at any time or in the last join and move, and continue it, perhaps killed again."""
        output = Path(tempfile.mkdtemp(dir=self._folder)) / "o.parquet"
        kills, told = 0, ""
        for attempt in range(3):
            resume = ["--resume"] if attempt else []
            if in_the_end:
                point = self._random.randint(1, 40)
                ended = self._run(output, *resume, point=point)
            else:
                ended = self._run(output, *resume, after=self._random.uniform(0.3, 1.0) * self._seconds)
            if ended.returncode != -signal.SIGKILL:
                break
            kills += 1
        else:
            ended = self._run(output, "--resume")
        told = ended.stderr
        if output.with_name("o.parquet.partial").exists():
            told += "the folder of the run is left"
        is_equal = output.exists() and self._content(output) == self._whole and ended.returncode == 3 and not told
        return Killed(IN_THE_END if in_the_end else "any time", kills, is_equal, told)

    def _run(
        self, output: Path, *options: str, point: int = 0, after: float | None = None
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", _SCRIPT, str(point), "adjudicate", str(self._input), "-o", str(output)]
        command += ["--part-seconds", "0", "--as-of", "2026-01-01", *options]
        if "--resume" in options and not output.with_name(f"{output.name}.partial").exists():
            command += ["--force"]  # it was killed before there was anything, or when all was done
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            out, err = process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    @staticmethod
    def _content(output: Path) -> tuple[list[object], str]:
        return pq.read_table(output).to_pylist(), output.with_name(f"{output.stem}.rejects.jsonl").read_text()
