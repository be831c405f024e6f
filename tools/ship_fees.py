"""Write the rows that come with the project: those of the codes that packs name, and the indices of places.

python tools/ship_fees.py FILE...     # files as CMS publishes them, 2022 to 2026
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

from clausal.documents.library import load_library
from clausal.schedules.kinds import KINDS
from clausal.schedules.store import Store

FOLDER = Path(__file__).parents[1] / "src" / "clausal" / "schedules" / "shipped"
YEARS = range(2022, 2027)
NOT_SHIPPED = ("counties", "zips", "apc", "ascbb")


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
        rows.sort(key=lambda cells: (cells[1], *map(str, cells)))
        with (FOLDER / f"{kind}.csv").open("w", newline="", encoding="utf-8") as out:
            csv.writer(out, lineterminator="\n").writerows([["release", "first_day", "last_day", *names], *rows])
        print(f"{kind}: {len(rows)} rows")


if __name__ == "__main__":
    main(sys.argv[1:])
