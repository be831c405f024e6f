"""Payment: one claim through coverage, edits and pricing; a million lines by column; the largest import."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np

from bench.timing import line, median_seconds
from clausal.determination.decide import decide
from clausal.documents.library import Library
from clausal.facts.source import Source
from clausal.payment.pfs import price
from clausal.payment.shares import shares
from clausal.schedules.lines import Lines
from clausal.schedules.modifiers import mask_of
from clausal.schedules.store import Store
from clausal.schedules.tables import Schedules

CLAIM = {
    "service_date": "2024-08-15",
    "plan": "bcn-commercial-hmo",
    "state": "MI",
    "diagnoses": ["M17.11"],
    "device": "iovera",
    "purpose": "pain",
    "place_of_service": "11",
    "lines": [
        {"code": "64640", "units": 2, "modifiers": ["RT"]},
        {"code": "64624", "units": 1, "modifiers": ["RT"]},
        {"code": "76942", "units": 1, "modifiers": []},
    ],
}
CODES = ("64640", "64624", "64447", "64450", "64454", "76942", "0441T")


def many(count: int, localities: tuple[str, ...], seed: int = 3) -> Lines:
    """Claims of about four lines each, 2022 to 2025, over all localities."""
    rng = np.random.default_rng(seed)
    group = np.sort(rng.integers(0, count // 4, count))
    first, last = np.datetime64("2022-01-01").astype(int), np.datetime64("2025-12-31").astype(int)
    modifiers = np.array([mask_of(one) for one in ((), (), (), ("RT",), ("LT",), ("59",), ("50",))])
    days = rng.integers(first, last + 1, count // 4)
    places = rng.integers(-1, len(localities), count // 4)
    return Lines(
        codes=CODES,
        localities=localities,
        code=rng.integers(0, len(CODES), count),
        date=days[group],
        days=np.ones(count, dtype=np.int64),
        units=rng.integers(1, 4, count),
        assumed=np.zeros(count, dtype=bool),
        modifiers=modifiers[rng.integers(0, len(modifiers), count)],
        place=np.array([11, 11, 22, 24])[rng.integers(0, 4, count)],
        claim=group,
        group=group,
        locality=places[group],
        wage=np.full(count, 10_000),
        charge=np.full(count, -1),
        qualifying=np.full(count, -1),
    )


def run(library: Library) -> None:
    with tempfile.TemporaryDirectory() as folder:
        schedules = Schedules(Store(Path(folder)))
        case = library.cases.read(Source("bench", CLAIM))
        print("\npayment, tables loaded")
        seconds = median_seconds(lambda: decide(library, case, None, schedules), repeat=300)
        print(line("claim of three lines: coverage, edits, pricing", seconds, 1e-3))
        of_2025 = schedules.table("gpci")
        last = len(of_2025.releases) - 1
        localities = tuple(of_2025.columns["locality"][of_2025.release == last].tolist())
        lines = many(1_000_000, localities)

        def priced() -> object:
            found = price(lines, schedules)
            return shares(found.allowed, lines.group, lines.date, np.full(len(lines), -1))

        print(line("a million lines priced, with shares", median_seconds(priced, repeat=5), 1.0))
        _import(Path(folder))


def _import(folder: Path) -> None:
    data = Path(os.environ.get("CLAUSAL_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
    files = (
        ("relative values of 2026 (19,000 rows)", "cms/pfs/PPRRVU2026_Jul_nonQPP.csv.gz", 2.0, 5),
        ("2,546,017 NCCI practitioner pairs", "cms/ncci/ncci_ptp_prac_2024q3.csv.gz", 30.0, 1),
    )
    count = iter(range(100))
    for name, path, most, repeat in files:
        file = data / path
        if not file.is_file():
            print(f"  (CMS's file {file.name} is not here: set CLAUSAL_SHARED_DATA to time its import)")
            continue

        def load(file: Path = file) -> object:
            return Store(folder / str(next(count))).import_files([file])

        print(line(f"import of {name}", median_seconds(load, repeat=repeat), most))
