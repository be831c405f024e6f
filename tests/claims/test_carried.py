"""Columns of the claims that results have too."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from clausal.claims.job import Job
from clausal.claims.run import adjudicate
from clausal.columns.options import Options
from clausal.documents.library import Library
from clausal.schedules.tables import Schedules
from tests.claims.same import AS_OF

CLAIMS = """claim_id,line,service_date,plan,diagnoses,code
A1,1,2024-10-15,bcn-commercial-hmo,M17.11,64640
A1,2,2024-10-15,bcn-commercial-hmo,M17.11,64624
B2,1,2024-11-01,,M17.11,64640
"""


def test_results_carry_columns_of_the_claims(library: Library, schedules: Schedules, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(CLAIMS)
    carried = ("service_date", "plan", "code", "purpose")
    job = Job(tmp_path / "claims.csv", tmp_path / "out.parquet", Options(AS_OF), carried=carried)
    adjudicate(library, schedules, job)
    found = pq.read_table(tmp_path / "out.parquet")
    rows = [tuple(map(str, row.values())) for row in found.select(["claim_id", "line", *carried]).to_pylist()]
    assert rows == [
        ("A1", "1", "2024-10-15", "bcn-commercial-hmo", "64640", "None"),
        ("A1", "2", "2024-10-15", "bcn-commercial-hmo", "64624", "None"),
        ("B2", "1", "2024-11-01", "None", "64640", "None"),
    ]
    plain = Job(tmp_path / "claims.csv", tmp_path / "plain.parquet", Options(AS_OF))
    adjudicate(library, schedules, plain)
    own = pq.read_table(tmp_path / "plain.parquet")
    assert found.select(own.column_names).equals(own)
