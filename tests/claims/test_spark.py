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
import xlsxwriter

from clausal.claims.job import Job
from clausal.claims.mapping import Condition, FileMapping, From, Rows
from clausal.claims.run import adjudicate as locally
from clausal.columns.options import Options
from clausal.documents.library import Library
from clausal.exchange.tabular.opened import Form
from clausal.problems import InvalidInput
from clausal.schedules.tables import Schedules
from tests.claims.test_run import csv, many, row

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


def test_spark_reads_a_mapped_csv_as_the_local_engine_does(
    library: Library, schedules: Schedules, tmp_path: Path
) -> None:
    rows = [
        row(f"\u00c9{claim}", 1, service_date="10/15/2024", GONE="Y" if claim % 3 else "", units="")
        for claim in range(30)
    ]
    source = csv(tmp_path / "c.csv", rows)
    source.write_bytes(source.read_text("utf-8").replace(",", ";").encode("cp1252"))
    mapping = FileMapping(
        {"service_date": From(("service_date",), format="MM/DD/YYYY"), "units": From(("units",), value=2)},
        Rows(drop=(Condition({"GONE": ("Y",)}),)),
        Form(encoding="cp1252"),
    )
    done = locally(library, schedules, Job(source, tmp_path / "local.parquet", OPTIONS, mapping=mapping))
    on_spark = spark.adjudicate(library, schedules, Job(source, tmp_path / "s.parquet", OPTIONS, mapping=mapping))
    assert in_order(tmp_path / "s.parquet") == in_order(tmp_path / "local.parquet")
    assert (done.left, on_spark.left) == ({"GONE: Y": 20}, {"by the mapping's `rows`": 20})


def test_spark_rejects_claims_whose_ids_are_no_text(library: Library, schedules: Schedules, tmp_path: Path) -> None:
    source = csv(tmp_path / "c.csv", [row("A", 1), row("\u00c9", 1), row("\u00c8", 1)])
    source.write_bytes(source.read_text("utf-8").encode("cp1252"))
    names, *lines = source.read_bytes().splitlines(keepends=True)
    good = b"".join(b"%06d" % number + lines[0][1:] for number in range(9_000))
    source.write_bytes(b"".join([names, good, *lines]))
    done = spark.adjudicate(library, schedules, Job(source, tmp_path / "s.parquet", OPTIONS))
    assert (done.summary.lines, done.summary.rejected) == (9_003, 2)


def test_what_spark_does_not_read_or_write_is_refused(library: Library, schedules: Schedules, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "c.xlsx")) as book:
        book.add_worksheet().write_row(0, 0, ["claim_id", "service_date"])
    csv(tmp_path / "c.csv", [row("A", 1)])
    below = FileMapping(form=Form(header=3))
    for source, target, mapping, why in (
        ("c.xlsx", "o.parquet", FileMapping(), "a workbook is not for Spark; use the local engine"),
        ("c.csv", "o.parquet", below, "a file with lines above its columns' names is not for Spark"),
        ("c.csv", "o.xlsx", FileMapping(), "Spark writes Parquet; name a Parquet output"),
        ("c.csv", "o.csv", FileMapping(), "Spark writes Parquet; name a Parquet output"),
    ):
        with pytest.raises(InvalidInput, match=why):
            spark.adjudicate(library, schedules, Job(tmp_path / source, tmp_path / target, OPTIONS, mapping=mapping))
