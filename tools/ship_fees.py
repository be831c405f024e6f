"""Write the rows that come with the project: those of the codes that packs name, and the indices of places.

python tools/ship_fees.py FILE...     # files as CMS publishes them, 2022 to 2026
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

from clausal.documents.library import load_library
from clausal.schedules.bundled import DOUBTED
from clausal.schedules.kinds import KINDS
from clausal.schedules.store import Store

FOLDER = Path(__file__).parents[1] / "src" / "clausal" / "schedules" / "shipped"
YEARS = range(2022, 2027)
NOT_SHIPPED = ("zips", "apc", "ascbb", "complexity")
"""Kinds that do not ship; of Addendum J a row is kept by hand."""


def main(files: list[str]) -> None:
    codes = set(load_library().vocabulary.codes)
    store = Store(Path("build/ship"))
    store.import_files([Path(file) for file in files])
    for kind in (kind for kind in KINDS if kind not in NOT_SHIPPED):
        names = list(KINDS[kind].columns)
        releases = {release.name: release for release, _ in store.releases() if release.kind == kind}
        keep = [position for position, name in enumerate(names, 1) if name in KINDS[kind].codes]
        rows: list[list[Any]] = []
        for row in store.select(kind):
            release = releases[row[0]]
            if (
                release.start.year not in YEARS
                or release.is_superseded
                or any(row[position] not in codes for position in keep)
            ):
                continue
            if kind == "addon" and not {row[1], row[2]} <= codes:
                continue
            rows.append([release.name, release.start, release.end, *("" if cell is None else cell for cell in row[1:])])
        if kind == "counties":
            rows = _last_of_year(rows)
        if kind == "gpci":
            rows = [cells for cells in rows if (kind, cells[0]) not in DOUBTED or _is_known(cells, rows)]
        rows.sort(key=lambda cells: (cells[1], *map(str, cells)))
        with (FOLDER / f"{kind}.csv").open("w", newline="", encoding="utf-8") as out:
            csv.writer(out, lineterminator="\n").writerows([["release", "first_day", "last_day", *names], *rows])
        print(f"{kind}: {len(rows)} rows")


def _last_of_year(rows: list[list[Any]]) -> list[list[Any]]:
    """The rows of the last release of each year: the counties of a locality rarely change."""
    last = {start.year: start for start in sorted(cells[1] for cells in rows)}
    return [cells for cells in rows if last[cells[1].year] == cells[1]]


def _is_known(cells: list[Any], rows: list[list[Any]]) -> bool:
    """Whether a locality of a doubted release has the number and name that it had the year before."""
    before = {(one[3], _plain(one[5])) for one in rows if one[1].year == cells[1].year - 1}
    return (cells[3], _plain(cells[5])) in before


def _plain(name: str) -> str:
    return name.rstrip("* ").strip().upper()


if __name__ == "__main__":
    main(sys.argv[1:])
