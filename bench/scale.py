"""Claims at scale: whole runs against only reading and writing, growth with lines and rules, and Spark.

Each run is a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.claims import write
from clausal.claims.output import PARQUET, ROWS_AT_ONCE

MILLION = 1_000_000
SIZES = tuple(int(size) for size in os.environ.get("BENCH_MILLIONS", "1,10,50").split(","))
"""Millions of lines; the second is what the bound, the rules and Spark are measured at."""
RULES = (30, 300, 3_000)
AS_OF = "2026-01-01"


@dataclass(frozen=True)
class Ran:
    """A process: seconds, and the most memory it held, in MiB."""

    seconds: float
    memory: float


def run() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {size: write(folder / f"{size}.parquet", size * MILLION) for size in SIZES}
        middle = SIZES[min(1, len(SIZES) - 1)]
        print(f"\nadjudicating claim files (each run a process, start-up included; median of 3 at {middle} million)")
        ran = {}
        for size, file in files.items():
            times = [adjudicated(file, folder / f"{size}.out.parquet") for _ in range(3 if size == middle else 1)]
            ran[size] = Ran(statistics.median(one.seconds for one in times), max(one.memory for one in times))
            _print(f"{size} million lines", ran[size], size)
        scan, written = _bound(files[middle], folder / f"{middle}.out.parquet", folder / "bound.parquet")
        ratio = ran[middle].seconds / (scan + written)
        print(f"  only scanning {scan:.1f} s and writing {written:.1f} s: {ratio:.1f} times that bound (asked: 4)")
        first, last = (ran[size].seconds / size for size in (SIZES[0], SIZES[-1]))
        print(f"  time for a line, {SIZES[0]} to {SIZES[-1]} million lines: {last / first:.2f} times (asked: flat)")
        _rules(folder, files[middle], middle)
        _spark(folder, files[middle], middle, ran[middle])


def _print(what: str, ran: Ran, millions: float) -> None:
    rate = millions * MILLION / ran.seconds
    print(f"  {what:<34} {ran.seconds:7.1f} s {rate:>12,.0f} lines/s {ran.memory:7.0f} MiB at most")


def adjudicated(file: Path, target: Path, *options: str) -> Ran:
    command = [str(Path(sys.executable).parent / "clausal"), "adjudicate", str(file), "-o", str(target), "--force"]
    return process([*command, "--as-of", AS_OF, *options], file.parent)


def process(command: Sequence[str], folder: Path) -> Ran:
    environment = {**os.environ, "CLAUSAL_DATA": str(folder / "no-data")}
    started = time.perf_counter()
    told = subprocess.run([sys.executable, "-c", LAUNCH, *command], stdout=subprocess.PIPE, env=environment, check=True)
    seconds = time.perf_counter() - started
    status, kibibytes = map(int, told.stdout.split())
    if status not in (0, 3):
        raise RuntimeError(f"failed: {' '.join(command)}")
    return Ran(seconds, kibibytes / 1024)


LAUNCH = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Runs a command from a small process: one that a large process starts would count that one's memory as its own."""


def _bound(source: Path, results: Path, target: Path) -> tuple[float, float]:
    """Seconds to scan the columns that are read, and to write the results as they are; medians of three."""
    text = [f.name for f in pq.read_schema(source) if pa.types.is_string(f.type) and f.name != "claim_id"]
    scans, writes = [], []
    words = [field.name for field in pq.read_schema(results) if pa.types.is_dictionary(field.type)]
    held = pq.read_table(results, read_dictionary=words)
    for _ in range(3):
        started = time.perf_counter()
        with pq.ParquetFile(source, read_dictionary=text) as file:
            for _batch in file.iter_batches(1 << 16):
                pass
        scans.append(time.perf_counter() - started)
        started = time.perf_counter()
        with pq.ParquetWriter(target, held.schema, **PARQUET) as writer:
            writer.write_table(held, 2 * ROWS_AT_ONCE)
        writes.append(time.perf_counter() - started)
    return statistics.median(scans), statistics.median(writes)


def _rules(folder: Path, file: Path, millions: int) -> None:
    """The same lines under a policy of ever more rules, over ever more codes."""
    print(f"  policies of {', '.join(f'{count:,}' for count in RULES)} rules over {millions} million lines")
    mapping = folder / "mapping.yaml"
    mapping.write_text("columns: {plan: {value: bench-hmo}}\n")
    seconds = []
    for count in RULES:
        pack = write_pack(folder / f"bench-{count}", count)
        options = ("--packs", str(pack), "--mapping", str(mapping))
        ran = adjudicated(file, folder / "rules.parquet", *options)
        seconds.append(ran.seconds)
        _print(f"{count:,} rules", ran, millions)
    print(f"  {RULES[-1]:,} rules take {seconds[-1] / seconds[0]:.2f} times as long as {RULES[0]} (asked: 2)")


def write_pack(folder: Path, rules: int) -> Path:
    """A policy of generated rules over the codes of the generated claims, ten rules to a code."""
    from bench.claims import OTHER_CODES

    folder.mkdir()
    codes = [f"{code}" for code in ("64640", "64624", "64450", *OTHER_CODES)][: max(rules // 10, 3)]
    conditions = ("knee-osteoarthritis-pain", "migraine", "neuroma", "peripheral-neuropathy", "facet-joint-pain")
    modalities = ("cryoneurolysis", "chemical")
    findings = ("covered", "investigational", "not-medically-necessary", "excluded")
    listed = []
    for index in range(rules):
        which, when = index // len(codes), {"plan": "bench-hmo", "code": codes[index % len(codes)]}
        when |= {"condition": conditions[which % 5]} if which % 2 else {"modality": modalities[which % 2]}
        when |= {"place_of_service": ("11", "22", "24")[which % 3]} if which % 4 > 1 else {}
        listed.append({"rule": f"r{index}", "when": when, "then": {"finding": findings[index % 4]}, "cites": ["one"]})
    version = {"version": "1", "effective": "2020-01-01", "published": "2020-01-01", "says": "made", "cites": ["one"]}
    pack = {
        "pack": folder.name,
        "title": "Generated",
        "publisher": "bench",
        "kind": "coverage-policy",
        "status": "in-force",
        "about": "Rules made for measuring.",
        "versions": [version],
        "plans": {"bench-hmo": {"name": "Bench", "authorities": ["bench"], "coding": [], "cites": ["one"]}},
    }
    table = {"table": "policy", "answers": {"authority": "bench"}, "hit": "first", "rules": listed}
    clause = [{"clause": "one", "kind": "normative", "at": "1", "says": "Made for measuring."}]
    (folder / "facts.yaml").write_text(json.dumps({"codes": dict.fromkeys(codes[3:], "generated")}))
    (folder / "pack.yaml").write_text(json.dumps(pack))
    (folder / "clauses.yaml").write_text(json.dumps(clause))
    (folder / "tables").mkdir()
    (folder / "tables" / "policy.yaml").write_text(json.dumps(table))
    return folder


def _spark(folder: Path, file: Path, millions: int, local: Ran) -> None:
    try:
        ran = adjudicated(file, folder / "spark.parquet", "--engine", "spark")
    except RuntimeError:
        print("  Spark does not run here: it needs Java")
        return
    _print(f"{millions} million lines on Spark", ran, millions)
    print("  (the memory is that of the driver's Python alone)")
    print(f"  Spark on this machine takes {ran.seconds / local.seconds:.1f} times the local engine (asked: 8)")
