"""A library that grows: 400 packs about other services, one case and a claim file with them and without."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.unrelated import write_unrelated

from bench.claims import write
from bench.scale import MILLION, adjudicated
from bench.timing import line, median_seconds
from clausal.determination.decide import decide
from clausal.documents.load import load_library
from clausal.facts.source import Source

PACKS = 400
NO_CODES_OF_CLAIMS = 20_000
"""From here on there are codes that the claims do not have."""


def run(case: Mapping[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        more = write_unrelated(folder / "packs", PACKS, first=NO_CODES_OF_CLAIMS)
        print(f"\na library with {PACKS} packs about other services (medians)")
        seconds = []
        for what, folders in (("one case, without them", []), ("one case, with them", [more])):
            library = load_library(folders)
            read = library.cases.read(Source("bench", dict(case)))
            seconds.append(median_seconds(lambda library=library, read=read: decide(library, read), repeat=300))  # type: ignore[misc]
            print(line(what, seconds[-1]))
        print(f"  {seconds[1] / seconds[0]:.2f} times")
        claims = write(folder / "claims.parquet", 2 * MILLION)
        base, grown = (
            statistics.median(adjudicated(claims, folder / "out.parquet", *options).seconds for _ in range(3))
            for options in ((), ("--packs", str(more)))
        )
        print(
            f"  2 million lines: {base:.1f} s without, {grown:.1f} s with: {base / grown:.0%} of the speed (asked: 80)"
        )
