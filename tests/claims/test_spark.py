"""The same claims on Spark, with several workers: the same rows."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clausal.claims.run import Job
from clausal.claims.run import adjudicate as locally
from clausal.columns.options import Options
from clausal.documents.library import Library
from clausal.problems import InvalidInput
from clausal.schedules.tables import Schedules
from tests.claims.test_run import many, row

pytest.importorskip("pyspark", reason="Spark is not installed: pip install 'clausal[spark]'")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java, which is not here", allow_module_level=True)

from clausal.claims import spark

OPTIONS = Options(dt.date(2026, 1, 1))
pytestmark = pytest.mark.xdist_group("spark")


@pytest.fixture(scope="module", autouse=True)
def session() -> Iterator[None]:
    """One session for all tests, stopped at the end."""
    yield
    from pyspark.sql import SparkSession

    active = SparkSession.getActiveSession()
    if active is not None:
        active.stop()


def in_order(path: Path) -> list[dict[str, Any]]:
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    rows = [one for file in files for one in pq.ParquetFile(file).read().to_pylist()]
    kept = [{name: value for name, value in one.items() if name != "problem"} for one in rows]
    return sorted(kept, key=lambda one: (one["claim_id"], one["line"]))


def test_spark_gives_the_same_rows_whatever_the_order_of_lines(
    library: Library, schedules: Schedules, tmp_path: Path
) -> None:
    without = [row(f"E{claim}", 1, code="0441T", charge="", primary_medicare_covers=False) for claim in range(5)]
    rows = [*many(200), row("D", 1, units="1.5"), row("D", 2), *without]
    source, apart = tmp_path / "c.parquet", tmp_path / "apart.parquet"
    pq.write_table(pa.Table.from_pylist([{**one, "units": str(one.get("units", ""))} for one in rows]), source)
    table = pq.read_table(source)
    pq.write_table(table.take(pa.array([i * 131 % len(rows) for i in range(len(rows))])), apart, row_group_size=50)
    done = locally(library, schedules, Job(source, tmp_path / "local.parquet", OPTIONS))
    on_spark = spark.adjudicate(library, schedules, Job(apart, tmp_path / "spark.parquet", OPTIONS, workers=3))
    assert in_order(tmp_path / "spark.parquet") == in_order(tmp_path / "local.parquet")
    assert len(in_order(tmp_path / "spark.rejects.parquet")) == 2
    assert on_spark.summary.as_json() == done.summary.as_json()
    assert not (tmp_path / "spark.parquet.partial").exists()
    with pytest.raises(InvalidInput, match="already exists"):
        spark.adjudicate(library, schedules, Job(source, tmp_path / "spark.parquet", OPTIONS))


def test_a_job_that_fails_leaves_nothing(library: Library, schedules: Schedules, tmp_path: Path) -> None:
    (tmp_path / "c.parquet").write_bytes(b"PAR1 cut off PAR1")
    with pytest.raises(InvalidInput, match="the Spark job failed"):
        spark.adjudicate(library, schedules, Job(tmp_path / "c.parquet", tmp_path / "o.parquet", OPTIONS))
    assert [path.name for path in tmp_path.iterdir()] == ["c.parquet"]


def test_what_spark_is_not_for_is_refused(library: Library, schedules: Schedules, tmp_path: Path) -> None:
    (tmp_path / "c.837").write_text("ISA*00*")
    with pytest.raises(InvalidInput, match="one stream, and not for Spark"):
        spark.adjudicate(library, schedules, Job(tmp_path / "c.837", tmp_path / "o.parquet", OPTIONS))
    with pytest.raises(InvalidInput, match="Spark writes results by line"):
        spark.adjudicate(library, schedules, Job(tmp_path / "c.837", tmp_path / "o.835", OPTIONS, remittance=True))
    answered = Job(tmp_path / "c.837", tmp_path / "o.parquet", OPTIONS, acknowledgment=tmp_path / "o.999")
    with pytest.raises(InvalidInput, match="Spark reads no X12"):
        spark.adjudicate(library, schedules, answered)
