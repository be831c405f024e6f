"""A claim file that takes a while: many claims of one line, as Parquet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def write_claims(path: Path, lines: int) -> Path:
    """Write lines that differ in code, diagnosis, units and day."""
    number = np.arange(lines)
    codes = np.array(["64640", "64624", "0441T", "99213"])[number % 4]
    days = np.datetime64("2024-01-01") + (number % 360)
    table = pa.table(
        {
            "claim_id": pa.array([f"C{one:08}" for one in number.tolist()]),
            "line": pa.array(np.ones(lines, dtype=np.int64)),
            "service_date": pa.array(days.astype("datetime64[D]")),
            "plan": pa.array(np.array(["bcn-commercial-hmo", "bcn-advantage", "bcbsm-ppo"])[number % 3]),
            "diagnoses": pa.array(np.array(["M17.11", "M17.12", "G56.01", "R07.9", "M47.816"])[number % 5]),
            "code": pa.array(codes),
            "units": pa.array(number % 3 + 1),
            "device": pa.array(np.array(["iovera", "other"])[number % 2]),
            "purpose": pa.array(np.full(lines, "pain")),
            "charge": pa.array(np.full(lines, 600.0)).cast(pa.decimal128(12, 2)),
        }
    )
    pq.write_table(table, path, row_group_size=50_000)
    return path
