"""Write the codes of ICD-10-CM that come with the project, from a table of codes by edition.

python tools/ship_icd10cm.py icd10cm_editions.csv.gz     # a code, and by edition 1 billable, 0 heading, or nothing
"""

from __future__ import annotations

import csv
import gzip
import sys
from pathlib import Path

from clausal.facts.icd10cm import ABSENT, FILE, WIDTH

TARGET = Path(__file__).parents[1] / "src" / "clausal" / "facts" / FILE


def main(file: str) -> None:
    with gzip.open(file, "rt", encoding="utf-8") as text:
        (_, *days), *rows = csv.reader(text)
    records = sorted(
        code.replace(".", "").ljust(WIDTH) + "".join(flag or ABSENT for flag in flags) for code, *flags in rows
    )
    plain = "\n".join([" ".join(days), *records, ""]).encode("ascii")
    with TARGET.open("wb") as out:
        out.write(gzip.compress(plain, 9, mtime=0))
    print(f"{len(records):,} codes of {len(days)} editions, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
