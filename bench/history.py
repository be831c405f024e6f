"""Lines that look back: a run with three facts gathered over earlier services against one of the same rules without."""

from __future__ import annotations

import datetime as dt
import os
import statistics
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.scale import MILLION, Ran, adjudicated

MILLIONS = int(os.environ.get("BENCH_HISTORY_MILLIONS", "10"))
MOST_OF_PATIENT = 200
AT_ONCE = 500_000
PACK = """\
pack: looking-back
title: A policy that looks back
publisher: Example Health Plan
kind: coverage-policy
status: in-force
held: false
versions:
  - {version: "1", effective: 2010-01-01, published: 2010-01-01}
plans:
  looking-back: {name: A plan that looks back, authorities: [looking-back]}
"""
CLAUSES = "- {clause: all, kind: normative, at: section 1, says: What the policy says., not_carried: invented}\n"
CODES = ("64633", "64635", "J0585", "99213", "80061")
FACTS = f"""\
codes: {{{", ".join(f'"{code}": a service' for code in CODES)}}}
facts:
  looking_back_sessions: {{type: number, whole: true, at_least: 0, about: Sessions., WAY0}}
  looking_back_units: {{type: number, whole: true, at_least: 0, about: Units., WAY1}}
  looking_back_days: {{type: number, whole: true, at_least: 0, about: Days., WAY2}}
"""
GATHERED = (
    'of_history: {count: days, where: {code: ["64633", "64635"]}, same: [patient, side], within: {months: 12}}',
    "of_history: {sum: units, where: {code: J0585}, within: {days: 365}}",
    'of_history: {days_since_last: {code: "80061"}}',
)
GIVEN = tuple(f"question: How many?, case: looking_back_{name}" for name in ("sessions", "units", "days"))
POLICY = """\
table: policy
answers: {authority: looking-back}
hit: first
rules:
  - rule: often
    when: {code: [64633, 64635], looking_back_sessions: {at_least: 2}}
    then: {finding: excluded}
    cites: [all]
  - {rule: much, when: {code: J0585, looking_back_units: {above: 800}}, then: {finding: excluded}, cites: [all]}
  - {rule: soon, when: {code: "80061", looking_back_days: {below: 365}}, then: {finding: excluded}, cites: [all]}
  - {rule: else, then: {finding: covered}, cites: [all]}
"""


def run() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ordered, apart = folder / "ordered.parquet", folder / "apart.parquet"
        _write(ordered, in_order=True)
        _write(apart, in_order=False)
        with_, without = (_pack(folder / which, ways) for which, ways in (("with", GATHERED), ("without", GIVEN)))
        print(f"\n{MILLIONS} million lines of patients of 1 to {MOST_OF_PATIENT} lines, three facts gathered (medians)")
        base = _ran(ordered, folder, without)
        print(f"  {'the same rules, nothing gathered':<34} {base.seconds:7.1f} s {base.memory:20.0f} MiB at most")
        for what, file in (("in order of patient", ordered), ("in order of day", apart)):
            found = _ran(file, folder, with_)
            ratio = found.seconds / base.seconds
            print(
                f"  {what:<34} {found.seconds:7.1f} s {found.memory:20.0f} MiB at most: {ratio:.2f} times (asked: 1.5)"
            )


def _ran(file: Path, folder: Path, packs: Path) -> Ran:
    times = [adjudicated(file, folder / "out.parquet", "--packs", str(packs)) for _ in range(3)]
    return Ran(statistics.median(one.seconds for one in times), max(one.memory for one in times))


def _pack(folder: Path, ways: tuple[str, ...]) -> Path:
    root = folder / "looking-back"
    (root / "tables").mkdir(parents=True)
    (root / "pack.yaml").write_text(PACK)
    (root / "clauses.yaml").write_text(CLAUSES)
    facts = FACTS
    for number, way in enumerate(ways):
        facts = facts.replace(f"WAY{number}", way)
    (root / "facts.yaml").write_text(facts)
    (root / "tables" / "policy.yaml").write_text(POLICY)
    return folder


def _write(path: Path, *, in_order: bool) -> None:
    """Claims of one to three lines over two years, those of a patient together or all in order of day."""
    chosen = np.random.default_rng(13)
    count = MILLIONS * MILLION
    patients = np.repeat(np.arange(count), chosen.integers(1, MOST_OF_PATIENT + 1, count))[:count]
    day = (np.datetime64("2022-01-01") - np.datetime64("1970-01-01")).astype(int) + chosen.integers(0, 730, count)
    order = np.lexsort((day, patients)) if in_order else np.argsort(day, kind="stable")
    patients, day = patients[order], day[order]
    writer = None
    for start in range(0, count, AT_ONCE):
        part = slice(start, start + AT_ONCE)
        size = len(patients[part])
        number = np.arange(start, start + size)
        code = pa.DictionaryArray.from_arrays(chosen.integers(0, len(CODES), size).astype(np.int32), list(CODES))
        side = pa.DictionaryArray.from_arrays(chosen.integers(0, 2, size).astype(np.int32), ["left", "right"])
        table = pa.table(
            {
                "claim_id": pa.array(np.char.mod("C%09d", number)),
                "patient": pa.array(np.char.mod("P%08d", patients[part])),
                "service_date": pa.array(day[part].astype(np.int32)).cast(pa.date32()),
                "plan": pa.DictionaryArray.from_arrays(np.zeros(size, dtype=np.int32), ["looking-back"]),
                "code": code,
                "side": side,
                "units": pa.array(chosen.integers(1, 300, size)),
                "history_from": pa.array([dt.date(2000, 1, 1)] * size),
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()
